"""The two clocks.

Security time is wall time: sessions, signatures, retention, logs. Business time decides lateness, deadlines
and windows: in a real data folder it is wall time too; in a rehearsal it starts where the settings say and
runs faster, the same in every process. Instants are int microseconds since 1970 UTC.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

SPEED_MAX: Final = 1_000_000
INSTANT_US_MAX: Final = 253_402_300_799_000_000  # the end of the year 9999

Kind = Literal["real", "rehearsal"]


def security_now_us() -> int:
    """Wall time now."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """How business time runs. `speed` is business seconds per wall second; a real clock is 0, 0, 1."""

    kind: Kind
    business_start_us: int
    wall_start_us: int
    speed: int

    def __post_init__(self) -> None:
        if self.kind not in ("real", "rehearsal"):
            raise ValueError(f"a clock is real or rehearsal, not {self.kind!r}")
        if self.kind == "real" and (self.business_start_us, self.wall_start_us, self.speed) != (0, 0, 1):
            raise ValueError("a real clock starts with wall time and runs at its speed")
        if not 1 <= self.speed <= SPEED_MAX:
            raise ValueError(f"the speed of a clock is 1 to {SPEED_MAX}, not {self.speed}")
        if not all(0 <= start <= INSTANT_US_MAX for start in (self.business_start_us, self.wall_start_us)):
            raise ValueError("a clock starts between 1970 and 9999")

    @classmethod
    def real(cls) -> "ClockSettings":
        """Business time is wall time."""
        return cls("real", 0, 0, 1)

    @classmethod
    def rehearsal(cls, business_start_us: int, wall_start_us: int, speed: int) -> "ClockSettings":
        """Business time starts at `business_start_us` when wall time is `wall_start_us`."""
        return cls("rehearsal", business_start_us, wall_start_us, speed)


class SteppedWall:
    """Wall time that stands until it is moved on: what a rehearsal is played on that waits for nothing."""

    def __init__(self, us: int) -> None:
        self._us = us

    def __call__(self) -> int:
        return self._us

    def move_to(self, us: int) -> None:
        """Never back."""
        self._us = max(self._us, us)


class BusinessClock:
    """Business time, which never goes back, nor below the floor that the writer gave. Thread-safe."""

    def __init__(self, settings: ClockSettings, wall: Callable[[], int] = security_now_us) -> None:
        self.settings = settings
        self._wall = wall
        self._latest_us = 0
        self._lock = threading.Lock()

    def now_us(self) -> int:
        """Business time now."""
        settings = self.settings
        us = settings.business_start_us + (self._wall() - settings.wall_start_us) * settings.speed
        with self._lock:
            if us > self._latest_us:
                self._latest_us = us
            return self._latest_us

    def raise_floor(self, us: int) -> None:
        """Business time is at least this from now on: a writer gives the latest instant in its ledger."""
        with self._lock:
            self._latest_us = max(self._latest_us, us)


def steps(last_us: int, now_us: int, step_us_max: int, steps_max: int) -> list[int]:
    """The instants to tick at, in order, to get from `last_us` to `now_us` in steps of at most `step_us_max`.

    At most `steps_max` of them: after a long downtime the caller ticks these and asks again from the last
    one, so that no single round holds the writer long and no stretch of time is jumped over.
    """
    if step_us_max < 1 or steps_max < 1:
        raise ValueError("a step and a number of steps are at least 1")
    count = min(-((last_us - now_us) // step_us_max), steps_max)
    return [min(last_us + step_us_max * number, now_us) for number in range(1, count + 1)]
