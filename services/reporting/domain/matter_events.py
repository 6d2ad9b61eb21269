"""What happens to matters, questions of the public and good practice. No text names a person; who acted stands in the
entry as for every act. Instants are microseconds since 1970; `late_working_minutes` is 0 when in time.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatterRaised:
    """A unit raises a question, difficulty or concern; the level above owns the answer."""

    matter_id: str
    unit_id: str
    topic: str
    topics_version: str
    kind: str
    text: str
    owner_unit_id: str
    due_us: int
    calendar_version: str
    policy_version: str


@dataclass(frozen=True, slots=True)
class MatterPassedUp:
    """The owner cannot settle it: the level above owns it from now on, with a clock of its own."""

    matter_id: str
    from_unit_id: str
    to_unit_id: str
    note: str
    late_working_minutes: int
    due_us: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class MatterAnswered:
    """The owner answers."""

    matter_id: str
    by_unit_id: str
    answer: str
    due_us: int
    late_working_minutes: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class MatterAnswerPublished:
    """The answer goes to all units, with the question in words that name no unit."""

    matter_id: str
    by_unit_id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class MatterSettled:
    """The unit says that the answer helped."""

    matter_id: str


@dataclass(frozen=True, slots=True)
class MatterReopened:
    """The unit says that the answer did not help: its last owner owes another."""

    matter_id: str
    reason: str
    due_us: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class PublicQuestionEntered:
    """What the public asks, by topic, kind of channel and day; never who, where or under which name."""

    question_id: str
    unit_id: str
    topic: str
    topics_version: str
    channel: str
    asked_us: int
    question: str
    due_us: int
    calendar_version: str
    policy_version: str


@dataclass(frozen=True, slots=True)
class PublicAnswerDrafted:
    """The facts that answer it."""

    question_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class PublicAnswerApproved:
    """Another person than who drafted it approves."""

    question_id: str


@dataclass(frozen=True, slots=True)
class PublicAnswerSentBack:
    """The draft goes back."""

    question_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PublicAnswerPublished:
    """The answer is out."""

    question_id: str
    taken_working_minutes: int
    due_us: int
    late_working_minutes: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class PracticeSubmitted:
    """A unit describes a method that worked, and what shows it; handed in again after a return."""

    practice_id: str
    unit_id: str
    topic: str
    topics_version: str
    title: str
    method: str
    evidence_reference: str
    evidence: tuple[str, ...]
    shows_persons: bool
    consent: str


@dataclass(frozen=True, slots=True)
class PracticePublished:
    """An operator puts it before all units."""

    practice_id: str
    by_unit_id: str


@dataclass(frozen=True, slots=True)
class PracticeReturned:
    """It goes back to the unit."""

    practice_id: str
    reason: str


MATTER_EVENTS: tuple[type, ...] = (
    MatterRaised,
    MatterPassedUp,
    MatterAnswered,
    MatterAnswerPublished,
    MatterSettled,
    MatterReopened,
    PublicQuestionEntered,
    PublicAnswerDrafted,
    PublicAnswerApproved,
    PublicAnswerSentBack,
    PublicAnswerPublished,
    PracticeSubmitted,
    PracticePublished,
    PracticeReturned,
)
