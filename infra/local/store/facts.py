"""Facts about one service's store, for doctor and backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.chassis.store import Reader, bytes_of, int_of, text_of


@dataclass(frozen=True, slots=True)
class LedgerIdentity:
    """One ledger of the store: the first, and one more a restore."""

    ledger_id: str
    service: str
    kind: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """How far a service has read a producer."""

    producer: str
    ledger_id: str
    position: int
    leaf: bytes
    forked: str
    parked: int


@dataclass(frozen=True, slots=True)
class SignedPosition:
    """A checkpoint as it was stored."""

    position: int
    note: str


def integrity(reader: Reader) -> str:
    """What the database says of its own pages: "ok", or the first thing that is wrong."""
    row = reader.one("PRAGMA integrity_check(1)")
    return text_of(row[0]) if row else "no answer"


def identities(reader: Reader) -> list[LedgerIdentity]:
    """Oldest first; empty for a store whose service never started."""
    rows = reader.all("SELECT ledger_id, service, kind FROM ledger_identity ORDER BY from_position, rowid")
    return [LedgerIdentity(text_of(r[0]), text_of(r[1]), text_of(r[2])) for r in rows]


def inboxes(reader: Reader) -> list[InboxRow]:
    """One a producer that was read."""
    rows = reader.all(
        "SELECT i.producer, i.ledger_id, i.position, i.leaf, i.forked, "
        "(SELECT COUNT(*) FROM parked p WHERE p.producer = i.producer) FROM inbox i ORDER BY i.producer"
    )
    return [
        InboxRow(text_of(r[0]), text_of(r[1]), int_of(r[2]), bytes_of(r[3]), text_of(r[4]), int_of(r[5])) for r in rows
    ]


def checkpoints(reader: Reader) -> Iterator[SignedPosition]:
    """Every signed checkpoint, in order."""
    for row in reader.each("SELECT position, note FROM ledger_checkpoint ORDER BY position"):
        yield SignedPosition(int_of(row[0]), text_of(row[1]))


def leaf_at(reader: Reader, position: int) -> bytes | None:
    """The leaf hash of an entry; None past the ledger's end."""
    row = reader.one("SELECT leaf FROM ledger WHERE position = ?", (position,))
    return bytes_of(row[0]) if row else None
