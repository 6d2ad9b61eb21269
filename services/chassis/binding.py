"""Binds each rpc of a service's descriptor to the function of that name in commands/ or queries/."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, cast

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message

from services.chassis.permissions import PermissionTable

_NO_SIDE_EFFECTS = descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS


class Unbound(Exception):
    """The descriptor, the functions and the permission table do not name the same calls; or a trait has no ground."""


@dataclass(frozen=True, slots=True)
class CallTraits:
    """How a command is to be run beyond the ordinary."""

    # Producers whose silence the decision rests on: "no fact that forbids it".
    absence_of: tuple[str, ...] = ()
    # The reply holds a secret shown once: it is not kept, and a repeated request is refused.
    reply_is_secret: bool = False
    # Fields of the request that hold a secret (a PIN): nothing that follows from them is kept, the reply is. A repeated
    # request is answered the same, once its secrets were found right anew by ``prepare_<rpc>``.
    secret_fields: tuple[str, ...] = ()
    # That the request came is itself a secret (one ballot at a desk): no request id, no time, no trace is kept. The
    # command must itself see that a request is not taken twice.
    leaves_no_trace: bool = False


TRAITS_ATTRIBUTE = "__call_traits__"


def rests_on_absence_of(*producers: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Marks a command whose decision needs to know that a producer has *not* said something."""
    return _with_traits(absence_of=producers)


def replies_with_secret(function: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a command whose reply holds a secret: nothing that follows from it or from the request is stored."""
    return _with_traits(reply_is_secret=True)(function)


def request_holds_secret(*fields: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Marks a command of whose request these fields are secret; ``prepare_<rpc>`` has to check them."""
    return _with_traits(secret_fields=fields)


def leaves_no_trace(function: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a command of whose requests nothing at all is kept: neither id nor time nor trace."""
    return _with_traits(leaves_no_trace=True)(function)


def _with_traits(**traits: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        earlier: CallTraits = getattr(function, TRAITS_ATTRIBUTE, CallTraits())
        setattr(function, TRAITS_ATTRIBUTE, replace(earlier, **traits))
        return function

    return mark


@dataclass(frozen=True, slots=True)
class Bound:
    """One rpc and what answers it."""

    name: str
    is_query: bool
    request: type[Message]
    response: type[Message]
    function: Callable[..., Message]
    # Slow work before the writer's queue (hashing a password, reading a workbook), in a bounded executor.
    prepare: Callable[..., Any] | None
    traits: CallTraits


def snake(name: str) -> str:
    """ReceiveAssignment → receive_assignment."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _functions(package: ModuleType) -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if callable(value) and getattr(value, "__module__", "") == module.__name__ and not name.startswith("_"):
                found[name] = value
    return found


def message_class(descriptor: Any) -> type[Message]:
    """The generated class of a message descriptor."""
    return cast(type[Message], descriptor._concrete_class)


def is_query(method: MethodDescriptor) -> bool:
    """The rpc is marked NO_SIDE_EFFECTS."""
    return bool(method.GetOptions().idempotency_level == _NO_SIDE_EFFECTS)


def bind(
    service: ServiceDescriptor, commands: ModuleType, queries: ModuleType, permissions: PermissionTable
) -> dict[str, Bound]:
    """Every rpc by its name. Raises Unbound when a function or a permission is missing or left over."""
    in_commands, in_queries = _functions(commands), _functions(queries)
    bound: dict[str, Bound] = {}
    for method in service.methods:
        query = is_query(method)
        function = (in_queries if query else in_commands).get(snake(method.name))
        if function is None:
            raise Unbound(f"{service.full_name}.{method.name} has no function {snake(method.name)}")
        traits: CallTraits = getattr(function, TRAITS_ATTRIBUTE, CallTraits())
        prepare = in_commands.get("prepare_" + snake(method.name))
        if traits.secret_fields and prepare is None:
            raise Unbound(f"{service.full_name}.{method.name} keeps its reply, but nothing checks its secrets anew")
        if unknown := set(traits.secret_fields) - set(method.input_type.fields_by_name):
            raise Unbound(f"{service.full_name}.{method.name} has no field {sorted(unknown)}")
        bound[method.name] = Bound(
            method.name,
            query,
            message_class(method.input_type),
            message_class(method.output_type),
            function,
            prepare,
            traits,
        )
    if set(bound) != set(permissions):
        raise Unbound(f"{service.full_name}: permissions and calls differ: {sorted(set(bound) ^ set(permissions))}")
    return bound
