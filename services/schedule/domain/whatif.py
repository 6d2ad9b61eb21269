"""What a change of plan means: which dates move, by how much, and for whom. Nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.cascade import Cascade, StageDay
from services.schedule.domain.milestones import Owner, Template
from services.schedule.domain.plan import Plan


class ChangeKind(StrEnum):
    """What happened to a milestone between two plans."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One milestone's latest day before and after; None where the plan has no such milestone.

    `moved_workdays`: working days from the old to the new latest day, 0 where one is missing or only days off lie
    between. `slack_before`, `slack_after`: working days.
    """

    milestone: str
    kind: ChangeKind
    owner: Owner
    before: date | None
    after: date | None
    moved_workdays: int
    slack_before: int
    slack_after: int


@dataclass(frozen=True, slots=True)
class LayerChange:
    """One stage of one layer of a milestone's directive whose latest day moved, and so for every unit of that layer."""

    milestone: str
    layer: int
    stage: int
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Every consequence of taking the new plan. `shortfall_workdays` > 0: the new plan cannot be met."""

    changes: tuple[Change, ...]
    layer_changes: tuple[LayerChange, ...]
    shortfall_before: int
    shortfall_after: int

    @property
    def owners(self) -> frozenset[Owner]:
        """Whoever has a date that changed; nobody else needs to be told."""
        return frozenset(change.owner for change in self.changes)

    def for_owner(self, owner: Owner) -> tuple[Change, ...]:
        """What changed for one owner."""
        return tuple(change for change in self.changes if change.owner is owner)

    def for_layer(self, layer: int, deepest: int) -> tuple[LayerChange, ...]:
        """What changed for the units of a layer. `deepest`: rows that the cascades have; lower layers use the last."""
        row = min(layer, deepest)
        return tuple(change for change in self.layer_changes if change.layer == row)


def compare(
    before: tuple[Template, Plan],
    after: tuple[Template, Plan],
    calendar: WorkCalendar,
    cascades_before: Mapping[str, Cascade] | None = None,
    cascades_after: Mapping[str, Cascade] | None = None,
) -> WhatIf:
    """What is different in the second plan. Cascades: by milestone, of the directives that the plans issue."""
    changes = (*_changes(before, after, calendar), *_removed(before, after))
    layers = tuple(_layer_changes(cascades_before or {}, cascades_after or {}))
    return WhatIf(changes, layers, before[1].shortfall_workdays, after[1].shortfall_workdays)


def _changes(before: tuple[Template, Plan], after: tuple[Template, Plan], calendar: WorkCalendar) -> Iterable[Change]:
    old_rows = before[1].by_id
    for new in after[1].rows:
        owner = after[0].by_id[new.milestone].owner
        old = old_rows.get(new.milestone)
        if old is None:
            yield Change(new.milestone, ChangeKind.ADDED, owner, None, new.latest, 0, 0, new.slack_workdays)
        elif old.latest != new.latest:
            moved = calendar.workdays_between(old.latest, new.latest)
            yield Change(
                new.milestone, ChangeKind.MOVED, owner, old.latest, new.latest, moved,
                old.slack_workdays, new.slack_workdays,
            )  # fmt: skip


def _removed(before: tuple[Template, Plan], after: tuple[Template, Plan]) -> Iterable[Change]:
    for old in before[1].rows:
        if old.milestone not in after[1].by_id:
            owner = before[0].by_id[old.milestone].owner
            yield Change(old.milestone, ChangeKind.REMOVED, owner, old.latest, None, 0, old.slack_workdays, 0)


def _layer_changes(before: Mapping[str, Cascade], after: Mapping[str, Cascade]) -> Iterable[LayerChange]:
    for milestone in sorted({*before, *after}):
        old, new = _by_place(before.get(milestone)), _by_place(after.get(milestone))
        for place in sorted({*old, *new}):
            if old.get(place) != new.get(place):
                yield LayerChange(milestone, *place, old.get(place), new.get(place))


def _by_place(of: Cascade | None) -> dict[tuple[int, int], date]:
    days: Iterable[StageDay] = of.days() if of else ()
    return {(day.layer, day.stage): day.latest for day in days}
