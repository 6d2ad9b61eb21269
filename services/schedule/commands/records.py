"""A body's own decision, a notice or a document is put on record, or taken back when it was entered by mistake."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.act import Act
from services.kernel.workdays import day_of
from services.schedule.commands.fields import (
    ORGAN_CHARS_MAX,
    check_not_before,
    day_of_text,
    line_of,
    number_of,
    past_day,
    reason_of,
    sha256_of,
    text_of,
)
from services.schedule.domain import gates
from services.schedule.domain.records import MATTER_CHARS_MAX, TEXT_CHARS_MAX, Kept, check_kept
from services.schedule.domain.turnover_events import RecordKept, RecordWithdrawn
from services.schedule.domain.turnovers import TurnoverDeed
from services.schedule.store import records, turnovers


def keep_record(command: pb.KeepRecordRequest, act: Act) -> pb.KeepRecordResponse:
    """A decision needs organ, number and file; a notice its day; a document its file.

    Raises NotFound, PlanMissing, FactNotKept, FactUnknown, DayAhead, DayBefore, BadRequest.
    """
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    turnover.after(TurnoverDeed.WORK)
    decision = command.kind == gates.DECISION
    kept = Kept(
        command.kind,
        line_of("matter", command.matter, MATTER_CHARS_MAX, required=True),
        line_of("organ", command.organ, ORGAN_CHARS_MAX, required=decision),
    )
    check_kept(kept, turnovers.plan(act.tx, turnover).template)
    day = past_day("day", command.day, day_of(act.now_us))
    until = ""
    if command.until_day:
        last = day_of_text("until_day", command.until_day)
        check_not_before(last, day)
        until = last.isoformat()
    record_id = act.new_id("record")
    event = RecordKept(
        record_id, turnover.turnover_id, kept.kind, kept.matter, kept.organ,
        number_of("number", command.number, required=decision), day.isoformat(), until,
        sha256_of("file_sha256", command.file_sha256, required=kept.kind != gates.NOTICE),
        text_of("text", command.text, TEXT_CHARS_MAX),
    )  # fmt: skip
    act.record(event, subject=record_id, turnover=turnover.turnover_id)
    return pb.KeepRecordResponse(record_id=record_id, version=turnover.version + 1)


def withdraw_record(command: pb.WithdrawRecordRequest, act: Act) -> pb.KeepRecordResponse:
    """It counts for nothing from now on and stays visible; what it opened stays open. Raises NotFound."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    turnover.after(TurnoverDeed.WORK)
    records.check_standing(act.tx, turnover.turnover_id, command.record_id)
    event = RecordWithdrawn(command.record_id, turnover.turnover_id, reason_of(command.reason))
    act.record(event, subject=command.record_id, turnover=turnover.turnover_id)
    return pb.KeepRecordResponse(record_id=command.record_id, version=turnover.version + 1)
