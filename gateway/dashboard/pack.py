"""The facts of a dispatch pack: what has changed since a moment, what is due, what waits longest, what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gateway.dashboard.answers_pack import DueSoon, MatterWaiting, Pack, Progress, Stuck
from gateway.dashboard.asked import AskedOf, TreesThen, asked_below
from gateway.dashboard.burden import burden
from gateway.dashboard.explaining import longest
from gateway.dashboard.figures import STAGES, ref_of, totals_of, unit_ref, view_of
from gateway.dashboard.moments import Moment
from gateway.dashboard.store import asking
from services.chassis.refusals import NotFound
from services.chassis.store import Reader
from services.kernel.transmission import Counter, ExplanationTooLarge, Stage, counter_key
from services.kernel.workdays import DAY_US

STUCK_MAX: Final = 5
DUE_DAYS: Final = 7
_COUNTED: Final = {
    Stage.RECEIVE: Counter.RECEIVED,
    Stage.NAME: Counter.NAMED,
    Stage.START: Counter.STARTED,
    Stage.REPORT: Counter.REPORTED,
    Stage.VERIFY: Counter.VERIFIED,
}
_GATES: Final = (Stage.RECEIVE, Stage.NAME)


def pack(reader: Reader, unit_id: str, now: Moment, since: Moment) -> Pack:
    """Of a unit and all below it. Raises NotFound."""
    trees = TreesThen(reader, now.position)
    asked = [one for one in asked_below(reader, trees, unit_id, now) if not one.between]
    stuck, left_out = _stuck(reader, asked, unit_id, now)
    return Pack(
        unit=unit_ref(reader, unit_id),
        since=since,
        now=now,
        progress=[_progress(reader, one, unit_id, now, since) for one in asked],
        done=_done(reader, trees, unit_id, now, since),
        due=sorted((due for one in asked for due in _due(one, now)), key=lambda due: (due.due_us, due.layer)),
        stuck=stuck,
        stuck_left_out=left_out,
        matters=[
            MatterWaiting(unit_ref(reader, matter.unit_id), matter.topic, matter.raised_us, matter.due_us)
            for matter in asking.matters_waiting(reader, unit_id, now.position)
        ],
        burden=burden(reader, unit_id, now),
    )


def _progress(reader: Reader, one: AskedOf, unit_id: str, now: Moment, since: Moment) -> Progress:
    before = None
    if one.view.row.position <= since.position:
        try:
            then = view_of(reader, one.view.row.directive_id, since)
            before = totals_of(then, unit_id, since.business_us).headline()
        except NotFound:
            before = None
    return Progress(ref_of(one.view), before, totals_of(one.view, unit_id, now.business_us).headline())


def _done(reader: Reader, trees: TreesThen, unit_id: str, now: Moment, since: Moment) -> dict[str, int]:
    done: dict[str, int] = {}
    for name, where_id, route_id, count in asking.deeds_between(reader, since.position, now.position):
        if trees.of(route_id).depth(where_id, unit_id) is not None:
            done[name] = done.get(name, 0) + count
    return dict(sorted(done.items()))


def _due(one: AskedOf, now: Moment) -> list[DueSoon]:
    """Common latest times of the coming days: units with a time of their own are not told apart here."""
    top, found = one.met[0], []
    for depth, counted in enumerate(one.view.layers(one.top_id)):
        if not top.depth + depth:
            continue
        for stage, counter in _COUNTED.items():
            due_us = one.due_us(top.depth + depth, stage, top.shift_days)
            units = counted.route_units if stage in _GATES else counted.obliged_units
            left = units - top.figures.counts.get(counter_key(depth, counter), 0)
            if now.business_us <= due_us < now.business_us + DUE_DAYS * DAY_US and left > 0:
                found.append(DueSoon(ref_of(one.view), depth, STAGES[stage], due_us, left, units))
    return found


def _stuck(reader: Reader, asked: list[AskedOf], unit_id: str, now: Moment) -> tuple[list[Stuck], bool]:
    """The longest overdue, one a unit and directive; whether a directive was too large to look through."""
    found: list[tuple[int, str, Stuck]] = []
    left_out = False
    for one in asked:
        directive_id = one.view.row.directive_id
        try:
            lines = longest(reader, directive_id, unit_id, now, 4 * STUCK_MAX)
        except ExplanationTooLarge:
            left_out = True
            continue
        seen: set[str] = set()
        for due_us, line in lines:
            if line.unit.unit_id not in seen:
                seen.add(line.unit.unit_id)
                stuck = Stuck(line.unit, line.others_count, line.owner, "", ref_of(one.view), line.stage, due_us)
                found.append((due_us, line.unit.code, stuck))
    found.sort(key=lambda each: (each[0], each[1], each[2].directive.issued_at_us))
    return [_with_post(reader, stuck, now) for _, _, stuck in found[:STUCK_MAX]], left_out


def _with_post(reader: Reader, stuck: Stuck, now: Moment) -> Stuck:
    return replace(stuck, owner_post=asking.first_post(reader, stuck.owner.unit_id, now.position))
