"""What `make run` starts: the sample district, logins to try, and a rehearsal that moves it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from infra.local.rehearsal.cast import read_units
from infra.local.rehearsal.rest import Caller, Rest
from services.chassis.folder import DataFolder
from tests.infra.live import STOP_SECONDS_MAX

pytestmark = pytest.mark.faults

WAIT_SECONDS_MAX = 150.0
READY = re.compile(r"(http://127\.0\.0\.1:\d+)")
LOGIN = re.compile(r"│\s+(operator|unit secretary|inspector)\s+(\S+)\s+(\S+)", re.IGNORECASE)
SAMPLE_UNITS = 558


@contextmanager
def demo(root: Path) -> Iterator[IO[str]]:
    """`huanjie demo` and what it prints; stopped with Ctrl-C."""
    env = os.environ | {"HUANJIE_HTTP_PORT": "0", "HUANJIE_LANG": "en", "COLUMNS": "160"}
    command = [sys.executable, "-m", "infra.local", "demo", "--data", str(root)]
    with (
        (root.parent / "stderr").open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env) as process,
    ):
        try:
            assert process.stdout is not None
            yield process.stdout
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS_MAX)


def read_box(said: IO[str]) -> tuple[str, dict[str, tuple[str, str]]]:
    """Where to look, and login and password by role."""
    url, logins = "", dict[str, tuple[str, str]]()
    for line in said:
        url = url or (found.group(1) if (found := READY.search(line)) else "")
        if match := LOGIN.search(line):
            logins[match[1].lower()] = (match[2], match[3])
        if logins and line.startswith("╰"):
            return url, logins
    raise AssertionError("it ended without saying how to log in")


async def looked_at(url: str, logins: dict[str, tuple[str, str]]) -> int:
    """Everybody logs in; waits until units have acted; returns how many units there are."""
    rest = Rest(url)
    try:
        callers = {
            role: await rest.log_in("/session", {"login": login, "password": password})
            for role, (login, password) in logins.items()
        }
        units = await read_units(rest, callers["operator"])
        root = next(unit for unit in units.values() if not unit.parent_id)
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while not await acted(rest, callers["operator"], root.children):
                pass
        return len(units)
    finally:
        await rest.close()


async def acted(rest: Rest, operator: Caller, unit_ids: list[str]) -> bool:
    """Whether one of the units has named somebody for a directive."""
    for unit_id in unit_ids[:3]:
        async for row in rest.pages(f"/units/{unit_id}/assignments", operator):
            if row["state"] in ("named", "started", "reported", "verified"):
                return True
    return False


def test_the_sample_district_stands_and_moves_and_says_how_to_log_in(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    with demo(root) as said:
        url, logins = read_box(said)
        assert logins.keys() == {"operator", "unit secretary", "inspector"}
        assert asyncio.run(looked_at(url, logins)) == SAMPLE_UNITS
    assert DataFolder.open(root).clock.kind == "rehearsal"
