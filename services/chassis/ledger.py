"""The ledger of one service: audit trail, outbox, source of every rebuild, leaves of a Merkle tree.

An entry is serialized once; those bytes are stored, hashed (RFC 6962 leaf), published and verified unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from huanjie.ledger.v1 import ledger_pb2 as pb
from services.chassis.ids import Ids
from services.chassis.store import Reader, Store, Transaction, bytes_of, int_of, text_of

OPENED_TYPE = str(pb.LedgerOpened.DESCRIPTOR.full_name)
PAGE_ENTRIES_MAX = 1_000
_LEAF_PREFIX = b"\x00"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which ledger a writer appends to."""

    service: str
    district: str
    kind: str
    ledger_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry says around its event; handed to every fold. Times in microseconds since 1970."""

    service: str
    position: int
    subject: str
    turnover: str
    type: str
    occurred_at_us: int
    recorded_at_us: int
    actor_id: str
    actor_role: str
    actor_unit_id: str
    ledger_id: str

    @property
    def event_id(self) -> str:
        """ledger_id/position: unique for ever."""
        return f"{self.ledger_id}/{self.position}"


def fact_of(entry: pb.Entry, service: str) -> Fact:
    """The envelope of a received or stored entry."""
    actor = entry.actor
    return Fact(
        service,
        entry.position,
        entry.subject,
        entry.turnover,
        entry.type,
        entry.occurred_at_us,
        entry.recorded_at_us,
        actor.id,
        actor.role,
        actor.unit_id,
        entry.ledger_id,
    )


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962 leaf hash of an entry's stored bytes."""
    return hashlib.sha256(_LEAF_PREFIX + entry).digest()


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it lies in the ledger."""

    position: int
    type: str
    entry: bytes
    traceparent: str


class Ledger:
    """Appends within the writer's transaction; reads from any snapshot."""

    def __init__(self, identity: Identity, head: int) -> None:
        self.identity = identity
        self.head = head

    def append(
        self,
        tx: Transaction,
        *,
        subject: str,
        turnover: str,
        type_name: str,
        data: bytes,
        occurred_at_us: int,
        recorded_at_us: int,
        actor: pb.Actor,
        seen: list[pb.Seen],
        traceparent: str = "",
    ) -> int:
        """Writes the next entry and returns its position. The caller resets ``head`` when it rolls back."""
        position = self.head + 1
        entry = pb.Entry(
            ledger_id=self.identity.ledger_id,
            writer_epoch=self.identity.epoch,
            position=position,
            district=self.identity.district,
            turnover=turnover,
            subject=subject,
            type=type_name,
            occurred_at_us=occurred_at_us,
            recorded_at_us=recorded_at_us,
            actor=actor,
            seen=seen,
            data=data,
        ).SerializeToString()
        tx.run(
            "INSERT INTO ledger (position, subject, type, entry, leaf, traceparent) VALUES (?, ?, ?, ?, ?, ?)",
            (position, subject, type_name, entry, leaf_hash(entry), traceparent),
        )
        self.head = position
        return position


def head_position(reader: Reader) -> int:
    """The last position; 0 for an empty ledger."""
    row = reader.one("SELECT COALESCE(MAX(position), 0) FROM ledger")
    return int_of(row[0]) if row else 0


def read_page(reader: Reader, after: int, entries_max: int) -> list[Stored]:
    """Entries after a position, in order, at most ``entries_max``."""
    rows = reader.all(
        "SELECT position, type, entry, traceparent FROM ledger WHERE position > ? ORDER BY position LIMIT ?",
        (after, entries_max),
    )
    return [Stored(int_of(r[0]), text_of(r[1]), bytes_of(r[2]), text_of(r[3])) for r in rows]


def read_all(reader: Reader, upto: int | None = None) -> Iterator[Stored]:
    """The whole ledger in pages."""
    after = 0
    while page := read_page(reader, after, PAGE_ENTRIES_MAX):
        for stored in page:
            if upto is not None and stored.position > upto:
                return
            yield stored
        after = page[-1].position


def read_subject(reader: Reader, subject: str, entries_max: int = PAGE_ENTRIES_MAX) -> list[Stored]:
    """What happened to one entity, oldest first."""
    rows = reader.all(
        "SELECT position, type, entry, traceparent FROM ledger WHERE subject = ? ORDER BY position LIMIT ?",
        (subject, entries_max),
    )
    return [Stored(int_of(r[0]), text_of(r[1]), bytes_of(r[2]), text_of(r[3])) for r in rows]


def read_subject_end(reader: Reader, subject: str, entries_max: int) -> list[Stored]:
    """The newest of what happened to one entity, oldest first."""
    rows = reader.all(
        "SELECT position, type, entry, traceparent FROM ledger WHERE subject = ? ORDER BY position DESC LIMIT ?",
        (subject, entries_max),
    )
    return [Stored(int_of(r[0]), text_of(r[1]), bytes_of(r[2]), text_of(r[3])) for r in reversed(rows)]


def leaves(reader: Reader, start: int, end: int) -> list[bytes]:
    """Leaf hashes of entries with ``start <= index < end``, index = position - 1."""
    rows = reader.all("SELECT leaf FROM ledger WHERE position > ? AND position <= ? ORDER BY position", (start, end))
    return [bytes_of(r[0]) for r in rows]


def open_ledger(store: Store, *, service: str, district: str, kind: str, epoch: int, ids: Ids, now_us: int) -> Ledger:
    """Opens the newest ledger of the store; a new store and a restored one get a new identity.

    A restore's first entry names the parent ledger, position and root, so that consumers know a lawful
    continuation from a fork. Raises ValueError when the store belongs to another service or kind.
    """
    with store.transaction() as tx:
        row = tx.one(
            "SELECT ledger_id, service, kind FROM ledger_identity ORDER BY from_position DESC, rowid DESC LIMIT 1"
        )
        restored = tx.one("SELECT reason FROM ledger_restored")
        head = head_position(tx)
        if row is not None:
            if (text_of(row[1]), text_of(row[2])) != (service, kind):
                raise ValueError(f"this store holds {text_of(row[1])} ({text_of(row[2])}), not {service} ({kind})")
            if restored is None:
                return Ledger(Identity(service, district, kind, text_of(row[0]), epoch), head)
        identity = Identity(service, district, kind, ids.new("ledger"), epoch)
        ledger = Ledger(identity, head)
        _open_new(tx, ledger, text_of(row[0]) if row else "", text_of(restored[0]) if restored else "", now_us)
        return ledger


def _open_new(tx: Transaction, ledger: Ledger, parent_id: str, reason: str, now_us: int) -> None:
    from services.chassis.merkle import root_of  # the tree is only needed on this rare way

    identity = ledger.identity
    opened = pb.LedgerOpened(
        service=identity.service,
        kind=identity.kind,
        parent_ledger_id=parent_id,
        parent_position=ledger.head,
        parent_root=root_of(leaves(tx, 0, ledger.head)) if parent_id else b"",
        reason=reason,
    )
    tx.run(
        "INSERT INTO ledger_identity (ledger_id, from_position, parent_id, service, kind) VALUES (?, ?, ?, ?, ?)",
        (identity.ledger_id, ledger.head + 1, parent_id, identity.service, identity.kind),
    )
    ledger.append(
        tx,
        subject=identity.ledger_id,
        turnover="",
        type_name=OPENED_TYPE,
        data=opened.SerializeToString(),
        occurred_at_us=now_us,
        recorded_at_us=now_us,
        actor=pb.Actor(id="chassis", role="chassis"),
        seen=[],
    )
    tx.run("DELETE FROM ledger_restored")
