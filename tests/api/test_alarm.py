"""One timer for many names: each rings once, at its own time, by the clock that it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.api.alarm import Alarm
from services.chassis.clock import BusinessClock, ClockSettings
from tests.chassis.desk import Hands

WAIT_SECONDS_MAX = 10.0


class Bell:
    """Hears an alarm, by hands that the test moves."""

    def __init__(self) -> None:
        self.hands = Hands(1_000)
        self.rung: list[set[bytes]] = []
        self._heard = asyncio.Event()
        self.alarm = Alarm(BusinessClock(ClockSettings.real(), wall=self.hands), self._ring)

    def _ring(self, names: Collection[bytes]) -> None:
        assert len(set(names)) == len(names)
        self.rung.append(set(names))
        self._heard.set()

    async def next(self) -> set[bytes]:
        await asyncio.wait_for(self._heard.wait(), WAIT_SECONDS_MAX)
        self._heard.clear()
        return self.rung[-1]


async def test_names_of_one_time_ring_together_and_others_not_yet() -> None:
    bell = Bell()
    bell.alarm.set(b"late", 3_000)
    bell.alarm.set(b"one", 2_000)
    bell.alarm.set(b"two", 2_000)
    bell.alarm.set(b"none", 0)
    bell.hands.us = 2_000
    assert await bell.next() == {b"one", b"two"}
    bell.hands.us = 3_000
    assert await bell.next() == {b"late"}
    assert bell.rung == [{b"one", b"two"}, {b"late"}]
    # Nothing is left to wake for.
    assert bell.alarm._timer is None


async def test_only_the_newest_time_of_a_name_rings_and_a_forgotten_name_does_not() -> None:
    bell = Bell()
    bell.alarm.set(b"moved", 2_000)
    bell.alarm.set(b"moved", 4_000)
    bell.alarm.set(b"left", 2_000)
    bell.alarm.forget(b"left")
    bell.alarm.forget(b"never set")
    bell.alarm.set(b"last", 3_000)
    bell.hands.us = 3_500
    assert await bell.next() == {b"last"}
    bell.hands.us = 4_000
    assert await bell.next() == {b"moved"}
    bell.alarm.set(b"later", 1 << 50)
    bell.alarm.stop()
    bell.alarm.stop()
    assert bell.alarm._timer is None


async def test_a_time_that_has_passed_already_rings_at_once() -> None:
    bell = Bell()
    bell.alarm.set(b"past", 10)
    assert await bell.next() == {b"past"}


NAMES = st.sampled_from([b"a", b"b", b"c", b"d"])


@settings(max_examples=25)
@given(st.lists(st.tuples(NAMES, st.integers(0, 9)), max_size=25), st.integers(1, 9))
def test_whatever_was_set_and_forgotten_the_names_whose_time_has_come_ring_once(
    steps: list[tuple[bytes, int]], until: int
) -> None:
    async def play() -> None:
        bell, wanted = Bell(), dict[bytes, int]()
        bell.hands.us = 0
        for name, at in steps:
            bell.alarm.set(name, at)
            wanted[name] = at
        bell.hands.us = until
        # A name whose time comes in any case, so that there is a ring to wait for.
        bell.alarm.set(b"witness", until)
        due = {name for name, at in wanted.items() if 0 < at <= until} | {b"witness"}
        heard: set[bytes] = set()
        while heard != due:
            more = await bell.next()
            assert not heard & more
            heard |= more
        assert set(bell.alarm._at) == {name for name, at in wanted.items() if at > until}
        bell.alarm.stop()

    asyncio.run(play())
