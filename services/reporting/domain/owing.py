"""Who owes the next step of an assignment, and by when: one owner a step, so that nobody is late for what another owes.

The unit owes receiving, naming, starting and reporting; the unit above it owes passing on and verifying. A unit
that nothing reached owes nothing. Source: TRANSMISSION 4, 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.kernel.workdays import WorkCalendar, day_of
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.assignments import Case
from services.reporting.domain.directives import DirectiveState

# The superior above is told after so many working days more.
GRACE_WORKDAYS: Final = 2
POLICY_VERSION: Final = "escalation-1"

# A unit that has signed for it can pass it on.
ON_DESK: Final = frozenset({
    State.RECEIVED, State.NAMED, State.STARTED, State.REPORTED, State.RETURNED, State.RECTIFIED, State.VERIFIED,
})  # fmt: skip
_OWN_STEPS: Final = {
    State.DISPATCHED: due.RECEIVE,
    State.RECEIVED: due.NAME,
    State.NAMED: due.START,
    State.STARTED: due.REPORT,
    State.RETURNED: due.REPORT,
}


@dataclass(frozen=True, slots=True)
class Owed:
    """The next step of one assignment. ``unit_id`` owes it; ``assignment_unit_id`` is whose assignment it is."""

    assignment_unit_id: str
    unit_id: str
    stage: int
    due_us: int


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above an assignment. ``unit_ids``: nearest first, the issuer last.

    ``waits_to_pass_on``: the nearest has signed for it and has passed it on to nobody; its late dispatches so far are
    ``shift_workdays``.
    """

    unit_ids: tuple[str, ...]
    waits_to_pass_on: bool = False
    shift_workdays: int = 0


def owed(case: Case, above: Above, calendar: WorkCalendar) -> Owed | None:
    """None where nothing is owed, or where it waits for something further up."""
    if case.directive.state is not DirectiveState.OPEN or case.state is State.WITHDRAWN:
        return None
    own = case.assignment
    if own.state is State.PENDING:
        return _dispatch_owed(case, above, calendar)
    if own.state in (State.REPORTED, State.RECTIFIED):
        verifier = next((unit_id for unit_id in above.unit_ids if unit_id != own.on_behalf_by_unit_id), "")
        due_us = case.due_us(due.VERIFY, calendar)
        return Owed(case.unit_id, verifier, due.VERIFY, due_us) if verifier else None
    stage = _OWN_STEPS.get(own.state)
    if stage is None or (stage > due.NAME and not case.obliged):
        return None
    return Owed(case.unit_id, case.unit_id, stage, case.due_us(stage, calendar))


def _dispatch_owed(case: Case, above: Above, calendar: WorkCalendar) -> Owed | None:
    if not above.waits_to_pass_on or not above.unit_ids:
        return None
    common = case.directive.deadlines.common(case.layer, due.DISPATCH)
    due_us = due.shifted(common, above.shift_workdays, calendar.version)
    return Owed(case.unit_id, above.unit_ids[0], due.DISPATCH, due_us)


def levels_told(due_us: int, now_us: int, calendar: WorkCalendar, grace_workdays: int = GRACE_WORKDAYS) -> int:
    """How many superiors are told of something overdue: the nearest at once, one more after each grace. 0 in time."""
    if now_us <= due_us:
        return 0
    return 1 + calendar.workdays_between(day_of(due_us), day_of(now_us)) // grace_workdays


def superiors(owner_unit_id: str, above: Above) -> tuple[str, ...]:
    """Who stands above the owner on the way to the issuer, nearest first; nobody above the issuer itself."""
    if owner_unit_id not in above.unit_ids:
        return above.unit_ids
    return above.unit_ids[above.unit_ids.index(owner_unit_id) + 1 :]
