"""Backward and forward passes against a naive search for the day, on random plans."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.milestones import Gap, Measure, Template, add_months
from services.schedule.domain.plan import Given, make_plan
from tests.schedule import naive_plan
from tests.schedule.plans import CALENDARS, DAYS, NEWEST, bound, gaps, givens, step, template_of, templates


@given(data=st.data(), template=templates(), calendar=CALENDARS)
def test_both_passes_agree_with_a_naive_search(data: st.DataObject, template: Template, calendar: WorkCalendar) -> None:
    of = data.draw(givens(template))
    plan = make_plan(template, of, calendar)
    for row in plan.rows:
        assert row.earliest == naive_plan.earliest(template, of, calendar, row.milestone)
        assert row.latest == naive_plan.latest(template, of, calendar, row.milestone)
    late = [row for row in plan.rows if row.latest < row.earliest]
    assert bool(plan.shortfall_workdays) == bool(late)


@given(gap=gaps(), day=DAYS, calendar=CALENDARS)
def test_counting_back_finds_the_last_day_from_which_counting_forward_still_arrives(
    gap: Gap, day: date, calendar: WorkCalendar
) -> None:
    last = gap.before(day, calendar)
    assert gap.after(last, calendar) <= day
    assert gap.after(last + naive_plan.ONE, calendar) > day


@given(gap=gaps(), first=DAYS, last=DAYS, calendar=CALENDARS)
def test_a_gap_is_over_exactly_from_its_day_on(gap: Gap, first: date, last: date, calendar: WorkCalendar) -> None:
    if last >= first:
        assert (gap.after(first, calendar) <= last) == naive_plan.is_over(first, last, gap, calendar)


@given(one=gaps(), other=gaps(), day=DAYS, calendar=CALENDARS)
def test_a_gap_that_counts_as_at_least_another_never_ends_before_it(
    one: Gap, other: Gap, day: date, calendar: WorkCalendar
) -> None:
    if one.is_at_least(other):
        assert one.after(day, calendar) >= other.after(day, calendar)


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert add_months(date(2024, 2, 29), 60) == date(2029, 2, 28)
    assert add_months(date(2023, 12, 31), 2) == date(2024, 2, 29)
    two_months = Gap(2, Measure.MONTHS)
    # Every day from 28 to 31 December leads to 28 February of a year without a leap day.
    assert two_months.before(date(2025, 2, 28), NEWEST) == date(2024, 12, 31)
    assert two_months.before(date(2024, 2, 28), NEWEST) == date(2023, 12, 28)


def test_a_shifted_weekend_counts_as_the_working_day_that_it_is() -> None:
    # Saturday 2025-10-11 is worked in exchange; 1 to 8 October are off.
    gap = Gap(1, Measure.WORKDAYS)
    assert gap.after(date(2025, 10, 10), NEWEST) == date(2025, 10, 11)
    assert gap.after(date(2025, 9, 30), NEWEST) == date(2025, 10, 9)


def test_years_that_nobody_announced_yet_are_named() -> None:
    template = template_of(step("last", at=bound(0)))
    plan = make_plan(template, Given(date(2027, 3, 1), date(2027, 5, 1), date(2026, 3, 2)), NEWEST)
    assert plan.unannounced_years == (2027,)
