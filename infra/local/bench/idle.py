"""Starting and standing still: seconds until ready, and what all processes hold together."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from infra.local.bench.stage import Stage


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds from `up` to ready; resident bytes of every process, shared pages counted in each."""

    ready_seconds: float
    resident_bytes: dict[str, int]

    @property
    def total_bytes(self) -> int:
        return sum(self.resident_bytes.values())


def measure_idle(stage: Stage) -> Idle:
    """Taken after the sample district was loaded and before any load."""
    found: dict[str, int] = {}
    for process in stage.processes():
        try:
            found[_name(process)] = found.get(_name(process), 0) + process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Idle(stage.ready_seconds, found)


def _name(process: psutil.Process) -> str:
    command = process.cmdline()
    if "serve" in command:
        return command[command.index("serve") + 1]
    return "nats-server" if command and command[0].endswith("nats-server") else "supervisor"
