"""Operations that are one rpc each: the request is made of path, query, body and headers, the answer is the message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Annotated, Any, Final, cast

import orjson
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.types import ASGIApp

from gateway.api import positions
from gateway.api.answers import REVALIDATE, Answered, Header
from gateway.api.incoming import Incoming
from gateway.api.naming import say_rows
from gateway.api.operations import PAGE_ROWS_MAX, Operation, parameters_of
from gateway.api.parts import find_rpc
from gateway.api.shapes import given, input_model, output_model, plain_of, saying_of
from services.chassis.binding import message_class
from services.chassis.client import Answer

VERSION: Final = "version"
EXPECTED_VERSION: Final = "expected_version"
NEXT_CURSOR: Final = "next_cursor"
REPEATED: Final[Header] = (b"idempotent-replayed", b"true")


def command(
    name: str,
    method: str,
    path: str,
    rpc: str,
    *,
    tag: str,
    summary: str,
    status: int = 200,
    required: Collection[str] = (),
    leave_out: Collection[str] = (),
    example: Mapping[str, Any] | None = None,
    then: Callable[[Incoming], None] | None = None,
) -> Operation:
    """A change. Path parameters fill the request's fields of their names, If-Match its expected version, the body
    the rest; what is not `required` may be left out of it. `then` runs once the change is done.
    """
    descriptor = find_rpc(rpc)[1]
    in_path = set(parameters_of(path))
    versioned = EXPECTED_VERSION in descriptor.input_type.fields_by_name
    body = input_model(
        descriptor.input_type,
        descriptor.input_type.name.removesuffix("Request"),
        leave_out=in_path | {EXPECTED_VERSION} | set(leave_out),
        required=required,
    )
    shape = body if body.model_fields else None
    request_type, answer_type = message_class(descriptor.input_type), message_class(descriptor.output_type)
    plain, saying = plain_of(descriptor.output_type), saying_of(descriptor.output_type)

    async def handler(incoming: Incoming) -> ASGIApp:
        fields = given(await incoming.json(shape or _Nothing))
        request = request_type(**fields, **incoming.params)
        if versioned:
            request.expected_version = incoming.expected_version  # type: ignore[attr-defined]
        answer = await incoming.command(rpc, request, answer_type)
        if then is not None:
            then(incoming)
        content = plain(answer.message)
        if saying is not None:
            await say_rows(incoming, content, saying)
        return written(answer, content, status)

    return Operation(
        name, method, path, tag, summary, handler,
        body=shape,
        answer=output_model(descriptor.output_type) if descriptor.output_type.fields else None,
        status=status,
        headers=("Idempotency-Key", *(("If-Match",) if versioned else ())),
        example=example or {},
    )  # fmt: skip


def query(
    name: str,
    path: str,
    rpc: str,
    *,
    tag: str,
    summary: str,
    items: str = "",
    fills: Mapping[str, str] | None = None,
    leave_out: Collection[str] = (),
) -> Operation:
    """A read. `items` names the list field of a page; `fills` maps path parameters to request fields of other names."""
    descriptor = find_rpc(rpc)[1]
    renamed = {parameter: (fills or {}).get(parameter, parameter) for parameter in parameters_of(path)}
    asked = _query_model(descriptor.input_type, name, {*renamed.values(), *leave_out})
    request_type, answer_type = message_class(descriptor.input_type), message_class(descriptor.output_type)
    plain = _page_of(descriptor.output_type, items) if items else plain_of(descriptor.output_type)

    async def handler(incoming: Incoming) -> ASGIApp:
        fields = _request_fields(descriptor.input_type, incoming.query(asked))
        for parameter, field in renamed.items():
            fields[field] = incoming.params[parameter]
        message = await incoming.ask(rpc, request_type(**fields), answer_type)
        return shown(incoming, orjson.dumps(plain(message)), getattr(message, VERSION, None))

    return Operation(
        name, "GET", path, tag, summary, handler,
        query=asked if asked.model_fields else None,
        answer=_page_model(descriptor.output_type, items) if items else output_model(descriptor.output_type),
        headers=("If-None-Match", "Hj-Not-Before"),
    )  # fmt: skip


def written(answer: Answer[Any], content: Mapping[str, Any], status: int = 200) -> Answered:
    """The answer to a change: what it returned, where it stands, and the new version's tag."""
    headers: list[Header] = []
    if answer.position is not None:
        headers.append((positions.POSITION, positions.token_of(answer.position)))
    if VERSION in content:
        headers.append((b"etag", positions.version_tag(content[VERSION])))
    if answer.repeated:
        headers.append(REPEATED)
    if not content:
        return Answered(b"", 204, headers)
    return Answered(orjson.dumps(content), status, headers)


def shown(incoming: Incoming, body: bytes, version: int | None = None) -> Answered:
    """The answer to a read; 304 where the reader has just this already."""
    tag = positions.shown_tag(version, body)
    headers = [(b"etag", tag)]
    if positions.seen_before(incoming.headers.get(b"if-none-match", b""), tag):
        return Answered(b"", 304, headers, caching=REVALIDATE)
    return Answered(body, 200, headers, caching=REVALIDATE)


class _Nothing(BaseModel):
    """A body that may say nothing."""

    model_config = ConfigDict(extra="forbid")


def _query_model(descriptor: Descriptor, name: str, leave_out: Collection[str]) -> type[BaseModel]:
    """The rest of the request's fields, flat; the page's as `cursor` and `limit`."""
    paged = "page" in descriptor.fields_by_name or "rows_max" in descriptor.fields_by_name
    title = "".join(word.capitalize() for word in name.split("_")) + "Query"
    plain = input_model(descriptor, title, leave_out={*leave_out, "page", "cursor", "rows_max"}, strict=False)
    if not paged:
        return plain
    limit = Annotated[int, Field(ge=1, le=PAGE_ROWS_MAX)]
    return create_model(title, __base__=plain, cursor=(str, ""), limit=(limit, PAGE_ROWS_MAX // 5))


def _request_fields(descriptor: Descriptor, asked: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(asked)
    page = {"cursor": fields.pop("cursor", ""), "rows_max": fields.pop("limit", PAGE_ROWS_MAX // 5)}
    if "page" in descriptor.fields_by_name:
        fields["page"] = page
    elif "rows_max" in descriptor.fields_by_name:
        fields.update(page)
    return fields


def _page_of(descriptor: Descriptor, items: str) -> Any:
    plain = plain_of(descriptor.fields_by_name[items].message_type)

    def page(message: Message) -> dict[str, object]:
        rows = [plain(row) for row in getattr(message, items)]
        return {"items": rows, NEXT_CURSOR: getattr(message, NEXT_CURSOR, "")}

    return page


@cache
def _page_model(descriptor: Descriptor, items: str) -> type[BaseModel]:
    row = output_model(descriptor.fields_by_name[items].message_type)
    fields: dict[str, Any] = {"items": (list[row], ...), NEXT_CURSOR: (str, ...)}  # type: ignore[valid-type]
    return cast(type[BaseModel], create_model(f"{row.__name__}Page", **fields))
