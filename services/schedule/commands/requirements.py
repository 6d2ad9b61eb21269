"""A superior's requirement keeps its source, becomes a directive, and what was done goes back."""

from __future__ import annotations

from typing import Final

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.kernel.workdays import day_of
from services.schedule.commands.directives import spec_of
from services.schedule.commands.fields import (
    check_not_before,
    day_of_text,
    line_of,
    number_of,
    past_day,
    sha256_of,
    text_of,
)
from services.schedule.domain import requirements as rules
from services.schedule.domain.office_events import (
    PaperFigure,
    RequirementAssigned,
    RequirementReceived,
    RequirementReported,
)
from services.schedule.domain.requirements import RequirementDeed, RequirementState, cause_of, follow_requirement
from services.schedule.domain.turnovers import Turnover, TurnoverDeed
from services.schedule.store import facts, papers, turnovers
from services.schedule.store.papers import Requirement

CADENCE_WORKDAYS_MAX: Final = 250


def receive_requirement(command: pb.ReceiveRequirementRequest, act: Act) -> pb.RequirementResponse:
    """With source, number and day of the document. Raises NotFound, WrongStanding, DayAhead, DayBefore, BadRequest."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    turnover.after(TurnoverDeed.WORK)
    day = past_day("day", command.day, day_of(act.now_us))
    due = day_of_text("due_day", command.due_day)
    check_not_before(due, day)
    if command.every_workdays > CADENCE_WORKDAYS_MAX:
        raise BadRequest(field="every_workdays", problem="out_of_range")
    requirement_id = act.new_id("requirement")
    event = RequirementReceived(
        requirement_id,
        turnover.turnover_id,
        turnover.unit_id,
        line_of("source", command.source, rules.SOURCE_CHARS_MAX, required=True),
        number_of("number", command.number, required=False),
        day.isoformat(),
        text_of("text", command.text, rules.TEXT_CHARS_MAX, required=True),
        due.isoformat(),
        sha256_of("file_sha256", command.file_sha256),
        command.every_workdays,
    )
    act.record(event, subject=requirement_id, turnover=turnover.turnover_id)
    return pb.RequirementResponse(requirement_id=requirement_id, state=RequirementState.RECEIVED, version=1)


def assign_requirement(command: pb.AssignRequirementRequest, act: Act) -> pb.RequirementResponse:
    """Reporting issues the directive with the superior's document as its source.

    Raises NotFound, WrongStanding, WindowBelowLayers, BadRequest.
    """
    turnover, kept = _of(act, command.turnover_id, command.unit_id, command.requirement_id)
    state = follow_requirement(RequirementState(kept.state), RequirementDeed.ASSIGN)
    source = f"{kept.source}{kept.number}"
    spec = spec_of(act, turnover, command.directive, source, cause_of(kept.requirement_id))
    act.record(
        RequirementAssigned(kept.requirement_id, turnover.turnover_id, spec),
        subject=kept.requirement_id, turnover=turnover.turnover_id,
    )  # fmt: skip
    return pb.RequirementResponse(requirement_id=kept.requirement_id, state=state, version=kept.version + 1)


def report_requirement(command: pb.ReportRequirementRequest, act: Act) -> pb.RequirementResponse:
    """What was done, with the figures that reporting has of it. Raises NotFound, WrongStanding, DayAhead, DayBefore."""
    turnover, kept = _of(act, command.turnover_id, command.unit_id, command.requirement_id)
    state = follow_requirement(RequirementState(kept.state), RequirementDeed.REPORT)
    day = past_day("day", command.day, day_of(act.now_us))
    check_not_before(day, day_of_text("day", kept.day))
    event = RequirementReported(
        kept.requirement_id,
        turnover.turnover_id,
        day.isoformat(),
        number_of("number", command.number, required=False),
        text_of("text", command.text, rules.TEXT_CHARS_MAX, required=True),
        _figures(act, kept),
    )
    act.record(event, subject=kept.requirement_id, turnover=turnover.turnover_id)
    return pb.RequirementResponse(requirement_id=kept.requirement_id, state=state, version=kept.version + 1)


def _figures(act: Act, kept: Requirement) -> tuple[PaperFigure, ...]:
    progress = facts.progress_of(act.tx, cause_of(kept.requirement_id))
    if progress is None:
        return ()
    heard = facts.heard(act.tx)
    return (
        PaperFigure("units_due", progress.due, "reporting", heard),
        PaperFigure("units_done", progress.done, "reporting", heard),
    )


def _of(act: Act, turnover_id: str, unit_id: str, requirement_id: str) -> tuple[Turnover, Requirement]:
    turnover = turnovers.load(act.tx, turnover_id, unit_id)
    turnover.after(TurnoverDeed.WORK)
    return turnover, papers.load_requirement(act.tx, turnover_id, requirement_id)
