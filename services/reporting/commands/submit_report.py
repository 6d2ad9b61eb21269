"""A unit works and reports, or its superior reports for it and the unit confirms."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.assignment_acts import acting_unit, case_for, settle
from services.reporting.commands.directive_fields import figures_of
from services.reporting.commands.form_fields import DirectiveForms
from services.reporting.domain.assignments import Now, confirm, report, start
from services.reporting.store.evidence import check_kept


def start_work(command: pb.StartWorkRequest, act: Act) -> pb.AssignmentResponse:
    """Work has begun."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, start(case, Now(act.now_us)))


def submit_report(command: pb.SubmitReportRequest, act: Act) -> pb.AssignmentResponse:
    """Reports, corrects before verification, or answers a return."""
    figures = figures_of(command, command.evidence)
    DirectiveForms(act.tx).check_bare(command.directive_id)
    check_kept(act.tx, command.unit_id, figures.evidence)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, report(case, figures, "", Now(act.now_us)))


def report_on_behalf(command: pb.ReportOnBehalfRequest, act: Act) -> pb.AssignmentResponse:
    """A superior reports for a unit: marked as such, and confirmed by the unit later."""
    figures = figures_of(command, command.evidence)
    DirectiveForms(act.tx).check_bare(command.directive_id)
    check_kept(act.tx, command.unit_id, figures.evidence)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    by_unit_id = acting_unit(act, "ReportOnBehalf")
    return settle(act, case, report(case, figures, by_unit_id, Now(act.now_us)))


def confirm_report(command: pb.ConfirmReportRequest, act: Act) -> pb.AssignmentResponse:
    """The unit stands by what was reported for it."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, confirm(case))
