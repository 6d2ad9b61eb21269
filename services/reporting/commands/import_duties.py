"""A duty list as an office sends it: looked at first, then taken whole or not at all."""

from __future__ import annotations

from huanjie.reporting.v1 import duties_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.blobs import BlobMissing
from services.chassis.holdings import Holdings
from services.chassis.refusals import NotFound
from services.chassis.sheets import read_sheet
from services.chassis.sheets.model import FILE_BYTES_MAX
from services.reporting.commands.unit_fields import sha256_of
from services.reporting.domain.duties import DutyPlan, Known, plan_duties
from services.reporting.domain.duty_events import DutyListSet
from services.reporting.permissions import SPEAKS
from services.reporting.store import duties


def prepare_import_duties(command: pb.ImportDutiesRequest, ask: Ask) -> DutyPlan:
    """Reads and plans beside the writer. Raises NotFound for the file, or why it cannot be read."""
    sha256 = sha256_of("file_sha256", command.file_sha256)
    try:
        with ask.context.blobs.open(sha256) as file:
            sheet = read_sheet(file.read(FILE_BYTES_MAX + 1), command.file_name)
    except BlobMissing:
        raise NotFound(kind="blob", id=sha256) from None
    keys, units = duties.unit_keys(ask.reader)
    holdings = Holdings(ask.principal)
    within = frozenset(unit.unit_id for unit in units if holdings.fit(SPEAKS, unit))
    known = Known(keys, duties.directive_keys(ask.reader), duties.post_keys(ask.reader), within)
    return plan_duties(sheet.rows, known, lambda: ask.context.new_id("duty"))


def import_duties(command: pb.ImportDutiesRequest, act: Act) -> reporting_pb2.ImportDutiesResponse:
    """With ``dry_run``, or with any row refused, only the findings; else each list replaces its unit's last."""
    plan: DutyPlan = act.prepared
    takes_effect = bool(plan.duties) and not command.dry_run
    if takes_effect:
        for unit_id, listed in plan.duties.items():
            act.record(DutyListSet(unit_id, command.file_sha256, listed), subject=unit_id)
    return reporting_pb2.ImportDutiesResponse(
        rows_read=plan.rows_read,
        units=len(plan.duties),
        duties=sum(map(len, plan.duties.values())),
        imported=takes_effect,
        findings=[
            reporting_pb2.RosterFinding(
                severity=one.severity.value, line=one.line, column=one.column, code=one.code, parameters=one.params
            )
            for one in plan.problems
        ],
        findings_left_out=plan.problems_left_out,
        refused=plan.refused,
    )
