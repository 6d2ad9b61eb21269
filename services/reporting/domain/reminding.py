"""A superior reminds a unit of what it owes itself: once a day, and never of what a superior owes."""

from __future__ import annotations

from services.kernel.workdays import start_of_day
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.assignments import Case, Now
from services.reporting.domain.directive_errors import NothingOwed, RemindedToday, SuperiorOwes
from services.reporting.domain.directive_events import UnitReminded
from services.reporting.domain.owing import Above, Owed, owed

_WITH_SUPERIOR = (State.PENDING, State.REPORTED, State.RECTIFIED)


def own_step(case: Case, now: Now) -> Owed | None:
    """What the unit itself owes next; None where nothing is owed, or where it waits for somebody else."""
    return owed(case, Above(()), now.calendar)


def remind(case: Case, parent_unit_id: str, by_unit_id: str, now: Now, *, reminded_today: bool) -> UnitReminded:
    """Raises NothingOwed, SuperiorOwes, RemindedToday, DirectiveWithdrawnAlready."""
    case.directive.check_open()
    step = own_step(case, now)
    if step is None:
        if case.state in _WITH_SUPERIOR:
            raise SuperiorOwes(unit_id=parent_unit_id)
        raise NothingOwed(unit_id=case.unit_id)
    if reminded_today:
        raise RemindedToday(unit_id=case.unit_id)
    return UnitReminded(
        case.directive.directive_id, case.unit_id, step.stage, step.due_us, by_unit_id, start_of_day(now.day)
    )
