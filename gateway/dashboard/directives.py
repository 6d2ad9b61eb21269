"""One open directive in memory: its scope, its index, and how reporting's entries change them.

A unit is its number in the tree. A directive that an entry left half changed is thrown away with everything else in
memory and read from the store again: see sink.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gateway.dashboard.scopes import DirectiveScope, Reach
from gateway.dashboard.terms import Terms
from gateway.dashboard.tree import TreeBroken, UnitTree
from huanjie.reporting.v1 import directives_pb2 as pb
from services.kernel.transmission import (
    DUE_COMMON,
    FULL_CREDIT_E6,
    DirectiveIndex,
    Dispatched,
    DueMoved,
    Facts,
    Figures,
    Joined,
    Merged,
    Moved,
    Restored,
    Returned,
    ScopeChanged,
    Stage,
    StageDone,
    StageUndone,
    Withdrawn,
    credit,
)
from services.kernel.transmission.keys import DUE_SHIFT_DAYS_MAX
from services.kernel.workdays import MINUTE_US

_GATES: Final = (Stage.RECEIVE, Stage.NAME)


@dataclass(slots=True)
class Seat:
    """Who issued a directive and the root of its subtree, as unit numbers; both follow a merger."""

    issuer: int
    subtree: int


class Passed(NamedTuple):
    """A dispatch to all children: when, and by the entry at which position. It reaches who had joined by then."""

    at_us: int
    position: int


@dataclass(frozen=True, slots=True)
class Past:
    """What has happened under a directive so far: what each unit did, who was let off, and dispatches.

    `passed_on`: units that dispatched to all; `reached_us`: when a unit was dispatched to by name.
    """

    records: Sequence[tuple[int, Facts]] = ()
    let_off: Sequence[int] = ()
    passed_on: Mapping[int, Passed] = field(default_factory=dict)
    reached_us: Mapping[int, int] = field(default_factory=dict)


class LiveDirective:
    """A directive that is open."""

    def __init__(self, tree: UnitTree, terms: Terms, seat: Seat, past: Past | None = None) -> None:
        past = past or Past()
        self.tree = tree
        self.terms = terms
        self.seat = seat
        self.reached_us = dict(past.reached_us)
        self.passed_on = dict(past.passed_on)
        # Units whose dispatch came along when they moved, since somebody last took them.
        self.carried: list[int] = []
        # What units did that no longer stand in the scope: kept for their return.
        self.aside: dict[int, Facts] = {}
        # Units that stand here, with their layers below the issuer, until the tree changes.
        self._layers: dict[str, tuple[int, int]] = {}
        # Verifications that are not due at the common time.
        self._verification_due: dict[int, int] = {}
        # Units whose obliged mass is gone: they have left the route until it comes back.
        self._off: set[int] = set()
        self._gone: set[int] = set()
        # Units that went elsewhere with the dispatch that had reached them: of one that is let off the index says
        # nothing.
        self._carrying: set[int] = set()
        self._frame = (False, False)
        self.scope = self._scope(past.let_off)
        self.index: DirectiveIndex
        # A unit that is counted one by one has figures before it does anything: nothing to recount in those.
        special = self.scope.special()
        self._recount({unit: facts for unit, facts in past.records if unit not in special or any(facts.row())})

    # ---- what is asked ----------------------------------------------------------------------------------

    def take_changed(self) -> tuple[list[int], list[int]]:
        """Units whose figures changed, and those that have none any more, since the last call."""
        units = self.index.take_dirty() | self.scope.changed | self._gone | self._carrying
        self.scope.changed = set()
        self._gone = set()
        self._carrying = set()
        shown: list[int] = []
        gone: list[int] = []
        for unit in units:
            (shown if self._has_figures(unit) else gone).append(unit)
        return shown, gone

    def shown(self) -> set[int]:
        """Every unit that has figures of its own."""
        touched = {unit for unit, _ in self.index.facts()}
        return {unit for unit in touched | self.scope.special() if self._has_figures(unit)}

    def _has_figures(self, unit: int) -> bool:
        """Figures that do not follow from the unit's place in the tree alone."""
        own = self.index.known(unit) or self.scope.is_special(unit)
        return own and self.tree.active(unit) and self.scope.stands(unit)

    def figures(self, unit: int) -> Figures:
        """The unit's figures now; of one that is aside, only what it did."""
        if unit in self.aside:
            return Figures(0, 0, 0, {}, facts=self.aside[unit])
        return self.index.figures(unit)

    def unit(self, unit_id: str) -> int:
        """The number of a unit that stands here. Raises TreeBroken."""
        known = self._layers.get(unit_id)
        if known is None:
            number = self.tree.number(unit_id)
            if not self.scope.stands(number):
                raise TreeBroken(f"unit {unit_id} does not stand in the scope of {self.terms.directive_id}")
            known = self._layers[unit_id] = number, self.tree.chain(number).index(self.seat.issuer)
        return known[0]

    # ---- assignments ------------------------------------------------------------------------------------

    def dispatched(self, event: pb.AssignmentsDispatched, passed: Passed) -> None:
        """A parent passed it on, to all its children or to those listed."""
        parent = self.unit(event.parent_unit_id)
        children = tuple(self.unit(unit_id) for unit_id in event.unit_ids)
        shift_days = min(event.shift_workdays, DUE_SHIFT_DAYS_MAX)
        earned = credit(event.late_working_minutes, self.terms.policy)
        self.index.apply(Dispatched(parent, earned, children or None, shift_days))
        for child in children:
            self.reached_us.setdefault(child, passed.at_us)
        if not children:
            self.passed_on.setdefault(parent, passed)

    def done(self, unit_id: str, stage: Stage, late_minutes: int, at_us: int) -> None:
        """A unit did a stage."""
        unit = self.unit(unit_id)
        earned = credit(late_minutes, self.terms.policy)
        self.index.apply(StageDone(unit, stage, earned, self._minutes(unit, at_us)))

    def undone(self, event: pb.ActUndone) -> None:
        """Stages were taken back; their latest times stand."""
        unit = self.unit(event.unit_id)
        for stage in event.stages:
            self.index.apply(StageUndone(unit, Stage(stage)))

    def reported(self, event: pb.ReportSubmitted, at_us: int) -> None:
        """A unit reported, corrected its report or answered a return; from now on the verifier's time runs."""
        self.done(event.unit_id, Stage.REPORT, event.late_working_minutes, at_us)
        unit = self.tree.number(event.unit_id)
        layer = self._layers[event.unit_id][1]
        self._move_verification(unit, self.terms.due_class(layer, Stage.VERIFY, event.verify_due_us))

    def corrected(self, event: pb.ReportCorrected) -> None:
        """A verified report was wrong: it counts as unverified again, and the verifier's time runs anew."""
        unit = self.unit(event.unit_id)
        layer = self._layers[event.unit_id][1]
        self.index.apply(StageUndone(unit, Stage.VERIFY))
        self._move_verification(unit, self.terms.due_class(layer, Stage.VERIFY, event.verify_due_us))

    def returned(self, event: pb.ReportReturned) -> None:
        """A report was sent back: it is due again, and so is its verification."""
        unit = self.unit(event.unit_id)
        due_us = event.rectify_due_us
        verify_class = self._verification_due[unit] = self._verify_after(due_us)
        self.index.apply(Returned(unit, self.terms.day_class(due_us), verify_class))

    def extended(self, event: pb.ExtensionGranted) -> None:
        """A stage has another latest time; with the report's goes its verification's."""
        unit = self.unit(event.unit_id)
        self.index.apply(DueMoved(unit, Stage(event.stage), self.terms.day_class(event.until_us)))
        if event.stage == Stage.REPORT:
            self._move_verification(unit, self._verify_after(event.until_us))

    def let_off(self, unit_id: str) -> None:
        """A unit, with all below it, need not do it."""
        unit = self.unit(unit_id)
        self.scope.withdraw(unit)
        self.index.apply(Withdrawn(unit))
        self._sync(unit)

    def taken_back(self, unit_id: str) -> None:
        """Nor is it let off any more."""
        unit = self.unit(unit_id)
        self.scope.restore(unit)
        if self.scope.mass(unit):
            self._off.discard(unit)
            self.index.apply(Restored(unit))
        else:
            self._off.add(unit)
        self._sync(unit)

    # ---- the tree, which has changed already --------------------------------------------------------------

    def tree_changed(self) -> None:
        """To be called before any of the following."""
        self._layers.clear()

    def unit_joined(self, unit: int) -> None:
        """A unit was established."""
        parent = self.tree.parent(unit)
        if parent is None or not self.scope.holds(parent):
            return
        self.scope.refresh(parent)
        self.index.apply(Joined(unit) if parent in self.passed_on else ScopeChanged(parent))
        self._sync(unit)

    def unit_moved(self, unit: int, old: int, new: int) -> None:
        """A unit, with all below it, went to another parent."""
        was, now = self.scope.holds(old), self.scope.holds(new)
        framed = self._frame == self.scope.frame()
        if was and now and framed and (self._keeps_dispatch(unit) or not self.index.known(unit)):
            self._move_inside(unit, old, new)
        elif was or now or not framed or self.scope.carries(unit):
            records = self._records()
            if was or self._carried_from(unit, old):
                self._take_along(records, unit, old)
            self._part(records)
            self._recount(records)

    def unit_merged(self, source: int, into: int, children: tuple[int, ...]) -> None:
        """A unit ended; its children hang under another."""
        self._forget(source)
        was, now = self.scope.holds(source), self.scope.holds(into)
        roots = source in (self.seat.issuer, self.seat.subtree) or self._frame != self.scope.frame()
        keeping = tuple(child for child in children if self._keeps_dispatch(child))
        rest = [child for child in children if child not in keeping]
        if was and now and not roots and not any(map(self.index.known, rest)):
            for child in keeping:
                self._keep_dispatch_time(child, source)
            self.scope.rebuild()
            self.index.apply(Merged(source, into, keeping))
            self._carry(keeping)
            self._gone.add(source)
            for child in rest:
                self.unit_joined(child)
            for unit in (source, *children, into):
                self._sync(unit)
        elif was or now or roots or any(map(self.scope.carries, children)):
            self._merge_by_recount(source, into, children)

    def unit_ended(self, unit: int) -> None:
        """A unit without children was abolished."""
        self._forget(unit)
        parent = self.tree.parent(unit)
        if parent is None or not self.scope.holds(parent):
            return
        self._follow(unit, parent, parent)
        self.index.apply(Withdrawn(unit) if self.index.known(unit) else ScopeChanged(parent))
        self._gone.add(unit)
        self._sync(parent)

    def unit_reclassified(self, unit: int) -> None:
        """A unit is of another kind: it may have come into the scope, or left it."""
        if self.scope.holds(unit):
            self.scope.refresh(unit)
            self.index.apply(ScopeChanged(unit))
            self._sync(unit)

    # ---- how it is kept -----------------------------------------------------------------------------------

    def _scope(self, let_off: Iterable[int]) -> DirectiveScope:
        scope = self.terms.issued.scope
        listed = frozenset(self.tree.number(i) for i in scope.unit_ids) if scope.unit_ids else None
        excluded = frozenset(self.tree.number(i) for i in scope.excluded_unit_ids)
        reach = Reach(self.seat.subtree, self.tree.kinds.mask(scope.kinds), listed, excluded)
        return DirectiveScope(self.tree, self.seat.issuer, reach, let_off)

    def _minutes(self, unit: int, at_us: int) -> int | None:
        """Elapsed since the unit's dispatch, if that is known."""
        since_us = self.reached_us.get(unit)
        passed = None if since_us is not None else self.passed_on.get(self.tree.above(unit))
        if passed is not None and self.tree.joined(unit) <= passed.position:
            since_us = passed.at_us
        return None if since_us is None or at_us < since_us else (at_us - since_us) // MINUTE_US

    def _move_verification(self, unit: int, due_class: int) -> None:
        if self._verification_due.get(unit, DUE_COMMON) != due_class:
            self._verification_due[unit] = due_class
            self.index.apply(DueMoved(unit, Stage.VERIFY, due_class))

    def _verify_after(self, reported_us: int) -> int:
        """The due class of a verification whose report is not expected before that day."""
        return self.terms.day_class(self.terms.verified_by(reported_us))

    def _keeps_dispatch(self, unit: int) -> bool:
        """A dispatch that reached the unit stays its own when it moves: it stands on the route, or has acted."""
        if self.scope.mass(unit) or unit in self.scope.withdrawn:
            return True
        facts = self.aside.get(unit)
        if facts is None and self.index.known(unit):
            facts = self.index.figures(unit).facts
        return facts is not None and any(facts.credits)

    def _move_inside(self, unit: int, old: int, new: int) -> None:
        if self._keeps_dispatch(unit):
            self._keep_dispatch_time(unit, old)
            self._follow(unit, old, new)
            self.index.apply(Moved(unit, old, new))
            self._carry((unit,))
        else:
            self._follow(unit, old, new)
            if new in self.passed_on:
                self.index.apply(Joined(unit))
        self._sync(old)
        self._sync(unit)

    def _carry(self, units: Iterable[int]) -> None:
        self._carrying.update(unit for unit in units if self.index.known(unit))

    def _follow(self, unit: int, old: int, new: int) -> None:
        if self.scope.is_special(unit):
            self.scope.rebuild()
        else:
            self.scope.refresh(old)
            self.scope.refresh(new)

    def _sync(self, unit: int) -> None:
        """At and above a unit: who has no obliged mass any more leaves the route, who has some again comes back."""
        for above in self.tree.chain(unit):
            if above == self.seat.issuer:
                return
            if self.scope.mass(above):
                if above in self._off:
                    self._off.remove(above)
                    if above not in self.scope.withdrawn:
                        self.index.apply(Restored(above))
            elif above not in self._off and self.tree.active(above) and self.index.known(above):
                self._off.add(above)
                self.index.apply(Withdrawn(above))

    def _forget(self, unit: int) -> None:
        """A unit that ended does not come back."""
        if self.aside.pop(unit, None) is not None:
            self._gone.add(unit)

    def _keep_dispatch_time(self, unit: int, old: int) -> None:
        apart = self.index.known(unit) and self.index.figures(unit).facts.apart
        if unit not in self.reached_us and old in self.passed_on and not apart:
            self.reached_us[unit] = self.passed_on[old].at_us
            self.carried.append(unit)

    # ---- when units cross the scope's border: a recount from the records --------------------------------------

    def _records(self) -> dict[int, Facts]:
        records = dict(self.index.facts())
        records.update((unit, facts.copy()) for unit, facts in self.aside.items())
        return records

    def _take_along(self, records: dict[int, Facts], unit: int, old: int) -> None:
        """A dispatch that had reached a unit stays its own."""
        if not self._keeps_dispatch(unit):
            return
        facts = records.setdefault(unit, Facts())
        facts.credits[Stage.DISPATCH], facts.shift_days = facts.edge(records.get(old, Facts()))
        self._keep_dispatch_time(unit, old)

    def _part(self, records: dict[int, Facts]) -> None:
        """Whom a dispatch to all does not reach, because they came later: asked of the whole tree."""
        for unit in range(len(self.tree.ids) if self.passed_on else 0):
            passed = self.passed_on.get(self.tree.above(unit))
            apart = passed is not None and self.tree.joined(unit) > passed.position
            facts = records.get(unit)
            if facts is not None:
                facts.apart = int(apart and not facts.credits[Stage.DISPATCH])
            elif apart and self.tree.active(unit):
                records[unit] = Facts(apart=1)

    def _carried_from(self, unit: int, old: int) -> bool:
        """The whole scope hung on the unit where it came from, below the issuer."""
        return self.scope.carries(unit) and self.seat.issuer in self.tree.chain(old)

    def _merge_by_recount(self, source: int, into: int, children: tuple[int, ...]) -> None:
        records = self._records()
        for child in children:
            if self.scope.holds(source) or self._carried_from(child, source):
                self._take_along(records, child, source)
        if self.seat.issuer == source:
            self.seat.issuer = into
        if self.seat.subtree == source:
            self.seat.subtree = into
        changed = self.scope.changed | self.scope.special()
        self.scope = self._scope(self.scope.withdrawn)
        self.scope.changed |= changed
        self._part(records)
        self._recount(records)

    def _recount(self, records: dict[int, Facts]) -> None:
        """A new index from what each unit did, for the scope as it stands now."""
        self.scope.rebuild()
        self._frame = self.scope.frame()
        self.aside = {}
        self._off = set()
        kept: dict[int, Facts] = {}
        for unit, facts in records.items():
            if facts.dues[Stage.VERIFY]:
                self._verification_due[unit] = facts.dues[Stage.VERIFY]
            if not self.tree.active(unit):
                self._gone.add(unit)
            elif not self.scope.stands(unit):
                self._gone.add(unit)
                self.aside[unit] = facts
            else:
                kept[unit] = facts
        for unit in list(kept):
            for above in itertools.takewhile(lambda above: above != self.seat.issuer, self.tree.chain(unit)):
                kept.setdefault(above, Facts())
        for unit, facts in kept.items():
            if unit != self.seat.issuer and not self.scope.mass(unit):
                self._off.add(unit)
            facts.withdrawn = int(unit in self._off or unit in self.scope.withdrawn)
        issuer = kept.setdefault(self.seat.issuer, Facts())
        for stage in _GATES:
            issuer.credits[stage] = FULL_CREDIT_E6
        issuer.withdrawn = 0
        self.index = DirectiveIndex.load(self.scope, self.seat.issuer, kept.items(), self.terms.policy)
