"""Terms, lead times and the order of steps. Sources: A1-A3, A13, T1-T3, T-order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.schedule.domain.plan_errors import TermApprovalMissing, TermExceeded, TermYearsUnknown
from services.schedule.domain.terms import Timing, check_term, lead_time, order_breaches, term_of
from tests.schedule.plans import NEWEST

DISTRICT = term_of("district", 5, date(2021, 10, 25))
BRANCH = term_of("primary", 3, date(2023, 9, 1))


def test_a_term_ends_on_its_anniversary() -> None:
    assert DISTRICT.end == date(2026, 10, 25)
    assert term_of("primary", 5, date(2024, 2, 29)).end == date(2029, 2, 28)


def test_an_approved_date_changes_the_term() -> None:
    term = term_of("district", 5, date(2021, 10, 25), date(2026, 12, 15))
    assert (term.regular_end, term.end) == (date(2026, 10, 25), date(2026, 12, 15))


def test_on_the_day_nothing_is_asked() -> None:
    assert check_term(DISTRICT, date(2026, 10, 25), "") is Timing.ON_TIME


@pytest.mark.parametrize(("day", "timing"), [(date(2026, 10, 24), Timing.EARLY), (date(2026, 10, 26), Timing.LATE)])
def test_a_day_early_or_late_needs_the_superiors_number(day: date, timing: Timing) -> None:
    with pytest.raises(TermApprovalMissing) as refused:
        check_term(DISTRICT, day, "  ")
    assert (refused.value.rule, refused.value.term_end) == ("A2", "2026-10-25")
    assert check_term(DISTRICT, day, "示例批〔2026〕1号") is timing


def test_a_window_that_the_superior_set_counts_as_on_time() -> None:
    assert check_term(DISTRICT, date(2026, 9, 1), "", on_time_days=60) is Timing.ON_TIME
    with pytest.raises(TermApprovalMissing):
        check_term(DISTRICT, date(2026, 8, 1), "", on_time_days=60)


def test_nobody_can_approve_more_than_a_year() -> None:
    number = "示例批〔2026〕2号"
    assert check_term(DISTRICT, date(2027, 10, 25), number) is Timing.LATE
    with pytest.raises(TermExceeded) as refused:
        check_term(DISTRICT, date(2027, 10, 26), number)
    assert (refused.value.rule, refused.value.limit_day) == ("A3", "2027-10-25")


def test_a_primary_unit_may_be_a_year_off_either_way() -> None:
    number = "示例批〔2025〕3号"
    assert check_term(BRANCH, date(2025, 9, 1), number) is Timing.EARLY
    for day, limit in ((date(2025, 8, 31), "2025-09-01"), (date(2027, 9, 2), "2027-09-01")):
        with pytest.raises(TermExceeded) as refused:
            check_term(BRANCH, day, number)
        assert (refused.value.rule, refused.value.limit_day) == ("A3a", limit)


@pytest.mark.parametrize(("level", "years"), [("district", 3), ("primary", 4), ("village", 5)])
def test_a_term_that_no_rule_knows_is_refused(level: str, years: int) -> None:
    with pytest.raises(TermYearsUnknown):
        term_of(level, years, date(2021, 10, 25))


@pytest.mark.parametrize(
    ("rule_id", "event", "latest"),
    [
        ("T1", date(2026, 10, 25), date(2026, 7, 25)),
        ("T2", date(2026, 9, 22), date(2026, 7, 22)),
        ("T3", date(2026, 3, 31), date(2026, 2, 28)),
        ("T3", date(2028, 3, 31), date(2028, 2, 29)),
    ],
)
def test_lead_times_are_whole_months(rule_id: str, event: date, latest: date) -> None:
    assert not lead_time(rule_id, latest, event, NEWEST).short
    late = lead_time(rule_id, latest + timedelta(days=1), event, NEWEST)
    assert (late.short, late.latest) == (True, latest)


def test_steps_the_wrong_way_round_are_named_in_pairs() -> None:
    steps = [
        ("approval_1", date(2026, 4, 1)),
        ("delegate_notice", None),
        ("delegates_elected", date(2026, 3, 30)),
        ("approval_2", date(2026, 3, 30)),
    ]
    assert order_breaches(steps) == (("approval_1", "delegates_elected"),)
