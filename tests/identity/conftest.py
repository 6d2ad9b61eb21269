"""Fixtures of identity's tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chassis.desk import Hands
from tests.identity.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Identity with a small district."""
    made = House(tmp_path)
    yield made
    made.desk.close()


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[House]:
    """Identity before any roster was imported."""
    made = House(tmp_path, with_roster=False)
    yield made
    made.desk.close()


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Security time in microseconds, which stands still until the test moves it."""
    hands = Hands(time.time_ns() // 1_000)
    monkeypatch.setattr(time, "time_ns", lambda: hands.us * 1_000)
    return hands
