"""A verified report was wrong: a numbered correction, with its reason, takes its place and waits to be verified again."""

from __future__ import annotations

from huanjie.reporting.v1 import forms_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.assignment_acts import acting_unit, case_for, settle
from services.reporting.commands.directive_fields import evidence_of, reason_of, text_of
from services.reporting.commands.form_fields import (
    DirectiveForms,
    checked_of,
    figures_event,
    refuse_unsound,
    report_of,
)
from services.reporting.domain.assignments import SUMMARY_CHARS_MAX, Figures, Now, correct
from services.reporting.domain.directives import subject_of
from services.reporting.store import forms


def correct_report(command: pb.CorrectReportRequest, act: Act) -> pb.CorrectReportResponse:
    """By the unit, or by a superior on its behalf. What is not verified yet is corrected by reporting again."""
    reason = reason_of(command.reason)
    desk = DirectiveForms(act.tx)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    form = desk.of(command.directive_id)
    checked = checked_of(form, command) if form is not None else None
    if checked is not None:
        refuse_unsound(checked)
        figures = report_of(command, checked)
    else:
        summary = text_of("summary", command.summary, SUMMARY_CHARS_MAX)
        figures = Figures(command.due_count, command.done_count, summary, evidence_of(command.evidence))
    desk.check_evidence(command.directive_id, command.unit_id, figures.evidence)
    by_unit_id = acting_unit(act, "CorrectReport")
    behalf = "" if by_unit_id == command.unit_id else by_unit_id
    number = forms.corrections(act.tx, command.directive_id, command.unit_id) + 1
    answer = settle(act, case, correct(case, figures, reason, number, behalf, Now(act.now_us)))
    if form is not None and checked is not None:
        report_number = case.assignment.report_number + 1
        event = figures_event(command.directive_id, command.unit_id, report_number, form, checked)
        act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
    return pb.CorrectReportResponse(state=answer.state, version=answer.version, correction_number=number)
