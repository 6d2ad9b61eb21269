"""A platform as `huanjie up` runs it: real processes, real ports, one data folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from infra.local.lifeline import process_name

READY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
PROCESSES = ("reporting", "identity", "schedule", "tally", "api")


class Live:
    """One `huanjie up` in a process of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self._options = options
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> Live:
        """Returns when it says that it is ready."""
        env = os.environ | {"HUANJIE_HTTP_PORT": "0", "HUANJIE_LANG": "en"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "up", "--data", str(self.root), *self._options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )
        said = self._line()
        if not said.startswith("Ready"):
            self.kill()
            raise RuntimeError(f"{said}\n{self.logs()}")
        return self

    @property
    def pid(self) -> int:
        """Of `huanjie up`."""
        return self._running().pid

    @property
    def url(self) -> str:
        """Where the interface listens."""
        return f"http://127.0.0.1:{json.loads((self.root / 'run' / 'ports.json').read_text())['http']}"

    def named(self, name: str) -> psutil.Process | None:
        """The process of a program; None while there is none."""
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                if process.name() == ("nats-server" if name == "broker" else process_name(name)):
                    return process
        return None

    def processes(self) -> list[psutil.Process]:
        """Everything that this platform runs."""
        return psutil.Process(self.pid).children(recursive=True)

    def stop(self, signum: signal.Signals = signal.SIGINT) -> int:
        """The exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signum)
        try:
            self.process.communicate(timeout=STOP_SECONDS_MAX)
        finally:
            self.kill()
        code = self.process.returncode
        self.process = None
        return code

    def kill(self) -> None:
        """kill -9; what it watched ends by itself."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def await_ready(self) -> None:
        """Until /readyz says yes."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (URLError, OSError):
                threading.Event().wait(0.05)
        raise RuntimeError(self.logs())

    def logs(self) -> str:
        """The end of every log."""
        return "\n".join(f"{p.name}: {p.read_text()[-2_000:]}" for p in sorted((self.root / "logs").glob("*.log")))

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None:
            raise RuntimeError("not started")
        return self.process

    def _line(self) -> str:
        stream = self._running().stdout
        return stream.readline() if stream else ""


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all of them end within seconds."""
    return not psutil.wait_procs(processes, timeout=STOP_SECONDS_MAX)[1]
