"""What schedule does by itself: once a working day it says what of each plan is due or at risk. Reporting tells people,
in their one message of the day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.chassis.app import Loop
from services.chassis.loops import Every, own_act
from services.chassis.store import Transaction
from services.kernel.workdays import calendar_versions, day_of, work_calendar
from services.schedule.commands.plan_digests import planned_digests, record_digests
from services.schedule.domain.turnover_events import PlanDigestMade

DIGEST_SECONDS: Final = 5.0
DIGESTS_AT_ONCE: Final = 100


def loops_of(running: Any) -> Sequence[Loop]:
    """The loops of a running service."""
    return (Every("plan_digests", DIGEST_SECONDS, PlanDigestRound(running).run),)


class PlanDigestRound:
    """One round a working day, as soon as it has begun. Begun anew after a crash, it makes only what was not made."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self._done: date | None = None

    async def run(self) -> None:
        """Reads beside the writer, and writes a few digests at a time."""
        now_us = self._running.recorder.clock.now_us()
        day = day_of(now_us)
        off = not work_calendar(calendar_versions()[-1]).is_workday(day)
        if day == self._done or off or self._running.writer.read_only_reason:
            return
        planned = await asyncio.to_thread(self._planned, day)
        for start in range(0, len(planned), DIGESTS_AT_ONCE):
            some = planned[start : start + DIGESTS_AT_ONCE]
            await self._running.writer.run(lambda tx, some=some: self._record(tx, now_us, some))
        self._done = day

    def _planned(self, day: date) -> list[PlanDigestMade]:
        with self._running.store.snapshot() as reader:
            return planned_digests(reader, day)

    def _record(self, tx: Transaction, now_us: int, some: list[PlanDigestMade]) -> None:
        record_digests(own_act(tx, self._running.recorder, now_us), some)
