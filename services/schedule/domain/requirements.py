"""What the superior requires: its source stays with it, and what was done goes back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.schedule.domain.standing import follow

SOURCE_CHARS_MAX: Final = 300
TEXT_CHARS_MAX: Final = 5_000


class RequirementState(StrEnum):
    """How far a requirement has come."""

    RECEIVED = "required"
    ASSIGNED = "assigned"
    REPORTED = "reported_back"


class RequirementDeed(StrEnum):
    """What may happen to it."""

    ASSIGN = "assign_requirement"
    REPORT = "report_back"


_S, _D = RequirementState, RequirementDeed
TRANSITIONS: Final[Mapping[tuple[RequirementState, RequirementDeed], RequirementState]] = {
    (_S.RECEIVED, _D.ASSIGN): _S.ASSIGNED,
    # What the office does itself needs no directive.
    (_S.RECEIVED, _D.REPORT): _S.REPORTED,
    (_S.ASSIGNED, _D.REPORT): _S.REPORTED,
    # A follow-up.
    (_S.REPORTED, _D.REPORT): _S.REPORTED,
}


def follow_requirement(standing: RequirementState, deed: RequirementDeed) -> RequirementState:
    """Raises WrongStanding."""
    return follow("requirement", TRANSITIONS, standing, deed)


def cause_of(requirement_id: str) -> str:
    """How a directive names the requirement that caused it."""
    return f"requirement/{requirement_id}"
