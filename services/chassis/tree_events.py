"""Reporting's unit events as other services read them: message bytes in, the tree's fold out."""

from __future__ import annotations

from google.protobuf.message import Message

from huanjie.reporting.v1 import units_pb2
from services.chassis.tree import FOLDS, Fold

_MESSAGES: dict[str, tuple[Fold, type[Message]]] = {
    str(getattr(units_pb2, name).DESCRIPTOR.full_name): (fold, getattr(units_pb2, name)) for name, fold in FOLDS.items()
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
