"""Meetings: called with an agenda, held with counts and decisions; a decision may become a directive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.schedule.domain.office_errors import AttendanceImpossible, DecisionAssignedAlready, DecisionUnknown
from services.schedule.domain.standing import follow

KINDS: Final = ("leading_group", "standing_committee", "dispatch")
TITLE_CHARS_MAX: Final = 200
PLACE_CHARS_MAX: Final = 200
AGENDA_ITEMS_MAX: Final = 50
AGENDA_CHARS_MAX: Final = 500
DECISIONS_MAX: Final = 50
DECISION_CHARS_MAX: Final = 2_000
PEOPLE_MAX: Final = 100_000


class MeetingState(StrEnum):
    """How far a meeting has come."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingDeed(StrEnum):
    """What may happen to it."""

    HOLD = "hold"
    CANCEL = "cancel"
    ASSIGN = "assign_decision"


_S, _D = MeetingState, MeetingDeed
TRANSITIONS: Final[Mapping[tuple[MeetingState, MeetingDeed], MeetingState]] = {
    (_S.CALLED, _D.HOLD): _S.HELD,
    (_S.CALLED, _D.CANCEL): _S.CANCELLED,
    (_S.HELD, _D.ASSIGN): _S.HELD,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a meeting that was held."""

    number: int
    text: str
    assigned: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as it is kept. Days are texts, empty where unknown."""

    meeting_id: str
    turnover_id: str
    unit_id: str
    kind: str
    title: str
    day: str
    place: str
    agenda: tuple[str, ...]
    state: MeetingState
    entitled_count: int
    present_count: int
    minutes_sha256: str
    decisions: tuple[Decision, ...]
    version: int
    position: int

    def after(self, deed: MeetingDeed) -> MeetingState:
        """Raises WrongStanding."""
        return follow("meeting", TRANSITIONS, self.state, deed)

    def decision(self, number: int) -> Decision:
        """A decision that is not a directive yet. Raises WrongStanding, DecisionUnknown, DecisionAssignedAlready."""
        self.after(MeetingDeed.ASSIGN)
        found = next((each for each in self.decisions if each.number == number), None)
        if found is None:
            raise DecisionUnknown(number=number)
        if found.assigned:
            raise DecisionAssignedAlready(number=number)
        return found


def check_attendance(entitled: int, present: int) -> None:
    """Raises AttendanceImpossible."""
    if not 0 < entitled <= PEOPLE_MAX or present > entitled:
        raise AttendanceImpossible(entitled=entitled, present=present)


def cause_of(meeting_id: str, number: int) -> str:
    """How a directive names the decision that caused it."""
    return f"decision/{meeting_id}/{number}"
