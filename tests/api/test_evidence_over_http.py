"""Evidence from end to end: sent, cleaned, reported, fetched by those who check; too large or hostile: refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from gateway.api.pictures import cleaned
from services.chassis.blobs import FolderBlobStore
from services.reporting.domain.evidence_files import FILE_BYTES_MAX
from tests.api.town import Town
from tests.evidence_files import DEVICE, PLACE, REFUSED, pdf, photograph

pytestmark = pytest.mark.asyncio(loop_scope="session")

REASON = "示例文件第三条要求留存签到表"
PHOTO_60_MB = 60 * 1024 * 1024


def path(unit_id: str) -> str:
    return f"/api/v1/units/{unit_id}/evidence"


async def send(client: httpx.AsyncClient, unit_id: str, content: bytes, name: str = "IMG_0001.jpg") -> httpx.Response:
    return await client.post(path(unit_id), files={"file": (name, content, "image/jpeg")})


def blob_names(town: Town) -> set[str]:
    return set(FolderBlobStore(town.scene.folder.blob_area("reporting")).names())


async def test_a_photograph_is_sent_reported_and_fetched_without_its_place(town: Town) -> None:
    unit_id = town.units.first
    directive_id = await town.directive(evidence_reason=REASON)
    reporter = town.with_role("unit_reporter", unit_id)
    sent = await send(reporter, unit_id, photograph(), "王甲的照片.jpg")
    assert sent.status_code == 201, sent.text
    file = sent.json()
    assert (file["media_type"], file["tells_origin"]) == ("image/jpeg", False)
    counts = {"due_count": 1, "done_count": 1}
    bare = await reporter.post(f"{town.path(directive_id, unit_id)}/report", json=counts)
    assert (bare.status_code, bare.json()["code"]) == (422, "EVIDENCE_REQUIRED") and REASON in bare.json()["detail"]
    report = counts | {"evidence": [file["file_sha256"]]}
    done = await reporter.post(f"{town.path(directive_id, unit_id)}/report", json=report)
    assert done.status_code == 200, done.text
    inspector = town.with_role("inspector", town.units.root)
    seen = (await inspector.get(town.path(directive_id, unit_id))).json()
    assert [each["file_sha256"] for each in seen["evidence"]] == [file["file_sha256"]]
    fetched = await inspector.get(f"{path(unit_id)}/{file['file_sha256']}")
    assert fetched.content == cleaned(photograph())
    assert PLACE not in fetched.content and DEVICE not in fetched.content
    headers = fetched.headers
    assert headers["content-type"] == "image/jpeg" and headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == f'attachment; filename="{file["file_sha256"][:12]}.jpg"'
    assert headers["cache-control"] == "no-store" and "sandbox" in headers["content-security-policy"]
    beside = await town.with_role("unit_secretary", town.units.second).get(f"{path(unit_id)}/{file['file_sha256']}")
    assert (beside.status_code, beside.json()["code"]) == (404, "NOT_FOUND")


async def test_the_same_request_sent_again_keeps_nothing_more(town: Town) -> None:
    reporter = town.with_role("unit_reporter", town.units.first)
    key = {"idempotency-key": "evidence-again"}
    files = {"file": ("a.pdf", pdf(b"/Lang (zh-CN)"), "application/pdf")}
    first = await reporter.post(path(town.units.first), files=files, headers=key)
    before = await town.heads()
    again = await reporter.post(path(town.units.first), files=files, headers=key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert first.json()["tells_origin"] and again.headers["idempotent-replayed"] == "true"
    assert await town.heads() == before


async def test_a_photograph_of_60_mb_is_refused_before_it_is_read(town: Town) -> None:
    """Of the body not one byte is ever sent: the answer rests on what the sender said of its length."""
    reporter = town.with_role("unit_reporter", town.units.first)
    before, blobs = await town.heads(), blob_names(town)
    url = httpx.URL(town.gateway.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {path(town.units.first)} HTTP/1.1\r\nHost: {url.host}\r\n"
        f"Authorization: {reporter.headers['authorization']}\r\nContent-Length: {PHOTO_60_MB}\r\n"
        "Content-Type: multipart/form-data; boundary=sample\r\nAccept-Language: zh\r\n\r\n"
    )
    writer.write(head.encode())
    answered = await reader.readuntil(b"\r\n\r\n")
    length = int(answered.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    problem = json.loads(await reader.readexactly(length))
    writer.close()
    assert answered.startswith(b"HTTP/1.1 413 ")
    assert (problem["code"], problem["params"]) == ("PAYLOAD_TOO_LARGE", {"limit_bytes": FILE_BYTES_MAX})
    assert (await town.heads(), blob_names(town)) == (before, blobs)


async def test_a_file_just_past_the_limit_is_refused_by_name(town: Town) -> None:
    reporter = town.with_role("unit_reporter", town.units.first)
    photo = photograph()
    refused = await send(reporter, town.units.first, photo + bytes(FILE_BYTES_MAX + 1 - len(photo)))
    assert (refused.status_code, refused.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_file_is_refused_in_words_whatever_it_is_called(town: Town, name: str) -> None:
    content, found = REFUSED[name]
    reporter = town.with_role("unit_reporter", town.units.first)
    before, blobs = await town.heads(), blob_names(town)
    reporter.headers["accept-language"] = "zh"
    refused = await send(reporter, town.units.first, content)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (400, "EVIDENCE_TYPE_REFUSED")
    assert problem["params"] == {"found": found}
    assert found not in problem["detail"] and "请上传照片" in problem["detail"]
    assert (await town.heads(), blob_names(town)) == (before, blobs)


@pytest.mark.parametrize(
    ("request_fields", "status", "code"),
    [
        ({"json": {}}, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ({"files": {"other": ("a.jpg", b"x", "image/jpeg")}}, 400, "BAD_REQUEST"),
        ({"files": {"file": ("a.jpg", photograph()[:300], "image/jpeg")}}, 400, "EVIDENCE_UNREADABLE"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400, "BAD_REQUEST"),
    ],
)
async def test_what_is_no_upload_is_refused(town: Town, request_fields: Any, status: int, code: str) -> None:
    reporter = town.with_role("unit_reporter", town.units.first)
    before = await town.heads()
    refused = await reporter.post(path(town.units.first), **request_fields)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await town.heads() == before


async def test_who_may_not_send_is_told_before_anything_is_looked_at(town: Town) -> None:
    blobs = blob_names(town)
    inspector = town.with_role("inspector", town.units.root)
    for content in (photograph(), b"<svg>"):
        refused = await send(inspector, town.units.first, content)
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    assert blob_names(town) == blobs


async def test_a_file_that_nobody_kept_cannot_be_fetched(town: Town) -> None:
    reporter = town.with_role("unit_reporter", town.units.first)
    for name in ("0" * 64, "..%2f..%2fkeys", "x"):
        assert (await reporter.get(f"{path(town.units.first)}/{name}")).status_code == 404
    terms = (await reporter.get(path(town.units.first))).json()
    assert terms["file_bytes_max"] == FILE_BYTES_MAX
