"""Matters that a unit raises, by topic and without persons. The level that can answer owns a clock; what it cannot
settle it passes further up, and the new owner's clock starts anew. Source: RULES 5 (concern and answer), ADR 0018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.domain import deadlines as due
from services.reporting.domain.assignments import Now
from services.reporting.domain.campaign_errors import MatterAnsweredAlready, NoLevelAbove
from services.reporting.domain.machine import advanced
from services.reporting.domain.matter_events import (
    MatterAnswered,
    MatterAnswerPublished,
    MatterPassedUp,
    MatterRaised,
    MatterReopened,
    MatterSettled,
)
from services.reporting.domain.topics import TOPICS_VERSION, MatterKind, Topic

ANSWER_WORKDAYS: Final = 3
POLICY_VERSION: Final = "matters-1"
TEXT_CHARS_MAX: Final = 1_000
ANSWER_CHARS_MAX: Final = 4_000


class MatterState(StrEnum):
    """How far a matter has come."""

    WAITING = "waiting"  # for its owner's answer
    ANSWERED = "answered"
    SETTLED = "settled"  # the unit says that it helped


class MatterAction(StrEnum):
    """What may happen to it."""

    PASS_UP = "pass_up"
    ANSWER = "answer"
    PUBLISH = "publish"
    SETTLE = "settle"
    REOPEN = "reopen"


_S, _A = MatterState, MatterAction
TRANSITIONS: Final[Mapping[tuple[MatterState, MatterAction], MatterState]] = {
    (_S.WAITING, _A.PASS_UP): _S.WAITING,
    (_S.WAITING, _A.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, _A.PUBLISH): _S.ANSWERED,
    (_S.ANSWERED, _A.SETTLE): _S.SETTLED,
    (_S.ANSWERED, _A.REOPEN): _S.WAITING,
    (_S.SETTLED, _A.PUBLISH): _S.SETTLED,
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What decisions need of a matter. ``answered_by_unit_id`` is empty until somebody answers."""

    matter_id: str
    turnover: str
    unit_id: str
    owner_unit_id: str
    state: MatterState
    version: int
    due_us: int
    answer: str
    answered_by_unit_id: str


def raise_matter(
    matter_id: str, unit_id: str, above_id: str, topic: Topic, kind: MatterKind, text: str, now: Now
) -> MatterRaised:
    """The unit above owns it first. Raises NoLevelAbove."""
    if not above_id:
        raise NoLevelAbove(unit_id=unit_id)
    return MatterRaised(
        matter_id, unit_id, topic.value, TOPICS_VERSION, kind.value, text, above_id, _due(now), now.calendar.version,
        POLICY_VERSION,
    )  # fmt: skip


def pass_up(matter: Matter, above_id: str, note: str, now: Now) -> MatterPassedUp:
    """To the level above the owner, whose clock starts now. Raises NoLevelAbove."""
    _after(matter, MatterAction.PASS_UP)
    if not above_id:
        raise NoLevelAbove(unit_id=matter.owner_unit_id)
    stamp = due.stamp(matter.due_us, now.us, now.calendar)
    return MatterPassedUp(
        matter.matter_id, matter.owner_unit_id, above_id, note, stamp.late_working_minutes, _due(now),
        now.calendar.version,
    )  # fmt: skip


def answer(matter: Matter, by_unit_id: str, text: str, now: Now) -> MatterAnswered:
    """The owner answers, once. Raises MatterAnsweredAlready where somebody was quicker."""
    if matter.state is not MatterState.WAITING:
        raise MatterAnsweredAlready(by_unit_id=matter.answered_by_unit_id)
    _after(matter, MatterAction.ANSWER)
    stamp = due.stamp(matter.due_us, now.us, now.calendar)
    return MatterAnswered(
        matter.matter_id, by_unit_id, text, stamp.due_us, stamp.late_working_minutes, stamp.calendar_version
    )


def publish(matter: Matter, by_unit_id: str, question: str, text: str) -> MatterAnswerPublished:
    """To all units; published again, it takes the place of what was published before."""
    _after(matter, MatterAction.PUBLISH)
    return MatterAnswerPublished(matter.matter_id, by_unit_id, question, text or matter.answer)


def settle(matter: Matter) -> MatterSettled:
    """It helped."""
    _after(matter, MatterAction.SETTLE)
    return MatterSettled(matter.matter_id)


def reopen(matter: Matter, reason: str, now: Now) -> MatterReopened:
    """It did not help; whoever owned it owes another answer."""
    _after(matter, MatterAction.REOPEN)
    return MatterReopened(matter.matter_id, reason, _due(now), now.calendar.version)


def state_after(matter: Matter, action: MatterAction) -> MatterState:
    """Where the action leads. Raises StepNotPossible."""
    return _after(matter, action)


def _after(matter: Matter, action: MatterAction) -> MatterState:
    return advanced("matter", TRANSITIONS, matter.state, action)


def _due(now: Now) -> int:
    return due.after_workdays(now.calendar, now.us, ANSWER_WORKDAYS)
