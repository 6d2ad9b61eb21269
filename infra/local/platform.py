"""A platform on one machine: prepared, started under its supervisor, waited for, stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from infra.local import supervisord
from infra.local.lifeline import WATCHER_VARIABLE
from infra.local.place import address, broker_folder
from infra.local.ports import Ports, choose_ports, read_ports
from infra.local.programs import BROKER, PROGRAMS, WIRING
from infra.nats import config
from infra.nats.permissions import broker_users
from infra.nats.seeds import ensure_seeds
from services.chassis.durable import write_durably
from services.chassis.folder import DataFolder
from services.chassis.keys import PRINCIPAL_KEYS, ensure_key
from services.chassis.settings import Settings

READY_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.05
LOOK_TIMEOUT_SECONDS = 3.0
STOP_SECONDS_MAX = 45.0
SUPERVISOR_FILE = "supervisord.conf"


class SupervisorDied(Exception):
    """The supervisor ended by itself; its log says why."""


def prepare(folder: DataFolder, settings: Settings) -> Ports:
    """Chooses ports and writes keys and configurations; the folder's lock is held. Raises NoFreePort."""
    for key_id in PRINCIPAL_KEYS:
        ensure_key(folder.keys, key_id)
    own_broker = not settings.nats
    ports = choose_ports(folder, settings.http_host, settings.http_port, own_broker=own_broker)
    users = broker_users(WIRING, folder.identity.district_code, settings.js_api_prefix)
    public_keys = ensure_seeds(folder.keys, (user.name for user in users))
    if own_broker:
        text = config.render(
            users,
            public_keys,
            server_name=folder.identity.folder_id,
            port=ports.nats,
            monitor_port=ports.monitor,
            store_dir=broker_folder(folder),
        )
        write_durably(folder.run / supervisord.NATS_FILE, text.encode())
    programs = [program for program in PROGRAMS if own_broker or program.name != BROKER]
    write_durably(folder.run / SUPERVISOR_FILE, supervisord.render(programs, folder).encode())
    return ports


class Platform:
    """One run of a prepared folder."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self.folder = folder
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where browsers find it; certain once it is ready."""
        return address(self.folder, self._settings)

    def start(self) -> None:
        """Starts the supervisor in a session of its own: only this process hears the terminal's Ctrl-C."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.watch", str(self.folder.run / SUPERVISOR_FILE)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder.logs / "supervisord.err").open("wb"),
            start_new_session=True,
            # The C library keeps a heap a thread; two of them are enough here.
            env=os.environ | {WATCHER_VARIABLE: str(os.getpid()), "MALLOC_ARENA_MAX": "2"},
        )

    def await_ready(self, tell: Callable[[Sequence[str]], None]) -> bool:
        """Until /readyz says yes; ``tell`` hears who is ready. False when it takes too long.

        Raises SupervisorDied.
        """
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            ready, parts = look(self.address) if self._listens() else (False, [])
            tell(parts)
            if ready:
                return True
            self.check()
            time.sleep(LOOK_SECONDS)
        return False

    def _listens(self) -> bool:
        """Our own interface has its port: before that another platform's may answer there."""
        ports = read_ports(self.folder)
        return ports is not None and ports.api_pid != 0

    def check(self) -> None:
        """Raises SupervisorDied when it did."""
        if self._process is not None and self._process.poll() is not None:
            raise SupervisorDied(str(self.folder.logs))

    def wait(self) -> None:
        """Blocks while the platform runs. Raises SupervisorDied when it ends by itself."""
        if self._process is not None:
            self._process.wait()
        self.check()

    def stop(self) -> None:
        """Everything in order; kills what does not stop in time. May be called twice."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def running(folder: DataFolder, settings: Settings) -> Iterator[Platform]:
    """A prepared and started platform; stopped at the end of the block. Raises FolderInUse, NoFreePort."""
    with folder.lock():
        prepare(folder, settings)
        platform = Platform(folder, settings)
        platform.start()
        try:
            yield platform
        finally:
            platform.stop()


def look(base: str) -> tuple[bool, list[str]]:
    """Whether the gateway says that all is ready, and the names of the parts that are."""
    try:
        with urlopen(f"{base}/readyz", timeout=LOOK_TIMEOUT_SECONDS) as answer:
            return True, _ready_parts(answer.read())
    except HTTPError as error:
        return False, _ready_parts(error.read())
    except (OSError, ValueError):
        return False, []


def _ready_parts(body: bytes) -> list[str]:
    try:
        parts = json.loads(body)["services"]
        return [str(part["service"]) for part in parts if part["ready"]]
    except (ValueError, KeyError, TypeError):
        return []


def log_files(folder: DataFolder) -> list[Path]:
    """The logs of every process, newest runs only."""
    return sorted(folder.logs.glob("*.log"))
