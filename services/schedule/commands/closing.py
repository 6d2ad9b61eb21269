"""The end of a turnover: results are filed, the archive is sealed, personal columns are emptied."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from huanjie.schedule.v1 import office_pb2
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.refusals import BadRequest, StaleVersion
from services.chassis.store import Reader
from services.kernel.workdays import day_of
from services.schedule.commands.fields import (
    ORGAN_CHARS_MAX,
    REASON_CHARS_MAX,
    choice_of,
    day_of_text,
    line_of,
    number_of,
    past_day,
    sha256_of,
    text_of,
)
from services.schedule.domain.archive import CLASSES, check_complete, manifest
from services.schedule.domain.office_errors import ErasureNeedsArchive, TurnoverBeforeCongress
from services.schedule.domain.office_events import (
    ArchiveGap,
    ArchiveItem,
    ErasedColumn,
    PersonalDataErased,
    ResultsFiled,
    TurnoverArchived,
)
from services.schedule.domain.turnovers import TurnoverDeed, TurnoverState
from services.schedule.store import archives, bookings, papers, turnovers

MANIFEST_BYTES_MAX: Final = 16 * 1024 * 1024


def file_results(command: pb.FileResultsRequest, act: Act) -> pb.TurnoverResponse:
    """The results are with the superior, after the congress. Source: A7 to A9.

    Raises NotFound, WrongStanding, PlanMissing, TurnoverBeforeCongress, DayAhead, BadRequest.
    """
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    state = turnover.after(TurnoverDeed.FILE)
    turnover.check_planned()
    day = past_day("day", command.day, day_of(act.now_us))
    if day < day_of_text("congress_day", turnover.congress_day):
        raise TurnoverBeforeCongress(day=turnover.congress_day, rule="A9")
    event = ResultsFiled(
        turnover.turnover_id, number_of("number", command.number), day.isoformat(),
        line_of("organ", command.organ, ORGAN_CHARS_MAX, required=True),
        sha256_of("file_sha256", command.file_sha256, required=True),
    )  # fmt: skip
    act.record(event, subject=turnover.turnover_id, turnover=turnover.turnover_id)
    return pb.TurnoverResponse(state=state, version=turnover.version + 1)


@dataclass(frozen=True, slots=True)
class Package:
    """A manifest that is stored already, and what it names."""

    sha256: str
    items: tuple[ArchiveItem, ...]
    gaps: tuple[ArchiveGap, ...]


def prepare_archive_turnover(command: pb.ArchiveTurnoverRequest, ask: Ask) -> Package:
    """Stores the manifest beside the writer. Raises NotFound, WrongStanding, ArchiveIncomplete, BadRequest."""
    package, text = _package(command, ask.reader, ask.context.now_us())
    ask.context.blobs.put([text.encode()], MANIFEST_BYTES_MAX)
    return package


def archive_turnover(command: pb.ArchiveTurnoverRequest, act: Act) -> pb.ArchiveTurnoverResponse:
    """Sealed as prepared; what changed meanwhile refuses it, to be done anew. Raises StaleVersion and as preparing."""
    prepared: Package = act.prepared
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    package, _ = _package(command, act.tx, act.now_us)
    if package.sha256 != prepared.sha256:
        raise StaleVersion(expected=len(prepared.items), actual=len(package.items))
    event = TurnoverArchived(turnover.turnover_id, package.sha256, len(package.items), package.gaps)
    act.record(event, subject=turnover.turnover_id, turnover=turnover.turnover_id)
    return pb.ArchiveTurnoverResponse(
        manifest_sha256=package.sha256, items=len(package.items), version=turnover.version + 1
    )


def _package(command: pb.ArchiveTurnoverRequest, reader: Reader, now_us: int) -> tuple[Package, str]:
    turnover = turnovers.load(reader, command.turnover_id, command.unit_id)
    turnover.after(TurnoverDeed.ARCHIVE)
    if len(command.gaps) > len(CLASSES):
        raise BadRequest(field="gaps", problem="too_many")
    gaps = tuple(
        ArchiveGap(
            choice_of("gaps.class_id", each.class_id, CLASSES),
            text_of("gaps.reason", each.reason, REASON_CHARS_MAX, required=True),
        )
        for each in command.gaps
    )
    items = archives.pieces(reader, turnover.turnover_id, day_of(now_us))
    check_complete(items, gaps)
    text = manifest(turnover.turnover_id, items, gaps)
    return Package(hashlib.sha256(text.encode()).hexdigest(), items, gaps), text


def erase_turnover(command: pb.EraseTurnoverRequest, act: Act) -> pb.EraseTurnoverResponse:
    """Personal columns are emptied; that it was done, and in how many rows, stays in the ledger.

    Raises NotFound, ErasureNeedsArchive, WrongStanding, BadRequest.
    """
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    if turnover.state in (TurnoverState.OPEN, TurnoverState.FILED):
        raise ErasureNeedsArchive(turnover_id=turnover.turnover_id)
    turnover.after(TurnoverDeed.ERASE)
    ground = text_of("ground", command.ground, REASON_CHARS_MAX, required=True)
    number = number_of("document_number", command.document_number)
    erased = (
        ErasedColumn("booking.observer_id", bookings.observers(act.tx, turnover.turnover_id)),
        ErasedColumn("paper_text.text", papers.erase_texts(act.tx, turnover.turnover_id)),
    )
    event = PersonalDataErased(turnover.turnover_id, ground, number, erased)
    act.record(event, subject=turnover.turnover_id, turnover=turnover.turnover_id)
    return pb.EraseTurnoverResponse(
        erased=[office_pb2.ErasedColumn(name=each.name, rows=each.rows) for each in erased],
        version=turnover.version + 1,
    )
