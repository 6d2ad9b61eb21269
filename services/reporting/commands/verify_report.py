"""A superior level judges a report: true, or to be rectified. Never who reported, or reported on behalf."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.assignment_acts import acting_unit, case_for, settle
from services.reporting.commands.directive_fields import reason_of, workdays_of
from services.reporting.domain.assignments import Now, Reviewer, send_back, verify
from services.reporting.domain.deadlines import PLAN_WORKDAYS_MAX, RECTIFY_WORKDAYS


def verify_report(command: pb.VerifyReportRequest, act: Act) -> pb.AssignmentResponse:
    """The present report is true."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    reviewer = _reviewer(act, "VerifyReport")
    return settle(act, case, verify(case, command.report_number, reviewer, Now(act.now_us)))


def return_report(command: pb.ReturnReportRequest, act: Act) -> pb.AssignmentResponse:
    """The present report goes back with a reason and a day."""
    reason = reason_of(command.reason)
    workdays = workdays_of("rectify_workdays", command.rectify_workdays, RECTIFY_WORKDAYS, PLAN_WORKDAYS_MAX)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    reviewer = _reviewer(act, "ReturnReport")
    return settle(act, case, send_back(case, command.report_number, reviewer, reason, workdays, Now(act.now_us)))


def _reviewer(act: Act, method: str) -> Reviewer:
    return Reviewer(act.principal.account_id, acting_unit(act, method))
