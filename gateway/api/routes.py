"""An operation as a route of FastAPI, which matches its path and describes it; what it is asked, it reads itself.

FastAPI would read parameters and bodies by itself and inject them: that costs several times what the rest of a
route does, and refuses in its own words. So the signature that it is shown serves the document, and the handler
that it calls is the operation's.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Final, cast

from fastapi import Body, Header, Request, Response
from fastapi import Path as PathParameter
from fastapi import Query as QueryParameter
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from gateway.api.incoming import Incoming
from gateway.api.naming import refused
from gateway.api.operations import Operation, parameters_of
from gateway.api.permissions import is_open
from services.chassis.refusals import BadRequest
from services.chassis.telemetry import root_span
from services.kernel.refusal import Refusal

PARAMETER_CHARS_MAX: Final = 128
_EXAMPLES: Final = {
    "unit_id": "unit_0v3k9d1m7q2x8b4c",
    "sample_id": "sample_0v3k9d1m7q2x8b4c",
    "route_id": "route_0v3k9d1m7q2x8b4c",
    "directive_id": "dir_0v3k9d1m7q2x8b4c",
    "account_id": "account_0v3k9d1m7q2x8b4c",
    "grant_id": "grant_0v3k9d1m7q2x8b4c",
    "key_id": "key_0v3k9d1m7q2x8b4c",
    "post_id": "post_0v3k9d1m7q2x8b4c",
    "election_id": "elec_0v3k9d1m7q2x8b4c",
    "roll_id": "roll_0v3k9d1m7q2x8b4c",
    "sitting_id": "sitt_0v3k9d1m7q2x8b4c",
    "sheet_id": "sheet_0v3k9d1m7q2x8b4c",
    "turnover_id": "turnover_0v3k9d1m7q2x8b4c",
    "milestone_id": "delegate_notice",
    "override_id": "override_0v3k9d1m7q2x8b4c",
    "record_id": "record_0v3k9d1m7q2x8b4c",
    "meeting_id": "meeting_0v3k9d1m7q2x8b4c",
    "paper": "result",
    "paper_id": "paper_0v3k9d1m7q2x8b4c",
    "requirement_id": "requirement_0v3k9d1m7q2x8b4c",
    "booking_id": "booking_0v3k9d1m7q2x8b4c",
    "matter_id": "matter_0v3k9d1m7q2x8b4c",
    "question_id": "question_0v3k9d1m7q2x8b4c",
    "order_id": "order_0v3k9d1m7q2x8b4c",
    "file_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "practice_id": "practice_0v3k9d1m7q2x8b4c",
}
_HEADERS: Final = {
    "Idempotency-Key": "Names this request: sent again, it is not done again.",
    "If-Match": "The ETag that the caller saw; a change of anything newer is refused.",
    "If-None-Match": "The ETag that the caller has; answered 304 if nothing changed.",
    "Hj-Not-Before": "Position tokens, separated by commas: the answer shows at least these changes.",
    "Last-Event-ID": "The id of the last event seen.",
}


class OperationRoute(APIRoute):
    """One row of the table. The application's `state.api` is what its operation works with."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self._open = is_open(operation.name)
        self._span = f"http.{operation.name}"
        super().__init__(
            operation.full_path,
            _described(operation),
            methods=[operation.method],
            operation_id=operation.name,
            tags=[operation.tag],
            summary=operation.summary,
            status_code=operation.status,
            response_model=operation.answer if operation.gives == "application/json" else None,
            responses=_other_media(operation),
            openapi_extra=_extra(operation),
        )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's place for a handler of one's own."""
        # Of an answer it asks no more than that it is an ASGI application.
        return cast(Callable[[Request], Coroutine[Any, Any, Response]], self._answer)

    async def _answer(self, request: Request) -> ASGIApp:
        incoming = Incoming(request.app.state.api, request.scope, request.receive, request.path_params)
        try:
            # The span passes refusals by, and records what nobody refused with.
            with root_span(self._span):
                return await self._done(incoming)
        except Refusal as refusal:
            return await refused(incoming, refusal)

    async def _done(self, incoming: Incoming) -> ASGIApp:
        for name, value in incoming.params.items():
            if len(value) > PARAMETER_CHARS_MAX:
                raise BadRequest(field=name, problem="too_long")
        if not self._open:
            await incoming.identify()
        elif not self.operation.unmetered:
            incoming.spend_address()
        return await self.operation.handler(incoming)


def _described(operation: Operation) -> Callable[..., Awaitable[None]]:
    """A function whose signature says what the operation takes."""

    async def endpoint(**_: Any) -> None:
        return None

    taken = [
        *(_parameter(name, str, PathParameter(examples=[_EXAMPLES[name]])) for name in parameters_of(operation.path)),
        *_query_parameters(operation),
        *(_parameter(_snake(name), str, _header(name), default="") for name in operation.headers),
    ]
    if operation.body is not None:
        examples = [dict(operation.example)] if operation.example else None
        taken.append(_parameter("body", operation.body, Body(examples=examples)))
    endpoint.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    endpoint.__name__ = operation.name
    return endpoint


def _parameter(name: str, kind: Any, marker: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[kind, marker], default=default)


def _query_parameters(operation: Operation) -> list[inspect.Parameter]:
    if operation.query is None:
        return []
    return [
        _parameter(
            name,
            Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation,
            QueryParameter(),
            inspect.Parameter.empty if field.is_required() else (field.default or None),
        )
        for name, field in operation.query.model_fields.items()
    ]


def _header(name: str) -> Any:
    return Header(alias=name, description=_HEADERS[name])


def _snake(name: str) -> str:
    return name.lower().replace("-", "_")


def _other_media(operation: Operation) -> dict[int | str, dict[str, Any]]:
    if operation.gives == "application/json":
        return {}
    return {operation.status: {"content": {operation.gives: {"schema": {"type": "string"}}}}}


def _extra(operation: Operation) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if not is_open(operation.name):
        cookie: dict[str, list[str]] = {"session": []} if operation.method == "GET" else {"session": [], "csrf": []}
        extra["security"] = [cookie, {"key": []}]
    if operation.takes != "application/json":
        file = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"file": file}, "required": ["file"]}
        extra["requestBody"] = {"required": True, "content": {operation.takes: {"schema": form}}}
    return extra
