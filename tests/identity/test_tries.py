from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.context.tries import TRACKED_LOGINS_MAX, WINDOW_SECONDS, Tries
from gateway.identity.domain.errors import TooManyTries

SECOND_US = 1_000_000
WINDOW_US = WINDOW_SECONDS * SECOND_US


def taken(tries: Tries, login: str, now_us: int) -> bool:
    try:
        tries.take(login, now_us)
    except TooManyTries:
        return False
    return True


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 300 * SECOND_US)), max_size=60))
def test_no_window_lets_more_tries_through_than_it_may(steps: list[tuple[str, int]]) -> None:
    """Against a naive count that keeps every try."""
    tries, now_us = Tries(3), 0
    begun: dict[str, int] = {}
    counted: dict[str, int] = {}
    for login, pause_us in steps:
        now_us += pause_us
        if login in begun and now_us - begun[login] >= WINDOW_US:
            del begun[login], counted[login]
        begun.setdefault(login, now_us)
        expected = counted.get(login, 0) < 3
        counted[login] = counted.get(login, 0) + expected
        assert taken(tries, login, now_us) == expected


def test_the_refusal_says_how_long_to_wait() -> None:
    tries = Tries(1)
    tries.take("a", 0)
    with pytest.raises(TooManyTries) as refused:
        tries.take("a", WINDOW_US - 2 * SECOND_US + 1)
    assert refused.value.wait_seconds == 2
    tries.take("a", WINDOW_US)


def test_success_forgets_the_tries_before_it() -> None:
    tries = Tries(1)
    tries.take("a", 0)
    tries.clear("a")
    assert taken(tries, "a", 1)


def test_no_more_logins_are_remembered_than_the_limit() -> None:
    tries = Tries(1)
    for number in range(TRACKED_LOGINS_MAX + 10):
        tries.take(str(number), number)
    assert len(tries._windows) == TRACKED_LOGINS_MAX
    assert not taken(tries, str(TRACKED_LOGINS_MAX + 9), TRACKED_LOGINS_MAX + 10)
