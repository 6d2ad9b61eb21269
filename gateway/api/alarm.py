"""One alarm for many names: set to the first of their business times, it tells the names whose time has come.

Times repeat: nearly all latest times are the ends of working days. So there are few of them, however many names there
are, and what a time that passes costs is its own names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Final

from services.chassis.clock import BusinessClock

# It looks at the clock at least this often: the machine's clock may be set meanwhile, or the machine have slept.
LOOK_SECONDS_MAX: Final = 60.0
# Business time may lag a little behind the timer; then it looks again after so long.
LOOK_SECONDS_MIN: Final = 0.005
_SECOND_US: Final = 1_000_000


class Alarm:
    """Business times by name. `rung` is called on the event loop with the names of every time that has passed, once."""

    def __init__(self, clock: BusinessClock, rung: Callable[[Collection[bytes]], None]) -> None:
        self._clock = clock
        self._rung = rung
        self._at: dict[bytes, int] = {}
        self._names: dict[int, set[bytes]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._set_for_us = 0

    def set(self, name: bytes, at_us: int) -> None:
        """The name's time, instead of what it was; 0 for none."""
        if self._at.get(name, 0) == at_us:
            return
        self.forget(name)
        if at_us:
            self._at[name] = at_us
            self._names.setdefault(at_us, set()).add(name)
            if self._timer is None or at_us < self._set_for_us:
                self._wind()

    def forget(self, name: bytes) -> None:
        """The name has no time any more."""
        at_us = self._at.pop(name, 0)
        names = self._names.get(at_us)
        if names is not None:
            names.discard(name)
            if not names:
                del self._names[at_us]

    def stop(self) -> None:
        """Rings no more; may be called twice."""
        self._names.clear()
        self._at.clear()
        self._wind()

    def _wind(self) -> None:
        """One timer, to the first time there is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._names:
            self._set_for_us = min(self._names)
            ahead_us = self._set_for_us - self._clock.now_us()
            seconds = ahead_us / (_SECOND_US * self._clock.settings.speed)
            wait = min(max(seconds, LOOK_SECONDS_MIN), LOOK_SECONDS_MAX)
            self._timer = asyncio.get_running_loop().call_later(wait, self._look)

    def _look(self) -> None:
        self._timer = None
        now_us = self._clock.now_us()
        due: list[bytes] = []
        for at_us in [at_us for at_us in self._names if at_us <= now_us]:
            names = self._names.pop(at_us)
            for name in names:
                del self._at[name]
            due += names
        self._wind()
        if due:
            self._rung(due)
