"""The roll of electors: who counts among the entitled, who does not and why (E0, N7). Frozen before the sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.tally.domain.election_events import ElectorEntered, RollEntered, RollFrozen
from services.tally.domain.errors import (
    ElectorGroundMissing,
    ElectorRepeated,
    FigureNotTheSame,
    RollFrozenAlready,
    SamePerson,
)
from services.tally.domain.kinds import person_key

ELECTORS_MAX: Final = 5_000
GROUND_CHARS_MAX: Final = 60


class Standing(StrEnum):
    """How somebody on the roll counts."""

    ENTITLED = "entitled"
    SUSPENDED = "suspended"  # no vote while it lasts (N7)
    LEFT_OUT = "left_out"  # of the entitled number, on a listed ground (E0)


# Why a right is suspended (N7).
SUSPENDING: Final = frozenset({"probationary", "party_probation", "detained", "arrested"})
# Grounds on which a primary organisation may leave somebody out of the entitled number (M: to be confirmed).
LEAVING_OUT: Final = frozenset({
    "unable_to_express", "abroad_half_year", "too_infirm", "posted_away", "floating_half_year", "serving_sentence",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elector:
    """One line of the roll."""

    person_id: str
    name: str
    standing: Standing
    ground: str = ""
    consent: str = ""
    vote: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll as it stands. `sitting_id`: the one sitting that is held on it."""

    roll_id: str
    turnover: str
    unit_id: str
    entered_by: str
    entitled: int
    suspended: int
    left_out: int
    frozen: bool
    sitting_id: str


def enter_roll(roll_id: str, unit_id: str, electors: Sequence[Elector], digests: Sequence[str]) -> RollEntered:
    """The first of two people enters the roll. Raises ElectorRepeated, ElectorGroundMissing."""
    seen: set[str] = set()
    for line, each in enumerate(electors, start=1):
        key = person_key(each.name)
        if key in seen:
            raise ElectorRepeated(name=each.name, line=line)
        seen.add(key)
        _check_ground(each, line)
    entered = tuple(
        ElectorEntered(each.person_id, digest, each.standing.value, each.ground, each.consent, each.vote)
        for each, digest in zip(electors, digests, strict=True)
    )
    counts = [sum(each.standing is standing for each in electors) for standing in Standing]
    return RollEntered(roll_id, unit_id, entered, *counts)


def freeze_roll(roll: Roll, entitled: int, account_id: str) -> RollFrozen:
    """Another person counts the entitled. Raises RollFrozenAlready, SamePerson, FigureNotTheSame."""
    if roll.frozen:
        raise RollFrozenAlready()
    if account_id == roll.entered_by:
        raise SamePerson()
    if entitled != roll.entitled:
        raise FigureNotTheSame(figure="entitled")
    return RollFrozen(roll.roll_id, entitled)


def _check_ground(each: Elector, line: int) -> None:
    grounds = {Standing.SUSPENDED: SUSPENDING, Standing.LEFT_OUT: LEAVING_OUT}.get(each.standing)
    if grounds is None:
        return
    proven = each.standing is Standing.SUSPENDED or (each.consent and each.vote)
    if each.ground not in grounds or not proven:
        rule = "N7" if each.standing is Standing.SUSPENDED else "E0"
        raise ElectorGroundMissing(name=each.name, line=line, rule=rule)
