"""What an operation answers: bytes that are ready."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.responses import Response

Header = tuple[bytes, bytes]

JSON: Final = "application/json"
HTML: Final = "text/html"
NO_STORE: Final = (b"cache-control", b"no-store")
# Kept by the browser of the one who asked, and asked about again each time.
REVALIDATE: Final = (b"cache-control", b"private, no-cache")
_BODILESS: Final = frozenset({204, 304})


class Answered(Response):
    """A whole answer in memory. `caching` is its Cache-Control."""

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        headers: list[Header] | None = None,
        media_type: str = JSON,
        caching: Header = NO_STORE,
    ) -> None:
        super().__init__(body, status, media_type=None if status in _BODILESS else media_type)
        self.raw_headers += [caching, *(headers or ())]


def answer_json(content: object, status: int = 200, headers: list[Header] | None = None) -> Answered:
    """A JSON answer."""
    return Answered(orjson.dumps(content), status, headers)


def no_content(headers: list[Header] | None = None) -> Answered:
    """Done, and nothing to say."""
    return Answered(b"", 204, headers)
