"""What ids stand for, told to whoever may know: units by name, directives by number.

A caller sees the names of the units in their subtrees and of those that stand above them, in the unit tree or on a
route that a directive takes; a directive's number where they see its issuer, or where it went to a whole subtree that
they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gateway.dashboard.sight import Sight, sight_of
from gateway.dashboard.store import directives
from huanjie.reporting.v1 import directives_pb2 as pb
from services.chassis import routes, tree
from services.chassis.ids import valid_id
from services.chassis.inbox import position_of
from services.chassis.principals import Principal
from services.chassis.routes import UNIT_TREE
from services.chassis.scope import Scope
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.kernel.paths import contains

_UNIT: Final = "unit"
_DIRECTIVE: Final = "dir"


def names_of(reader: Reader, caller: Principal, ids: Iterable[str], producer: str) -> Mapping[str, str]:
    """By id, the names that the caller may know; of all other ids nothing."""
    sight = sight_of(reader, caller)
    position = position_of(reader, producer).position
    names: dict[str, str] = {}
    for each in ids:
        if valid_id(_UNIT, each):
            name = _unit_name(reader, sight, each)
        elif valid_id(_DIRECTIVE, each):
            name = _directive_number(reader, sight, each, position)
        else:
            name = ""
        if name:
            names[each] = name
    return names


def _unit_name(reader: Reader, sight: Sight, unit_id: str) -> str:
    unit = tree.find(reader, unit_id)
    return unit.name if unit is not None and any(_in_line(reader, way, unit) for way in sight.ways) else ""


def _directive_number(reader: Reader, sight: Sight, directive_id: str, position: int) -> str:
    row = directives.find(reader, directive_id, position)
    if row is None:
        return ""
    issued = pb.DirectiveIssued.FromString(row.issued)
    issuer, subtree = tree.find(reader, row.issuer_unit_id), tree.find(reader, row.subtree_unit_id)
    for way in sight.ways:
        if way[0] not in (UNIT_TREE, row.route_id):
            continue
        if issuer is not None and way[1].sees(routes.stand(reader, way[0], issuer).path):
            return issued.number
        if not issued.scope.unit_ids and subtree is not None and _in_line(reader, way, subtree):
            return issued.number
    return ""


def _in_line(reader: Reader, way: tuple[str, Scope], unit: TreeUnit) -> bool:
    """There the unit stands in one of the subtrees, or above one."""
    route_id, scope = way
    path = routes.stand(reader, route_id, unit).path
    return scope.sees(path) or any(contains(path, own) for own in scope.paths)
