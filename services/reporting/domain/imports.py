"""What an import of a roster records: slices of staged units, one activation, and the changes to known units.

Nothing staged counts before the activation, so an import that stops half-way has imported nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.domain.roster.model import RosterPlan
from services.reporting.domain.shape import Node, check_shape
from services.reporting.domain.unit_errors import ParentMissing, RootTaken, RosterNeedsSlices, TreeMovedOn, UnitIdTaken
from services.reporting.domain.unit_events import (
    UnitEstablished,
    UnitMembersCounted,
    UnitReclassified,
    UnitRecoded,
    UnitRenamed,
    UnitsStaged,
    UnitTransferred,
)
from services.reporting.domain.units import Unit, check_kind

# One command may hold the writer for a moment only; what is larger is staged in slices.
ACTIVATION_ROWS_MAX: Final = 5_000
SLICE_UNITS_MAX: Final = 500
IMPORT_UNITS_MAX: Final = 200_000

ChangeEvent = UnitRecoded | UnitRenamed | UnitReclassified | UnitTransferred | UnitMembersCounted


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What an import changes of a known unit; None stays as it is."""

    unit_id: str
    code: str | None = None
    name: str | None = None
    kind: str | None = None
    parent_id: str | None = None
    members: int | None = None


def check_size(rows: int) -> None:
    """Raises RosterNeedsSlices when one command may not establish and change so many units."""
    if rows > ACTIVATION_ROWS_MAX:
        raise RosterNeedsSlices(rows=rows, limit=ACTIVATION_ROWS_MAX)


def check_not_moved(planned_at: int, changed_at: int) -> None:
    """Raises TreeMovedOn when the tree changed after the position that the plan was made at."""
    if changed_at > planned_at:
        raise TreeMovedOn(planned_at=planned_at, changed_at=changed_at)


def slices(import_id: str, units: Sequence[UnitEstablished]) -> Iterator[UnitsStaged]:
    """The units in their order, at most SLICE_UNITS_MAX an event."""
    for start in range(0, len(units), SLICE_UNITS_MAX):
        yield UnitsStaged(import_id, tuple(units[start : start + SLICE_UNITS_MAX]))


def check_slice(units: Iterable[UnitEstablished], parent_kinds: Mapping[str, str], root: Unit | None) -> None:
    """Each unit of a slice has its parent, of a kind to stand under: in the tree, staged, or earlier in the slice.

    What only the whole tree shows (codes, siblings' names, depth) is checked before the activation. Raises
    UnitIdTaken, RootTaken, ParentMissing or KindNotUnder.
    """
    kinds = dict(parent_kinds)
    seen: set[str] = set()
    for unit in units:
        if unit.unit_id in seen:
            raise UnitIdTaken(unit_id=unit.unit_id)
        if not unit.parent_id:
            if root is not None:
                raise RootTaken(name=root.name)
        elif unit.parent_id not in kinds:
            raise ParentMissing(name=unit.name, parent_id=unit.parent_id)
        else:
            check_kind(unit.name, unit.kind, kinds[unit.parent_id])
        kinds[unit.unit_id] = unit.kind
        seen.add(unit.unit_id)


def units_of(plan: RosterPlan) -> list[UnitEstablished]:
    """What a plan establishes, parents before children."""
    return [UnitEstablished(u.unit_id, u.parent_id, u.code, u.name, u.kind.value, u.members) for u in plan.establish]


def changes_of(plan: RosterPlan) -> list[UnitChange]:
    """What a plan changes, by place in the new tree."""
    return [
        UnitChange(u.unit_id, u.code, u.name, u.kind.value if u.kind else None, u.parent_id, u.members)
        for u in plan.change
    ]


def in_new_order(active: Iterable[Node], staged: Iterable[Node], changes: Iterable[UnitChange]) -> list[UnitChange]:
    """Checks the whole tree as it would be; the changes ordered so that no transfer passes through a cycle.

    Each change names an active unit, once. Raises what check_shape raises.
    """
    nodes = {node.unit_id: node for node in active}
    by_id = {change.unit_id: change for change in changes}
    for change in by_id.values():
        nodes[change.unit_id] = _changed(nodes[change.unit_id], change)
    depths = check_shape([*nodes.values(), *staged])
    return sorted(by_id.values(), key=lambda change: (depths[change.unit_id], change.unit_id))


def change_events(change: UnitChange, from_parent_id: str, import_id: str) -> Iterator[ChangeEvent]:
    """The events of one change; the import is their reason."""
    unit_id = change.unit_id
    if change.code is not None:
        yield UnitRecoded(unit_id, change.code)
    if change.name is not None:
        yield UnitRenamed(unit_id, change.name, import_id)
    if change.kind is not None:
        yield UnitReclassified(unit_id, change.kind)
    if change.parent_id is not None and change.parent_id != from_parent_id:
        yield UnitTransferred(unit_id, from_parent_id, change.parent_id, import_id)
    if change.members is not None:
        yield UnitMembersCounted(unit_id, change.members)


def _changed(node: Node, change: UnitChange) -> Node:
    return Node(
        node.unit_id,
        node.parent_id if change.parent_id is None else change.parent_id,
        node.code if change.code is None else change.code,
        node.name if change.name is None else change.name,
        node.kind if change.kind is None else change.kind,
    )
