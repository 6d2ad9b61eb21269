"""A report whose figures a form asks for: by page, by workbook through the parent, by a unit's own system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from huanjie.reporting.v1 import forms_pb2 as pb
from huanjie.reporting.v1.reporting_pb2 import AssignmentResponse
from services.chassis import routes, tree
from services.chassis.act import Act
from services.chassis.holdings import Holdings
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied, Refusal, StaleVersion, to_wire
from services.chassis.tree import TreeUnit
from services.reporting.commands.assignment_acts import settle
from services.reporting.commands.form_fields import (
    DirectiveForms,
    checked_of,
    figures_event,
    problem_messages,
    refuse_unsound,
    report_of,
)
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.assignments import Case, Figures, Now, Outcome, report
from services.reporting.domain.directives import Directive, subject_of
from services.reporting.domain.form_errors import ReportedSince
from services.reporting.domain.forms.checking import Checked
from services.reporting.domain.forms.model import Form
from services.reporting.permissions import REPORT_ROW
from services.reporting.store import directives
from services.reporting.store.assignments import Cases
from services.reporting.store.evidence import check_kept
from services.reporting.store.forms import reported

FIGURE_ROWS_MAX: Final = 500


def report_figures(command: pb.ReportFiguresRequest, act: Act) -> pb.ReportFiguresResponse:
    """Reports, corrects before verification, or answers a return; with ``check_only`` says what would be wrong."""
    desk = _Desk(act)
    row = desk.decide(command)
    if command.check_only:
        problems = problem_messages(row.checked.problems)
        version = row.case.assignment.version
        return pb.ReportFiguresResponse(state=row.case.state, version=version, problems=problems)
    if row.outcome is None:
        return pb.ReportFiguresResponse(
            accepted=True, unchanged=True, state=row.case.state, version=row.case.assignment.version
        )
    refuse_unsound(row.checked)
    answer = desk.take(row.case, row.form, row.checked, row.outcome)
    return pb.ReportFiguresResponse(accepted=True, state=answer.state, version=answer.version)


def report_figures_batch(command: pb.ReportFiguresBatchRequest, act: Act) -> pb.ReportFiguresBatchResponse:
    """Each row is decided whole before anything of it is recorded; a refused row changes nothing and stops nothing."""
    if len(command.rows) > FIGURE_ROWS_MAX:
        raise BadRequest(field="rows", problem="too_many")
    desk = _Desk(act)
    return pb.ReportFiguresBatchResponse(
        receipts=[_receipt(desk, row, check_only=command.check_only) for row in command.rows]
    )


def _receipt(desk: _Desk, command: pb.ReportFiguresRequest, *, check_only: bool) -> pb.FiguresReceipt:
    try:
        row = desk.decide(command)
        if not row.checked.sound:
            return pb.FiguresReceipt(code="FIGURES_REFUSED", problems=problem_messages(row.checked.problems))
        version = row.case.assignment.version
        if row.outcome is None:
            return pb.FiguresReceipt(accepted=True, version=version, unchanged=True)
        if not check_only:
            version = desk.take(row.case, row.form, row.checked, row.outcome).version
    except Refusal as refusal:
        code, parameters, _ = to_wire(refusal)
        return pb.FiguresReceipt(code=code, parameters={name: str(value) for name, value in parameters.items()})
    return pb.FiguresReceipt(accepted=True, version=version)


@dataclass(frozen=True, slots=True)
class _Row:
    """One report, decided: nothing of it is recorded yet. No `outcome`: the report that stands says just this."""

    case: Case
    form: Form
    checked: Checked
    outcome: Outcome | None


class _Desk:
    """What the rows of one call share: the caller's grants, directives with their forms, the time."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._holdings = Holdings(act.principal)
        self._now = Now(act.now_us)
        self._cases = Cases(act.tx)
        self._forms = DirectiveForms(act.tx)
        self._directives: dict[str, Directive] = {}

    def decide(self, command: pb.ReportFiguresRequest) -> _Row:
        """Raises whatever forbids the report but its figures, which the row's check judges."""
        directive = self._directive(command.directive_id)
        unit = routes.stand(self._act.tx, directive.route_id, self._unit(command))
        grant = self._holdings.fit(REPORT_ROW, unit)
        if grant is None:
            raise PermissionDenied(action="ReportFigures")
        form = self._forms.asked(directive.directive_id)
        case = self._cases.of(directive, unit)
        if command.expected_version not in (0, case.assignment.version):
            raise StaleVersion(expected=command.expected_version, actual=case.assignment.version)
        checked = checked_of(form, command)
        figures = report_of(command, checked)
        if command.report_number and self._stands(command, case, checked, figures):
            return _Row(case, form, checked, None)
        check_kept(self._act.tx, unit.unit_id, figures.evidence)
        behalf = "" if grant.unit_id == unit.unit_id else grant.unit_id
        return _Row(case, form, checked, report(case, figures, behalf, self._now))

    def take(self, case: Case, form: Form, checked: Checked, outcome: Outcome) -> AssignmentResponse:
        """Records the report and its figures."""
        answer = settle(self._act, case, outcome)
        number = case.assignment.report_number + 1
        event = figures_event(case.directive.directive_id, case.unit_id, number, form, checked)
        self._act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
        return answer

    def _unit(self, command: pb.ReportFiguresRequest) -> TreeUnit:
        if command.unit_id or not command.unit_code:
            unit = tree.find(self._act.tx, command.unit_id)
        else:
            unit = tree.find_code(self._act.tx, command.unit_code) or tree.find(self._act.tx, command.unit_code)
        if unit is None:
            raise NotFound(kind="unit", id=command.unit_id or command.unit_code)
        return unit

    def _stands(self, command: pb.ReportFiguresRequest, case: Case, checked: Checked, figures: Figures) -> bool:
        """The report that stands says just this already. Raises ReportedSince where it says something else and is
        not the one that the form was made from.
        """
        standing = case.assignment.report_number
        same = checked.sound and standing > 0 and self._says(case, checked, figures)
        if command.report_number == standing + 1:
            # After a return even the same figures are a new report.
            return same and case.state is not State.RETURNED
        if command.report_number == standing and same:
            return True
        raise ReportedSince(number=command.report_number, standing=standing)

    def _says(self, case: Case, checked: Checked, figures: Figures) -> bool:
        own = reported(self._act.tx, case.directive.directive_id, case.unit_id)
        return (
            own.report_number == case.assignment.report_number
            and own.figures == dict(checked.figures)
            and own.explanations == dict(checked.explanations)
            and case.assignment.summary == figures.summary
        )

    def _directive(self, directive_id: str) -> Directive:
        if directive_id not in self._directives:
            self._directives[directive_id] = directives.load(self._act.tx, directive_id)
        return self._directives[directive_id]
