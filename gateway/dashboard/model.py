"""The read model's store: which file holds it, and how it is opened.

A rebuild makes a new file beside the old one; `dashboard.current` names the one that is read. Readers follow it:
whoever opens a snapshot after the swap reads the new file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from services.chassis.apsw_store import ApswStore
from services.chassis.durable import write_durably
from services.chassis.service import CHASSIS_SCHEMA
from services.chassis.store import Reader, load_migrations

SCHEMA: Final = Path(__file__).parent / "schema"
MIGRATIONS: Final = load_migrations("chassis", CHASSIS_SCHEMA) + load_migrations("dashboard", SCHEMA)
NAME: Final = "dashboard"
_POINTER: Final = f"{NAME}.current"
_REQUEST: Final = f"{NAME}.rebuild"
_FIRST: Final = f"{NAME}.sqlite3"
_SUFFIXES: Final = ("", "-wal", "-shm")


class ModelMissing(Exception):
    """There is no read model yet: the projector has not run here."""


def current_file(stores: Path) -> Path:
    """The file that is read now."""
    try:
        name = (stores / _POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        name = _FIRST
    return stores / name


def next_file(stores: Path) -> Path:
    """Where a rebuild goes: never the file that is read now; what an earlier attempt left there is removed."""
    current = current_file(stores).name
    name = f"{NAME}.b.sqlite3" if current == _FIRST else _FIRST
    remove(stores / name)
    return stores / name


def point_to(file: Path) -> None:
    """From now on this file is read; a rebuild that was asked for is done."""
    write_durably(file.parent / _POINTER, file.name.encode("ascii"))
    with suppress(FileNotFoundError):
        (file.parent / _REQUEST).unlink()


def request_rebuild(stores: Path) -> None:
    """Asks the projector to build the read model anew when it next starts."""
    write_durably(stores / _REQUEST, b"rebuild")


def rebuild_requested(stores: Path) -> bool:
    """Whether a rebuild was asked for and is not done yet."""
    return (stores / _REQUEST).exists()


def remove(file: Path) -> None:
    """Removes a read model that is not read any more. Who still has it open reads on to the end of their snapshot."""
    for suffix in _SUFFIXES:
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).unlink()


class ReadModel:
    """Snapshots of whichever file is current, from any thread. `close` may be called twice."""

    def __init__(self, stores: Path) -> None:
        self._stores = stores
        self._lock = threading.Lock()
        self._store: ApswStore | None = None
        self._file = Path()
        self._stamp: tuple[int, int] = (0, 0)

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """A consistent read. Raises ModelMissing."""
        with self._current().snapshot() as reader:
            yield reader

    def close(self) -> None:
        """Ends all connections."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def _current(self) -> ApswStore:
        with self._lock:
            stamp = self._pointer_stamp()
            if self._store is None or stamp != self._stamp:
                file = current_file(self._stores)
                if not file.is_file():
                    raise ModelMissing(str(file))
                if self._store is not None:
                    self._store.close()
                self._store, self._file, self._stamp = ApswStore(file), file, stamp
            return self._store

    def _pointer_stamp(self) -> tuple[int, int]:
        try:
            found = (self._stores / _POINTER).stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino
