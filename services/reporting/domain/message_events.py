"""What happens to messages that leave the platform. Neither an address nor a text stands here: only ids and counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """How the holder of a post is reached was set or taken away; the address itself is kept where it can be erased."""

    unit_id: str
    post_id: str
    has_mail: bool
    has_phone: bool


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A day's digest waits to go to a person by one channel; at most one a person, channel and day."""

    message_id: str
    channel: str
    unit_id: str
    post_id: str
    person_id: str
    day_us: int
    items: int
    reminders: int
    plan_items: int


@dataclass(frozen=True, slots=True)
class MessageDeferred:
    """It could not be sent for now."""

    message_id: str
    attempt: int
    problem: str
    next_try_us: int


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The channel took it."""

    message_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """It will not be tried again."""

    message_id: str
    attempt: int
    problem: str


MESSAGE_EVENTS: tuple[type, ...] = (
    ContactChanged,
    MessageQueued,
    MessageDeferred,
    MessageSent,
    MessageFailed,
)
