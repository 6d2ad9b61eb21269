"""What a moved congress date does to every other date; what a plan that cannot be met says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.milestones import Anchor, Gap, Link, Measure, Template
from services.schedule.domain.plan import (
    Given,
    Plan,
    check_done,
    check_feasible,
    check_given,
    cures,
    latest_days,
    make_plan,
    with_gap,
)
from services.schedule.domain.plan_errors import DateBeforePredecessor, DateInPast, DateOnHoliday, PlanInfeasible
from services.schedule.domain.templates import shipped_template, shipped_templates
from tests.schedule.plans import CALENDARS, CUSTOM, DAYS, NEWEST, bound, givens, step, template_of, templates

CONGRESS_ONLY = (Anchor.CONGRESS,)


def moved(of: Given, congress: date) -> Given:
    return replace(of, congress=congress)


@given(
    template=templates((Measure.WORKDAYS,), CONGRESS_ONLY, st.just(True)),
    calendar=CALENDARS,
    day=DAYS,
    workdays=st.integers(-60, 60),
)
def test_moving_the_congress_by_working_days_moves_every_latest_day_by_as_many(
    template: Template, calendar: WorkCalendar, day: date, workdays: int
) -> None:
    congress = calendar.next_workday(day)
    later = calendar.add_workdays(congress, workdays)
    of = Given(congress, congress, congress)
    before = latest_days(template, of, calendar)
    after = latest_days(template, moved(of, later), calendar)
    for name, old in before.items():
        assert calendar.workdays_between(old, after[name]) == workdays
        assert after[name] == calendar.add_workdays(old, workdays)


@given(
    template=templates((Measure.DAYS,), CONGRESS_ONLY, st.just(False)),
    calendar=CALENDARS,
    congress=DAYS,
    days=st.integers(-90, 90),
)
def test_with_calendar_gaps_alone_every_latest_day_moves_by_as_many_calendar_days(
    template: Template, calendar: WorkCalendar, congress: date, days: int
) -> None:
    of = Given(congress, congress, congress)
    before = latest_days(template, of, calendar)
    after = latest_days(template, moved(of, congress + timedelta(days=days)), calendar)
    assert {name: day + timedelta(days=days) for name, day in before.items()} == after


@given(data=st.data(), template=templates(), calendar=CALENDARS, later=DAYS)
def test_with_any_gaps_a_later_congress_never_makes_a_latest_day_earlier(
    data: st.DataObject, template: Template, calendar: WorkCalendar, later: date
) -> None:
    of = data.draw(givens(template))
    before = latest_days(template, of, calendar)
    after = latest_days(template, moved(of, max(of.congress, later)), calendar)
    assert all(after[name] >= day for name, day in before.items())


@given(data=st.data(), template=templates(), calendar=CALENDARS)
def test_the_critical_chain_is_one_chain_of_links_with_the_least_slack_at_its_end(
    data: st.DataObject, template: Template, calendar: WorkCalendar
) -> None:
    plan = make_plan(template, data.draw(givens(template)), calendar)
    chain = plan.critical
    open_rows = [row for row in plan.rows if not row.done]
    assert plan.by_id[chain[-1]].slack_workdays == min(row.slack_workdays for row in open_rows)
    for first, second in pairwise(chain):
        assert first in {link.predecessor for link in template.by_id[second].after}


@given(data=st.data(), template=templates(), calendar=CALENDARS)
def test_every_cure_that_claims_to_be_enough_is(
    data: st.DataObject, template: Template, calendar: WorkCalendar
) -> None:
    of = data.draw(givens(template))
    plan = make_plan(template, of, calendar)
    found = cures(template, of, calendar)
    assert not found or plan.shortfall_workdays
    for cure in found:
        if cure.congress:
            healed = make_plan(template, moved(of, cure.congress), calendar)
        elif cure.gap:
            shorter = with_gap(template, cure.milestone, cure.predecessor, cure.gap.count)
            healed = make_plan(shorter, of, calendar)
        else:
            steps = (replace(each, by=None) if each.id == cure.milestone else each for each in template.milestones)
            healed = make_plan(replace(template, milestones=tuple(steps)), of, calendar)
        assert healed.shortfall_workdays == cure.shortfall_workdays < plan.shortfall_workdays
        assert cure.enough == (not healed.shortfall_workdays)


def district(congress: date, today: date) -> tuple[Template, Plan]:
    template = shipped_template("district_congress")
    return template, make_plan(template, Given(congress, date(2026, 10, 25), today), NEWEST)


def test_a_plan_that_cannot_be_met_says_by_how_much_along_which_chain_and_what_would_cure_it() -> None:
    template, plan = district(date(2026, 6, 22), date(2026, 3, 16))
    assert plan.shortfall_workdays == 8
    assert plan.critical[0] == "term_check"
    assert plan.critical[-2:] == ("request_candidates", "congress")
    first, second, *_ = cures(template, plan.given, NEWEST)
    assert first.congress == date(2026, 7, 2) == NEWEST.add_workdays(date(2026, 6, 22), 8)
    assert (second.milestone, second.gap, second.enough) == ("approval_congress", Gap(3, Measure.WORKDAYS), True)
    with pytest.raises(PlanInfeasible) as refused:
        check_feasible(template, plan, NEWEST)
    assert refused.value.cure_day == "2026-07-02"
    assert refused.value.shortfall_workdays == 8


def test_no_cure_shortens_what_a_regulation_fixes_or_a_notice() -> None:
    template, plan = district(date(2026, 5, 6), date(2026, 3, 16))
    found = cures(template, plan.given, NEWEST)
    assert len(found) > 5
    for cure in found:
        if cure.predecessor:
            link = next(each for each in template.by_id[cure.milestone].after if each.predecessor == cure.predecessor)
            assert not link.citation.fixed
        assert (cure.milestone, cure.predecessor) != ("personnel_notice_ended", "personnel_notice")
        if cure.milestone == "delegate_notice_ended" and cure.gap:
            assert cure.gap.count > 5


@pytest.mark.parametrize("template", shipped_templates().values(), ids=shipped_templates())
def test_every_shipped_template_can_be_met_with_half_a_year_ahead(template: Template) -> None:
    of = Given(date(2026, 9, 22), date(2026, 10, 25), date(2026, 3, 2))
    plan = make_plan(template, of, NEWEST)
    assert plan.shortfall_workdays == 0
    assert {row.milestone for row in plan.rows} == set(template.by_id)
    check_given(template, of, NEWEST)
    check_feasible(template, plan, NEWEST)


def test_a_congress_date_that_is_over_or_a_day_off_is_refused() -> None:
    template = shipped_template("district_congress")
    with pytest.raises(DateInPast):
        check_given(template, Given(date(2026, 3, 2), date(2026, 10, 25), date(2026, 3, 3)), NEWEST)
    with pytest.raises(DateOnHoliday) as refused:
        check_given(template, Given(date(2026, 10, 1), date(2026, 10, 25), date(2026, 3, 3)), NEWEST)
    assert refused.value.params() == {"milestone": "congress", "day": "2026-10-01", "next_day": "2026-10-08"}


def test_a_step_cannot_have_happened_before_what_must_come_before_it() -> None:
    template = shipped_template("district_congress")
    of = Given(date(2026, 9, 22), date(2026, 10, 25), date(2026, 3, 2), {"personnel_notice": date(2026, 4, 3)})
    with pytest.raises(DateBeforePredecessor) as refused:
        check_done(template, "personnel_notice_ended", date(2026, 4, 13), of, NEWEST)
    assert refused.value.rule == "V-5"
    assert refused.value.first_day == "2026-04-14"
    check_done(template, "personnel_notice_ended", date(2026, 4, 14), of, NEWEST)


@given(workdays=st.integers(0, 30))
def test_what_is_done_early_leaves_more_slack_and_what_is_late_less(workdays: int) -> None:
    first = step("first")
    last = step("last", (Link("first", Gap(10, Measure.WORKDAYS), CUSTOM),), at=bound(0))
    template = template_of(first, last)
    of = Given(date(2026, 4, 30), date(2026, 12, 1), date(2026, 3, 2))
    assume(NEWEST.is_workday(of.congress))
    done = NEWEST.add_workdays(of.from_day, workdays)
    plan = make_plan(template, replace(of, done={"first": done}), NEWEST)
    late = max(0, -NEWEST.workdays_between(NEWEST.add_workdays(done, 10), of.congress))
    assert plan.shortfall_workdays == late
