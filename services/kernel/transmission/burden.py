"""What the asking costs: the arithmetic of compression, load, checks and minutes (TRANSMISSION 5, 10, 11).

Whole numbers and fractions alone. Figures here are shown, never scored: they say where relief is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from services.kernel.transmission.keys import Stage

LOG_BITS = 64
"""Binary digits after the point of a logarithm."""
_WORK_BITS = 128
MILLION = 1_000_000
Z_SQUARED = Fraction(9604, 2500)
"""The square of 1.96, for bounds that hold 95 times of a hundred."""


@dataclass(frozen=True, slots=True)
class BurdenPolicy:
    """What an act is reckoned to take and from when on a person carries too much. Printed by its version.

    `minutes`: working minutes of one act of a stage; a convention, never measured of anybody.
    `items_max`: open items of one named person above which the office is warned.
    `cell_persons_min`: fewer persons are never shown on their own.
    `steps`: where the cells of the distribution begin.
    """

    version: str
    minutes: Mapping[Stage, int]
    items_max: int
    cell_persons_min: int
    steps: tuple[int, ...]


BURDEN_POLICY = BurdenPolicy(
    "burden-1",
    {Stage.RECEIVE: 2, Stage.NAME: 3, Stage.START: 5, Stage.REPORT: 30, Stage.VERIFY: 10},
    5,
    3,
    (1, 2, 3, 6, 11),
)


# ---- geometric means --------------------------------------------------------------------------------------


def log2_fixed(share: Fraction) -> int:
    """log2 of a share above 0, in 2**-LOG_BITS, rounded down to within a few of the last digits."""
    if share <= 0:
        raise ValueError("only what is above zero has a logarithm")
    whole = share.numerator.bit_length() - share.denominator.bit_length()
    if Fraction(2) ** whole > share:
        whole -= 1
    rest = Fraction(share, Fraction(2) ** whole)
    value = (rest.numerator << _WORK_BITS) // rest.denominator
    found = 0
    for _ in range(LOG_BITS):
        value = (value * value) >> _WORK_BITS
        found <<= 1
        if value >= 2 << _WORK_BITS:
            value >>= 1
            found |= 1
    return (whole << LOG_BITS) + found


def exp2_ppm(exponent: int) -> int:
    """2 to the power of what `log2_fixed` gives, in millionths, to the nearest."""
    whole, rest = exponent >> LOG_BITS, exponent & ((1 << LOG_BITS) - 1)
    value, root = 1 << _WORK_BITS, 2 << _WORK_BITS
    for place in range(LOG_BITS - 1, -1, -1):
        root = isqrt(root << _WORK_BITS)
        if rest >> place & 1:
            value = (value * root) >> _WORK_BITS
    scaled = value * MILLION
    moved = scaled << whole if whole >= 0 else scaled >> -whole
    return (moved + (1 << (_WORK_BITS - 1))) >> _WORK_BITS


def geometric_mean_ppm(shares: Iterable[tuple[Fraction, int]]) -> int | None:
    """The geometric mean of shares above 0, each so many times, in millionths; None of nothing."""
    times: dict[Fraction, int] = {}
    for share, count in shares:
        times[share] = times.get(share, 0) + count
    total = sum(times.values())
    if not total:
        return None
    return exp2_ppm(sum(log2_fixed(share) * count for share, count in times.items()) // total)


# ---- checks -------------------------------------------------------------------------------------------------


def wilson_ppm(found: int, looked: int) -> tuple[int, int]:
    """Wilson's 95 % bounds of a share of which `found` were seen among `looked`, in millionths, outwards.

    Nothing looked at says nothing: 0 to 1. Source: E. B. Wilson, JASA 22 (1927) 209-212.
    """
    if not 0 <= found <= looked:
        raise ValueError(f"{found} of {looked}")
    if not looked:
        return 0, MILLION
    middle = 2 * found + Z_SQUARED
    inner = Z_SQUARED * (Z_SQUARED + Fraction(4 * found * (looked - found), looked))
    below = 2 * (looked + Z_SQUARED)
    scaled = inner * MILLION * MILLION
    root = isqrt(scaled.numerator // scaled.denominator)
    low, high = Fraction(middle * MILLION - root - 1, below), Fraction(middle * MILLION + root + 1, below)
    low_ppm = 0 if not found else max(0, low.numerator // low.denominator)
    high_ppm = MILLION if found == looked else min(MILLION, -(-high.numerator // high.denominator))
    return low_ppm, high_ppm


# ---- load -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoadCell:
    """So many persons have from `items_from` to `items_to` open items; `items_to` 0: or more."""

    items_from: int
    items_to: int
    persons: int


def distribution(items: Sequence[int], policy: BurdenPolicy = BURDEN_POLICY) -> tuple[LoadCell, ...]:
    """How many persons carry how much, in cells none of which shows fewer than `cell_persons_min`.

    A small cell is joined with its lighter neighbour, the lightest with the next heavier one: nothing can be
    found by taking away. Empty where all of them together are too few.
    """
    steps = policy.steps
    ends = [*(step - 1 for step in steps[1:]), 0]
    cells = [
        LoadCell(first, last, sum(first <= count and (not last or count <= last) for count in items))
        for first, last in zip(steps, ends, strict=True)
    ]
    joined: list[LoadCell] = []
    for cell in reversed(cells):
        if joined and 0 < joined[-1].persons < policy.cell_persons_min:
            heavier = joined.pop()
            cell = LoadCell(cell.items_from, heavier.items_to, cell.persons + heavier.persons)
        joined.append(cell)
    if len(joined) > 1 and 0 < joined[-1].persons < policy.cell_persons_min:
        lightest = joined.pop()
        while joined and not joined[-1].persons:
            lightest = LoadCell(lightest.items_from, joined.pop().items_to, lightest.persons)
        if joined:
            next_one = joined.pop()
            lightest = LoadCell(lightest.items_from, next_one.items_to, lightest.persons + next_one.persons)
        joined.append(lightest)
    found = tuple(reversed(joined))
    return () if sum(cell.persons for cell in found) < policy.cell_persons_min else found


def at_least(persons: int, policy: BurdenPolicy = BURDEN_POLICY) -> int | None:
    """A number of persons as it may be shown: None for one that is too small, 0 for nobody."""
    return persons if not persons or persons >= policy.cell_persons_min else None
