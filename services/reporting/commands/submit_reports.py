"""Many reports in one call, from a unit's own system or a superior's: a receipt a row, and no row half done."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes
from services.chassis.act import Act
from services.chassis.holdings import Holdings
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied, Refusal, StaleVersion, to_wire
from services.reporting.commands.assignment_acts import settle
from services.reporting.commands.directive_fields import figures_of
from services.reporting.commands.form_fields import DirectiveForms
from services.reporting.domain.assignments import Case, Now, Outcome, report
from services.reporting.domain.directives import Directive
from services.reporting.permissions import REPORT_ROW
from services.reporting.store import directives
from services.reporting.store.assignments import Cases
from services.reporting.store.evidence import check_kept

BATCH_ROWS_MAX: Final = 500


def submit_reports(command: pb.SubmitReportsRequest, act: Act) -> pb.SubmitReportsResponse:
    """Each row is decided whole before anything of it is recorded; a refused row changes nothing and stops nothing."""
    if len(command.rows) > BATCH_ROWS_MAX:
        raise BadRequest(field="rows", problem="too_many")
    batch = _Batch(act)
    return pb.SubmitReportsResponse(receipts=[batch.take(row) for row in command.rows])


class _Batch:
    """What the rows of one call share: the caller's grants, the directives, the time."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._holdings = Holdings(act.principal)
        self._now = Now(act.now_us)
        self._cases = Cases(act.tx)
        self._forms = DirectiveForms(act.tx)
        self._directives: dict[str, Directive] = {}

    def take(self, row: pb.SubmitReportRequest) -> pb.RowReceipt:
        try:
            case, outcome = self._decide(row)
        except Refusal as refusal:
            code, parameters, _ = to_wire(refusal)
            return pb.RowReceipt(code=code, parameters={name: str(value) for name, value in parameters.items()})
        return pb.RowReceipt(accepted=True, version=settle(self._act, case, outcome).version)

    def _decide(self, row: pb.SubmitReportRequest) -> tuple[Case, Outcome]:
        figures = figures_of(row, row.evidence)
        directive = self._directive(row.directive_id)
        unit = routes.find(self._act.tx, directive.route_id, row.unit_id)
        if unit is None:
            raise NotFound(kind="unit", id=row.unit_id)
        grant = self._holdings.fit(REPORT_ROW, unit)
        if grant is None:
            raise PermissionDenied(action="SubmitReports")
        case = self._cases.of(directive, unit)
        if row.expected_version not in (0, case.assignment.version):
            raise StaleVersion(expected=row.expected_version, actual=case.assignment.version)
        self._forms.check_bare(row.directive_id)
        check_kept(self._act.tx, row.unit_id, figures.evidence)
        return case, report(case, figures, "" if grant.unit_id == row.unit_id else grant.unit_id, self._now)

    def _directive(self, directive_id: str) -> Directive:
        if directive_id not in self._directives:
            self._directives[directive_id] = directives.load(self._act.tx, directive_id)
        return self._directives[directive_id]
