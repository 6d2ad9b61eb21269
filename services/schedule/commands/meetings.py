"""Meetings are called, held or cancelled; a decision becomes a directive in one step."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.act import Act
from services.kernel.workdays import day_of
from services.schedule.commands.directives import spec_of
from services.schedule.commands.fields import (
    choice_of,
    day_of_text,
    line_of,
    lines_of,
    past_day,
    reason_of,
    sha256_of,
)
from services.schedule.domain import meetings as rules
from services.schedule.domain.meetings import Meeting, MeetingDeed, cause_of, check_attendance
from services.schedule.domain.office_events import (
    DecisionAssigned,
    MeetingCalled,
    MeetingCancelled,
    MeetingDecision,
    MeetingHeld,
)
from services.schedule.domain.turnovers import Turnover, TurnoverDeed
from services.schedule.store import meetings, turnovers


def call_meeting(command: pb.CallMeetingRequest, act: Act) -> pb.MeetingResponse:
    """With its agenda; past days too, for what is entered from paper. Raises NotFound, WrongStanding, BadRequest."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    turnover.after(TurnoverDeed.WORK)
    meeting_id = act.new_id("meeting")
    event = MeetingCalled(
        meeting_id,
        turnover.turnover_id,
        turnover.unit_id,
        choice_of("kind", command.kind, rules.KINDS),
        line_of("title", command.title, rules.TITLE_CHARS_MAX, required=True),
        day_of_text("day", command.day).isoformat(),
        line_of("place", command.place, rules.PLACE_CHARS_MAX),
        lines_of("agenda", command.agenda, rules.AGENDA_ITEMS_MAX, rules.AGENDA_CHARS_MAX),
    )
    act.record(event, subject=meeting_id, turnover=turnover.turnover_id)
    return pb.MeetingResponse(meeting_id=meeting_id, state="called", version=1)


def hold_meeting(command: pb.HoldMeetingRequest, act: Act) -> pb.MeetingResponse:
    """How many came and what was decided. Raises NotFound, WrongStanding, DayAhead, AttendanceImpossible."""
    turnover, meeting = _of(act, command.turnover_id, command.unit_id, command.meeting_id)
    state = meeting.after(MeetingDeed.HOLD)
    day = past_day("day", command.day, day_of(act.now_us))
    check_attendance(command.entitled_count, command.present_count)
    decided = lines_of("decisions", command.decisions, rules.DECISIONS_MAX, rules.DECISION_CHARS_MAX)
    event = MeetingHeld(
        meeting.meeting_id,
        turnover.turnover_id,
        day.isoformat(),
        command.entitled_count,
        command.present_count,
        tuple(MeetingDecision(number, text) for number, text in enumerate(decided, start=1)),
        sha256_of("minutes_sha256", command.minutes_sha256),
    )
    act.record(event, subject=meeting.meeting_id, turnover=turnover.turnover_id)
    return pb.MeetingResponse(meeting_id=meeting.meeting_id, state=state, version=meeting.version + 1)


def cancel_meeting(command: pb.CancelMeetingRequest, act: Act) -> pb.MeetingResponse:
    """It does not take place. Raises NotFound, WrongStanding."""
    turnover, meeting = _of(act, command.turnover_id, command.unit_id, command.meeting_id)
    state = meeting.after(MeetingDeed.CANCEL)
    event = MeetingCancelled(meeting.meeting_id, turnover.turnover_id, reason_of(command.reason))
    act.record(event, subject=meeting.meeting_id, turnover=turnover.turnover_id)
    return pb.MeetingResponse(meeting_id=meeting.meeting_id, state=state, version=meeting.version + 1)


def assign_decision(command: pb.AssignDecisionRequest, act: Act) -> pb.MeetingResponse:
    """Reporting issues the directive, which names the decision as its cause.

    Raises NotFound, WrongStanding, DecisionUnknown, DecisionAssignedAlready, WindowBelowLayers, BadRequest.
    """
    turnover, meeting = _of(act, command.turnover_id, command.unit_id, command.meeting_id)
    decision = meeting.decision(command.number)
    source = f"{meeting.title}（{meeting.day}）第{decision.number}项"
    spec = spec_of(act, turnover, command.directive, source, cause_of(meeting.meeting_id, decision.number))
    event = DecisionAssigned(meeting.meeting_id, turnover.turnover_id, decision.number, spec)
    act.record(event, subject=meeting.meeting_id, turnover=turnover.turnover_id)
    return pb.MeetingResponse(meeting_id=meeting.meeting_id, state=meeting.state, version=meeting.version + 1)


def _of(act: Act, turnover_id: str, unit_id: str, meeting_id: str) -> tuple[Turnover, Meeting]:
    turnover = turnovers.load(act.tx, turnover_id, unit_id)
    turnover.after(TurnoverDeed.WORK)
    return turnover, meetings.load(act.tx, meeting_id, turnover_id)
