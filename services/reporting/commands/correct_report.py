"""A verified report is put right: by number, with the reason, and it waits for verification again."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.reporting.commands.assignment_acts import acting_unit, case_for, settle
from services.reporting.commands.directive_fields import figures_of, reason_of
from services.reporting.commands.form_fields import (
    DirectiveForms,
    checked_of,
    figures_event,
    problem_messages,
    refuse_unsound,
    report_of,
)
from services.reporting.domain.assignments import Case, Figures, Now, correct
from services.reporting.domain.directive_errors import NothingCorrected
from services.reporting.domain.directives import subject_of
from services.reporting.domain.form_errors import FormNotAsked, FormRequired
from services.reporting.domain.forms.checking import Checked
from services.reporting.domain.forms.model import Form
from services.reporting.domain.plain_text import check_shows_no_person
from services.reporting.store import evidence, forms


def correct_report(command: pb.CorrectReportRequest, act: Act) -> pb.CorrectReportResponse:
    """By the unit, or by a superior on its behalf; with ``check_only`` says what would be wrong with the figures."""
    reason = reason_of(command.reason)
    check_shows_no_person("reason", reason)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    form = DirectiveForms(act.tx).of(command.directive_id)
    checked = _checked(command, form)
    figures = report_of(command, checked) if checked else figures_of(command, command.evidence)
    evidence.check_kept(act.tx, command.unit_id, figures.evidence)
    by_unit_id = acting_unit(act, "CorrectReport")
    behalf = "" if by_unit_id == command.unit_id else by_unit_id
    outcome = correct(case, figures, reason, behalf, Now(act.now_us))
    if command.check_only:
        problems = problem_messages(checked.problems) if checked else []
        version = case.assignment.version
        return pb.CorrectReportResponse(state=case.state, version=version, problems=problems)
    if checked:
        refuse_unsound(checked)
    _refuse_unchanged(act.tx, case, figures, checked)
    answer = settle(act, case, outcome)
    own = case.assignment
    if form and checked:
        event = figures_event(command.directive_id, command.unit_id, own.report_number + 1, form, checked)
        act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
    return pb.CorrectReportResponse(
        accepted=True,
        state=answer.state,
        version=answer.version,
        correction_number=own.correction_number + 1,
        report_number=own.report_number + 1,
    )


def _checked(command: pb.CorrectReportRequest, form: Form | None) -> Checked | None:
    """The figures by the directive's form; None where it has none. Raises FormRequired, FormNotAsked, BadRequest."""
    if form is None:
        if command.figures:
            raise FormNotAsked(directive_id=command.directive_id)
        return None
    if not command.figures:
        raise FormRequired(form_id=form.form_id)
    for field in ("due_count", "done_count"):
        if getattr(command, field):
            raise BadRequest(field=field, problem="unknown")
    return checked_of(form, command)


def _refuse_unchanged(reader: Reader, case: Case, figures: Figures, checked: Checked | None) -> None:
    """Raises NothingCorrected: a verifier is not asked again for nothing."""
    own, key = case.assignment, (case.directive.directive_id, case.unit_id)
    shown = {file.sha256 for file in evidence.of_report(reader, *key)}
    same = (own.due_count, own.done_count, own.summary) == (figures.due_count, figures.done_count, figures.summary)
    if same and checked:
        before = forms.reported(reader, *key)
        same = (before.figures, before.explanations) == (dict(checked.figures), dict(checked.explanations))
    if same and shown == set(figures.evidence):
        raise NothingCorrected()
