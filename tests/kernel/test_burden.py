"""Geometric means and Wilson's bounds in whole numbers, against the same in floats."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.transmission.burden import MILLION, geometric_mean_ppm, wilson_ppm

SHARES = st.builds(Fraction, st.integers(1, 100_000), st.integers(1, 100_000))
WEIGHTED = st.lists(st.tuples(SHARES, st.integers(1, 500)), min_size=1, max_size=12)


@given(WEIGHTED)
def test_a_geometric_mean_is_that_of_the_logarithms(shares: list[tuple[Fraction, int]]) -> None:
    total = sum(count for _, count in shares)
    wanted = math.exp(sum(math.log(share) * count for share, count in shares) / total) * MILLION
    assert geometric_mean_ppm(shares) == pytest.approx(wanted, rel=1e-9, abs=2)


@given(SHARES, st.integers(1, 9))
def test_equal_shares_are_their_own_mean_and_their_order_does_not_matter(share: Fraction, count: int) -> None:
    wanted = (share * MILLION + Fraction(1, 2)).__floor__()
    assert geometric_mean_ppm([(share, count)]) == pytest.approx(wanted, abs=1)
    pair = [(share, 1), (Fraction(1, 3), 2)]
    assert geometric_mean_ppm(pair) == geometric_mean_ppm(pair[::-1])


def test_a_mean_of_nothing_is_nothing() -> None:
    assert geometric_mean_ppm([]) is None


@given(st.integers(0, 3_000), st.data())
def test_wilson_s_bounds_enclose_those_in_floats_by_less_than_two_millionths(looked: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, looked))
    low, high = wilson_ppm(found, looked)
    assert 0 <= low <= high <= MILLION
    if not looked:
        assert (low, high) == (0, MILLION)
        return
    z, share = 1.96, found / looked
    middle = share + z * z / (2 * looked)
    spread = z * math.sqrt(share * (1 - share) / looked + z * z / (4 * looked * looked))
    below = 1 + z * z / looked
    assert 0 <= (middle - spread) / below * MILLION - low < 2 or low == 0
    assert 0 <= high - (middle + spread) / below * MILLION < 2 or high == MILLION
    assert low * looked <= found * MILLION <= high * looked


def test_more_than_was_looked_at_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson_ppm(3, 2)
