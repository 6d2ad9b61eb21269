"""What every answer passes on its way out: security headers, counting, and a word where something failed."""

from __future__ import annotations

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.answers import Answered, Header
from gateway.api.context import Api
from gateway.api.incoming import language_of
from gateway.api.routes import OperationRoute
from services.chassis.refusals import InternalFailure
from services.kernel.refusal import Refusal

CONTENT_SECURITY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY: Final[tuple[Header, ...]] = (
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

log = structlog.get_logger()


class Edge:
    """The one middleware, plain ASGI: it stands around routes and pages alike."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        self._app = app
        self._api = api
        self._security = (*SECURITY, _STRICT_TRANSPORT) if api.settings.secure else SECURITY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # Answered as the GET that it asks about; the server keeps the body back.
            scope = {**scope, "method": "GET"}
        began = time.perf_counter()
        started = False

        async def leave(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._dressed(message["headers"])
                self._count(scope, message["status"], time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, leave)
        except Exception as error:
            if started:
                raise
            log.error("request_failed", error=type(error).__name__, exc_info=error)
            await problem(self._api, scope, InternalFailure())(scope, receive, leave)

    def _dressed(self, headers: list[Header]) -> list[Header]:
        if any(name == _POLICY for name, _ in headers):
            return [*headers, *self._security]
        return [*headers, *self._security, _DEFAULT_POLICY]

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        self._api.counts.add(status)
        route = scope.get("route")
        if isinstance(route, OperationRoute):
            self._api.counts.add_operation(route.operation.name, status, seconds)


def problem(api: Api, scope: Scope, refusal: Refusal) -> Answered:
    """A refusal as the answer to a request, in its reader's language."""
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return api.problems.answer(refusal, language_of(header), scope["path"])
