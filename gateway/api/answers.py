"""What an operation answers: bytes that are ready, sent with two messages and nothing in between."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]

JSON: Final = b"application/json"
HTML: Final = b"text/html; charset=utf-8"
NO_STORE: Final = (b"cache-control", b"no-store")
# Kept by the browser of the one who asked, and asked about again each time.
REVALIDATE: Final = (b"cache-control", b"private, no-cache")
_BODILESS: Final = frozenset({204, 304})


class Answered:
    """A whole answer in memory; an ASGI application of its own. `caching` is its Cache-Control."""

    __slots__ = ("body", "caching", "headers", "media_type", "status")

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        headers: list[Header] | None = None,
        media_type: bytes = JSON,
        caching: Header = NO_STORE,
    ) -> None:
        self.body = body
        self.status = status
        self.headers = headers or []
        self.media_type = media_type
        self.caching = caching

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [self.caching, *self.headers]
        if self.status not in _BODILESS:
            length = str(len(self.body)).encode()
            headers += ((b"content-type", self.media_type), (b"content-length", length))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


def answer_json(content: object, status: int = 200, headers: list[Header] | None = None) -> Answered:
    """A JSON answer."""
    return Answered(orjson.dumps(content), status, headers)


def no_content(headers: list[Header] | None = None) -> Answered:
    """Done, and nothing to say."""
    return Answered(b"", 204, headers)
