"""Brings a stored roster in: in one call where it fits one, else in slices that take effect at once.

HTTP and the command line import alike; they differ in whose name they call in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final, Protocol, TypeVar

from google.protobuf.message import Message

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.blobs import BlobStore
from services.chassis.client import CALL_TIMEOUT_SECONDS, Answer
from services.chassis.ids import Ids
from services.chassis.sheets import read_sheet
from services.chassis.sheets.model import FILE_BYTES_MAX
from services.kernel.refusal import Refusal
from services.reporting.domain.imports import SLICE_UNITS_MAX
from services.reporting.domain.roster import KnownUnit, RosterPlan, UnitKind, plan_import
from services.reporting.domain.unit_errors import RosterNeedsSlices, TreeMovedOn

PAGE_ROWS: Final = 500
# A large file takes long to read and plan, and the whole tree is checked before it takes effect.
PLAN_SECONDS_MAX: Final = 300.0

R = TypeVar("R", bound=Message)
# Told how many units of how many are staged.
Tell = Callable[[int, int], None]


class Call(Protocol):
    """A call in somebody's name. Raises what the service refuses with."""

    async def __call__(
        self,
        rpc: str,
        request: Message,
        answer: type[R],
        request_id: str = "",
        timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    ) -> Answer[R]: ...


# Where reporting's ledger stands: whatever changes the tree after it refuses a plan made now.
Head = Callable[[], Awaitable[int]]


async def import_roster(
    call: Call, head: Head, blobs: BlobStore, request: pb.ImportRosterRequest, tell: Tell, request_id: str = ""
) -> Answer[pb.ImportRosterResponse]:
    """Imports the file that the request names, or sees what that would do. Raises what reporting refuses with.

    A roster that went in by slices is not answered as before when it is sent again under the same request id: it
    is planned anew, finds its units there, and changes nothing.
    """
    try:
        return await call("reporting.ImportRoster", request, pb.ImportRosterResponse, request_id, PLAN_SECONDS_MAX)
    except RosterNeedsSlices:
        return await _in_slices(call, head, blobs, request, tell)


async def _in_slices(
    call: Call, head: Head, blobs: BlobStore, request: pb.ImportRosterRequest, tell: Tell
) -> Answer[pb.ImportRosterResponse]:
    """Nothing counts before the activation; one that is refused leaves nothing but a discarded import."""
    ids = Ids()
    import_id = ids.new("import")
    planned_at = await head()
    look = pb.ImportRosterRequest(file_sha256=request.file_sha256, file_name=request.file_name, dry_run=True)
    seen = await call("reporting.ImportRoster", look, pb.ImportRosterResponse, f"{import_id}/look", PLAN_SECONDS_MAX)
    known = [unit async for unit in _known_units(call)]
    plan = await asyncio.to_thread(_plan, blobs, request, known, lambda: ids.new("unit"))
    if seen.message.refused or plan.refused:
        # It was good a moment ago.
        raise TreeMovedOn(planned_at=planned_at, changed_at=await head())
    try:
        await _stage(call, import_id, plan, tell)
        activate = pb.ActivateRosterRequest(
            import_id=import_id,
            file_sha256=request.file_sha256,
            changes=_changes(plan),
            planned_at_position=planned_at,
        )
        activated = await call(
            "reporting.ActivateRoster", activate, pb.ActivateRosterResponse, f"{import_id}/activate", PLAN_SECONDS_MAX
        )
    except BaseException:
        await _discard(call, import_id)
        raise
    seen.message.import_id = import_id
    seen.message.activated = True
    return Answer(seen.message, activated.position, repeated=False)


def _plan(
    blobs: BlobStore, request: pb.ImportRosterRequest, known: list[KnownUnit], new_id: Callable[[], str]
) -> RosterPlan:
    with blobs.open(request.file_sha256) as file:
        # One byte past the limit at most: read_sheet refuses what is longer.
        sheet = read_sheet(file.read(FILE_BYTES_MAX + 1), request.file_name)
    return plan_import(sheet.rows, known, new_id)


async def _stage(call: Call, import_id: str, plan: RosterPlan, tell: Tell) -> None:
    staged = 0
    for number, units in enumerate(_slices(plan)):
        request = pb.StageRosterSliceRequest(import_id=import_id, units=units)
        await call("reporting.StageRosterSlice", request, pb.StageRosterSliceResponse, f"{import_id}/{number}")
        staged += len(units)
        tell(staged, len(plan.establish))


def _slices(plan: RosterPlan) -> Iterator[list[pb.RosterUnit]]:
    for start in range(0, len(plan.establish), SLICE_UNITS_MAX):
        yield [
            pb.RosterUnit(
                unit_id=u.unit_id, parent_id=u.parent_id, code=u.code, name=u.name, kind=u.kind.value, members=u.members
            )
            for u in plan.establish[start : start + SLICE_UNITS_MAX]
        ]


async def _discard(call: Call, import_id: str) -> None:
    """What cannot be discarded now waits, and the next import's findings name it."""
    try:
        request = pb.DiscardRosterRequest(import_id=import_id)
        await call("reporting.DiscardRoster", request, pb.DiscardRosterResponse, f"{import_id}/discard")
    except Refusal:
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


async def _known_units(call: Call) -> AsyncIterator[KnownUnit]:
    cursor = ""
    while True:
        request = pb.ListUnitsRequest(page=pb.Page(cursor=cursor, rows_max=PAGE_ROWS))
        page = (await call("reporting.ListUnits", request, pb.ListUnitsResponse)).message
        for unit in page.units:
            yield KnownUnit(unit.unit_id, unit.parent_id, unit.code, unit.name, UnitKind(unit.kind), unit.members)
        if not (cursor := page.next_cursor):
            return
