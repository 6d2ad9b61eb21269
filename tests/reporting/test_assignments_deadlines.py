"""The plan counted from the launch, against a second count that walks day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.workdays import DAY_US, WorkCalendar, day_of, start_of_day
from services.reporting.domain.deadlines import (
    NAME,
    RECEIVE,
    REPORT,
    START,
    VERIFY,
    Plan,
    newest_calendar,
    plan_deadlines,
    shift_of,
    shifted,
    stamp,
    unannounced_years,
)
from services.reporting.domain.directive_errors import DeadlineInPast, PlanNotRising, PlanTooShort
from services.reporting.domain.directives import Deadlines
from tests.chassis.desk import START_US

CALENDAR = newest_calendar()
days = st.integers(1, 6)
launches = st.integers(0, 900).map(lambda day: START_US - 300 * DAY_US + day * DAY_US)


def walked(calendar: WorkCalendar, from_us: int, count: int) -> int:
    """The end of the count-th working day after an instant's day, one day at a time."""
    day = day_of(from_us)
    while count:
        day += timedelta(days=1)
        count -= calendar.is_workday(day)
    return start_of_day(day) + DAY_US - 1


def by_hand(plan: Plan, launch_us: int, layers: int) -> list[list[int]]:
    """TRANSMISSION's L1..L6 for each layer, without any of the code under test."""
    rows: list[list[int]] = []
    for layer in range(layers):
        first = walked(CALENDAR, rows[layer - 1][2], plan.dispatch_workdays) if layer else launch_us
        received = walked(CALENDAR, first, plan.receive_workdays)
        rows.append([first, received, walked(CALENDAR, received, plan.name_workdays)])
    last = max(row[2] for row in rows)
    report_us = walked(CALENDAR, launch_us, plan.report_workdays)
    tail = [walked(CALENDAR, last, plan.start_workdays), report_us, walked(CALENDAR, report_us, plan.verify_workdays)]
    return [row + tail for row in rows]


@given(launches, st.integers(1, 5), days, days, days, days, st.integers(1, 90), days)
def test_the_plan_equals_a_walk_through_the_days(
    launch_us: int, layers: int, dispatch: int, receive: int, name: int, start: int, report: int, verify: int
) -> None:
    plan = Plan(dispatch, receive, name, start, report, verify)
    expected = by_hand(plan, launch_us, layers)
    if expected[0][4] < expected[0][3]:
        with pytest.raises(PlanTooShort) as caught:
            plan_deadlines(plan, launch_us, layers, CALENDAR)
        missing = caught.value.missing_workdays
        assert walked(CALENDAR, expected[0][4], missing) == expected[0][3]
        return
    found = Deadlines.of(plan_deadlines(plan, launch_us, layers, CALENDAR))
    assert [list(row) for row in found.rows] == expected
    assert all(list(row) == sorted(row) for row in found.rows)


@given(launches, st.integers(1, 4), st.integers(0, 30))
def test_a_shift_keeps_every_time_at_the_end_of_a_working_day(launch_us: int, layers: int, shift: int) -> None:
    for deadline in plan_deadlines(Plan(report_workdays=40), launch_us, layers, CALENDAR):
        if deadline.stage == 1:
            continue
        moved = shifted(deadline.due_us, shift, CALENDAR.version)
        assert moved == walked(CALENDAR, deadline.due_us, shift)


def test_an_override_takes_the_place_of_its_stage_and_what_follows_is_counted_from_it() -> None:
    day_us = START_US + 4 * DAY_US
    rows = Deadlines.of(plan_deadlines(Plan(overrides={(1, RECEIVE): day_us}), START_US, 2, CALENDAR)).rows
    assert day_of(rows[0][1]) == date(2026, 3, 20)
    assert day_of(rows[0][2]) == date(2026, 3, 23)
    assert day_of(rows[1][0]) == date(2026, 3, 24)


def test_an_override_on_a_day_off_means_the_next_working_day() -> None:
    saturday = START_US + 26 * DAY_US
    rows = Deadlines.of(plan_deadlines(Plan(overrides={(1, REPORT): saturday}), START_US, 1, CALENDAR)).rows
    assert day_of(rows[0][4]) == date(2026, 4, 13)


def test_an_override_in_the_past_or_out_of_order_is_refused() -> None:
    with pytest.raises(DeadlineInPast) as past:
        plan_deadlines(Plan(overrides={(1, NAME): START_US - 1}), START_US, 1, CALENDAR)
    assert past.value.day == "2026-03-16"
    with pytest.raises(PlanNotRising) as order:
        plan_deadlines(Plan(overrides={(1, VERIFY): START_US + DAY_US}), START_US, 1, CALENDAR)
    assert (order.value.layer, order.value.stage) == (1, VERIFY)
    with pytest.raises(PlanNotRising) as report:
        plan_deadlines(Plan(overrides={(1, REPORT): START_US + DAY_US}), START_US, 1, CALENDAR)
    assert report.value.stage == REPORT


def test_a_plan_that_is_too_short_says_by_how_many_working_days() -> None:
    with pytest.raises(PlanTooShort) as caught:
        plan_deadlines(Plan(report_workdays=3), START_US, 2, CALENDAR)
    # Two layers need 1+1+1+1+1 working days and two more to start.
    assert caught.value.missing_workdays == 4
    assert plan_deadlines(Plan(report_workdays=7), START_US, 2, CALENDAR)


def test_layers_below_the_plan_use_its_last_row() -> None:
    deadlines = Deadlines.of(plan_deadlines(Plan(), START_US, 2, CALENDAR))
    assert deadlines.common(9, START) == deadlines.common(2, START)


def test_years_without_announced_holidays_are_named() -> None:
    last = int(CALENDAR.version[:4]) if CALENDAR.version[:4].isdigit() else 2026
    launch_us = start_of_day(date(last, 12, 1))
    deadlines = plan_deadlines(Plan(report_workdays=60), launch_us, 1, CALENDAR)
    assert set(unannounced_years(launch_us, deadlines, CALENDAR)) == {last + 1}


@given(st.integers(0, 60), st.integers(1, 20 * 1440))
def test_a_shift_reaches_past_the_lateness_and_not_a_day_further(days_on: int, minutes: int) -> None:
    due_us = CALENDAR.end_of_workday(day_of(START_US + days_on * DAY_US))
    now_us = due_us + minutes * 60_000_000
    late = stamp(due_us, now_us, CALENDAR).late_working_minutes
    shift = shift_of(late)
    assert shifted(due_us, shift, CALENDAR.version) >= now_us or not late
    assert shift == 0 or shifted(due_us, shift - 1, CALENDAR.version) < now_us
