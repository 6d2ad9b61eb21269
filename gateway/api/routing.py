"""From a path to its operation, in as many steps as the path has parts, however many operations there are."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api.answers import Answered
from gateway.api.context import Api
from gateway.api.errors import MethodNotAllowed
from gateway.api.incoming import Incoming, language_of
from gateway.api.operations import Operation
from gateway.api.permissions import is_open
from services.chassis.refusals import BadRequest
from services.chassis.telemetry import counter, histogram, root_span
from services.kernel.refusal import Refusal

PARAMETER_CHARS_MAX: Final = 128

ANSWERED: Final = counter("http_requests_total", "Requests answered, by operation and status.", ("operation", "status"))
SECONDS: Final = histogram("http_request_seconds", "Time to answer, by operation.", ("operation",))


@dataclass(slots=True)
class Node:
    """A place in the tree of paths: the literal parts below it, the one parameter, and the operations that end here."""

    below: dict[str, Node] = field(default_factory=dict)
    parameter: Node | None = None
    operations: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)


class PathTaken(Exception):
    """Two operations stand at one path and method."""


def tree_of(operations: Iterable[Operation]) -> Node:
    """Raises PathTaken."""
    root = Node()
    for operation in operations:
        node, names = root, []
        for part in operation.full_path.strip("/").split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.parameter = node = node.parameter or Node()
            else:
                node = node.below.setdefault(part, Node())
        if operation.method in node.operations:
            raise PathTaken(f"{operation.method} {operation.full_path}")
        node.operations[operation.method] = (operation, tuple(names))
    return root


def find(root: Node, path: str) -> tuple[Node, list[str]] | None:
    """The node at a path and the values of its parameters; a literal part goes before a parameter."""
    node, values = root, []
    for part in path.strip("/").split("/"):
        literal = node.below.get(part)
        if literal is not None:
            node = literal
        elif node.parameter is not None and part:
            values.append(part)
            node = node.parameter
        else:
            return None
    return (node, values) if node.operations else None


class Operations(BaseRoute):
    """All operations as one route of the application, tried before any other."""

    def __init__(self, operations: Iterable[Operation], api: Api) -> None:
        self._api = api
        self._root = tree_of(operations)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        found = find(self._root, scope["path"])
        return (Match.NONE, {}) if found is None else (Match.FULL, {"found": found})

    def url_path_for(self, name: str, /, **path_params: str) -> URLPath:
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        node, values = scope["found"]
        method = scope["method"]
        found = node.operations.get("GET" if method == "HEAD" else method)
        if found is None:
            allowed = ", ".join(sorted(node.operations))
            return problem(self._api, scope, MethodNotAllowed(method=method[:16], allowed=allowed))
        operation, names = found
        began = time.perf_counter()
        try:
            # The span sees the refusal, and records faults that nobody refused with.
            with root_span(f"http.{operation.name}"):
                answer = await self._perform(operation, scope, receive, dict(zip(names, values, strict=True)))
        except Refusal as refusal:
            answer = problem(self._api, scope, refusal)
        status = answer.status if isinstance(answer, Answered) else operation.status
        ANSWERED.labels(operation.name, str(status)).inc()
        SECONDS.labels(operation.name).observe(time.perf_counter() - began)
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


def problem(api: Api, scope: Scope, refusal: Refusal) -> Answered:
    """A refusal as the answer to a request, in its reader's language."""
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return api.problems.answer(refusal, language_of(header), scope["path"])
