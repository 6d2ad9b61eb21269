"""Green, yellow, red: how near a latest time is. Worked out when somebody reads; no timer, nothing stored.

Source: RULES 5.2 (lights), TRANSMISSION 6.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from services.kernel.workdays import WorkCalendar, day_of

# Yellow from this many working days before the latest time.
YELLOW_WORKDAYS: Final = 3
# Where the whole time is a few days: matters, public questions, orders.
SHORT_YELLOW_WORKDAYS: Final = 1


class Light(StrEnum):
    """On track, near its limit, overdue."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def light_of(due_us: int, now_us: int, calendar: WorkCalendar, yellow_workdays: int = YELLOW_WORKDAYS) -> Light:
    """Red after the latest time; yellow when at most that many working days are left, the present one not counted."""
    if now_us > due_us:
        return Light.RED
    left = calendar.workdays_between(day_of(now_us), day_of(due_us))
    return Light.YELLOW if left <= yellow_workdays else Light.GREEN
