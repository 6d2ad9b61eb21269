"""Follows the logs of a platform that another process runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click
import psutil

from infra.local.platform import log_files
from services.chassis.folder import DataFolder

LOOK_SECONDS = 0.25
LINE_BYTES_MAX = 64 * 1024


def follow(folder: DataFolder, pid: int) -> None:
    """Prints what is added to the logs, each line behind its process's name, until that platform ends."""
    ends = {path: path.stat().st_size for path in log_files(folder)}
    while psutil.pid_exists(pid):
        for path in log_files(folder):
            ends[path] = _print_from(path, ends.get(path, 0), click.echo)
        time.sleep(LOOK_SECONDS)


def _print_from(path: Path, start: int, tell: Callable[[str], None]) -> int:
    """Prints whole lines from an offset on and returns where they end; a rotated file is read from its start."""
    if path.stat().st_size < start:
        start = 0
    with path.open("rb") as file:
        file.seek(start)
        while (line := file.readline(LINE_BYTES_MAX)).endswith(b"\n"):
            tell(f"{path.stem}: {line.decode(errors='replace').rstrip()}")
            start += len(line)
    return start
