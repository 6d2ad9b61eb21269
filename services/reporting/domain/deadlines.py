"""When each stage is due: the plan counted in working days from the launch, and what is in force for one unit.

Every latest time is the end of a working day, so that a branch secretary reads a day and nothing else; only the first
dispatch is due at the launch itself. Source: TRANSMISSION 1, 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from services.kernel.workdays import (
    MINUTES_PER_WORKDAY,
    WorkCalendar,
    calendar_versions,
    day_of,
    work_calendar,
)
from services.reporting.domain.directive_errors import DeadlineInPast, PlanNotRising, PlanTooShort
from services.reporting.domain.directive_events import StageDeadline

DISPATCH, RECEIVE, NAME, START, REPORT, VERIFY = range(1, 7)
STAGES: Final = (DISPATCH, RECEIVE, NAME, START, REPORT, VERIFY)

DISPATCH_WORKDAYS: Final = 1
RECEIVE_WORKDAYS: Final = 1
NAME_WORKDAYS: Final = 1
START_WORKDAYS: Final = 2
REPORT_WORKDAYS: Final = 10
VERIFY_WORKDAYS: Final = 3
RECTIFY_WORKDAYS: Final = 3
PLAN_WORKDAYS_MAX: Final = 500
EXTENSION_WORKDAYS_MAX: Final = 250


@dataclass(frozen=True, slots=True)
class Plan:
    """Working days for each stage; `overrides`: the day of one (layer, stage), as any instant of that day."""

    dispatch_workdays: int = DISPATCH_WORKDAYS
    receive_workdays: int = RECEIVE_WORKDAYS
    name_workdays: int = NAME_WORKDAYS
    start_workdays: int = START_WORKDAYS
    report_workdays: int = REPORT_WORKDAYS
    verify_workdays: int = VERIFY_WORKDAYS
    overrides: Mapping[tuple[int, int], int] | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """How an act stands to its latest time, as events carry it."""

    due_us: int
    late_working_minutes: int
    calendar_version: str


def newest_calendar() -> WorkCalendar:
    """The calendar that new entries are decided by."""
    return work_calendar(calendar_versions()[-1])


def after_workdays(calendar: WorkCalendar, instant_us: int, workdays: int) -> int:
    """The end of the working day that many working days after an instant's day."""
    return calendar.end_of_workday(calendar.add_workdays(day_of(instant_us), workdays))


def plan_deadlines(plan: Plan, launch_us: int, layers: int, calendar: WorkCalendar) -> tuple[StageDeadline, ...]:
    """The latest time of every stage of each layer below the issuer.

    L1(1) = launch; L1(l) = L3(l-1) + dispatch; L2 = L1 + receive; L3 = L2 + name; L4 = the latest L3 + start;
    L5 = launch + report; L6 = L5 + verify. Raises DeadlineInPast, PlanTooShort, PlanNotRising.
    """
    due = _Dues(plan.overrides or {}, launch_us, calendar)
    for layer in range(1, layers + 1):
        if layer == 1:
            due.times[1, DISPATCH] = launch_us
        else:
            due.set(layer, DISPATCH, due.times[layer - 1, NAME], plan.dispatch_workdays)
        due.set(layer, RECEIVE, due.times[layer, DISPATCH], plan.receive_workdays)
        due.set(layer, NAME, due.times[layer, RECEIVE], plan.name_workdays)
    named_us = max(due.times[layer, NAME] for layer in range(1, layers + 1))
    for layer in range(1, layers + 1):
        due.set(layer, START, named_us, plan.start_workdays)
        due.set(layer, REPORT, launch_us, plan.report_workdays)
        due.set(layer, VERIFY, due.times[layer, REPORT], plan.verify_workdays)
        due.check_rising(layer)
    return tuple(StageDeadline(layer, stage, us) for (layer, stage), us in sorted(due.times.items()))


class _Dues:
    """Latest times on their way to a plan; an override takes the place of what would be counted."""

    def __init__(self, overrides: Mapping[tuple[int, int], int], launch_us: int, calendar: WorkCalendar) -> None:
        self.times: dict[tuple[int, int], int] = {}
        self._overrides = overrides
        self._launch_us = launch_us
        self._calendar = calendar

    def set(self, layer: int, stage: int, from_us: int, workdays: int) -> None:
        given_us = self._overrides.get((layer, stage))
        if given_us is None:
            self.times[layer, stage] = after_workdays(self._calendar, from_us, workdays)
            return
        if given_us < self._launch_us:
            raise DeadlineInPast(day=day_of(given_us).isoformat())
        self.times[layer, stage] = self._calendar.end_of_workday(day_of(given_us))

    def check_rising(self, layer: int) -> None:
        times = self.times
        for stage in STAGES[1:]:
            before, here = times[layer, stage - 1], times[layer, stage]
            if here >= before:
                continue
            if stage == REPORT and (layer, REPORT) not in self._overrides:
                missing = self._calendar.workdays_between(day_of(here), day_of(before))
                raise PlanTooShort(missing_workdays=missing)
            raise PlanNotRising(layer=layer, stage=stage)


def unannounced_years(launch_us: int, deadlines: tuple[StageDeadline, ...], calendar: WorkCalendar) -> tuple[int, ...]:
    """The years that the plan touches and whose holidays nobody has announced yet."""
    last: date = day_of(max(d.due_us for d in deadlines))
    return calendar.unannounced_years(day_of(launch_us), last)


@lru_cache(maxsize=4_096)
def shifted(common_us: int, shift_workdays: int, calendar_version: str) -> int:
    """A common latest time behind a late dispatch: as many working days later."""
    if not shift_workdays:
        return common_us
    return work_calendar(calendar_version).deadline(common_us, shift_workdays)


@lru_cache(maxsize=4_096)
def reviewed_by(reported_day: date, verify_workdays: int, calendar_version: str) -> int:
    """The end of the last working day that a verifier has for a report of that day."""
    calendar = work_calendar(calendar_version)
    return calendar.end_of_workday(calendar.add_workdays(reported_day, verify_workdays))


def stamp(due_us: int, now_us: int, calendar: WorkCalendar) -> Stamp:
    """An act done now that was due then."""
    return Stamp(due_us, calendar.late_working_minutes(due_us, now_us), calendar.version)


def shift_of(late_working_minutes: int) -> int:
    """Whole working days by which a late dispatch moves what follows."""
    return -(-late_working_minutes // MINUTES_PER_WORKDAY)
