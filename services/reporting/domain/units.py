"""Which unit may stand where, and how it changes and ends. Pure: the caller loads, and records what is returned.

One table says which kind may stand under which (roster/kinds.py), for single acts and for imports alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from services.kernel.paths import contains
from services.kernel.text import name_key
from services.reporting.domain.roster.kinds import Placement, UnitKind, placement
from services.reporting.domain.roster.model import TREE_DEPTH_MAX
from services.reporting.domain.unit_errors import (
    CodeTaken,
    KindNotUnder,
    KindsDiffer,
    MergeWithItself,
    NameTaken,
    RootTaken,
    TreeTooDeep,
    UnitBelowItself,
    UnitHasChildren,
    UnitHasOpenAssignments,
    UnitUnchanged,
)
from services.reporting.domain.unit_events import (
    UnitAbolished,
    UnitEstablished,
    UnitMerged,
    UnitRenamed,
    UnitTransferred,
)

NO_KIND: Final = "none"


class Unit(Protocol):
    """A unit that stands in the tree, as decisions see it (services.chassis.tree.TreeUnit fits)."""

    @property
    def unit_id(self) -> str: ...
    @property
    def parent_id(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def depth(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Above:
    """The parent that a unit comes under, with the children that stand there already."""

    unit: Unit
    children: tuple[Unit, ...]


def establish(
    new: UnitEstablished, above: Above | None, root: Unit | None, code_holder: Unit | None
) -> UnitEstablished:
    """A new unit; without a parent it is the root, a district committee.

    Raises RootTaken, KindNotUnder, NameTaken, TreeTooDeep or CodeTaken.
    """
    if code_holder is not None:
        raise CodeTaken(unit_code=new.code)
    if above is not None:
        check_place(new.name, new.kind, above, height=0)
    elif root is not None:
        raise RootTaken(name=root.name)
    elif new.kind != UnitKind.DISTRICT_COMMITTEE:
        raise KindNotUnder(name=new.name, unit_kind=new.kind, parent_kind=NO_KIND)
    return new


def rename(unit: Unit, name: str, siblings: Iterable[Unit], reason: str) -> UnitRenamed:
    """Another name. Raises UnitUnchanged or NameTaken."""
    if name == unit.name:
        raise UnitUnchanged(name=name)
    check_name(name, (other for other in siblings if other.unit_id != unit.unit_id))
    return UnitRenamed(unit.unit_id, name, reason)


def transfer(unit: Unit, above: Above, height: int, reason: str) -> UnitTransferred:
    """Another parent; ``height`` counts the levels below the unit.

    Raises UnitBelowItself, UnitUnchanged, KindNotUnder, NameTaken or TreeTooDeep.
    """
    if contains(unit.path, above.unit.path):
        raise UnitBelowItself(name=unit.name, other_name=above.unit.name)
    if above.unit.unit_id == unit.parent_id:
        raise UnitUnchanged(name=unit.name)
    check_place(unit.name, unit.kind, above, height)
    return UnitTransferred(unit.unit_id, unit.parent_id, above.unit.unit_id, reason)


def merge(unit: Unit, children: Iterable[Unit], into: Above, height: int, reason: str) -> UnitMerged:
    """The unit ends in another of its kind, which takes its children.

    Raises MergeWithItself, KindsDiffer, UnitBelowItself, NameTaken or TreeTooDeep.
    """
    if unit.unit_id == into.unit.unit_id:
        raise MergeWithItself(name=unit.name)
    if unit.kind != into.unit.kind:
        raise KindsDiffer(unit_kind=unit.kind, other_kind=into.unit.kind)
    if contains(unit.path, into.unit.path):
        raise UnitBelowItself(name=unit.name, other_name=into.unit.name)
    staying = [child for child in into.children if child.unit_id != unit.unit_id]
    for child in children:
        check_name(child.name, staying)
    _check_depth(unit.name, into.unit.depth + height)
    return UnitMerged(unit.unit_id, into.unit.unit_id, reason)


def abolish(unit: Unit, children: int, open_assignments: int, reason: str) -> UnitAbolished:
    """The unit ends. Raises UnitHasChildren or UnitHasOpenAssignments."""
    if children:
        raise UnitHasChildren(name=unit.name, count=children)
    if open_assignments:
        raise UnitHasOpenAssignments(name=unit.name, count=open_assignments)
    return UnitAbolished(unit.unit_id, reason)


def check_place(name: str, kind: str, above: Above, height: int) -> None:
    """Raises KindNotUnder, NameTaken or TreeTooDeep."""
    check_kind(name, kind, above.unit.kind)
    check_name(name, above.children)
    _check_depth(name, above.unit.depth + 1 + height)


def check_kind(name: str, kind: str, parent_kind: str) -> None:
    """Raises KindNotUnder when the lower would lead the higher."""
    if placement(UnitKind(kind), UnitKind(parent_kind)) is Placement.FORBIDDEN:
        raise KindNotUnder(name=name, unit_kind=kind, parent_kind=parent_kind)


def check_name(name: str, siblings: Iterable[Unit]) -> None:
    """Raises NameTaken when a sibling's name differs in spelling only, or not at all."""
    key = name_key(name)
    if any(name_key(other.name) == key for other in siblings):
        raise NameTaken(name=name)


def _check_depth(name: str, depth: int) -> None:
    if depth > TREE_DEPTH_MAX:
        raise TreeTooDeep(name=name, limit=TREE_DEPTH_MAX)
