"""Pages and security headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.api.edge import SECURITY
from tests.api.town import Town
from tests.brokers import NatsServer


@pytest.mark.asyncio
async def test_pages_are_served_revalidated_and_kept_apart_from_the_api(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>huanjie</title>")
    (static / "assets" / "main-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("not to be served")
    async with Town(nats_server, tmp_path / "town", static=static) as town:
        anyone = town.client()
        page = await anyone.get("/")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        again = await anyone.get("/", headers={"if-none-match": page.headers["etag"]})
        assert again.status_code == 304
        asset = await anyone.get("/assets/main-1a2b.js")
        assert "immutable" in asset.headers["cache-control"]
        assert "javascript" in asset.headers["content-type"]
        for path in ("/none.js", "/../secret.txt", "/%2e%2e/secret.txt", "/api/v1/none"):
            missing = await anyone.get(path, headers={"accept-language": "en"})
            assert (missing.status_code, missing.json()["code"]) == (404, "ROUTE_NOT_FOUND"), path
        for answer in (page, asset, missing, await anyone.get("/healthz")):
            held = {name.encode(): value.encode() for name, value in answer.headers.items()}
            assert dict(SECURITY).items() <= held.items()
            assert b"content-security-policy" in held
            assert b"server" not in held and b"access-control-allow-origin" not in held


@pytest.mark.asyncio
async def test_behind_tls_cookies_and_transport_are_strict(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Town(nats_server, tmp_path, secure=True) as town:
        answer = await town.client().get("/healthz")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
