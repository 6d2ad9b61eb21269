"""What is shown together sums to a hundred, and each part is near what it is."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gateway.dashboard import rounding

AMOUNTS = st.lists(st.integers(0, 10**15), min_size=1, max_size=8)


@given(st.integers(0, 10**15), AMOUNTS)
def test_parts_sum_to_a_hundred(first: int, rest: list[int]) -> None:
    lead, others = rounding.part(first, rest)
    if first + sum(rest):
        assert lead + sum(others) == rounding.WHOLE_TENTHS
    else:
        assert (lead, others) == (0, [0] * len(rest))


@given(st.integers(0, 10**15), AMOUNTS)
def test_no_part_is_shown_a_tenth_or_more_from_what_it_is(first: int, rest: list[int]) -> None:
    whole = first + sum(rest)
    lead, others = rounding.part(first, rest)
    for amount, tenths in zip((first, *rest), (lead, *others), strict=True):
        if whole:
            assert abs(Fraction(amount * rounding.WHOLE_TENTHS, whole) - tenths) < 1


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_the_lead_is_rounded_as_everywhere_else(whole: int, amount: int) -> None:
    amount = min(amount, whole)
    lead, _ = rounding.part(amount, [whole - amount])
    assert rounding.shown(lead) == rounding.ratio(amount, whole)


def test_halves_go_up_and_nothing_in_scope_has_no_rate() -> None:
    assert rounding.rate(Fraction(1, 2000)) == "0.1"
    assert rounding.rate(Fraction(508, 1000)) == "50.8"
    assert rounding.rate(None) is None
    assert rounding.ratio(1, 0) is None
