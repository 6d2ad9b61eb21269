"""Messages: at most one digest a person and day, and when to try again. Nothing personal stands in any text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.kernel.workdays import DAY_US
from services.reporting.domain.campaign_errors import DigestToNobody
from services.reporting.domain.machine import advanced
from services.reporting.domain.message_events import MessageDeferred, MessageFailed, MessageQueued, MessageSent
from services.reporting.domain.posts import Post

_MINUTE_US: Final = 60_000_000
FIRST_RETRY_US: Final = _MINUTE_US
RETRY_US_MAX: Final = 60 * _MINUTE_US
# What could not be sent by then is out of date.
EXPIRES_US: Final = 3 * DAY_US
MAIL_CHARS_MAX: Final = 254
PHONE_CHARS_MAX: Final = 30


class Channel(StrEnum):
    """By which way a message leaves."""

    MAIL = "mail"
    HOOK = "hook"


class MessageState(StrEnum):
    """How its delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class MessageAction(StrEnum):
    """What may happen to it."""

    DEFER = "defer"
    SEND = "send"
    FAIL = "fail"


_S, _A = MessageState, MessageAction
TRANSITIONS: Final[Mapping[tuple[MessageState, MessageAction], MessageState]] = {
    (_S.WAITING, _A.DEFER): _S.WAITING,
    (_S.WAITING, _A.SEND): _S.SENT,
    (_S.WAITING, _A.FAIL): _S.FAILED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """How many things a day's message is about: overdue below the unit, what a superior reminded it of, and steps of
    its own plan that are due or at risk.
    """

    items: int = 0
    reminders: int = 0
    plan_items: int = 0

    @property
    def all(self) -> int:
        """Together; 0 is nothing to say."""
        return self.items + self.reminders + self.plan_items


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What decisions need of a message."""

    message_id: str
    channel: Channel
    unit_id: str
    post_id: str
    state: MessageState
    attempts: int
    queued_us: int
    told: Told


def queue(message_id: str, channel: Channel, post: Post | None, day_us: int, told: Told) -> MessageQueued:
    """To the first responsible person. Raises DigestToNobody when there is none, or nothing to say."""
    if post is None or not told.all:
        raise DigestToNobody()
    return MessageQueued(
        message_id, channel.value, post.unit_id, post.post_id, post.person_id, day_us,
        told.items, told.reminders, told.plan_items,
    )  # fmt: skip


def sent(message: Outgoing) -> MessageSent:
    """The channel took it."""
    _after(message, MessageAction.SEND)
    return MessageSent(message.message_id, message.attempts + 1)


def refused(message: Outgoing, problem: str) -> MessageFailed:
    """The channel will never take it."""
    _after(message, MessageAction.FAIL)
    return MessageFailed(message.message_id, message.attempts + 1, problem)


def not_now(message: Outgoing, problem: str, now_us: int) -> MessageDeferred | MessageFailed:
    """Tried again after one minute, two, four, up to an hour; given up once it is out of date."""
    if now_us - message.queued_us > EXPIRES_US:
        return refused(message, "expired")
    _after(message, MessageAction.DEFER)
    next_try_us = now_us + retry_after_us(message.attempts)
    return MessageDeferred(message.message_id, message.attempts + 1, problem, next_try_us)


def retry_after_us(attempts: int) -> int:
    """How long to wait after so many failed attempts before this one."""
    return int(min(FIRST_RETRY_US * 2 ** min(attempts, 16), RETRY_US_MAX))


def _after(message: Outgoing, action: MessageAction) -> MessageState:
    return advanced("message", TRANSITIONS, message.state, action)
