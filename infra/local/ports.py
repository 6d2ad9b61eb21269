"""The ports that a platform listens on: chosen when it starts, written down for all its processes."""

from __future__ import annotations

import json
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path

from services.chassis.durable import write_durably
from services.chassis.folder import DataFolder

HTTP_TRIES_MAX = 100
# Below the ports that a machine gives to outgoing connections: those come and go between choosing and listening.
BROKER_PORTS = range(15_000, 30_000)
BROKER_TRIES_MAX = 100
_FILE = "ports.json"


class NoFreePort(Exception):
    """None of the ports tried is free."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All on one host; ``nats`` and ``monitor`` are 0 where the broker is somebody else's.

    ``api_pid`` is the process that serves ``http``, 0 before it has: until then another may answer there.
    """

    http: int
    nats: int
    monitor: int
    api_pid: int = 0


def read_ports(folder: DataFolder) -> Ports | None:
    """What the platform that ran last wrote down."""
    path = _path(folder)
    return Ports(**json.loads(path.read_text())) if path.is_file() else None


def choose_ports(folder: DataFolder, host: str, http: int, *, own_broker: bool) -> Ports:
    """The wanted HTTP port or the next free one; the broker's ports of last time where still free.

    Raises NoFreePort.
    """
    before = read_ports(folder)
    ports = Ports(
        _next_free(host, http),
        _keep_or_any(before.nats if before else 0) if own_broker else 0,
        _keep_or_any(before.monitor if before else 0) if own_broker else 0,
    )
    _write(folder, ports)
    return ports


def claim_http(folder: DataFolder, host: str, pid: int) -> int:
    """Called by the interface just before it listens: what was free when the platform started may be taken now.

    Raises NoFreePort.
    """
    ports = read_ports(folder) or Ports(0, 0, 0)
    claimed = replace(ports, http=_next_free(host, ports.http), api_pid=pid)
    _write(folder, claimed)
    return claimed.http


def _write(folder: DataFolder, ports: Ports) -> None:
    write_durably(_path(folder), json.dumps(asdict(ports)).encode())


def _path(folder: DataFolder) -> Path:
    return folder.run / _FILE


def _next_free(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + HTTP_TRIES_MAX) if wanted else (0,):
        if found := _bindable(host, port):
            return found
    raise NoFreePort(f"{wanted}–{wanted + HTTP_TRIES_MAX - 1}")


def _keep_or_any(port: int) -> int:
    """Last time's port where still free, else one drawn from the broker's range. Raises NoFreePort."""
    drawn = (BROKER_PORTS.start + secrets.randbelow(len(BROKER_PORTS)) for _ in range(BROKER_TRIES_MAX))
    for each in chain((port,) if port else (), drawn):
        if found := _bindable("127.0.0.1", each):
            return found
    raise NoFreePort(f"{BROKER_PORTS.start}–{BROKER_PORTS.stop - 1}")


def _bindable(host: str, port: int) -> int:
    """The port bound, 0 when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return 0
        return int(probe.getsockname()[1])
