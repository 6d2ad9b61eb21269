"""What every answer passes on its way out: security headers, and a count for the log line of the last seconds.

A pure ASGI middleware: nothing is copied, buffered or awaited beyond what the answer itself does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.answers import Header

CONTENT_SECURITY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_POLICY: Final = b"content-security-policy"
_DEFAULT_POLICY: Final[Header] = (_POLICY, CONTENT_SECURITY.encode())
_STRICT_TRANSPORT: Final[Header] = (b"strict-transport-security", b"max-age=31536000")


@dataclass(slots=True)
class Counts:
    """What was answered since the last log line, by class of status."""

    answered: int = 0
    refused: int = 0
    failed: int = 0

    def take(self) -> Counts:
        """The counts so far; counting begins anew."""
        taken = Counts(self.answered, self.refused, self.failed)
        self.answered = self.refused = self.failed = 0
        return taken


class Edge:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, counts: Counts, secure: bool) -> None:
        self._app = app
        self._counts = counts
        self._headers = (*HEADERS, _STRICT_TRANSPORT) if secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._count(message["status"])
                headers = message["headers"]
                named = any(name == _POLICY for name, _ in headers)
                message["headers"] = [*headers, *self._headers, *(() if named else (_DEFAULT_POLICY,))]
            await send(message)

        await self._app(scope, receive, send_dressed)

    def _count(self, status: int) -> None:
        if status >= 500:
            self._counts.failed += 1
        elif status >= 400:
            self._counts.refused += 1
        else:
            self._counts.answered += 1
