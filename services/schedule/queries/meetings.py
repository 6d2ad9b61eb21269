"""Meetings; each opens with what became of the decisions of the one before."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.schedule.domain.meetings import Meeting, cause_of
from services.schedule.queries.seen import inner_turnover
from services.schedule.queries.turnovers import NEWEST, ROWS_DEFAULT, ROWS_MAX
from services.schedule.store import facts, meetings


def get_meeting(query: pb.GetMeetingRequest, ask: Ask) -> pb.Meeting:
    """Raises NotFound, also for what the caller may not see."""
    meeting = meetings.load(ask.reader, query.meeting_id)
    inner_turnover(ask, meeting.turnover_id)
    return _message(ask, meeting)


def list_meetings(query: pb.ListMeetingsRequest, ask: Ask) -> pb.ListMeetingsResponse:
    """Newest first. Raises NotFound."""
    turnover = inner_turnover(ask, query.turnover_id)
    (position,) = key_of(query.page, NEWEST)
    wanted = rows_of(query.page, ROWS_DEFAULT, ROWS_MAX)
    found = meetings.page(ask.reader, turnover.turnover_id, min(int(position), NEWEST), wanted + 1)
    shown = found[:wanted]
    return pb.ListMeetingsResponse(
        meetings=[_message(ask, each) for each in shown],
        next_cursor=cursor_of(shown[-1].position) if len(found) > wanted else "",
    )


def _message(ask: Ask, meeting: Meeting) -> pb.Meeting:
    before = meetings.before(ask.reader, meeting)
    return pb.Meeting(
        meeting_id=meeting.meeting_id,
        turnover_id=meeting.turnover_id,
        unit_id=meeting.unit_id,
        kind=meeting.kind,
        title=meeting.title,
        day=meeting.day,
        place=meeting.place,
        agenda=meeting.agenda,
        state=meeting.state,
        entitled_count=meeting.entitled_count,
        present_count=meeting.present_count,
        decisions=_progress(ask, meeting),
        minutes_sha256=meeting.minutes_sha256,
        before_meeting_id=before.meeting_id if before else "",
        before=_progress(ask, before) if before else (),
        version=meeting.version,
    )


def _progress(ask: Ask, meeting: Meeting) -> list[pb.DecisionProgress]:
    return [
        progress_message(ask, cause_of(meeting.meeting_id, each.number), each.number, each.text, each.assigned)
        for each in meeting.decisions
    ]


def progress_message(ask: Ask, cause: str, number: int, text: str, assigned: bool) -> pb.DecisionProgress:
    """What became of something that was decided or required, as reporting has it."""
    progress = facts.progress_of(ask.reader, cause) if assigned else None
    return pb.DecisionProgress(
        number=number,
        text=text,
        assigned=assigned,
        directive_id=progress.directive_id if progress else "",
        units_due=progress.due if progress else 0,
        units_done=progress.done if progress else 0,
        withdrawn=progress.withdrawn if progress else False,
    )
