"""A roster as an office sends it becomes units: looked at first, then imported whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.blobs import BlobMissing, BlobStore
from services.chassis.refusals import NotFound
from services.chassis.sheets import Note, read_sheet
from services.chassis.sheets.model import FILE_BYTES_MAX
from services.reporting.commands.unit_fields import sha256_of
from services.reporting.commands.unit_guards import check_change, check_over_all
from services.reporting.domain.imports import change_events, changes_of, check_not_moved, check_size, slices, units_of
from services.reporting.domain.roster import KnownUnit, RosterFinding, RosterPlan, Severity, UnitKind, plan_import
from services.reporting.domain.unit_events import RosterActivated
from services.reporting.store.units import RosterImport, tree_position, waiting_imports


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """A plan, and the tree's position that it was made at."""

    plan: RosterPlan
    notes: tuple[Note, ...]
    waiting: tuple[RosterImport, ...]
    parent_ids: Mapping[str, str]
    planned_at: int


def prepare_import_roster(command: pb.ImportRosterRequest, ask: Ask) -> PreparedImport:
    """Reads and plans beside the writer. Raises NotFound for the file, or why it cannot be read."""
    check_over_all(ask.reader, ask.principal, "ImportRoster")
    sheet = read_sheet(_content(ask.context.blobs, sha256_of("file_sha256", command.file_sha256)), command.file_name)
    units = tree.all_active(ask.reader)
    known = [KnownUnit(u.unit_id, u.parent_id, u.code, u.name, UnitKind(u.kind), u.members) for u in units]
    return PreparedImport(
        plan=plan_import(sheet.rows, known, lambda: ask.context.new_id("unit")),
        notes=sheet.notes,
        waiting=tuple(waiting_imports(ask.reader)),
        parent_ids={unit.unit_id: unit.parent_id for unit in known},
        planned_at=tree_position(ask.reader),
    )


def import_roster(command: pb.ImportRosterRequest, act: Act) -> pb.ImportRosterResponse:
    """With ``dry_run``, or with any row refused, only the findings; else the whole plan takes effect."""
    check_over_all(act.tx, act.principal, "ImportRoster")
    prepared: PreparedImport = act.prepared
    plan = prepared.plan
    rows = len(plan.establish) + len(plan.change)
    import_id = ""
    if rows and not (command.dry_run or plan.refused):
        check_size(rows)
        check_not_moved(prepared.planned_at, tree_position(act.tx))
        import_id = _record(command.file_sha256, prepared, act)
    return pb.ImportRosterResponse(
        import_id=import_id,
        rows_read=plan.rows_read,
        to_establish=len(plan.establish),
        to_change=len(plan.change),
        activated=bool(import_id),
        findings=_findings(prepared),
        findings_left_out=plan.problems_left_out,
        refused=plan.refused,
    )


def _record(file_sha256: str, prepared: PreparedImport, act: Act) -> str:
    import_id = act.new_id("import")
    units, changes = units_of(prepared.plan), changes_of(prepared.plan)
    for staged in slices(import_id, units):
        act.record(staged, subject=import_id)
    act.record(RosterActivated(import_id, file_sha256, len(units), len(changes)), subject=import_id)
    for change in changes:
        for event in change_events(change, prepared.parent_ids[change.unit_id], import_id):
            check_change(act.tx, event)
            act.record(event, subject=change.unit_id)
    return import_id


def _content(blobs: BlobStore, sha256: str) -> bytes:
    """The file, one byte past the limit at most: read_sheet refuses what is longer."""
    try:
        with blobs.open(sha256) as file:
            return file.read(FILE_BYTES_MAX + 1)
    except BlobMissing:
        raise NotFound(kind="blob", id=sha256) from None


def _findings(prepared: PreparedImport) -> list[pb.RosterFinding]:
    """What is wrong by line, then how the file was read, then which earlier imports still wait."""
    plan = prepared.plan
    return [
        *map(_finding, (*plan.problems, *plan.notes)),
        *(pb.RosterFinding(severity=Severity.NOTE.value, code=n.code, parameters=n.params) for n in prepared.notes),
        *_waiting(prepared.waiting),
    ]


def _finding(finding: RosterFinding) -> pb.RosterFinding:
    return pb.RosterFinding(
        severity=finding.severity.value,
        line=finding.line,
        column=finding.column,
        code=finding.code,
        parameters=finding.params,
    )


def _waiting(imports: Iterable[RosterImport]) -> list[pb.RosterFinding]:
    return [
        pb.RosterFinding(
            severity=Severity.WARNING.value,
            code="ROSTER_IMPORT_WAITING",
            parameters={"import_id": waiting.import_id, "count": str(waiting.units)},
        )
        for waiting in imports
    ]
