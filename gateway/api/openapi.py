"""The OpenAPI document, made from the table of operations. `python -m gateway.api.openapi` writes docs/openapi.json.

FastAPI writes the document from routes that it is shown and that serve nothing: requests go to the operations directly.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, Final

import orjson
from fastapi import Body, Header
from fastapi import Path as PathParameter
from fastapi import Query as QueryParameter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from gateway.api.document import DOCUMENT
from gateway.api.incoming import SESSION_COOKIE
from gateway.api.operations import Operation
from gateway.api.permissions import ACCESS
from gateway.api.table import OPERATIONS

TITLE: Final = "huanjie"
VERSION: Final = "1"
_ABOUT: Final = """\
Coordinates the election of a district's leading bodies across its units.

- **Who asks**: a browser's session cookie, with `X-CSRF-Token` on every change; or an issued key, as
  `Authorization: Bearer hjk_…`.
- **Changes** take an `Idempotency-Key`: sent again with the same content it is answered as before, with other refused.
  They answer `Hj-Position`; a read that sends it as `Hj-Not-Before` shows at least that change.
- **Versions**: single things carry an `ETag`; a change that sends it as `If-Match` is refused if the thing moved on.
- **Lists** are pages: `cursor` is the `next_cursor` of the page before, which is empty on the last.
- **Refusals** are problem+json with stable `code` and typed `params`; `detail` is worded by `Accept-Language` (zh, en).
- **Instants** end in `_us`: microseconds since 1970-01-01T00:00Z.
"""
_EXAMPLES: Final = {
    "unit_id": "unit_0v3k9d1m7q2x8b4c",
    "directive_id": "dir_0v3k9d1m7q2x8b4c",
    "account_id": "account_0v3k9d1m7q2x8b4c",
    "grant_id": "grant_0v3k9d1m7q2x8b4c",
    "key_id": "key_0v3k9d1m7q2x8b4c",
    "post_id": "post_0v3k9d1m7q2x8b4c",
}
_HEADERS: Final = {
    "Idempotency-Key": "Names this request: sent again, it is not done again.",
    "If-Match": "The ETag that the caller saw; a change of anything newer is refused.",
    "If-None-Match": "The ETag that the caller has; answered 304 if nothing changed.",
    "Hj-Not-Before": "Position tokens, separated by commas: the answer shows at least these changes.",
    "Last-Event-ID": "The id of the last event seen.",
}
_SECURITY: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
    "key": {"type": "http", "scheme": "bearer", "description": "A key issued for a unit's own system."},
}
# What any operation may answer beside success; which codes there are stands with each service.
_REFUSALS: Final = {
    400: "The request is not valid.",
    401: "Nobody, or nobody any more.",
    403: "Not permitted.",
    404: "Not found, or not to be known.",
    409: "In conflict with what was done before.",
    412: "The thing moved on since its ETag was seen.",
    413: "Larger than the limit.",
    415: "Another media type than this operation reads.",
    422: "A rule or the present state forbids it.",
    429: "Too often.",
    503: "Not just now: busy, behind or out of reach.",
}
_CHANGES_ONLY: Final = frozenset({409, 412, 413, 415, 422})


class ProblemDetails(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(examples=["urn:huanjie:refusal:STALE_VERSION"])
    title: str
    status: int
    code: str = Field(examples=["STALE_VERSION"])
    detail: str
    params: dict[str, str | int]
    rule: str
    instance: str


def document(operations: Iterable[Operation] = OPERATIONS) -> dict[str, Any]:
    """The whole document."""
    shown = list(operations)
    made = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=[_route(one) for one in shown])
    components = made["components"]
    components["securitySchemes"] = _SECURITY
    components["responses"] = {f"Refused{status}": _refusal(text) for status, text in _REFUSALS.items()}
    components["schemas"][ProblemDetails.__name__] = ProblemDetails.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    for operation in shown:
        responses = made["paths"][operation.full_path][operation.method.lower()]["responses"]
        # The library's own shape of a refusal: ours is another.
        responses.pop("422", None)
        responses.update(_refusals(operation))
    return made


def render(operations: Iterable[Operation] = OPERATIONS) -> bytes:
    """The document as it is committed."""
    return orjson.dumps(document(operations), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _route(operation: Operation) -> APIRoute:
    return APIRoute(
        operation.full_path,
        _endpoint(operation),
        methods=[operation.method],
        operation_id=operation.name,
        tags=[operation.tag],
        summary=operation.summary,
        status_code=operation.status,
        response_model=operation.answer if operation.gives == "application/json" else None,
        responses=_other_media(operation),
        openapi_extra=_extra(operation),
    )


def _endpoint(operation: Operation) -> Callable[..., Awaitable[None]]:
    """A function whose signature says what the operation takes."""

    async def endpoint(**_: Any) -> None:
        return None

    taken = [
        *(_parameter(name, str, PathParameter(examples=[_EXAMPLES[name]])) for name in _path_parameters(operation)),
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


def _path_parameters(operation: Operation) -> list[str]:
    return [part[1:-1] for part in operation.full_path.split("/") if part.startswith("{")]


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


def _refusals(operation: Operation) -> dict[str, Any]:
    heeded = (status for status in _REFUSALS if operation.method != "GET" or status not in _CHANGES_ONLY)
    return {str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in heeded}


def _refusal(text: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _other_media(operation: Operation) -> dict[int | str, dict[str, Any]]:
    if operation.gives == "application/json":
        return {}
    return {operation.status: {"content": {operation.gives: {"schema": {"type": "string"}}}}}


def _extra(operation: Operation) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if not ACCESS[operation.name].open:
        cookie: dict[str, list[str]] = {"session": []} if operation.method == "GET" else {"session": [], "csrf": []}
        extra["security"] = [cookie, {"key": []}]
    if operation.takes != "application/json":
        file = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"file": file}, "required": ["file"]}
        extra["requestBody"] = {"required": True, "content": {operation.takes: {"schema": form}}}
    return extra


def main() -> int:
    """Writes the document."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_bytes(render())
    return 0


if __name__ == "__main__":
    sys.exit(main())
