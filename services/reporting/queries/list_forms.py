"""The forms that a directive may name, and the form of a report with the figures that are known already."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import forms_pb2 as pb
from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.reporting.domain.assignment_machine import Action, allows
from services.reporting.domain.assignments import Case
from services.reporting.domain.directives import Directive, obliges
from services.reporting.domain.form_errors import FormNotAsked
from services.reporting.domain.forms import catalogue
from services.reporting.domain.forms.model import Form
from services.reporting.queries.form_messages import explanation_messages, figure_messages, form_message
from services.reporting.queries.get_assignment import seen_on
from services.reporting.store import directives, forms
from services.reporting.store.assignments import Cases, case_of

FORM_ROWS_DEFAULT: Final = 100
FORM_ROWS_MAX: Final = 500
# A page that finds few obliged units stops looking here and says where to go on.
LOOKED_AT_UNITS_MAX: Final = 5_000
LOOK_UNITS: Final = 500


def list_forms(query: pb.ListFormsRequest, ask: Ask) -> pb.ListFormsResponse:
    """Every version, so that what was reported in an older one can still be read."""
    return pb.ListFormsResponse(forms=[form_message(form, fields=False) for form in catalogue.forms().values()])


def get_report_form(query: pb.GetReportFormRequest, ask: Ask) -> pb.GetReportFormResponse:
    """Nothing that the unit has given once under the turnover is asked again. Raises NotFound, FormNotAsked."""
    directive = directives.load(ask.reader, query.directive_id)
    unit = seen_on(ask, directive, query.unit_id)
    case = case_of(ask.reader, directive, unit)
    form = _form(ask.reader, directive)
    own = forms.reported(ask.reader, directive.directive_id, unit.unit_id)
    figures = known_figures(ask.reader, form, directive, unit, own)
    return pb.GetReportFormResponse(
        form=form_message(form),
        figures=figure_messages(form, figures),
        explanations=explanation_messages(own.explanations),
        carried_field_ids=[name for name in form.fields if name in figures and name not in own.figures],
        report_number=case.assignment.report_number,
        state=case.state,
        summary=case.assignment.summary,
        version=case.assignment.version,
    )


def known_figures(
    reader: Reader, form: Form, directive: Directive, unit: TreeUnit, own: forms.Reported
) -> dict[str, str]:
    """The figures of this directive, else of the same fields in another directive of the turnover."""
    if len(own.figures) == len(form.fields):
        return dict(own.figures)
    # What a report left empty on purpose stays empty.
    carried = {} if own.figures else forms.carried(reader, directive.turnover, unit.unit_id, directive.directive_id)
    return {name: value for name, value in {**carried, **own.figures}.items() if name in form.fields}


def list_form_rows(query: pb.ListFormRowsRequest, ask: Ask) -> pb.ListFormRowsResponse:
    """A unit, or the obliged units below it, with what is known of each: the rows of a workbook."""
    directive = directives.load(ask.reader, query.directive_id)
    unit = seen_on(ask, directive, query.unit_id)
    form = _form(ask.reader, directive)
    answer = pb.ListFormRowsResponse(form_id=form.form_id, form_version=form.version, directive_title=directive.title)
    cases = Cases(ask.reader)
    if not query.below:
        answer.rows.append(_row(ask, form, unit, cases.of(directive, unit)))
        return answer
    (after,) = key_of(query, "")
    rows_max = rows_of(query, FORM_ROWS_DEFAULT, FORM_ROWS_MAX)
    last = str(after)
    for _ in range(0, LOOKED_AT_UNITS_MAX, LOOK_UNITS):
        found = forms.units_after(ask.reader, directive.route_id, unit, last, LOOK_UNITS)
        for below in found:
            if len(answer.rows) == rows_max:
                answer.next_cursor = cursor_of(last)
                return answer
            last = below.unit_id
            if obliges(directive.reach, directive.issuer_unit_id, below):
                answer.rows.append(_row(ask, form, below, cases.of(directive, below)))
        if len(found) < LOOK_UNITS:
            return answer
    answer.next_cursor = cursor_of(last)
    return answer


def _row(ask: Ask, form: Form, unit: TreeUnit, case: Case) -> pb.FormRow:
    own = forms.reported(ask.reader, case.directive.directive_id, unit.unit_id)
    figures = known_figures(ask.reader, form, case.directive, unit, own)
    # As the unit stands on the directive's route: whoever fills the table in knows it under that superior.
    parent = tree.find(ask.reader, unit.parent_id) if unit.parent_id else None
    return pb.FormRow(
        unit_id=unit.unit_id,
        unit_name=unit.name,
        code=unit.code,
        parent_name=parent.name if parent else "",
        state=case.state,
        version=case.assignment.version,
        open=case.obliged and allows(case.state, Action.REPORT),
        figures=figure_messages(form, figures),
        explanations=explanation_messages(own.explanations),
        summary=case.assignment.summary,
        report_number=case.assignment.report_number,
    )


def _form(reader: Reader, directive: Directive) -> Form:
    form = forms.form_of(reader, directive.directive_id)
    if form is None:
        raise FormNotAsked(directive_id=directive.directive_id)
    return form
