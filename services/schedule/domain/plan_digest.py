"""What of a plan is said each working day to the unit whose turnover it is: what is late, due soon, or at risk."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.plan import Plan, Row
from services.schedule.domain.turnover_events import PlanDigestItem

# A step is near when so few working days are left; the countdown board counts alike.
NEAR_WORKDAYS: Final = 3


class Standing(StrEnum):
    """How a step that is not done stands to its latest day."""

    LATE = "late"
    DUE = "due"
    AT_RISK = "at_risk"


def standing(row: Row, today: date, calendar: WorkCalendar) -> Standing | None:
    """None for what is done and for what has time."""
    if row.done:
        return None
    if row.latest < today:
        return Standing.LATE
    if calendar.workdays_between(today, row.latest) <= NEAR_WORKDAYS:
        return Standing.DUE
    return Standing.AT_RISK if row.slack_workdays < 0 else None


def digest_items(plan: Plan, today: date, calendar: WorkCalendar) -> tuple[PlanDigestItem, ...]:
    """Every step that is to be told, the earliest latest day first."""
    told = [(row, found) for row in plan.rows if (found := standing(row, today, calendar))]
    told.sort(key=lambda each: (each[0].latest, each[0].milestone))
    return tuple(PlanDigestItem(row.milestone, row.latest.isoformat(), found.value) for row, found in told)
