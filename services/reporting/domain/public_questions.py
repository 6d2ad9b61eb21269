"""Questions of the public and their answers. An operator enters topic, kind of channel and day; facts are drafted,
another person approves, the answer goes out, and the time it took is counted. Source: RULES 5, ADR 0018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.domain import deadlines as due
from services.reporting.domain.assignments import Now
from services.reporting.domain.campaign_errors import OwnDraftApproved
from services.reporting.domain.machine import advanced
from services.reporting.domain.matter_events import (
    PublicAnswerApproved,
    PublicAnswerDrafted,
    PublicAnswerPublished,
    PublicAnswerSentBack,
    PublicQuestionEntered,
)
from services.reporting.domain.topics import TOPICS_VERSION, Channel, Topic

PUBLISH_WORKDAYS: Final = 2
POLICY_VERSION: Final = "public-questions-1"
QUESTION_CHARS_MAX: Final = 1_000
ANSWER_CHARS_MAX: Final = 4_000


class QuestionState(StrEnum):
    """How far the answer to a question of the public has come."""

    ENTERED = "entered"
    DRAFTED = "drafted"
    APPROVED = "approved"
    PUBLISHED = "published"


class QuestionAction(StrEnum):
    """What may happen to it."""

    DRAFT = "draft"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    PUBLISH = "publish"


_S, _A = QuestionState, QuestionAction
TRANSITIONS: Final[Mapping[tuple[QuestionState, QuestionAction], QuestionState]] = {
    (_S.ENTERED, _A.DRAFT): _S.DRAFTED,
    (_S.DRAFTED, _A.DRAFT): _S.DRAFTED,
    (_S.DRAFTED, _A.APPROVE): _S.APPROVED,
    (_S.DRAFTED, _A.SEND_BACK): _S.ENTERED,
    # Other words than those approved need another approval.
    (_S.APPROVED, _A.DRAFT): _S.DRAFTED,
    (_S.APPROVED, _A.PUBLISH): _S.PUBLISHED,
}


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """What decisions need of it. ``drafter_id``: the account that drafted the present answer, or empty."""

    question_id: str
    turnover: str
    unit_id: str
    state: QuestionState
    version: int
    asked_us: int
    due_us: int
    drafter_id: str


def enter(
    question_id: str, unit_id: str, topic: Topic, channel: Channel, asked_us: int, question: str, now: Now
) -> PublicQuestionEntered:
    """Due counts from the day on which it was entered."""
    return PublicQuestionEntered(
        question_id, unit_id, topic.value, TOPICS_VERSION, channel.value, asked_us, question,
        due.after_workdays(now.calendar, now.us, PUBLISH_WORKDAYS), now.calendar.version, POLICY_VERSION,
    )  # fmt: skip


def draft(question: PublicQuestion, answer: str) -> PublicAnswerDrafted:
    """Drafts, or drafts anew until it is published."""
    state_after(question, QuestionAction.DRAFT)
    return PublicAnswerDrafted(question.question_id, answer)


def approve(question: PublicQuestion, account_id: str) -> PublicAnswerApproved:
    """By another person than who drafted it. Raises OwnDraftApproved."""
    state_after(question, QuestionAction.APPROVE)
    if account_id == question.drafter_id:
        raise OwnDraftApproved()
    return PublicAnswerApproved(question.question_id)


def send_back(question: PublicQuestion, reason: str) -> PublicAnswerSentBack:
    """The draft will not do."""
    state_after(question, QuestionAction.SEND_BACK)
    return PublicAnswerSentBack(question.question_id, reason)


def publish(question: PublicQuestion, now: Now) -> PublicAnswerPublished:
    """It is out; the working time since it was asked is counted."""
    state_after(question, QuestionAction.PUBLISH)
    stamp = due.stamp(question.due_us, now.us, now.calendar)
    taken = now.calendar.late_working_minutes(question.asked_us, now.us)
    return PublicAnswerPublished(
        question.question_id, taken, stamp.due_us, stamp.late_working_minutes, stamp.calendar_version
    )


def state_after(question: PublicQuestion, action: QuestionAction) -> QuestionState:
    """Where the action leads. Raises StepNotPossible."""
    return advanced("public_question", TRANSITIONS, question.state, action)
