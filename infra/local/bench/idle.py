"""Starting and standing still: seconds until ready, and what all processes hold together."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.local.bench.stage import DISTRICT_CODE, DISTRICT_NAME, Stage
from infra.local.commands.init import create_folder
from services.chassis.clock import ClockSettings

STARTS = 3


@dataclass(frozen=True, slots=True)
class Idle:
    """Bytes by process. What several processes share is counted once in the total."""

    resident_bytes: dict[str, int]
    total_bytes: int


def measure_start(scratch: Path) -> float:
    """Seconds from the command `huanjie up` to its word that all is ready; the median of some fresh folders."""
    return statistics.median(_start(scratch / f"start-{number}") for number in range(STARTS))


def _start(root: Path) -> float:
    create_folder(root, DISTRICT_CODE, DISTRICT_NAME, ClockSettings.real())
    command = [sys.executable, "-m", "infra.local", "up", "--data", str(root)]
    began = time.perf_counter()
    platform = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"HUANJIE_HTTP_PORT": "0"})
    try:
        if platform.stdout is None or not platform.stdout.readline():
            raise RuntimeError("the platform did not start")
        return time.perf_counter() - began
    finally:
        platform.terminate()
        platform.communicate()


def measure_idle(stage: Stage) -> Idle:
    """Taken after the sample district was loaded and before any load."""
    found: dict[str, int] = {}
    total = 0
    for process in stage.processes():
        try:
            memory = process.memory_full_info()
            found[process.name()] = memory.rss
        except psutil.NoSuchProcess:
            continue
        # Only Linux tells a process's part of what it shares.
        total += getattr(memory, "pss", memory.rss)
    return Idle(found, total)
