"""What reporting does by itself: once a working day, in office hours, it tells superiors what is overdue below."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.chassis.app import Loop
from services.chassis.loops import Every, own_act
from services.chassis.store import Transaction
from services.kernel.workdays import DAY_US, day_of, start_of_day
from services.reporting.commands.digest_acts import planned_digests, record_digests
from services.reporting.domain import deadlines as due
from services.reporting.domain.supervision_events import DigestMade

DIGEST_SECONDS: Final = 5.0
DIGESTS_AT_ONCE: Final = 100
# Outside of these hours nobody is told anything.
QUIET_UNTIL_HOUR: Final = 9
QUIET_FROM_HOUR: Final = 18
_HOUR_US: Final = DAY_US // 24


def loops_of(running: Any) -> Sequence[Loop]:
    """The loops of a running service."""
    return (Every("digests", DIGEST_SECONDS, DigestRound(running).run),)


def is_quiet(now_us: int) -> bool:
    """A day off, or outside of office hours."""
    day = day_of(now_us)
    hour = (now_us - start_of_day(day)) // _HOUR_US
    return not due.newest_calendar().is_workday(day) or not QUIET_UNTIL_HOUR <= hour < QUIET_FROM_HOUR


class DigestRound:
    """One round a working day. Begun anew after a crash, it makes only what was not made."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self._done: date | None = None

    async def run(self) -> None:
        """Reads beside the writer, and writes a few digests at a time."""
        now_us = self._running.recorder.clock.now_us()
        day = day_of(now_us)
        if day == self._done or is_quiet(now_us) or self._running.writer.read_only_reason:
            return
        planned = await asyncio.to_thread(self._planned, now_us)
        for start in range(0, len(planned), DIGESTS_AT_ONCE):
            some = planned[start : start + DIGESTS_AT_ONCE]
            await self._running.writer.run(lambda tx, some=some: self._record(tx, now_us, some))
        self._done = day

    def _planned(self, now_us: int) -> list[DigestMade]:
        with self._running.store.snapshot() as reader:
            return list(planned_digests(reader, now_us))

    def _record(self, tx: Transaction, now_us: int, some: list[DigestMade]) -> None:
        record_digests(own_act(tx, self._running.recorder, now_us), some)
