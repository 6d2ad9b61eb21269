"""Credits and their policy (TRANSMISSION 2).

A credit says how well one stage was done: 0 not done, 1_000_000 done by its latest time, in between done
late. It is fixed when the event happens, from working minutes, in integers: the same number on every
machine, for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

FULL_CREDIT_E6 = 1_000_000
"""A credit of one: done, and on time."""

WEIGHT_SUM_TENTHS = 10
FRACTION_BITS = 128
ROOT_COUNT = 64
MARGIN_BITS = 40


class PolicyInvalid(ValueError):
    """A policy that would break the laws of TRANSMISSION 9."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How late work is credited and how the stages of a duty weigh. Printed with every figure by its version.

    `half_life_minutes`: working minutes after which a late stage is worth half (two working days of 1440
    minutes). `floor_credit_e6`: what a stage done however late is still worth; at least 1, so that 0 always
    means "not done". `*_tenths`: weights of started, reported and verified; they sum to ten.
    """

    version: str = "ti-1"
    half_life_minutes: int = 2880
    floor_credit_e6: int = 500_000
    started_tenths: int = 2
    reported_tenths: int = 4
    verified_tenths: int = 4

    def __post_init__(self) -> None:
        weights = (self.started_tenths, self.reported_tenths, self.verified_tenths)
        if min(weights) < 0 or sum(weights) != WEIGHT_SUM_TENTHS:
            raise PolicyInvalid(f"weights {weights} must be tenths that sum to {WEIGHT_SUM_TENTHS}")
        if self.half_life_minutes < 1:
            raise PolicyInvalid("half_life_minutes must be at least 1")
        if not 1 <= self.floor_credit_e6 < FULL_CREDIT_E6:
            raise PolicyInvalid(f"floor_credit_e6 must lie in 1..{FULL_CREDIT_E6 - 1}")


DEFAULT_POLICY = Policy()


def credit(late_working_minutes: int, policy: Policy = DEFAULT_POLICY) -> int:
    """The credit, in millionths, of a stage done that many working minutes late (<= 0: on time).

    `max(floor, 2 ** (-late / half_life))`, rounded down. Source: TRANSMISSION 2.
    """
    if late_working_minutes <= 0:
        return FULL_CREDIT_E6
    return max(policy.floor_credit_e6, _decayed_e6(late_working_minutes, policy.half_life_minutes))


def _roots() -> tuple[int, ...]:
    """2**(-1/2), 2**(-1/4), 2**(-1/8)…, as binary fractions."""
    roots = []
    root = 1 << (FRACTION_BITS - 1)
    for _ in range(ROOT_COUNT):
        root = isqrt(root << FRACTION_BITS)
        roots.append(root)
    return tuple(roots)


_ROOTS = _roots()


@lru_cache(maxsize=16_384)
def _decayed_e6(late: int, half_life: int) -> int:
    """floor(10**6 * 2**(-late / half_life)), exactly."""
    halvings, rest = divmod(late, half_life)
    if rest == 0:
        return FULL_CREDIT_E6 >> halvings
    decay = 1 << FRACTION_BITS
    for root in _ROOTS:
        rest *= 2
        if rest >= half_life:
            rest -= half_life
            decay = (decay * root) >> FRACTION_BITS
    margin = 1 << MARGIN_BITS
    scale = FRACTION_BITS - MARGIN_BITS + halvings
    near = (decay * FULL_CREDIT_E6) >> MARGIN_BITS
    low, high = (near - margin) >> scale, (near + margin) >> scale
    if low == high:
        return max(low, 0)
    return high if _at_most(high, late, half_life) else low


def _at_most(candidate_e6: int, late: int, half_life: int) -> bool:
    """candidate <= 10**6 * 2**(-late / half_life), decided by whole numbers alone."""
    scaled: int = pow(candidate_e6, half_life) << late
    limit: int = pow(FULL_CREDIT_E6, half_life)
    return scaled <= limit
