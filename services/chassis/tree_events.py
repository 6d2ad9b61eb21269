"""Reporting's events of units and routes as other services read them: message bytes in, the tree's fold out."""

from __future__ import annotations

from google.protobuf.message import Message

from huanjie.reporting.v1 import routes_pb2, units_pb2
from services.chassis.tree_folds import FOLDS, Fold


def _message(name: str) -> type[Message]:
    module = routes_pb2 if name.startswith("Route") else units_pb2
    found: type[Message] = getattr(module, name)
    return found


_MESSAGES: dict[str, tuple[Fold, type[Message]]] = {
    str(_message(name).DESCRIPTOR.full_name): (fold, _message(name)) for name, fold in FOLDS.items()
}

# Full names of the events that change the tree.
TREE_TYPES = frozenset(_MESSAGES)


def tree_event(type_name: str, data: bytes) -> tuple[Fold, Message] | None:
    """The fold and the decoded event; None for a type that does not change the tree."""
    found = _MESSAGES.get(type_name)
    if found is None:
        return None
    fold, message = found
    return fold, message.FromString(data)
