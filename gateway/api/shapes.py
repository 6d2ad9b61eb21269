"""Shapes of JSON made from protobuf descriptors: the same thing has the same name on both sides.

What goes out is a plain dict with every field present. What comes in is checked by a pydantic model: no unknown
field, no text for a number, every number within its protobuf type. Field names are those of the .proto files;
instants end in `_us`: microseconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Final, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from pydantic import BaseModel, ConfigDict, Field, create_model

TEXT_CHARS_MAX: Final = 20_000
ITEMS_MAX: Final = 10_000
_SIGNED_BITS: Final = {FieldDescriptor.TYPE_INT32: 31, FieldDescriptor.TYPE_INT64: 63}
_UNSIGNED_BITS: Final = {FieldDescriptor.TYPE_UINT32: 32, FieldDescriptor.TYPE_UINT64: 64}

# Rows that carry a refusal as data: what goes out says in `detail`, in the reader's language, what their code means.
WORDED_ROWS: Final = frozenset(
    f"huanjie.reporting.v1.{name}" for name in ("RowReceipt", "FiguresReceipt", "FormProblem")
)
DETAIL: Final = "detail"

Plain = Callable[[Message], dict[str, object]]
# A code and its parameters become a sentence.
Say = Callable[[str, Mapping[str, str | int]], str]
Saying = Callable[[dict[str, Any], Say], None]


class ShapeUnknown(Exception):
    """A field's type has no place in JSON here: bytes and fractions never travel."""


@cache
def plain_of(descriptor: Descriptor) -> Plain:
    """A function from a message of this type to a plain dict."""
    getters = [(field.name, _getter(field)) for field in descriptor.fields]

    def plain(message: Message) -> dict[str, object]:
        return {name: get(message) for name, get in getters}

    def worded(message: Message) -> dict[str, object]:
        return {**plain(message), DETAIL: ""}

    return worded if descriptor.full_name in WORDED_ROWS else plain


@cache
def saying_of(descriptor: Descriptor) -> Saying | None:
    """What fills in `detail` wherever `plain_of`'s dicts have one; None where they have none."""
    lists = [(field.name, saying_of(field.message_type)) for field in descriptor.fields if _is_list(field)]
    deeper = [(name, each) for name, each in lists if each is not None]
    own = descriptor.full_name in WORDED_ROWS
    if not own and not deeper:
        return None

    def saying(content: dict[str, Any], say: Say) -> None:
        if own and content["code"]:
            content[DETAIL] = say(content["code"], content["parameters"])
        for name, each in deeper:
            for row in content[name]:
                each(row, say)

    return saying


def _getter(field: FieldDescriptor) -> Callable[[Message], object]:
    get = attrgetter(field.name)
    _python_type(field)
    if _is_map(field):
        return lambda message: dict(get(message))
    if field.message_type is None:
        return (lambda message: list(get(message))) if field.is_repeated else get
    nested = plain_of(field.message_type)
    if field.is_repeated:
        return lambda message: [nested(item) for item in get(message)]
    return lambda message: nested(get(message))


@cache
def output_model(descriptor: Descriptor) -> type[BaseModel]:
    """The model that describes `plain_of`'s dicts: every field is there."""
    fields: dict[str, Any] = {}
    for field in descriptor.fields:
        kind: Any = output_model(field.message_type) if _is_message(field) else _python_type(field)
        if _is_map(field):
            kind = dict[str, str]
        fields[field.name] = (list[kind] if field.is_repeated and not _is_map(field) else kind, ...)
    if descriptor.full_name in WORDED_ROWS:
        fields[DETAIL] = (str, ...)
    return create_model(descriptor.name, **fields)


def input_model(
    descriptor: Descriptor,
    name: str,
    *,
    leave_out: Collection[str] = (),
    required: Collection[str] = (),
    strict: bool = True,
) -> type[BaseModel]:
    """The model that checks what is given for a message of this type. What is not `required` may be left out.

    Strict for JSON; what comes as text, in a query, is read as what it stands for.
    """
    fields: dict[str, Any] = {}
    for field in descriptor.fields:
        if field.name not in leave_out:
            default = ... if field.name in required else None
            fields[field.name] = (_input_type(field), Field(default=default, json_schema_extra=_no_default))
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=strict), **fields)


def _input_type(field: FieldDescriptor) -> Any:
    if _is_message(field):
        kind: Any = _nested_input(field.message_type)
    else:
        kind = _bounded(field)
    if _is_map(field):
        return dict[str, str]
    return Annotated[list[kind], Field(max_length=ITEMS_MAX)] if field.is_repeated else kind


@cache
def _nested_input(descriptor: Descriptor) -> type[BaseModel]:
    return input_model(descriptor, f"{descriptor.name}Input")


def _bounded(field: FieldDescriptor) -> Any:
    kind = _python_type(field)
    if kind is str:
        return Annotated[str, Field(max_length=TEXT_CHARS_MAX)]
    if field.type in _SIGNED_BITS:
        bound = 1 << _SIGNED_BITS[field.type]
        return Annotated[int, Field(ge=-bound, le=bound - 1)]
    if field.type in _UNSIGNED_BITS:
        return Annotated[int, Field(ge=0, le=(1 << _UNSIGNED_BITS[field.type]) - 1)]
    return kind


def _python_type(field: FieldDescriptor) -> type:
    if _is_map(field) or field.message_type is not None:
        return dict
    if field.type in _SIGNED_BITS or field.type in _UNSIGNED_BITS:
        return int
    if field.type == FieldDescriptor.TYPE_BOOL:
        return bool
    if field.type == FieldDescriptor.TYPE_STRING:
        return str
    raise ShapeUnknown(field.full_name)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _is_message(field: FieldDescriptor) -> bool:
    return field.message_type is not None and not _is_map(field)


def _is_list(field: FieldDescriptor) -> bool:
    return field.is_repeated and _is_message(field)


def _no_default(schema: dict[str, Any]) -> None:
    """A field left out is absent, not null: the document says so by naming no default."""
    schema.pop("default", None)


def given(model: BaseModel) -> Mapping[str, Any]:
    """What was sent, without what was left out: fit for a message's constructor."""
    return cast(Mapping[str, Any], model.model_dump(exclude_unset=True))
