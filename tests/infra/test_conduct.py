"""What a rehearsal decides depends on its seed and on nothing else."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.rehearsal.agenda import Agenda
from infra.local.rehearsal.campaign import FIVE_WEEKS, FOUR_WEEKS, Script
from infra.local.rehearsal.cast import person
from infra.local.rehearsal.conduct import Temper, conduct_of, temper_of
from services.chassis.clock import BusinessClock, ClockSettings, security_now_us

CODES = [f"3702110{n:05}" for n in range(2_000)]


@given(st.integers(0, 2**32 - 1), st.sampled_from(CODES), st.integers(1, 8), st.integers(1, 60))
def test_the_same_seed_decides_the_same(seed: int, code: str, number: int, days: int) -> None:
    assert conduct_of(seed, str(number), code, days) == conduct_of(seed, str(number), code, days)


@given(st.integers(0, 2**32 - 1), st.sampled_from(CODES), st.integers(1, 8), st.integers(1, 60))
def test_no_delay_is_negative_and_no_unit_does_more_than_is_due(seed: int, code: str, number: int, days: int) -> None:
    conduct = conduct_of(seed, str(number), code, days)
    delays = (
        conduct.receive_after_us, conduct.dispatch_after_us, conduct.start_after_us, conduct.report_after_us,
        conduct.review_after_us, conduct.rectify_after_us, conduct.correct_after_us,
    )  # fmt: skip
    assert min(delays) >= 0
    assert 0 <= conduct.done_percent <= 100
    assert conduct.temper is temper_of(seed, code)


def test_another_seed_decides_otherwise() -> None:
    one, other = ([conduct_of(seed, "1", code, 10) for code in CODES[:50]] for seed in (1, 2))
    assert one != other


def test_a_district_has_prompt_slow_and_silent_units_and_every_kind_of_trouble() -> None:
    tempers = Counter(temper_of(7, code) for code in CODES)
    assert tempers[Temper.PROMPT] > tempers[Temper.SLOW] > tempers[Temper.SILENT] > 0
    conducts = [conduct_of(7, "1", code, 10) for code in CODES]
    assert any(c.wrong_first for c in conducts)
    assert {c.returned for c in conducts} == {0, 1, 2}
    assert {c.corrects for c in conducts} == {True, False}
    assert {(c.asks_extension, c.granted) for c in conducts} >= {(True, True), (True, False)}
    assert any(c.on_behalf and c.temper is Temper.SILENT for c in conducts)


@pytest.mark.parametrize("script", [FIVE_WEEKS, FOUR_WEEKS], ids=["five weeks", "four weeks"])
def test_the_campaign_goes_forward_and_ends_after_everything_in_it(script: Script) -> None:
    days = [task.day for task in script.tasks]
    assert days == sorted(days)
    assert max(*days, *script.hand_over_days, script.merge_day) < script.end_day
    assert len({task.number for task in script.tasks}) == len(script.tasks)


def test_a_made_up_name_stays_the_same() -> None:
    assert person(1, "370211001") == person(1, "370211001")


def fast_clock() -> BusinessClock:
    return BusinessClock(ClockSettings.rehearsal(1_000_000, security_now_us(), 1_000_000))


async def test_an_agenda_does_things_in_the_order_in_which_they_are_due() -> None:
    agenda = Agenda(fast_clock())
    done: list[str] = []

    async def first() -> None:
        done.append("first")
        agenda.after(0, third)

    async def second() -> None:
        done.append("second")

    async def third() -> None:
        done.append("third")

    agenda.at(agenda.now_us() + 40_000_000_000, second)
    agenda.at(0, first)
    async with asyncio.timeout(20):
        await agenda.play()
    assert done == ["first", "third", "second"]


async def test_an_agenda_ends_with_the_first_failure_and_leaves_nothing_running() -> None:
    agenda = Agenda(fast_clock())
    cancelled = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def failing() -> None:
        raise ValueError("broken")

    agenda.at(0, endless)
    agenda.at(0, failing)
    with pytest.raises(ValueError, match="broken"):
        await agenda.play()
    assert cancelled.is_set()
