"""The working calendar against a naive day-by-day count, and against known notices of the State Council."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.workdays import (
    DAY_US,
    FIRST_DAY,
    LAST_DAY,
    MINUTE_US,
    MINUTES_PER_WORKDAY,
    CalendarError,
    calendar_versions,
    day_of,
    start_of_day,
    work_calendar,
)

CALENDAR = work_calendar("cn-2026")
DAYS = st.dates(min_value=date(2003, 6, 1), max_value=date(2031, 6, 1))
COUNTS = st.integers(min_value=-300, max_value=300)
INSTANTS = st.integers(min_value=start_of_day(date(2023, 12, 1)), max_value=start_of_day(date(2027, 2, 1)))
ONE = timedelta(days=1)


def naive_add(day: date, count: int) -> date:
    step = ONE if count > 0 else -ONE
    while count:
        day += step
        if CALENDAR.is_workday(day):
            count += -1 if step > timedelta() else 1
    return day


def test_the_table_knows_the_years_from_2004_to_2026() -> None:
    assert calendar_versions() == tuple(f"cn-{year}" for year in range(2004, 2027))
    assert [year for year in range(2000, 2030) if CALENDAR.announced(year)] == list(range(2004, 2027))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 4), True),
        (date(2024, 2, 12), False),
        (date(2024, 2, 29), True),
        (date(2024, 10, 12), True),
        (date(2025, 1, 1), False),
        (date(2025, 1, 26), True),
        (date(2025, 2, 8), True),
        (date(2025, 9, 28), True),
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),
        (date(2026, 1, 4), True),
        (date(2026, 2, 28), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
    ],
)
def test_known_holidays_and_shifted_weekends_are_as_announced(day: date, working: bool) -> None:
    assert CALENDAR.is_workday(day) is working


def test_the_whole_of_the_2025_national_holiday_is_off() -> None:
    assert not any(CALENDAR.is_workday(date(2025, 10, day)) for day in range(1, 9))
    assert CALENDAR.add_workdays(date(2025, 9, 30), 1) == date(2025, 10, 9)


def test_an_older_version_does_not_know_later_years_and_says_so() -> None:
    older = work_calendar("cn-2024")
    assert older.is_workday(date(2025, 10, 1))
    assert not older.is_workday(date(2025, 1, 26))
    assert older.unannounced_years(date(2026, 3, 1), date(2024, 12, 31)) == (2025, 2026)
    assert older.unannounced_years(date(2024, 1, 1), date(2024, 12, 31)) == ()


def test_a_year_nobody_announced_is_monday_to_friday() -> None:
    days = [date(2027, 1, 1) + number * ONE for number in range(365)]
    assert all(CALENDAR.is_workday(day) is (day.weekday() < 5) for day in days)


@given(DAYS, COUNTS)
def test_adding_working_days_agrees_with_counting_day_by_day(day: date, count: int) -> None:
    if count:
        assert CALENDAR.add_workdays(day, count) == naive_add(day, count)
    else:
        assert CALENDAR.add_workdays(day, 0) == CALENDAR.next_workday(day)


@given(DAYS, COUNTS)
def test_adding_and_taking_away_leads_back_and_between_counts_it(day: date, count: int) -> None:
    start = CALENDAR.next_workday(day)
    there = CALENDAR.add_workdays(start, count)
    assert CALENDAR.add_workdays(there, -count) == start
    assert CALENDAR.workdays_between(start, there) == count


@given(DAYS, DAYS)
def test_working_days_between_agrees_with_counting_day_by_day(first: date, last: date) -> None:
    low, high = sorted((first, last))
    naive = sum(CALENDAR.is_workday(low + number * ONE) for number in range(1, (high - low).days + 1))
    assert CALENDAR.workdays_between(low, high) == naive
    assert CALENDAR.workdays_between(high, low) == -naive


@given(INSTANTS, st.integers(min_value=0, max_value=60 * DAY_US))
def test_lateness_agrees_with_adding_up_the_working_part_of_each_day(due: int, late: int) -> None:
    done = due + late
    worked = 0
    day = day_of(due)
    while start_of_day(day) < done:
        if CALENDAR.is_workday(day):
            worked += max(0, min(done, start_of_day(day) + DAY_US) - max(due, start_of_day(day)))
        day += ONE
    assert CALENDAR.late_working_minutes(due, done) == -(-worked // MINUTE_US)


@given(INSTANTS, st.integers(min_value=0, max_value=40))
def test_a_deadline_is_that_many_working_days_of_working_time_away(instant: int, workdays: int) -> None:
    due = CALENDAR.deadline(instant, workdays)
    assert CALENDAR.is_workday(day_of(due))
    assert CALENDAR.late_working_minutes(instant, due) == workdays * MINUTES_PER_WORKDAY
    if CALENDAR.is_workday(day_of(instant)):
        assert (due - instant) % DAY_US == 0


@given(INSTANTS, INSTANTS)
def test_nobody_is_late_before_the_latest_time_nor_for_days_off(due: int, done: int) -> None:
    late = CALENDAR.late_working_minutes(due, done)
    assert late >= 0
    assert late == 0 or done > due


def test_the_weekend_costs_nothing_and_the_first_second_of_monday_does() -> None:
    friday = CALENDAR.end_of_workday(date(2025, 3, 7))
    monday = start_of_day(date(2025, 3, 10))
    assert CALENDAR.late_working_minutes(friday, monday) == 1
    assert CALENDAR.late_working_minutes(friday + 1, monday) == 0
    assert CALENDAR.late_working_minutes(friday + 1, monday + 1) == 1
    assert CALENDAR.deadline(monday - DAY_US // 2, 0) == monday


def test_the_end_of_a_day_off_is_that_of_the_next_working_day() -> None:
    assert day_of(CALENDAR.end_of_workday(date(2025, 10, 3))) == date(2025, 10, 9)
    assert day_of(CALENDAR.end_of_workday(date(2025, 10, 9)) + 1) == date(2025, 10, 10)


@given(DAYS)
def test_a_day_s_instants_fall_on_that_day_in_shanghai(day: date) -> None:
    assert day_of(start_of_day(day)) == day == day_of(start_of_day(day) + DAY_US - 1)
    assert day_of(start_of_day(day) - 1) == day - ONE


def test_a_leap_day_and_the_turn_of_the_year_are_days_like_others() -> None:
    assert CALENDAR.add_workdays(date(2024, 2, 28), 2) == date(2024, 3, 1)
    assert CALENDAR.add_workdays(date(2024, 12, 31), 1) == date(2025, 1, 2)


def test_what_the_calendar_cannot_know_is_refused() -> None:
    with pytest.raises(CalendarError, match="version"):
        work_calendar("cn-1999")
    with pytest.raises(CalendarError, match="outside"):
        CALENDAR.is_workday(FIRST_DAY - ONE)
    with pytest.raises(CalendarError, match="outside"):
        CALENDAR.add_workdays(LAST_DAY, 1)
    with pytest.raises(CalendarError, match="outside"):
        CALENDAR.add_workdays(FIRST_DAY, -1)
    with pytest.raises(CalendarError, match="outside"):
        CALENDAR.late_working_minutes(0, start_of_day(LAST_DAY))
    with pytest.raises(CalendarError, match="zero or more"):
        CALENDAR.deadline(start_of_day(date(2025, 3, 3)), -1)
