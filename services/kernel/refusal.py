"""The base of every refusal: a named, typed "no" that changes nothing.

A refusal is declared as a class and nothing else:

    class NotFound(Refusal):
        code: ClassVar[str] = "NOT_FOUND"
        category: ClassVar[Category] = Category.NOT_FOUND
        kind: str
        id: str

Its fields are its wire parameters: keyword-only, read-only, of type str or int. The code is stable for ever
and in one registry; a second class with the same code fails at import. Wording lives in catalogues, never
here.
"""

import re
from dataclasses import FrozenInstanceError, dataclass, fields
from enum import Enum
from typing import ClassVar, dataclass_transform

_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_FIELD_TYPES: dict[object, type[str] | type[int]] = {str: str, int: int, "str": str, "int": int}
_RESERVED = frozenset({"args", "category", "code"})
_registry: "dict[str, type[Refusal]]" = {}


class Category(Enum):
    """What kind of "no" it is; the chassis maps each to one HTTP and one gRPC status."""

    INVALID = "invalid"  # the request itself is malformed; it will never succeed as it is
    UNAUTHENTICATED = "unauthenticated"  # we do not know who asks
    DENIED = "denied"  # we know who asks, and they may not
    NOT_FOUND = "not_found"
    EXISTS = "exists"  # what is to be created is there already
    CONFLICT = "conflict"  # the state moved since it was read; read again and decide anew
    RULE = "rule"  # well-formed and permitted, but a rule or the present state forbids it
    TOO_LARGE = "too_large"
    THROTTLED = "throttled"  # this caller asks too often
    BUSY = "busy"  # the service is at a named limit; the same request may succeed in a moment
    UNAVAILABLE = "unavailable"  # something the service needs is missing or behind
    DEADLINE = "deadline"
    UNIMPLEMENTED = "unimplemented"
    INTERNAL = "internal"  # a fault of ours; logged there, nothing was changed


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _Declared(Exception):
    """Turns each subclass into a keyword-only dataclass and registers its code.

    `dataclass(frozen=True)` would also refuse the traceback that contextlib writes on an exception.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(kw_only=True, unsafe_hash=True)(cls)
        if "code" in cls.__dict__:
            _register(cls)

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__dict__:
            raise FrozenInstanceError(f"a refusal is read-only: {name}")
        super().__setattr__(name, value)


class Refusal(_Declared):
    """A named refusal. `rule` is the id of the rule that forbids the act, empty where none applies."""

    code: ClassVar[str]
    category: ClassVar[Category]
    rule: str = ""

    def __str__(self) -> str:
        return self.code

    def params(self) -> dict[str, str | int]:
        """The typed parameters by name, in the order of their declaration, without `rule`."""
        return {name: getattr(self, name) for name in param_types(type(self))}


def param_types(refusal: type[Refusal]) -> dict[str, type[str] | type[int]]:
    """The wire parameters of a refusal class: name to str or int."""
    return {field.name: _FIELD_TYPES[field.type] for field in fields(refusal) if field.name != "rule"}


def registered() -> dict[str, type[Refusal]]:
    """A copy of the registry: every refusal class imported so far, by code."""
    return dict(_registry)


def find_refusal(code: str) -> type[Refusal] | None:
    """The class of a code, or None when no imported module declares it."""
    return _registry.get(code)


def _register(cls: type) -> None:
    if not issubclass(cls, Refusal):
        raise TypeError(f"{cls.__qualname__} must derive from Refusal")
    if not _CODE.fullmatch(cls.code):
        raise TypeError(f"{cls.__qualname__}: a code is upper-case words and underscores, not {cls.code!r}")
    if not isinstance(getattr(cls, "category", None), Category):
        raise TypeError(f"{cls.__qualname__} must declare its category")
    for field in fields(cls):
        if field.type not in _FIELD_TYPES or field.name in _RESERVED:
            raise TypeError(f"{cls.__qualname__}.{field.name}: a parameter is a str or int under a free name")
    if cls.code in _registry:
        raise TypeError(f"{cls.code} is declared twice: {_registry[cls.code].__qualname__}, {cls.__qualname__}")
    _registry[cls.code] = cls
