from __future__ import annotations

import pytest

from infra.tools.lints.sleep_in_test import check
from tests.lints.samples import lines_found


@pytest.mark.parametrize(
    "line", ["time.sleep(1)", "await asyncio.sleep(0.1)", "sleep(1)", "page.wait_for_timeout(100)"]
)
def test_a_sleep_in_a_test_is_found(line: str) -> None:
    assert lines_found(check, "tests/kernel/test_x.py", f"async def test():\n    {line}") == [2]


@pytest.mark.parametrize("line", ["await asyncio.sleep(0)", "await caught_up.wait()", "sleepy = 1"])
def test_waiting_on_a_signal_is_left_alone(line: str) -> None:
    assert lines_found(check, "tests/kernel/test_x.py", f"async def test():\n    {line}") == []


def test_a_sleep_outside_the_tests_is_left_alone() -> None:
    assert lines_found(check, "services/chassis/relay.py", "time.sleep(1)") == []
