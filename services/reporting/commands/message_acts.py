"""Messages are queued for whoever was told something today, sent by their channels, and their delivery is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from services.chassis import tree
from services.chassis.act import Act
from services.chassis.outgoing import ChannelDown, Letter, LetterDeferred, LetterRefused
from services.chassis.outgoing import Outgoing as Port
from services.chassis.store import Reader
from services.chassis.wording import Catalogue
from services.kernel.refusal import Refusal
from services.reporting.domain import messages as rules
from services.reporting.domain.assignments import Now
from services.reporting.domain.message_events import MessageDeferred, MessageFailed, MessageSent
from services.reporting.domain.messages import Channel, MessageState, Outgoing, Told
from services.reporting.domain.reminding import own_step
from services.reporting.store import directives, messages, plan_digests, posts, reminders
from services.reporting.store.assignments import case_of

MESSAGES_AT_ONCE: Final = 50

Delivered = MessageSent | MessageDeferred | MessageFailed


def queue_messages(act: Act, day_us: int, told: Iterable[tuple[str, int]], channels: Sequence[Channel]) -> int:
    """One a person, channel and day; for a unit without a responsible person or an address none. Returns how many."""
    made = 0
    for unit_id, items in told:
        post = posts.first_holder(act.tx, unit_id)
        about = Told(items, _reminders(act, unit_id, day_us), plan_digests.items_of(act.tx, unit_id, day_us))
        for channel in channels:
            if post is not None and _is_told(act.tx, post.unit_id, post.post_id, post.person_id, channel, day_us):
                continue
            try:
                event = rules.queue(act.new_id("message"), channel, post, day_us, about)
            except Refusal:
                # A digest to nobody: it stands in the list of calls.
                break
            act.record(event, subject=event.message_id)
            made += 1
    return made


def record_delivery(act: Act, event: Delivered) -> None:
    """What became of one try; nothing where somebody else recorded it meanwhile."""
    message = messages.find(act.tx, event.message_id)
    if message is not None and message.state is MessageState.WAITING:
        act.record(event, subject=event.message_id)


def letter_of(reader: Reader, message: Outgoing, words: Catalogue) -> Letter:
    """A text of counts and nothing personal. ``to`` is empty where nobody said how to reach the post's holder."""
    if message.channel is Channel.MAIL:
        to = messages.contact_of(reader, message.unit_id, message.post_id).mail
    else:
        unit = tree.find(reader, message.unit_id)
        to = unit.code if unit else ""
    about = message.told
    lines = [
        words.render(f"mail:{what}", {"items": count}, "zh")
        for what, count in (("overdue", about.items), ("reminders", about.reminders), ("plan", about.plan_items))
        if count
    ]
    subject = words.render("mail:subject", {"items": about.all}, "zh")
    text = words.render("mail:text", {"lines": "\n".join(lines)}, "zh")
    return Letter(message.message_id, to, subject, text)


async def delivered(port: Port, message: Outgoing, letter: Letter, now_us: int) -> tuple[Delivered, bool]:
    """What became of one try, and whether the whole channel is down."""
    if not letter.to and message.channel is Channel.MAIL:
        return rules.refused(message, "no_address"), False
    try:
        await port.send(letter)
    except ChannelDown:
        return rules.not_now(message, "unreachable", now_us), True
    except LetterDeferred:
        return rules.not_now(message, "busy", now_us), False
    except LetterRefused:
        return rules.refused(message, "refused"), False
    return rules.sent(message), False


def still_untold(reader: Reader, day_us: int, channels: Sequence[Channel]) -> list[tuple[str, int]]:
    """Units with reminders or a plan to be told of, whose responsible person has had no message today."""
    found = []
    for unit_id, items in messages.to_be_told(reader, day_us):
        post = posts.first_holder(reader, unit_id)
        if post is not None and not all(
            _is_told(reader, unit_id, post.post_id, post.person_id, channel, day_us) for channel in channels
        ):
            found.append((unit_id, items))
    return found


def _reminders(act: Act, unit_id: str, day_us: int) -> int:
    """How many of the unit's reminders still stand: of what was done since, nobody is told."""
    now, count = Now(act.now_us), 0
    unit = tree.find(act.tx, unit_id)
    for reminder in reminders.for_digest(act.tx, unit_id, day_us):
        directive = directives.load(act.tx, reminder.directive_id)
        if unit is not None and directives.on_route(act.tx, directive, unit):
            step = own_step(case_of(act.tx, directive, unit), now)
            count += step is not None and step.stage == reminder.stage
    return count


def _is_told(reader: Reader, unit_id: str, post_id: str, person_id: str, channel: Channel, day_us: int) -> bool:
    if channel is Channel.MAIL and not messages.contact_of(reader, unit_id, post_id).mail:
        return True
    return messages.queued(reader, person_id, channel, day_us)
