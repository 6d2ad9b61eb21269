"""What the commands about figures share: figures are checked by the directive's form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from huanjie.reporting.v1 import forms_pb2, reporting_pb2
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.reporting.commands.directive_fields import evidence_of, summary_of
from services.reporting.domain.assignments import Figures
from services.reporting.domain.form_errors import (
    FiguresRefused,
    FormNotAsked,
    FormRequired,
)
from services.reporting.domain.form_events import Figure, FigureExplanation, FiguresReported
from services.reporting.domain.forms.checking import Checked, Problem, check
from services.reporting.domain.forms.model import Form
from services.reporting.store import forms

FIGURES_MAX: Final = 500
_WithFigures = forms_pb2.ReportFiguresRequest | reporting_pb2.CorrectReportRequest


class DirectiveForms:
    """The forms of the directives of one act, read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._forms: dict[str, Form | None] = {}

    def of(self, directive_id: str) -> Form | None:
        """The directive's form, or None."""
        if directive_id not in self._forms:
            self._forms[directive_id] = forms.form_of(self._reader, directive_id)
        return self._forms[directive_id]

    def asked(self, directive_id: str) -> Form:
        """The directive's form. Raises FormNotAsked."""
        form = self.of(directive_id)
        if form is None:
            raise FormNotAsked(directive_id=directive_id)
        return form

    def check_bare(self, directive_id: str) -> None:
        """Raises FormRequired where reports carry figures."""
        form = self.of(directive_id)
        if form is not None:
            raise FormRequired(form_id=form.form_id)


def checked_of(form: Form, request: _WithFigures) -> Checked:
    """The request's figures by the form. Raises BadRequest where it cannot be meant."""
    if len(request.figures) > FIGURES_MAX or len(request.explanations) > FIGURES_MAX:
        raise BadRequest(field="figures", problem="too_many")
    return check(form, request.figures, request.explanations)


def refuse_unsound(checked: Checked) -> None:
    """Raises FiguresRefused."""
    if not checked.sound:
        first = checked.problems[0]
        raise FiguresRefused(field=first.field_id, problem=first.code, count=len(checked.problems))


def report_of(request: _WithFigures, checked: Checked) -> Figures:
    """What a report with figures says: its totals follow from them."""
    return Figures(checked.due, checked.done, summary_of(request.summary), evidence_of(request.evidence))


def figures_event(directive_id: str, unit_id: str, report_number: int, form: Form, checked: Checked) -> FiguresReported:
    """The figures that stand beside a report."""
    return FiguresReported(
        directive_id, unit_id, report_number, form.form_id, form.version,
        tuple(Figure(name, value) for name, value in checked.figures),
        tuple(FigureExplanation(rule_id, text) for rule_id, text in checked.explanations),
    )  # fmt: skip


def problem_messages(problems: Iterable[Problem]) -> list[forms_pb2.FormProblem]:
    """As they are answered."""
    return [
        forms_pb2.FormProblem(
            severity=problem.severity,
            field_id=problem.field_id,
            rule_id=problem.rule_id,
            code=problem.code,
            parameters=dict(problem.params),
        )
        for problem in problems
    ]
