"""Samples of reports, and what they say: drawn by a seed that is on record, judged with an honest interval.

Everything in whole numbers, so that whoever recounts gets the same units and the same figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isqrt
from typing import Final

SAMPLE_UNITS_MAX: Final = 2_000
MILLION: Final = 1_000_000
# 1.96 as 49/25: the quantile of a two-sided 95 % interval.
_Z_NUMERATOR: Final = 49
_Z_DENOMINATOR: Final = 25


def digest_of(unit_ids: Iterable[str]) -> str:
    """What a sample was drawn from, as one text: SHA-256 of the ids, sorted, one a line."""
    return sha256("\n".join(sorted(unit_ids)).encode()).hexdigest()


def draw(unit_ids: Sequence[str], seed: str, size: int) -> tuple[str, ...]:
    """`size` different units of those given, each set of that size as likely as any other; sorted by id.

    Each unit gets the SHA-256 of seed and id as its ticket, the lowest tickets are drawn: no order of the list and no
    other unit's presence moves a ticket.
    """
    by_ticket = sorted(set(unit_ids), key=lambda unit_id: sha256(f"{seed}\n{unit_id}".encode()).digest())
    return tuple(sorted(by_ticket[:size]))


@dataclass(frozen=True, slots=True)
class Gap:
    """Reported but not found true, in parts per million of what was checked, with Wilson 95 % bounds."""

    gap_ppm: int
    low_ppm: int
    high_ppm: int


def gap_of(checked: int, found_true: int) -> Gap:
    """The gap of reported and verified (TRANSMISSION 5); the bounds are rounded outwards. All 0 before the first check.

    Wilson: (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = x/n, multiplied out.
    """
    if not 0 <= found_true <= checked:
        raise ValueError("found_true lies in 0..checked")
    if not checked:
        return Gap(0, 0, 0)
    wrong = checked - found_true
    z2, d2 = _Z_NUMERATOR**2, _Z_DENOMINATOR**2
    middle = 2 * d2 * wrong + z2
    divisor = 2 * (d2 * checked + z2)
    # z·sqrt(4·d²·x(n-x)/n + z²), squared and scaled so that only one root is taken.
    square = z2 * (4 * d2 * wrong * found_true + z2 * checked) * MILLION**2
    root_low = isqrt(square // checked)
    root_high = root_low + 1
    low = max(0, (middle * MILLION - root_high) // divisor)
    high = min(MILLION, -((-middle * MILLION - root_high) // divisor))
    return Gap(wrong * MILLION // checked, 0 if not wrong else low, MILLION if not found_true else high)
