"""Writes docs/benchmarks.md: each promised number, what was seen, on which machine. A missed one is said plainly."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw
import psutil

PAGE = Path(__file__).parents[3] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Result:
    """One promise. ``note`` says what limits a missed one."""

    promise: str
    target: str
    seen: str
    kept: bool
    note: str = ""


def render(results: Sequence[Result], details: Sequence[str]) -> str:
    """The whole page."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Everything was measured in one run on the machine named below, telemetry on",
        "(metrics, JSON logs, traces sampled at 1 %). Shared machines are noisy: trust ratios, not digits.",
        "",
        f"- when: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- machine: {os.cpu_count()} cores, {psutil.virtual_memory().total >> 30} GiB, {platform.system()} "
        f"{platform.machine()}, load average at the end {os.getloadavg()[0]:.1f}",
        f"- CPython {platform.python_version()}, SQLite {apsw.sqlite_lib_version()}",
        "",
        "| promise | target | seen | kept |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {r.promise} | {r.target} | {r.seen} | {'yes' if r.kept else '**no**'} |" for r in results]
    missed = [r for r in results if not r.kept]
    if missed:
        lines += ["", "## What was missed, and what limits it", ""]
        lines += [f"- **{r.promise}**: {r.seen} instead of {r.target}. {r.note}" for r in missed]
    lines += ["", "## Details", "", *(f"- {line}" for line in details), ""]
    return "\n".join(lines)


def write(results: Sequence[Result], details: Sequence[str]) -> None:
    """Replaces the page."""
    PAGE.write_text(render(results, details), encoding="utf-8")
