"""One act on many assignments in one call: each row is decided as the call about one would be, with its own receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from huanjie.reporting.v1 import reporting_pb2
from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis import routes
from services.chassis.act import Act
from services.chassis.holdings import Holdings
from services.chassis.permissions import Allow
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied, Refusal, to_wire
from services.chassis.tree import TreeUnit
from services.kernel.workdays import start_of_day
from services.reporting.commands.assignment_acts import acting_unit, case_for, responsible_of, settle
from services.reporting.domain import assignments as rules
from services.reporting.domain.assignments import Case, Now, Outcome, Reviewer
from services.reporting.domain.directive_errors import NothingToUndo, UndoByAnother, UndoFollowed
from services.reporting.domain.directive_events import ActUndone, ReminderUndone
from services.reporting.domain.directives import subject_of
from services.reporting.domain.reminding import remind
from services.reporting.domain.undoing import TRAIL_ENTRIES_MAX, Done, Undoable, undo
from services.reporting.permissions import DOES, REMINDS, REVIEWS
from services.reporting.store import directives, orders, posts, reminders

ROWS_MAX: Final = 500
REMIND: Final = "remind"
_UNDOES: Final = {
    Undoable.RECEIVE.value: DOES,
    Undoable.NAME.value: DOES,
    Undoable.VERIFY.value: REVIEWS,
    REMIND: REMINDS,
}

# Decides and records one row; returns the assignment's version. What raises has recorded nothing.
_Row = Callable[[Act, pb.AssignmentRow, TreeUnit], int]


def receive_assignments(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """Signs for each, and names the unit's first responsible person in the same step."""
    return _each(command.rows, act, "ReceiveAssignments", DOES, _settled(_receive))


def name_responsibles(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """Names the unit's first responsible person of each."""
    return _each(command.rows, act, "NameResponsibles", DOES, _settled(_name))


def verify_reports(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """The present report of each is true; never one's own."""
    return _each(command.rows, act, "VerifyReports", REVIEWS, _settled(_verify))


def remind_units(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """Reminds each unit of what it owes itself; it goes out with the next digest, one a person and day."""
    return _each(command.rows, act, "RemindUnits", REMINDS, _remind)


def undo_acts(command: pb.UndoActsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """Takes back what the caller did last on each, where nothing has followed it."""
    ways = _UNDOES.get(command.act)
    if ways is None:
        raise BadRequest(field="act", problem="unknown")
    row = _undo_reminder if command.act == REMIND else _settled(_undoing(Undoable(command.act)))
    return _each(command.rows, act, "UndoActs", ways, row)


# ---- one row ----------------------------------------------------------------------------------------------

_Decide = Callable[[Act, pb.AssignmentRow, Case], Outcome]


def _settled(decide: _Decide) -> _Row:
    """A row about the assignment itself."""

    def row_of(act: Act, row: pb.AssignmentRow, unit: TreeUnit) -> int:
        case = case_for(act, row.directive_id, row.unit_id, row.expected_version)
        return settle(act, case, decide(act, row, case)).version

    return row_of


def _receive(act: Act, row: pb.AssignmentRow, case: Case) -> Outcome:
    now = Now(act.now_us)
    rules.receive(case, now)
    return rules.receive_and_name(case, responsible_of(act, row.unit_id, "", 0), now)


def _name(act: Act, row: pb.AssignmentRow, case: Case) -> Outcome:
    return rules.name(case, responsible_of(act, row.unit_id, "", 0), Now(act.now_us))


def _verify(act: Act, row: pb.AssignmentRow, case: Case) -> Outcome:
    reviewer = Reviewer(act.principal.account_id, acting_unit(act, "VerifyReports"))
    return rules.verify(case, row.report_number, reviewer, Now(act.now_us))


def _remind(act: Act, row: pb.AssignmentRow, unit: TreeUnit) -> int:
    """An assignment's version does not move: a reminder changes nothing of it."""
    case, now = case_for(act, row.directive_id, row.unit_id, row.expected_version), Now(act.now_us)
    last = reminders.newest(act.tx, row.directive_id, row.unit_id)
    today = last is not None and last.day_us == start_of_day(now.day)
    event = remind(case, unit.parent_id, acting_unit(act, "RemindUnits"), now, reminded_today=today)
    act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
    return case.assignment.version


# ---- taking back ------------------------------------------------------------------------------------------


def _undoing(undoable: Undoable) -> _Decide:
    def decide(act: Act, row: pb.AssignmentRow, case: Case) -> Outcome:
        trail = [
            Done(fact.position, fact.occurred_at_us, fact.actor_id, event)
            for fact, event in act.trail(subject_of(case.directive, case.unit_id), TRAIL_ENTRIES_MAX)
        ]
        if len(trail) == TRAIL_ENTRIES_MAX:
            raise NothingToUndo(action=undoable.value)
        outcome, since = undo(case, undoable, trail, act.principal.account_id)
        if orders.ordered_after(act.tx, row.directive_id, row.unit_id, since):
            raise UndoFollowed(action="order")
        _check_holder(act, undoable, outcome)
        return outcome

    return decide


def _check_holder(act: Act, undoable: Undoable, outcome: Outcome) -> None:
    """Whoever is named again must still hold the post."""
    event = outcome.events[0]
    if undoable is Undoable.NAME and isinstance(event, ActUndone) and event.post_id:
        post = posts.load_post(act.tx, event.unit_id, event.post_id)
        if post.person_id != event.person_id:
            raise UndoFollowed(action="hand_over")


def _undo_reminder(act: Act, row: pb.AssignmentRow, unit: TreeUnit) -> int:
    """Until it has gone out."""
    case = case_for(act, row.directive_id, row.unit_id, row.expected_version)
    last = reminders.newest(act.tx, row.directive_id, row.unit_id)
    if last is None:
        raise NothingToUndo(action=REMIND)
    if last.account_id != act.principal.account_id:
        raise UndoByAnother()
    if last.told_day_us:
        raise UndoFollowed(action="tell")
    event = ReminderUndone(row.directive_id, row.unit_id, last.day_us)
    act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
    return case.assignment.version


# ---- all rows ---------------------------------------------------------------------------------------------


def _each(
    rows: Sequence[pb.AssignmentRow], act: Act, action: str, ways: tuple[Allow, ...], take: _Row
) -> reporting_pb2.SubmitReportsResponse:
    if len(rows) > ROWS_MAX:
        raise BadRequest(field="rows", problem="too_many")
    holdings = Holdings(act.principal)
    receipts = [_take(row, act, action, holdings, ways, take) for row in rows]
    return reporting_pb2.SubmitReportsResponse(receipts=receipts)


def _take(
    row: pb.AssignmentRow, act: Act, action: str, holdings: Holdings, ways: tuple[Allow, ...], take: _Row
) -> reporting_pb2.RowReceipt:
    """Decided whole before anything of it is recorded; a refused row changes nothing and stops nothing."""
    try:
        unit = routes.find(act.tx, directives.route_of(act.tx, row.directive_id), row.unit_id)
        if unit is None:
            raise NotFound(kind="unit", id=row.unit_id)
        act.grant = holdings.fit(ways, unit)
        if act.grant is None:
            raise PermissionDenied(action=action)
        version = take(act, row, unit)
    except Refusal as refusal:
        code, parameters, _ = to_wire(refusal)
        return reporting_pb2.RowReceipt(code=code, parameters={name: str(value) for name, value in parameters.items()})
    return reporting_pb2.RowReceipt(accepted=True, version=version)
