"""Brings a roster in: small ones in one call, large ones planned here and staged in slices that take effect at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.blobs import FolderBlobStore, read_chunks
from services.chassis.ids import Ids
from services.chassis.refusals import NotFound
from services.chassis.sheets.model import FILE_BYTES_MAX
from services.reporting.domain.imports import SLICE_UNITS_MAX
from services.reporting.domain.unit_errors import RosterNeedsSlices

if TYPE_CHECKING:
    from infra.local.machine import Machine
    from services.reporting.domain.roster import KnownUnit, RosterPlan

PAGE_ROWS = 500
PLAN_SECONDS_MAX = 300.0

# Told how many units of how many are staged.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did."""

    rows_read: int
    established: int
    changed: int
    activated: bool
    refused: bool
    findings: tuple[pb.RosterFinding, ...]
    findings_left_out: int


async def import_roster(machine: Machine, path: Path, *, dry_run: bool, tell: Tell) -> Imported:
    """Raises OSError, BlobTooLarge, and what reporting refuses of the file as a whole."""
    sha256 = await asyncio.to_thread(_store, machine, path)
    request = pb.ImportRosterRequest(file_sha256=sha256, file_name=path.name, dry_run=dry_run)
    try:
        answer = await machine.call("reporting", "ImportRoster", request, pb.ImportRosterResponse, PLAN_SECONDS_MAX)
    except RosterNeedsSlices:
        return await _in_slices(machine, path, sha256, tell)
    return Imported(
        answer.rows_read,
        answer.to_establish,
        answer.to_change,
        answer.activated,
        answer.refused,
        tuple(answer.findings),
        answer.findings_left_out,
    )


def _store(machine: Machine, path: Path) -> str:
    with path.open("rb") as file:
        return FolderBlobStore(machine.folder.blob_area("reporting")).put(read_chunks(file), FILE_BYTES_MAX)


async def _in_slices(machine: Machine, path: Path, sha256: str, tell: Tell) -> Imported:
    """Nothing counts before the activation; one that is refused leaves nothing but a discarded import."""
    from services.chassis.sheets import read_sheet
    from services.reporting.domain.roster import plan_import

    planned_at = await _head(machine)
    known = [unit async for unit in _known_units(machine)]
    sheet = await asyncio.to_thread(lambda: read_sheet(path.read_bytes(), path.name))
    ids = Ids()
    plan = await asyncio.to_thread(plan_import, sheet.rows, known, lambda: ids.new("unit"))
    import_id = ids.new("import")
    try:
        await _stage(machine, import_id, plan, tell)
        activate = pb.ActivateRosterRequest(
            import_id=import_id, file_sha256=sha256, changes=_changes(plan), planned_at_position=planned_at
        )
        await machine.call("reporting", "ActivateRoster", activate, pb.ActivateRosterResponse, PLAN_SECONDS_MAX)
    except BaseException:
        await _discard(machine, import_id)
        raise
    return Imported(plan.rows_read, len(plan.establish), len(plan.change), True, False, (), plan.problems_left_out)


async def _stage(machine: Machine, import_id: str, plan: RosterPlan, tell: Tell) -> None:
    total = len(plan.establish)
    for start in range(0, total, SLICE_UNITS_MAX):
        units = [
            pb.RosterUnit(
                unit_id=u.unit_id, parent_id=u.parent_id, code=u.code, name=u.name, kind=u.kind.value, members=u.members
            )
            for u in plan.establish[start : start + SLICE_UNITS_MAX]
        ]
        request = pb.StageRosterSliceRequest(import_id=import_id, units=units)
        await machine.call("reporting", "StageRosterSlice", request, pb.StageRosterSliceResponse)
        tell(start + len(units), total)


async def _discard(machine: Machine, import_id: str) -> None:
    try:
        await machine.call(
            "reporting", "DiscardRoster", pb.DiscardRosterRequest(import_id=import_id), pb.DiscardRosterResponse
        )
    except NotFound:
        return


def _changes(plan: RosterPlan) -> list[pb.RosterChange]:
    return [
        pb.RosterChange(
            unit_id=u.unit_id,
            name=u.name,
            parent_id=u.parent_id,
            members=u.members,
            code=u.code,
            kind=u.kind.value if u.kind else None,
        )
        for u in plan.change
    ]


async def _head(machine: Machine) -> int:
    """Where reporting's ledger stands: whatever changes the tree after it refuses the plan."""
    from huanjie.chassis.v1 import chassis_pb2

    answer = await machine.chassis_call("reporting", "Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse)
    return answer.head_position


async def _known_units(machine: Machine) -> AsyncIterator[KnownUnit]:
    from services.reporting.domain.roster import KnownUnit, UnitKind

    async for unit in list_units(machine):
        yield KnownUnit(unit.unit_id, unit.parent_id, unit.code, unit.name, UnitKind(unit.kind), unit.members)


async def list_units(machine: Machine) -> AsyncIterator[pb.Unit]:
    """Every active unit of the district."""
    cursor = ""
    while True:
        request = pb.ListUnitsRequest(page=pb.Page(cursor=cursor, rows_max=PAGE_ROWS))
        page = await machine.call("reporting", "ListUnits", request, pb.ListUnitsResponse)
        for unit in page.units:
            yield unit
        if not (cursor := page.next_cursor):
            return
