"""Business time: the same in every process, never backwards, never jumped over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.clock import SPEED_MAX, BusinessClock, ClockSettings, security_now_us, steps

WALL_START_US = 1_800_000_000_000_000
BUSINESS_START_US = 1_790_000_000_000_000
REHEARSAL = ClockSettings.rehearsal(BUSINESS_START_US, WALL_START_US, speed=600)


class Wall:
    def __init__(self, us: int = WALL_START_US) -> None:
        self.us = us

    def __call__(self) -> int:
        return self.us


def test_real_business_time_is_wall_time() -> None:
    wall = Wall()
    assert BusinessClock(ClockSettings.real(), wall).now_us() == wall.us
    before = security_now_us()
    assert before <= BusinessClock(ClockSettings.real()).now_us() <= security_now_us()


def test_a_rehearsal_runs_from_its_start_at_its_speed() -> None:
    wall = Wall()
    clock = BusinessClock(REHEARSAL, wall)
    assert clock.now_us() == BUSINESS_START_US
    wall.us += 1_000_000
    assert clock.now_us() == BUSINESS_START_US + 600_000_000


@given(st.lists(st.integers(-(10**9), 10**9), max_size=30), st.lists(st.integers(0, 10**16), max_size=3))
def test_business_time_never_goes_back_whatever_wall_time_does(jumps: list[int], floors: list[int]) -> None:
    wall = Wall()
    clock = BusinessClock(REHEARSAL, wall)
    latest = 0
    for jump in jumps:
        wall.us += jump
        if floors and jump % 3 == 0:
            clock.raise_floor(floors[jump % len(floors)])
        now = clock.now_us()
        assert now >= latest
        latest = now


def test_two_processes_with_the_same_settings_agree() -> None:
    wall = Wall(WALL_START_US + 12_345)
    assert BusinessClock(REHEARSAL, wall).now_us() == BusinessClock(REHEARSAL, wall).now_us()


def test_a_restarted_writer_does_not_fall_below_its_ledger() -> None:
    wall = Wall()
    clock = BusinessClock(REHEARSAL, wall)
    clock.raise_floor(BUSINESS_START_US + 5_000)
    assert clock.now_us() == BUSINESS_START_US + 5_000
    clock.raise_floor(BUSINESS_START_US)
    assert clock.now_us() == BUSINESS_START_US + 5_000
    wall.us += 1_000_000
    assert clock.now_us() == BUSINESS_START_US + 600_000_000


@pytest.mark.parametrize(
    ("kind", "business_start_us", "wall_start_us", "speed"),
    [
        ("real", 0, 0, 2),
        ("real", 1, 0, 1),
        ("rehearsal", 0, 0, 0),
        ("rehearsal", 0, 0, -1),
        ("rehearsal", 0, 0, SPEED_MAX + 1),
        ("rehearsal", -1, 0, 1),
        ("rehearsal", 0, 10**19, 1),
        ("virtual", 0, 0, 1),
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(
    kind: str, business_start_us: int, wall_start_us: int, speed: int
) -> None:
    with pytest.raises(ValueError, match="clock"):
        ClockSettings(kind, business_start_us, wall_start_us, speed)  # type: ignore[arg-type]


@given(st.integers(0, 10**6), st.integers(-100, 10**6), st.integers(1, 10**5), st.integers(1, 50))
def test_catching_up_takes_bounded_steps_and_jumps_over_nothing(
    last_us: int, gap_us: int, step_us_max: int, steps_max: int
) -> None:
    now_us = last_us + gap_us
    taken = steps(last_us, now_us, step_us_max, steps_max)
    assert len(taken) <= steps_max
    at = last_us
    for instant in taken:
        assert at < instant <= min(at + step_us_max, now_us)
        at = instant
    if len(taken) < steps_max:
        assert at == max(last_us, now_us), "it ends early only when it has caught up"


def test_rounds_of_catching_up_reach_the_present() -> None:
    at, now_us, rounds = 0, 1_000_003, 0
    while taken := steps(at, now_us, step_us_max=1_000, steps_max=64):
        at = taken[-1]
        rounds += 1
    assert (at, rounds) == (now_us, 16)


@pytest.mark.parametrize(("step_us_max", "steps_max"), [(0, 1), (1, 0), (-5, 1)])
def test_steps_of_nothing_are_refused(step_us_max: int, steps_max: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        steps(0, 10, step_us_max, steps_max)
