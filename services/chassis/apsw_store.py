"""The embedded driver of the store: SQLite through apsw, one writer connection, WAL, synchronous=FULL."""

from __future__ import annotations

import fcntl
import hashlib
import os
import queue
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import cast

import apsw

from services.chassis.store import (
    Migration,
    Reader,
    Row,
    StoreConstraint,
    StoreCorrupt,
    StoreFenced,
    StoreLocked,
    StoreTooOld,
    StoreUnusable,
    Transaction,
    Value,
    int_of,
    text_of,
)

# 3.7.0–3.51.2 can corrupt a WAL database when two connections write or checkpoint at once.
SQLITE_VERSION_MIN = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
READ_CONNECTIONS_MAX = 8
CACHE_KIB = 16_384
BACKUP_PAGES_PER_STEP = 1_024
WAL_AUTOCHECKPOINT_PAGES = 2_000

# What fails in these is the disk or the file, not the statement.
_SURROUNDINGS = (
    apsw.FullError, apsw.IOError, apsw.NoMemError, apsw.CantOpenError, apsw.BusyError, apsw.LockedError,
    apsw.ReadOnlyError, apsw.CorruptError, apsw.NotADBError,
)  # fmt: skip

_HOUSE_TABLES = """
CREATE TABLE IF NOT EXISTS store_migration (
  area TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  PRIMARY KEY (area, number)) STRICT;
CREATE TABLE IF NOT EXISTS store_lease (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, owner TEXT NOT NULL) STRICT;
INSERT OR IGNORE INTO store_lease VALUES (1, 0, '');
"""


def _fetch(connection: apsw.Connection, sql: str, params: Sequence[Value] = ()) -> list[Row]:
    try:
        # STRICT tables of INTEGER, TEXT and BLOB hold nothing else.
        return cast("list[Row]", connection.execute(sql, params).fetchall())
    except apsw.ConstraintError as error:
        raise StoreConstraint(str(error)) from error
    except _SURROUNDINGS as error:
        raise StoreUnusable(f"{type(error).__name__}: {error}") from error


class ApswReader:
    """A read snapshot, or the reading half of the write transaction."""

    __slots__ = ("_connection",)

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def one(self, sql: str, params: Sequence[Value] = ()) -> Row | None:
        rows = _fetch(self._connection, sql, params)
        return rows[0] if rows else None

    def all(self, sql: str, params: Sequence[Value] = ()) -> list[Row]:
        return _fetch(self._connection, sql, params)

    def each(self, sql: str, params: Sequence[Value] = ()) -> Iterator[Row]:
        return iter(self._connection.execute(sql, params))


class ApswTransaction(ApswReader):
    """The write transaction of the one writer."""

    __slots__ = ("forgets",)

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self.forgets = False

    def forget(self) -> None:
        self.forgets = True

    def run(self, sql: str, params: Sequence[Value] = ()) -> int:
        _fetch(self._connection, sql, params)
        return self._connection.changes()

    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        try:
            self._connection.executemany(sql, rows)
        except apsw.ConstraintError as error:
            raise StoreConstraint(str(error)) from error
        except _SURROUNDINGS as error:
            raise StoreUnusable(f"{type(error).__name__}: {error}") from error

    def savepoint(self) -> AbstractContextManager[None]:
        return _Savepoint(self._connection)


class _Savepoint(AbstractContextManager[None]):
    __slots__ = ("_execute",)

    def __init__(self, connection: apsw.Connection) -> None:
        self._execute = connection.execute

    def __enter__(self) -> None:
        self._execute("SAVEPOINT inner_work")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if kind is not None:
            self._execute("ROLLBACK TO inner_work")
        self._execute("RELEASE inner_work")


