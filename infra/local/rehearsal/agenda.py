"""What is to be done when, in business time: waits without polling, lets many things go on at once."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from services.chassis.clock import BusinessClock

Act = Callable[[], Coroutine[Any, Any, None]]
# Moves business time on to an instant, once everything before it has been taken in.
Move = Callable[[int], Awaitable[None]]


class Agenda:
    """Acts by the instant they are due; an act may put down others.

    With ``move`` nothing is waited for: time is moved on to the next act once all that was begun has ended.
    """

    def __init__(self, clock: BusinessClock, move: Move | None = None) -> None:
        self._clock = clock
        self._speed = clock.settings.speed
        self._move = move
        self._due: list[tuple[int, int, Act]] = []
        self._count = 0
        self._changed = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    def now_us(self) -> int:
        """Business time."""
        return self._clock.now_us()

    def at(self, instant_us: int, act: Act) -> None:
        """To be done at an instant of business time, at once where it has passed."""
        self._count += 1
        heapq.heappush(self._due, (instant_us, self._count, act))
        self._changed.set()

    def after(self, delay_us: int, act: Act) -> None:
        """To be done when so much business time has passed."""
        self.at(self.now_us() + delay_us, act)

    async def play(self) -> None:
        """Returns when nothing is left to do. Raises what an act raises, after which nothing more is begun."""
        try:
            while self._due or self._running:
                self._changed.clear()
                self._begin_due()
                await self._next()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _begin_due(self) -> None:
        now = self.now_us()
        while self._due and self._due[0][0] <= now:
            task = asyncio.create_task(heapq.heappop(self._due)[2]())
            self._running.add(task)
            task.add_done_callback(lambda _: self._changed.set())

    async def _next(self) -> None:
        """Waits until something ended, was put down, or is due."""
        if self._move is not None and not self._running:
            if self._due:
                await self._move(self._due[0][0])
            return
        waits = self._due and self._move is None
        wait_us = (self._due[0][0] - self.now_us()) / self._speed if waits else None
        # Not wait_for: where something changes in that very moment, Python 3.11's loses a cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(None if wait_us is None else max(0.0, wait_us / 1_000_000)):
                await self._changed.wait()
        ended = {task for task in self._running if task.done()}
        self._running -= ended
        for task in ended:
            task.result()
