"""What reporting does by itself: once a working day, in office hours, it tells superiors what is overdue below;
and it sends what waits to be sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.chassis.app import Loop
from services.chassis.loops import Every, own_act
from services.chassis.outgoing import HookChannel, Letter, MailChannel, Outgoing
from services.chassis.store import Reader, Transaction
from services.chassis.wording import Catalogue
from services.kernel.workdays import DAY_US, day_of, start_of_day
from services.reporting.commands.digest_acts import planned_digests, record_digests
from services.reporting.commands.message_acts import (
    MESSAGES_AT_ONCE,
    delivered,
    letter_of,
    queue_messages,
    record_delivery,
    still_untold,
)
from services.reporting.domain import deadlines as due
from services.reporting.domain.messages import Channel, retry_after_us
from services.reporting.domain.messages import Outgoing as Message
from services.reporting.domain.supervision_events import DigestMade
from services.reporting.store import messages

DIGEST_SECONDS: Final = 5.0
DIGESTS_AT_ONCE: Final = 100
# Outside of these hours nobody is told anything.
QUIET_UNTIL_HOUR: Final = 9
QUIET_FROM_HOUR: Final = 18
_HOUR_US: Final = DAY_US // 24


def loops_of(running: Any) -> Sequence[Loop]:
    """The loops of a running service."""
    ports = ports_of(running.site)
    return (
        Every("digests", DIGEST_SECONDS, DigestRound(running, tuple(ports)).run),
        Every("messages", DIGEST_SECONDS, MessageRound(running, ports).run),
    )


def ports_of(site: Any) -> Mapping[Channel, Outgoing]:
    """The channels that the settings name; of a practice or a rehearsal nothing ever leaves."""
    ports: dict[Channel, Outgoing] = {}
    if site.folder.clock.kind == "rehearsal":
        return ports
    if site.mail.host:
        ports[Channel.MAIL] = MailChannel(site.mail, site.district)
    if site.hook.url:
        ports[Channel.HOOK] = HookChannel(site.hook)
    return ports


def is_quiet(now_us: int) -> bool:
    """A day off, or outside of office hours."""
    day = day_of(now_us)
    hour = (now_us - start_of_day(day)) // _HOUR_US
    return not due.newest_calendar().is_workday(day) or not QUIET_UNTIL_HOUR <= hour < QUIET_FROM_HOUR


# (unit, how many things are overdue below it) of everybody who is to be told on a day.
_Told = Callable[[Reader, int, Sequence[Channel]], list[tuple[str, int]]]


class DigestRound:
    """One round a working day. Begun anew after a crash, it makes only what was not made."""

    def __init__(self, running: Any, channels: Sequence[Channel]) -> None:
        self._running = running
        self._channels = channels
        self._done: date | None = None

    async def run(self) -> None:
        """Reads beside the writer, and writes a few digests at a time."""
        now_us = self._running.recorder.clock.now_us()
        day = day_of(now_us)
        if is_quiet(now_us) or self._running.writer.read_only_reason:
            return
        if day != self._done:
            await self._make(now_us)
            self._done = day
        # Reminders and plans also come later in the day: whoever had no message yet has it then.
        await self._queue(now_us, still_untold)

    async def _make(self, now_us: int) -> None:
        planned = await asyncio.to_thread(self._planned, now_us)
        for start in range(0, len(planned), DIGESTS_AT_ONCE):
            some = planned[start : start + DIGESTS_AT_ONCE]
            await self._running.writer.run(lambda tx, some=some: self._record(tx, now_us, some))
        await self._queue(now_us, lambda reader, day_us, channels: messages.told_on(reader, day_us))

    async def _queue(self, now_us: int, told_by: _Told) -> None:
        day_us = start_of_day(day_of(now_us))
        with self._running.store.snapshot() as reader:
            told = told_by(reader, day_us, self._channels) if self._channels else []
        for start in range(0, len(told), DIGESTS_AT_ONCE):
            some = told[start : start + DIGESTS_AT_ONCE]
            await self._running.writer.run(
                lambda tx, some=some: queue_messages(
                    own_act(tx, self._running.recorder, now_us), day_us, some, self._channels
                )
            )

    def _planned(self, now_us: int) -> list[DigestMade]:
        with self._running.store.snapshot() as reader:
            return list(planned_digests(reader, now_us))

    def _record(self, tx: Transaction, now_us: int, some: list[DigestMade]) -> None:
        record_digests(own_act(tx, self._running.recorder, now_us), some)


class MessageRound:
    """Sends what is due. A channel that does not answer is left alone for a while; what waits for it waits visibly."""

    def __init__(self, running: Any, ports: Mapping[Channel, Outgoing]) -> None:
        self._running = running
        self._ports = ports
        self._words = Catalogue.load("services.reporting")
        # How often in a row a channel did not answer, and when it is asked again.
        self._silent: dict[Channel, int] = {}
        self._asked_again_us: dict[Channel, int] = {}

    async def run(self) -> None:
        """One letter after the other, each recorded as soon as it is known what became of it."""
        now_us = self._running.recorder.clock.now_us()
        if not self._ports or is_quiet(now_us) or self._running.writer.read_only_reason:
            return
        open_now = [channel for channel in self._ports if self._asked_again_us.get(channel, 0) <= now_us]
        for message, letter in self._due(now_us, open_now):
            if message.channel not in open_now:
                continue
            event, down = await delivered(self._ports[message.channel], message, letter, now_us)
            await self._running.writer.run(
                lambda tx, event=event: record_delivery(own_act(tx, self._running.recorder, now_us), event)
            )
            self._mark(message.channel, down, now_us)
            if down:
                open_now.remove(message.channel)

    def _due(self, now_us: int, channels: Sequence[Channel]) -> list[tuple[Message, Letter]]:
        with self._running.store.snapshot() as reader:
            due_now = messages.due(reader, now_us, channels, MESSAGES_AT_ONCE)
            return [(message, letter_of(reader, message, self._words)) for message in due_now]

    def _mark(self, channel: Channel, down: bool, now_us: int) -> None:
        silent = self._silent.get(channel, 0)
        self._silent[channel] = silent + 1 if down else 0
        self._asked_again_us[channel] = now_us + retry_after_us(silent) if down else 0
