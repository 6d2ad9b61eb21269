"""Units' election meetings, by day."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.schedule.queries.seen import seen_turnover
from services.schedule.queries.turnovers import ROWS_DEFAULT, ROWS_MAX
from services.schedule.store import bookings


def list_unit_meetings(query: pb.ListUnitMeetingsRequest, ask: Ask) -> pb.ListUnitMeetingsResponse:
    """Of the units that the caller sees. Raises NotFound."""
    turnover = seen_turnover(ask, query.turnover_id)
    day, position = key_of(query.page, "", 0)
    wanted = rows_of(query.page, ROWS_DEFAULT, ROWS_MAX)
    found = bookings.page(
        ask.reader, ask.scope(), turnover.turnover_id, query.unit_id, (str(day), int(position)), wanted + 1
    )
    shown = found[:wanted]
    last = shown[-1] if shown else None
    return pb.ListUnitMeetingsResponse(
        unit_meetings=[
            pb.UnitMeeting(
                booking_id=each.booking_id,
                turnover_id=turnover.turnover_id,
                unit_id=each.unit_id,
                unit_name=each.unit_name,
                milestone_id=each.milestone_id,
                day=each.slot.day.isoformat(),
                from_minute=each.slot.from_minute,
                until_minute=each.slot.until_minute,
                place=each.place,
                entitled_count=each.entitled_count,
                observer_id=each.observer_id,
                notice_day=each.notice_day,
            )
            for each in shown
        ],
        next_cursor=cursor_of(last.slot.day.isoformat(), last.position) if last and len(found) > wanted else "",
    )
