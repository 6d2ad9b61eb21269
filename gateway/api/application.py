"""The ASGI application: operations, then pages, then nothing. Every answer leaves with the same security headers.

There is no framework between the server and an operation: measured, the usual stack of middlewares cost a third
of a report.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.answers import Answered, Header
from gateway.api.context import Api
from gateway.api.errors import MethodNotAllowed, RouteNotFound
from gateway.api.incoming import SAFE_METHODS, Incoming, language_of
from gateway.api.operations import Operation
from gateway.api.paths import Node, find, tree_of
from gateway.api.permissions import is_open
from services.chassis.refusals import BadRequest, InternalFailure
from services.chassis.telemetry import counter, histogram, root_span
from services.kernel.refusal import Refusal

PARAMETER_CHARS_MAX: Final = 128
PATH_CHARS_MAX: Final = 1_024
METHOD_CHARS_MAX: Final = 16
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

ANSWERED: Final = counter("http_requests_total", "Requests answered, by operation and status.", ("operation", "status"))
SECONDS: Final = histogram("http_request_seconds", "Seconds until the answer stood.", ("operation",))

log = structlog.get_logger()


@dataclass(slots=True)
class Counts:
    """What was answered since the last log line, by class of status."""

    answered: int = 0
    refused: int = 0
    failed: int = 0

    def add(self, status: int) -> None:
        """One more answer."""
        if status >= 500:
            self.failed += 1
        elif status >= 400:
            self.refused += 1
        else:
            self.answered += 1

    def take(self) -> Counts:
        """The counts so far; counting begins anew."""
        taken = Counts(self.answered, self.refused, self.failed)
        self.answered = self.refused = self.failed = 0
        return taken


class Application:
    """Answers every request. `pages` is asked for what is no operation."""

    def __init__(self, operations: Iterable[Operation], api: Api, pages: ASGIApp | None) -> None:
        self.counts = Counts()
        self._api = api
        self._pages = pages
        self._root = tree_of(operations)
        self._security = (*SECURITY, _STRICT_TRANSPORT) if api.settings.secure else SECURITY
        # Looking a label up costs as much as counting.
        self._answered: dict[tuple[str, int], Counter] = {}
        self._seconds: dict[str, Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"only HTTP is served, not {scope['type']}")
        answer = await self._answer(scope, receive)
        if isinstance(answer, Answered):
            answer.headers += self._security
            if not any(name == _POLICY for name, _ in answer.headers):
                answer.headers.append(_DEFAULT_POLICY)
            self.counts.add(answer.status)
            await answer(scope, receive, send)
        else:
            await answer(scope, receive, self._dressing(send))

    def _dressing(self, send: Send) -> Send:
        """A send function that adds the security headers to an answer that sends itself."""

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.counts.add(message["status"])
                message["headers"] = [*message["headers"], *self._security, _DEFAULT_POLICY]
            await send(message)

        return send_dressed

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        try:
            path = scope["path"]
            if len(path) > PATH_CHARS_MAX:
                raise RouteNotFound(path=path[:PARAMETER_CHARS_MAX])
            found = find(self._root, path)
            if found is not None:
                return await self._operate(scope, receive, *found)
            if self._pages is None or scope["method"] not in SAFE_METHODS:
                raise RouteNotFound(path=path[:PARAMETER_CHARS_MAX])
            return _Page(self._pages, problem(self._api, scope, RouteNotFound(path=path[:PARAMETER_CHARS_MAX])))
        except Refusal as refusal:
            return problem(self._api, scope, refusal)
        except Exception as error:
            log.error("request_failed", error=type(error).__name__, exc_info=error)
            return problem(self._api, scope, InternalFailure())

    async def _operate(self, scope: Scope, receive: Receive, node: Node, values: list[str]) -> ASGIApp:
        method = scope["method"]
        found = node.operations.get("GET" if method == "HEAD" else method)
        if found is None:
            raise MethodNotAllowed(method=method[:METHOD_CHARS_MAX], allowed=", ".join(sorted(node.operations)))
        operation, names = found
        began = time.perf_counter()
        try:
            # The span passes refusals by, and records what nobody refused with.
            with root_span(f"http.{operation.name}"):
                answer = await self._perform(operation, scope, receive, dict(zip(names, values, strict=True)))
        except Refusal as refusal:
            answer = problem(self._api, scope, refusal)
        self._count(operation, answer, time.perf_counter() - began)
        return answer

    async def _perform(self, operation: Operation, scope: Scope, receive: Receive, params: dict[str, str]) -> ASGIApp:
        incoming = Incoming(self._api, scope, receive, params)
        for name, value in params.items():
            if len(value) > PARAMETER_CHARS_MAX:
                raise BadRequest(field=name, problem="too_long")
        if is_open(operation.name):
            incoming.spend_address()
        else:
            await incoming.identify()
        return await operation.handler(incoming)

    def _count(self, operation: Operation, answer: ASGIApp, seconds: float) -> None:
        status = answer.status if isinstance(answer, Answered) else operation.status
        name = operation.name
        answered = self._answered.get((name, status))
        if answered is None:
            answered = self._answered[name, status] = ANSWERED.labels(name, str(status))
        answered.inc()
        histogram_of = self._seconds.get(name)
        if histogram_of is None:
            histogram_of = self._seconds[name] = SECONDS.labels(name)
        histogram_of.observe(seconds)


class _Page:
    """A page, or the refusal where there is none of that name."""

    def __init__(self, pages: ASGIApp, missing: Answered) -> None:
        self._pages = pages
        self._missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._pages(scope, receive, send)
        except HTTPException:
            await self._missing(scope, receive, send)


def problem(api: Api, scope: Scope, refusal: Refusal) -> Answered:
    """A refusal as the answer to a request, in its reader's language."""
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return api.problems.answer(refusal, language_of(header), scope["path"])