class ApswStore:
    """One SQLite file. Whoever claims it writes; any number of threads and processes read."""

    def __init__(self, path: Path) -> None:
        if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < SQLITE_VERSION_MIN:
            raise StoreTooOld(f"SQLite {apsw.sqlite_lib_version()} < {SQLITE_VERSION_MIN}")
        self._path = path
        self._lock_file: int | None = None
        self._epoch = 0
        self._writer: apsw.Connection | None = None
        self._readers: queue.LifoQueue[apsw.Connection] = queue.LifoQueue()
        self._closed = False
        # Something was forgotten, and the write-ahead log still holds pages of it.
        self._forgets = False

    @property
    def epoch(self) -> int:
        """The epoch that this process claimed; 0 before."""
        return self._epoch

    def migrate(self, migrations: Sequence[Migration]) -> None:
        connection = self._writing()
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(_HOUSE_TABLES)
            for migration in migrations:
                self._apply(connection, migration)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @staticmethod
    def _apply(connection: apsw.Connection, migration: Migration) -> None:
        digest = hashlib.sha256(migration.sql.encode()).hexdigest()
        rows = _fetch(
            connection,
            "SELECT sha256 FROM store_migration WHERE area = ? AND number = ?",
            (migration.area, migration.number),
        )
        if rows:
            if text_of(rows[0][0]) != digest:
                raise StoreCorrupt(f"migration {migration.area}/{migration.number} has changed since")
            return
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO store_migration VALUES (?, ?, ?, ?)",
            (migration.area, migration.number, migration.name, digest),
        )

    def claim(self, owner: str) -> int:
        """Takes the file lock and raises the epoch. Raises StoreLocked while another process lives."""
        if self._lock_file is None:
            handle = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                raise StoreLocked(f"{self._path.name} is being written by another process") from None
            self._lock_file = handle
        return self.seize(owner)

    def seize(self, owner: str) -> int:
        """Raises the epoch without the file lock: for a stand-by that takes over from a stopped writer."""
        connection = self._writing()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_HOUSE_TABLES)
        connection.execute("UPDATE store_lease SET epoch = epoch + 1, owner = ? WHERE one = 1", (owner,))
        rows = _fetch(connection, "SELECT epoch FROM store_lease")
        connection.execute("COMMIT")
        self._epoch = int_of(rows[0][0])
        return self._epoch

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        connection = self._writing()
        connection.execute("BEGIN IMMEDIATE")
        try:
            lease = connection.execute("SELECT epoch FROM store_lease WHERE one = 1").fetchall()
            if not lease or lease[0][0] != self._epoch:
                raise StoreFenced(f"epoch {self._epoch} was replaced by {lease[0][0] if lease else 'none'}")
            tx = ApswTransaction(connection)
            yield tx
            connection.execute("COMMIT")
            self._forgets = self._forgets or tx.forgets
            if self._forgets:
                self._forgets = not self._empty_log(connection)
        except BaseException:
            if connection.in_transaction:
                with suppress(apsw.Error):
                    connection.execute("ROLLBACK")
            raise

    @staticmethod
    def _empty_log(connection: apsw.Connection) -> bool:
        """Moves the write-ahead log into the file and cuts it to nothing; False while somebody still reads from it."""
        connection.set_busy_timeout(0)
        try:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        except apsw.BusyError:
            return False
        finally:
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        return not busy

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        connection = self._reading()
        try:
            connection.execute("BEGIN")
            yield ApswReader(connection)
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")
            if self._closed or self._readers.qsize() >= READ_CONNECTIONS_MAX:
                connection.close()
            else:
                self._readers.put(connection)

    def backup_to(self, path: Path) -> None:
        source = self._reading()
        target = apsw.Connection(str(path))
        try:
            with target.backup("main", source, "main") as copy:
                while not copy.done:
                    copy.step(BACKUP_PAGES_PER_STEP)
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
            self._readers.put(source)

    def close(self) -> None:
        self._closed = True
        while True:
            try:
                self._readers.get_nowait().close()
            except queue.Empty:
                break
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _writing(self) -> apsw.Connection:
        if self._writer is None:
            self._writer = self._connect(apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
        return self._writer

    def _reading(self) -> apsw.Connection:
        try:
            return self._readers.get_nowait()
        except queue.Empty:
            return self._connect(apsw.SQLITE_OPEN_READONLY)

    def _connect(self, flags: int) -> apsw.Connection:
        connection = apsw.Connection(str(self._path), flags=flags)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        for pragma in (
            "journal_mode = WAL" if flags & apsw.SQLITE_OPEN_READWRITE else "query_only = ON",
            "synchronous = FULL",
            "foreign_keys = ON",
            # What is deleted or overwritten is zeroed, not only given up.
            "secure_delete = ON",
            # Without it INSERT OR REPLACE deletes a row past a BEFORE DELETE trigger.
            "recursive_triggers = ON",
            f"cache_size = -{CACHE_KIB}",
            f"wal_autocheckpoint = {WAL_AUTOCHECKPOINT_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return connection
