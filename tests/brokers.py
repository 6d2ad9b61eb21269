"""Real nats-servers for tests: the binary of the wheel, port 0, a store of their own, checked to be the one started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

START_SECONDS_MAX = 10.0


def server_binary() -> str:
    """The nats-server beside this interpreter, or the one on PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise RuntimeError("nats-server is not installed")
    return found


class NatsServer:
    """One nats-server process; ``restart`` keeps port and store, ``forget`` deletes the store."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        self.folder = folder
        self.name = f"test-{uuid.uuid4().hex[:12]}"
        self.port = 0
        self.monitor_port = 0
        self._extra = extra
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://127.0.0.1:{self.monitor_port}"

    def start(self, sync: str = "always") -> NatsServer:
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = self.folder / "ports"
        shutil.rmtree(ports, ignore_errors=True)
        ports.mkdir()
        config = self.folder / "nats.conf"
        config.write_text(
            f'server_name: {self.name}\nlisten: "127.0.0.1:{self.port or -1}"\n'
            f'http: "127.0.0.1:{self.monitor_port or -1}"\nports_file_dir: "{ports}"\n'
            f'jetstream {{ store_dir: "{self.folder / "store"}", sync_interval: {sync} }}\n{self._extra}\n'
        )
        self.process = subprocess.Popen(
            [server_binary(), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("ab")
        )
        self._await_ports(ports)
        return self

    def _await_ports(self, ports: Path) -> None:
        import time

        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            for file in ports.glob("*.ports"):
                with suppress(ValueError, KeyError, OSError):
                    known = json.loads(file.read_text())
                    self.port = int(known["nats"][0].rsplit(":", 1)[1])
                    self.monitor_port = int(known["monitoring"][0].rsplit(":", 1)[1])
                    with urlopen(f"{self.monitor_url}/varz", timeout=1) as answer:
                        if json.load(answer)["server_name"] == self.name:
                            return
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            os.sched_yield()
        raise RuntimeError("nats-server did not start in time")

    def send(self, signum: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signum)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.send(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def forget(self) -> None:
        """Deletes everything that the (stopped) broker stored."""
        shutil.rmtree(self.folder / "store", ignore_errors=True)

    def stop(self) -> None:
        self.kill()
