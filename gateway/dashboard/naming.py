"""What ids stand for, told to whoever may know: units by name, directives by number.

A caller sees the names of the units in their subtrees and of those that stand above them; a directive's number where
they see its issuer, or where it went to a whole subtree that they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gateway.dashboard.store import directives
from huanjie.reporting.v1 import directives_pb2 as pb
from services.chassis import tree
from services.chassis.ids import valid_id
from services.chassis.inbox import position_of
from services.chassis.principals import Principal
from services.chassis.scope import Scope, subtrees_of
from services.chassis.store import Reader
from services.kernel.paths import contains

_UNIT: Final = "unit"
_DIRECTIVE: Final = "dir"


def names_of(reader: Reader, caller: Principal, ids: Iterable[str], producer: str) -> Mapping[str, str]:
    """By id, the names that the caller may know; of all other ids nothing."""
    scope = subtrees_of(reader, caller)
    position = position_of(reader, producer).position
    names: dict[str, str] = {}
    for each in ids:
        if valid_id(_UNIT, each):
            name = _unit_name(reader, scope, each)
        elif valid_id(_DIRECTIVE, each):
            name = _directive_number(reader, scope, each, position)
        else:
            name = ""
        if name:
            names[each] = name
    return names


def _unit_name(reader: Reader, scope: Scope, unit_id: str) -> str:
    unit = tree.find(reader, unit_id)
    return unit.name if unit is not None and (scope.sees(unit.path) or _above(scope, unit.path)) else ""


def _directive_number(reader: Reader, scope: Scope, directive_id: str, position: int) -> str:
    row = directives.find(reader, directive_id, position)
    if row is None:
        return ""
    issued = pb.DirectiveIssued.FromString(row.issued)
    issuer, subtree = tree.find(reader, row.issuer_unit_id), tree.find(reader, row.subtree_unit_id)
    if issuer is not None and scope.sees(issuer.path):
        return issued.number
    if issued.scope.unit_ids or subtree is None:
        return ""
    return issued.number if scope.sees(subtree.path) or _above(scope, subtree.path) else ""


def _above(scope: Scope, path: str) -> bool:
    """The unit at that path stands above one of the subtrees."""
    return any(contains(path, own) for own in scope.paths)
