"""A turnover: whose it is, its term, and how far it has come as a whole. The README draws the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.schedule.domain.office_errors import LevelNotOfUnit, PlanMissing
from services.schedule.domain.standing import follow
from services.schedule.domain.terms import Term, Timing, term_of, timing

NAME_CHARS_MAX: Final = 100
ON_TIME_DAYS_MAX: Final = 366
# Level → the kinds of units whose leading bodies it is about.
UNIT_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "district": frozenset({"district_committee"}),
    "township": frozenset({"working_committee", "primary_committee"}),
    "primary": frozenset({"primary_committee", "general_branch", "branch"}),
}


class TurnoverState(StrEnum):
    """How far a turnover has come."""

    OPEN = "open"
    FILED = "filed"  # its results are with the superior
    ARCHIVED = "archived"
    CLOSED = "closed"


class TurnoverDeed(StrEnum):
    """What may happen to a turnover as a whole."""

    ADOPT = "adopt"  # a version of its plan
    WORK = "work"  # gates, meetings, papers, bookings
    FILE = "file"
    ARCHIVE = "archive"
    ERASE = "erase"
    CLOSE = "close"


_S, _D = TurnoverState, TurnoverDeed
TRANSITIONS: Final[Mapping[tuple[TurnoverState, TurnoverDeed], TurnoverState]] = {
    (_S.OPEN, _D.ADOPT): _S.OPEN,
    (_S.OPEN, _D.WORK): _S.OPEN,
    (_S.OPEN, _D.FILE): _S.FILED,
    # Opened by mistake, or ended from above.
    (_S.OPEN, _D.CLOSE): _S.CLOSED,
    (_S.FILED, _D.WORK): _S.FILED,
    (_S.FILED, _D.ARCHIVE): _S.ARCHIVED,
    (_S.ARCHIVED, _D.ERASE): _S.ARCHIVED,
    (_S.ARCHIVED, _D.CLOSE): _S.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Turnover:
    """What decisions need of a turnover. `plan_version` 0: it has no plan yet."""

    turnover_id: str
    unit_id: str
    level: str
    name: str
    last_congress: date
    term_years: int
    on_time_days: int
    state: TurnoverState
    plan_version: int
    congress_day: str
    term_approval_number: str
    version: int
    position: int

    def after(self, deed: TurnoverDeed) -> TurnoverState:
        """The state that a deed leads to. Raises WrongStanding."""
        return follow("turnover", TRANSITIONS, self.state, deed)

    def check_planned(self) -> None:
        """Raises PlanMissing."""
        if not self.plan_version:
            raise PlanMissing(turnover_id=self.turnover_id)

    def term(self) -> Term:
        """The term that ends."""
        return term_of(self.level, self.term_years, self.last_congress)

    def term_end(self, congress: date, approval_number: str) -> date:
        """The end in force: a congress early or late by approval changes the committee's term (A2)."""
        term = self.term()
        if approval_number and timing(term, congress, self.on_time_days) is not Timing.ON_TIME:
            return congress
        return term.end


def check_level(level: str, unit_kind: str) -> None:
    """Raises LevelNotOfUnit."""
    if unit_kind not in UNIT_KINDS.get(level, frozenset()):
        raise LevelNotOfUnit(level=level, unit_kind=unit_kind)
