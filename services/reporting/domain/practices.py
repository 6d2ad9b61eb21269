"""Good practice: a unit describes a method that worked and says what shows it; an operator puts it before all units.

Nobody scores or ranks it (RULES 8); persons are shown only where their consent is on record. Source: ADR 0018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.domain.campaign_errors import ConsentMissing, EvidenceMissing
from services.reporting.domain.machine import advanced
from services.reporting.domain.matter_events import PracticePublished, PracticeReturned, PracticeSubmitted
from services.reporting.domain.topics import TOPICS_VERSION, Topic

TITLE_CHARS_MAX: Final = 100
METHOD_CHARS_MAX: Final = 4_000
REFERENCE_CHARS_MAX: Final = 500
CONSENT_CHARS_MAX: Final = 300


class PracticeState(StrEnum):
    """How far a method has come."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


class PracticeAction(StrEnum):
    """What may happen to it."""

    RESUBMIT = "resubmit"
    PUBLISH = "publish"
    RETURN = "return"


_S, _A = PracticeState, PracticeAction
TRANSITIONS: Final[Mapping[tuple[PracticeState, PracticeAction], PracticeState]] = {
    (_S.SUBMITTED, _A.PUBLISH): _S.PUBLISHED,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.RETURNED, _A.RESUBMIT): _S.SUBMITTED,
}


@dataclass(frozen=True, slots=True)
class Practice:
    """What decisions need of a method."""

    practice_id: str
    turnover: str
    unit_id: str
    state: PracticeState
    version: int


@dataclass(frozen=True, slots=True)
class Method:
    """What a unit hands in. ``consent``: how and where the consent of those shown was recorded."""

    topic: Topic
    title: str
    text: str
    evidence_reference: str
    evidence: tuple[str, ...]
    shows_persons: bool
    consent: str


def submit(practice_id: str, unit_id: str, method: Method, returned: Practice | None) -> PracticeSubmitted:
    """A new one, or one that came back. Raises ConsentMissing, EvidenceMissing, StepNotPossible."""
    if returned is not None:
        state_after(returned, PracticeAction.RESUBMIT)
    if method.shows_persons and not method.consent:
        raise ConsentMissing()
    if not method.evidence and not method.evidence_reference:
        raise EvidenceMissing()
    return PracticeSubmitted(
        practice_id, unit_id, method.topic.value, TOPICS_VERSION, method.title, method.text,
        method.evidence_reference, method.evidence, method.shows_persons, method.consent,
    )  # fmt: skip


def publish(practice: Practice, by_unit_id: str) -> PracticePublished:
    """For all units to read."""
    state_after(practice, PracticeAction.PUBLISH)
    return PracticePublished(practice.practice_id, by_unit_id)


def send_back(practice: Practice, reason: str) -> PracticeReturned:
    """To the unit, with the reason."""
    state_after(practice, PracticeAction.RETURN)
    return PracticeReturned(practice.practice_id, reason)


def state_after(practice: Practice, action: PracticeAction) -> PracticeState:
    """Where the action leads. Raises StepNotPossible."""
    return advanced("practice", TRANSITIONS, practice.state, action)
