"""A unit books its election meeting: within the plan's window, after its notice, with an observer who is free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.kernel.text import name_key
from services.kernel.workdays import WorkCalendar
from services.schedule.domain.office_errors import BookingOutsideWindow, NoticeTooShort, ObserverTaken
from services.schedule.domain.openings import cited
from services.schedule.domain.template_checks import FIXED_NOTICE_WORKDAYS

MINUTES_PER_DAY: Final = 24 * 60
PLACE_CHARS_MAX: Final = 200
OBSERVER_CHARS_MAX: Final = 64
ENTITLED_MAX: Final = 1_000_000
# Delegates: each place sets its own length, five working days until it is confirmed.
NOTICE_RULE: Final = "V-5"


@dataclass(frozen=True, slots=True)
class Slot:
    """A day and a stretch of it, in minutes since midnight."""

    day: date
    from_minute: int
    until_minute: int

    def meets(self, other: Slot) -> bool:
        """Both at the same time, if only for a minute."""
        return self.day == other.day and self.from_minute < other.until_minute and other.from_minute < self.until_minute


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking that stands."""

    booking_id: str
    unit_id: str
    slot: Slot
    place: str
    observer_id: str


def check_window(day: date, first: date, last: date) -> None:
    """Raises BookingOutsideWindow."""
    if not first <= day <= last:
        raise BookingOutsideWindow(day=day.isoformat(), first_day=first.isoformat(), last_day=last.isoformat())


def check_notice(notice: date, meeting: date, calendar: WorkCalendar) -> None:
    """Whole working days enough lie between the notice and the meeting. Raises NoticeTooShort (V-5)."""
    needed = FIXED_NOTICE_WORKDAYS[NOTICE_RULE]
    whole = calendar.workdays_between(notice, meeting) - (1 if calendar.is_workday(meeting) else 0)
    if whole < needed:
        raise NoticeTooShort(
            workdays=max(0, whole), needed_workdays=needed, citation=cited(NOTICE_RULE), rule=NOTICE_RULE
        )


def check_observer(slot: Slot, observer_id: str, others: Iterable[Booking]) -> None:
    """Nobody attends two meetings at once. Raises ObserverTaken."""
    for other in others:
        if observer_id and other.observer_id == observer_id and other.slot.meets(slot):
            raise ObserverTaken(day=slot.day.isoformat(), unit_id=other.unit_id)


def same_venue(slot: Slot, place: str, others: Iterable[Booking]) -> Booking | None:
    """Another meeting in the same place at the same time: a warning, for a house may have several rooms."""
    key = name_key(place)
    return next((other for other in others if name_key(other.place) == key and other.slot.meets(slot)), None)
