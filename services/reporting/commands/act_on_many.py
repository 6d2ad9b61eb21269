"""One act on many assignments in one call: each row is decided as the call about one would be, with its own receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from huanjie.reporting.v1 import reporting_pb2
from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.holdings import Holdings
from services.chassis.permissions import Allow
from services.chassis.principals import Grant
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied, Refusal, to_wire
from services.reporting.commands.assignment_acts import case_for, responsible_of, settle
from services.reporting.domain import assignments as rules
from services.reporting.domain.assignments import Case, Now, Outcome, Reviewer
from services.reporting.permissions import DOES, REVIEWS

ROWS_MAX: Final = 500

_Decide = Callable[[Act, pb.AssignmentRow, Case, Grant], Outcome]


def receive_assignments(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """Signs for each, and names the unit's first responsible person in the same step."""
    return _each(command, act, "ReceiveAssignments", DOES, _receive)


def name_responsibles(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """Names the unit's first responsible person of each."""
    return _each(command, act, "NameResponsibles", DOES, _name)


def verify_reports(command: pb.AssignmentRowsRequest, act: Act) -> reporting_pb2.SubmitReportsResponse:
    """The present report of each is true; never one's own."""
    return _each(command, act, "VerifyReports", REVIEWS, _verify)


def _receive(act: Act, row: pb.AssignmentRow, case: Case, grant: Grant) -> Outcome:
    now = Now(act.now_us)
    rules.receive(case, now)
    return rules.receive_and_name(case, responsible_of(act, row.unit_id, "", 0), now)


def _name(act: Act, row: pb.AssignmentRow, case: Case, grant: Grant) -> Outcome:
    return rules.name(case, responsible_of(act, row.unit_id, "", 0), Now(act.now_us))


def _verify(act: Act, row: pb.AssignmentRow, case: Case, grant: Grant) -> Outcome:
    reviewer = Reviewer(act.principal.account_id, grant.unit_id)
    return rules.verify(case, row.report_number, reviewer, Now(act.now_us))


def _each(
    command: pb.AssignmentRowsRequest, act: Act, action: str, ways: tuple[Allow, ...], decide: _Decide
) -> reporting_pb2.SubmitReportsResponse:
    if len(command.rows) > ROWS_MAX:
        raise BadRequest(field="rows", problem="too_many")
    holdings = Holdings(act.tx, act.principal)
    receipts = [_take(row, act, action, holdings, ways, decide) for row in command.rows]
    return reporting_pb2.SubmitReportsResponse(receipts=receipts)


def _take(
    row: pb.AssignmentRow, act: Act, action: str, holdings: Holdings, ways: tuple[Allow, ...], decide: _Decide
) -> reporting_pb2.RowReceipt:
    """Decided whole before anything of it is recorded; a refused row changes nothing and stops nothing."""
    try:
        unit = tree.find(act.tx, row.unit_id)
        if unit is None:
            raise NotFound(kind="unit", id=row.unit_id)
        grant = holdings.fit(ways, unit)
        if grant is None:
            raise PermissionDenied(action=action)
        case = case_for(act, row.directive_id, row.unit_id, row.expected_version)
        outcome = decide(act, row, case, grant)
    except Refusal as refusal:
        code, parameters, _ = to_wire(refusal)
        return reporting_pb2.RowReceipt(code=code, parameters={name: str(value) for name, value in parameters.items()})
    act.grant = grant
    return reporting_pb2.RowReceipt(accepted=True, version=settle(act, case, outcome).version)
