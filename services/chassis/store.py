"""The store that every service stands on: one small interface, a driver per database.

SQL is written once, with ``?`` placeholders and the types INTEGER, TEXT and BLOB only, inside ``store/``
packages, ``schema/*.sql`` and this chassis. The embedded driver is ``apsw_store``; the PostgreSQL driver
translates placeholders and types, and must pass the same conformance suite (tests/chassis/conformance.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Value = int | str | bytes | None
Row = tuple[Value, ...]

_MIGRATION_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


class StoreError(Exception):
    """Base of what a store can raise.

    StoreError
    ├── StoreLocked     another process writes this store
    ├── StoreFenced     a newer writer has claimed the store: this one may not commit
    ├── StoreTooOld     the database library cannot be trusted with a write-ahead log
    ├── StoreCorrupt    a migration or page is not what it was
    ├── StoreUnusable   the disk is full or failing, the file is locked or read-only: nothing wrong with the data
    └── StoreConstraint a write breaks a rule of the schema (also: the ledger refuses to be rewritten)
    """


class StoreLocked(StoreError):
    """Another process holds the store for writing."""


class StoreFenced(StoreError):
    """The lease's epoch has moved on; nothing of this transaction was kept."""


class StoreTooOld(StoreError):
    """The database library is older than the first one that is safe here."""


class StoreCorrupt(StoreError):
    """The store does not match what the program expects of it."""


class StoreUnusable(StoreError):
    """The surroundings fail, not the write: a full disk, an I/O error, a lock that does not end."""


class StoreConstraint(StoreError):
    """A constraint or trigger of the schema refused the write."""


class Reader(Protocol):
    """Reads from one consistent snapshot."""

    def one(self, sql: str, params: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, params: Sequence[Value] = ()) -> list[Row]:
        """Every row."""

    def each(self, sql: str, params: Sequence[Value] = ()) -> Iterator[Row]:
        """Rows one by one, for results that need not fit in memory."""


class Transaction(Reader, Protocol):
    """The one write transaction; commits or vanishes as a whole."""

    def run(self, sql: str, params: Sequence[Value] = ()) -> int:
        """Runs a statement; returns the number of rows that it changed."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Runs a statement once a row."""

    def savepoint(self) -> AbstractContextManager[None]:
        """What is written inside is undone when the block raises; the transaction goes on."""

    def forget(self) -> None:
        """What was deleted or overwritten leaves no bytes in the store's files, soon after the commit."""


class Store(Protocol):
    """One database of one service."""

    def migrate(self, migrations: Sequence[Migration]) -> None:
        """Applies the migrations not yet applied, in order, each once.

        Raises StoreCorrupt when an applied migration's text has changed since.
        """

    def claim(self, owner: str) -> int:
        """Takes the lease for writing and returns the new epoch. Raises StoreLocked."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Opens the write transaction; commits at the end of the block, durable when it returns.

        Raises StoreFenced when the lease was claimed by a newer epoch.
        """

    def snapshot(self) -> AbstractContextManager[Reader]:
        """A consistent read, from any thread, beside the writer."""

    def backup_to(self, path: Path) -> None:
        """A consistent copy while the store is in use."""

    def close(self) -> None:
        """Ends all connections; may be called twice."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered, forward-only change of the schema; ``area`` keeps chassis and service apart."""

    area: str
    number: int
    name: str
    sql: str


def load_migrations(area: str, folder: Path) -> list[Migration]:
    """Reads ``NNNN_name.sql`` files of a ``schema/`` folder in order; numbers must run 1, 2, 3 …"""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _MIGRATION_NAME.fullmatch(path.name)
        if match is None:
            raise StoreCorrupt(f"{path.name}: a migration is named NNNN_name.sql")
        found.append(Migration(area, int(match[1]), match[2], path.read_text(encoding="utf-8")))
    numbers = [m.number for m in found]
    if numbers != list(range(1, len(found) + 1)):
        raise StoreCorrupt(f"{area}: migrations must be numbered 1, 2, 3 …; found {numbers}")
    return found


def int_of(value: Value) -> int:
    """A column that holds an integer, checked after the read."""
    if not isinstance(value, int):
        raise StoreCorrupt(f"expected an integer column, got {type(value).__name__}")
    return value


def text_of(value: Value) -> str:
    """A column that holds text, checked after the read."""
    if not isinstance(value, str):
        raise StoreCorrupt(f"expected a text column, got {type(value).__name__}")
    return value


def bytes_of(value: Value) -> bytes:
    """A column that holds bytes, checked after the read."""
    if not isinstance(value, bytes):
        raise StoreCorrupt(f"expected a bytes column, got {type(value).__name__}")
    return value
