"""Credits: exact, falling, floored, and the same everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.transmission import DEFAULT_POLICY, FULL_CREDIT_E6, Policy, PolicyInvalid, credit

NO_FLOOR = replace(DEFAULT_POLICY, floor_credit_e6=1)


def is_the_floor(value: int, late: int, half_life: int) -> bool:
    """value <= 10**6 * 2**(-late / half_life) < value + 1, by whole powers."""
    limit: int = FULL_CREDIT_E6**half_life
    below: int = value**half_life << late
    above: int = (value + 1) ** half_life << late
    return below <= limit < above


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=1, max_value=9 * 2880))
def test_a_late_credit_is_the_exact_power_rounded_down(late: int) -> None:
    assert is_the_floor(credit(late, NO_FLOOR), late, NO_FLOOR.half_life_minutes)


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=1, max_value=300), st.integers(min_value=1, max_value=40))
def test_it_is_exact_for_any_half_life_too(late: int, half_life: int) -> None:
    value = credit(late, replace(NO_FLOOR, half_life_minutes=half_life))
    assert value == 1 or is_the_floor(value, late, half_life)


def test_known_credits_are_what_they_always_were() -> None:
    known = {-5: 1_000_000, 0: 1_000_000, 1: 999_759, 720: 840_896, 1440: 707_106, 2880: 500_000, 90_000: 500_000}
    assert {late: credit(late) for late in known} == known
    assert credit(2 * 2880, NO_FLOOR) == 250_000


def test_credits_never_rise_with_lateness() -> None:
    credits = [credit(late, NO_FLOOR) for late in range(0, 3 * 2880, 7)]
    assert credits == sorted(credits, reverse=True)
    assert credits[1] < FULL_CREDIT_E6


@pytest.mark.parametrize(
    "change",
    [
        {"started_tenths": 3},
        {"started_tenths": -2, "reported_tenths": 8},
        {"half_life_minutes": 0},
        {"floor_credit_e6": 0},
        {"floor_credit_e6": FULL_CREDIT_E6},
    ],
)
def test_a_policy_that_would_break_the_laws_is_refused(change: dict[str, int]) -> None:
    with pytest.raises(PolicyInvalid):
        Policy(**({"version": "x"} | change))  # type: ignore[arg-type]
