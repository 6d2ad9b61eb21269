"""Shares of a hundred as they are shown: one digit after the point, and what is shown together sums to 100.0."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

WHOLE_TENTHS: Final = 1_000
"""A hundred per cent, in tenths."""


def shown(tenths: int) -> str:
    """Tenths of a per cent as text: "50.8"."""
    return f"{tenths // 10}.{tenths % 10}"


def rounded(share: Fraction) -> int:
    """A share of one in tenths of a per cent, halves up."""
    return (2 * WHOLE_TENTHS * share.numerator + share.denominator) // (2 * share.denominator)


def spread(amounts: Sequence[int], whole: int, tenths: int) -> list[int]:
    """Amounts, that are `tenths` together once rounded, in tenths of `whole`: the largest remainders are rounded up."""
    if not whole:
        return [0] * len(amounts)
    floors = [amount * WHOLE_TENTHS // whole for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda at: (-(amounts[at] * WHOLE_TENTHS % whole), at))
    for at in by_remainder[: max(0, tenths - sum(floors))]:
        floors[at] += 1
    return floors


def part(first: int, rest: Sequence[int]) -> tuple[int, list[int]]:
    """A whole in tenths of its first part, rounded as everywhere, and of the rest, which take what that leaves."""
    whole = first + sum(rest)
    if not whole:
        return 0, [0] * len(rest)
    lead = rounded(Fraction(first, whole))
    return lead, spread(rest, whole, WHOLE_TENTHS - lead)


def rate(share: Fraction | None) -> str | None:
    """A rate as shown, or nothing where nothing was in scope."""
    return None if share is None else shown(rounded(share))


def ratio(part_of: int, whole: int) -> str | None:
    """A share of a count as shown."""
    return rate(Fraction(part_of, whole)) if whole else None
