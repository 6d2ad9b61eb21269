"""A unit books its election meeting; what collides is refused, what may collide is warned."""

from __future__ import annotations

from datetime import date

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest, NotFound
from services.kernel.workdays import day_of, work_calendar
from services.schedule.commands.fields import check_not_before, day_of_text, line_of, reason_of
from services.schedule.commands.plans import newest_calendar
from services.schedule.domain import bookings as rules
from services.schedule.domain.bookings import Slot, check_notice, check_observer, check_window, same_venue
from services.schedule.domain.office_errors import BookedAlready, NotOfMilestone
from services.schedule.domain.office_events import UnitMeetingBooked, UnitMeetingCancelled
from services.schedule.domain.openings import milestone_of
from services.schedule.domain.plan import make_plan
from services.schedule.domain.planning import Wanted, given_of, kinds_concerned
from services.schedule.domain.turnovers import Turnover, TurnoverDeed
from services.schedule.store import bookings, facts, turnovers


def book_unit_meeting(command: pb.BookUnitMeetingRequest, act: Act) -> pb.BookUnitMeetingResponse:
    """Within the window of the plan's milestone, after the notice, with an observer who is free.

    Raises NotFound, PlanMissing, MilestoneUnknown, NotOfMilestone, BookingOutsideWindow, NoticeTooShort, ObserverTaken,
    BookedAlready, DayBefore, BadRequest.
    """
    turnover = turnovers.load(act.tx, command.turnover_id)
    turnover.after(TurnoverDeed.WORK)
    if not tree.under(act.tx, command.unit_id, turnover.unit_id):
        raise NotFound(kind="turnover", id=command.turnover_id)
    slot = _slot_of(command)
    check_not_before(slot.day, day_of(act.now_us))
    _check_window(act, turnover, command, slot.day)
    notice = day_of_text("notice_day", command.notice_day)
    check_notice(notice, slot.day, newest_calendar())
    if not 0 < command.entitled_count <= rules.ENTITLED_MAX:
        raise BadRequest(field="entitled_count", problem="out_of_range")
    before = bookings.of_unit(act.tx, turnover.turnover_id, command.unit_id, command.milestone_id)
    if before and not command.instead:
        raise BookedAlready(booking_id=before.booking_id, day=before.slot.day.isoformat())
    observer = line_of("observer_id", command.observer_id, rules.OBSERVER_CHARS_MAX)
    place = line_of("place", command.place, rules.PLACE_CHARS_MAX, required=True)
    others = bookings.on_day(act.tx, slot.day, before.booking_id if before else "")
    check_observer(slot, observer, others)
    if before:
        _cancel(act, before.booking_id, turnover.turnover_id, command.unit_id, "")
    booking_id = act.new_id("booking")
    event = UnitMeetingBooked(
        booking_id, turnover.turnover_id, command.unit_id, command.milestone_id, slot.day.isoformat(),
        slot.from_minute, slot.until_minute, place, command.entitled_count, observer, notice.isoformat(),
    )  # fmt: skip
    act.record(event, subject=booking_id, turnover=turnover.turnover_id)
    answer = pb.BookUnitMeetingResponse(booking_id=booking_id, version=1)
    clash = same_venue(slot, place, others)
    if clash:
        parameters = {"place": clash.place, "unit_id": clash.unit_id, "day": slot.day.isoformat()}
        answer.warnings.append(pb.PlanWarning(code="VENUE_TAKEN", parameters=parameters))
    return answer


def _slot_of(command: pb.BookUnitMeetingRequest) -> Slot:
    day = day_of_text("day", command.day)
    if not 0 <= command.from_minute < command.until_minute <= rules.MINUTES_PER_DAY:
        raise BadRequest(field="until_minute", problem="out_of_range")
    return Slot(day, command.from_minute, command.until_minute)


def _check_window(act: Act, turnover: Turnover, command: pb.BookUnitMeetingRequest, day: date) -> None:
    """From the milestone's earliest to its latest day; a unit below only has those that concern it."""
    kept = turnovers.plan(act.tx, turnover)
    milestone = milestone_of(kept.template, command.milestone_id)
    kinds = kinds_concerned(kept.template, milestone.id)
    below = command.unit_id != turnover.unit_id
    if below and not any(facts.on_way(act.tx, turnover.unit_id, command.unit_id, each) for each in kinds):
        raise NotOfMilestone(milestone=milestone.id, unit_id=command.unit_id)
    done = turnovers.done_days(turnovers.milestones(act.tx, turnover.turnover_id))
    wanted = Wanted(kept.template, kept.congress, kept.term_approval_number)
    given = given_of(turnover, wanted, done, day_of(act.now_us))
    row = make_plan(kept.template, given, work_calendar(kept.calendar_version)).by_id[milestone.id]
    check_window(day, row.earliest, row.latest)


def cancel_unit_meeting(command: pb.CancelUnitMeetingRequest, act: Act) -> pb.BookUnitMeetingResponse:
    """Raises NotFound, WrongStanding."""
    turnover_id = bookings.turnover_of(act.tx, command.booking_id, command.unit_id)
    turnovers.load(act.tx, turnover_id).after(TurnoverDeed.WORK)
    _cancel(act, command.booking_id, turnover_id, command.unit_id, reason_of(command.reason))
    return pb.BookUnitMeetingResponse(booking_id=command.booking_id, version=2)


def _cancel(act: Act, booking_id: str, turnover_id: str, unit_id: str, reason: str) -> None:
    event = UnitMeetingCancelled(booking_id, turnover_id, unit_id, reason)
    act.record(event, subject=booking_id, turnover=turnover_id)
