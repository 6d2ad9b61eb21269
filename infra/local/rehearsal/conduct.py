"""How a unit behaves under a directive: decided by seed, directive and unit alone, whatever the network does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

HOUR_US: Final = 3_600_000_000
DAY_US: Final = 24 * HOUR_US


class Temper(StrEnum):
    """What a unit is like in every directive of a campaign."""

    PROMPT = "prompt"
    SLOW = "slow"
    SILENT = "silent"


# In a hundred units.
_TEMPERS: Final = ((Temper.PROMPT, 70), (Temper.SLOW, 24), (Temper.SILENT, 6))
WRONG_PERCENT: Final = 6
RETURNED_PERCENT: Final = 14
RETURNED_TWICE_PERCENT: Final = 20
EXTENSION_PERCENT: Final = 7
GRANTED_PERCENT: Final = 70
ON_BEHALF_PERCENT: Final = 50
CONFIRMED_PERCENT: Final = 70
SHORT_PERCENT: Final = 25
SAYS_START_PERCENT: Final = 60
CORRECTED_PERCENT: Final = 3


@dataclass(frozen=True, slots=True)
class Conduct:
    """Delays in microseconds of business time, each counted from what it answers."""

    temper: Temper
    receive_after_us: int
    dispatch_after_us: int
    start_after_us: int
    # From the start of work; a slow unit's may lie past the due time.
    report_after_us: int
    # The superior's.
    review_after_us: int
    rectify_after_us: int
    # Reports more done than due first, which is refused.
    wrong_first: bool
    # How many of its reports come back.
    returned: int
    asks_extension: bool
    granted: bool
    # The superior reports in its place, and whether the unit confirms that.
    on_behalf: bool
    confirms: bool
    # How many of a hundred members are done.
    done_percent: int
    # Says that it has begun; else its report says so.
    says_start: bool
    # Finds after the verification that its report was wrong.
    corrects: bool
    correct_after_us: int


def temper_of(seed: int, code: str) -> Temper:
    """The same in all directives."""
    drawn = Random(f"{seed}/{code}").randrange(100)
    for temper, share in _TEMPERS:
        drawn -= share
        if drawn < 0:
            return temper
    return Temper.PROMPT


def conduct_of(seed: int, directive: str, code: str, report_days: int) -> Conduct:
    """``report_days`` is about how many days pass until the report is due."""
    chance = Random(f"{seed}/{directive}/{code}")
    temper = temper_of(seed, code)
    slow = temper is not Temper.PROMPT

    def hours(prompt: tuple[int, int], slow_: tuple[int, int]) -> int:
        return chance.randint(*(slow_ if slow else prompt)) * HOUR_US

    def percent(share: int) -> bool:
        return chance.randrange(100) < share

    half = report_days * 24 // 2
    return Conduct(
        temper=temper,
        receive_after_us=hours((1, 14), (12, 60)),
        dispatch_after_us=hours((1, 8), (6, 30)),
        start_after_us=hours((2, 20), (12, 48)),
        report_after_us=hours((half // 2, half * 5 // 4), (half, half * 5 // 2)),
        review_after_us=hours((4, 30), (20, 72)),
        rectify_after_us=hours((8, 36), (24, 72)),
        wrong_first=percent(WRONG_PERCENT),
        returned=(1 + percent(RETURNED_TWICE_PERCENT)) if percent(RETURNED_PERCENT) else 0,
        asks_extension=percent(EXTENSION_PERCENT),
        granted=percent(GRANTED_PERCENT),
        on_behalf=percent(ON_BEHALF_PERCENT),
        confirms=percent(CONFIRMED_PERCENT),
        done_percent=chance.randint(70, 99) if percent(SHORT_PERCENT) else 100,
        says_start=percent(SAYS_START_PERCENT),
        corrects=percent(CORRECTED_PERCENT),
        correct_after_us=hours((12, 60), (24, 96)),
    )
