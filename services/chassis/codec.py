"""Domain events are frozen dataclasses; what crosses a border is protobuf. This is the border.

A dataclass and its message share the field names. Encoders and decoders are built once per type, so that
one event costs a few microseconds.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from google.protobuf.message import Message


class Event(Protocol):
    """A frozen dataclass of a service's ``domain/events.py``."""

    __dataclass_fields__: typing.ClassVar[dict[str, Any]]


class CodecMismatch(Exception):
    """A domain event and its message do not have the same fields: found at start, never at run time."""


def _nested(annotation: Any) -> tuple[Any, bool]:
    """(the dataclass inside, whether it is a tuple of them) for an annotation."""
    if typing.get_origin(annotation) is tuple:
        inner = typing.get_args(annotation)[0]
        return (inner if dataclasses.is_dataclass(inner) else None), True
    return (annotation if dataclasses.is_dataclass(annotation) else None), False


class _Shape:
    """How one dataclass maps to one message class."""

    def __init__(self, cls: type, message: type[Message]) -> None:
        self.cls = cls
        self.message = message
        hints = typing.get_type_hints(cls)
        names = [f.name for f in dataclasses.fields(cls)]
        described = {f.name: f for f in message.DESCRIPTOR.fields}
        if set(names) != set(described):
            raise CodecMismatch(f"{cls.__name__}: {sorted(set(names) ^ set(described))} on one side only")
        self.plain: list[str] = []
        self.lists: list[str] = []
        self.nested: dict[str, tuple[_Shape, bool]] = {}
        for name in names:
            inner, many = _nested(hints[name])
            if inner is not None:
                self.nested[name] = (_Shape(inner, _class_of(described[name])), many)
            else:
                (self.lists if many else self.plain).append(name)

    def encode(self, event: Any) -> Message:
        values: dict[str, Any] = {name: getattr(event, name) for name in self.plain}
        for name in self.lists:
            values[name] = getattr(event, name)
        for name, (shape, many) in self.nested.items():
            value = getattr(event, name)
            values[name] = [shape.encode(v) for v in value] if many else shape.encode(value)
        return self.message(**values)

    def decode(self, message: Any) -> Any:
        values: dict[str, Any] = {name: getattr(message, name) for name in self.plain}
        for name in self.lists:
            values[name] = tuple(getattr(message, name))
        for name, (shape, many) in self.nested.items():
            value = getattr(message, name)
            values[name] = tuple(shape.decode(v) for v in value) if many else shape.decode(value)
        return self.cls(**values)


def _class_of(field: Any) -> type[Message]:
    described: Any = field.message_type
    if described is None:
        raise CodecMismatch(f"{field.full_name} is no message")
    return typing.cast(type[Message], described._concrete_class)


def names_blob(field: str) -> bool:
    """A field that holds the name of a file: ``…_sha256``, or ``evidence`` (a list of them)."""
    return field.endswith("_sha256") or field == "evidence"


Upcaster = Callable[[bytes], bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class Upcast:
    """An old event type and the pure function that gives its bytes as the newer type."""

    old_type: str
    new_type: str
    upcast: Upcaster


class EventCodec:
    """Encodes a service's events and decodes them again, old shapes through their upcasters."""

    def __init__(
        self, events: Collection[type], modules: Iterable[types.ModuleType], upcasts: Iterable[Upcast] = ()
    ) -> None:
        messages: dict[str, type[Message]] = {}
        for module in modules:
            for name, value in vars(module).items():
                if isinstance(value, type) and issubclass(value, Message):
                    messages[name] = value
        self._by_class: dict[type, tuple[str, _Shape]] = {}
        self._by_type: dict[str, _Shape] = {}
        for cls in events:
            if cls.__name__ not in messages:
                raise CodecMismatch(f"{cls.__name__} has no message of that name")
            shape = _Shape(cls, messages[cls.__name__])
            full_name = str(shape.message.DESCRIPTOR.full_name)
            self._by_class[cls] = (full_name, shape)
            self._by_type[full_name] = shape
        self._blob_fields = {
            cls: tuple(f.name for f in dataclasses.fields(cls) if names_blob(f.name)) for cls in events
        }
        self._upcasts: Mapping[str, Upcast] = {u.old_type: u for u in upcasts}

    @property
    def types(self) -> tuple[str, ...]:
        """The full names of all current event types."""
        return tuple(self._by_type)

    def encode(self, event: Event) -> tuple[str, bytes]:
        """(full protobuf name, serialized bytes)."""
        full_name, shape = self._by_class[type(event)]
        return full_name, shape.encode(event).SerializeToString()

    def blobs_named(self, event: Event) -> list[str]:
        """The files that an event names, by SHA-256; for most types there is nothing to look at."""
        named: list[str] = []
        for field in self._blob_fields[type(event)]:
            value = getattr(event, field)
            named += [value] if isinstance(value, str) else value
        return [sha256 for sha256 in named if sha256]

    def decode(self, type_name: str, data: bytes) -> Any | None:
        """The domain event; None for a type that this service does not know (never poison)."""
        while type_name in self._upcasts:
            step = self._upcasts[type_name]
            type_name, data = step.new_type, step.upcast(data)
        shape = self._by_type.get(type_name)
        if shape is None:
            return None
        return shape.decode(shape.message.FromString(data))
