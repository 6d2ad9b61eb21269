"""Refolds a ledger into a fresh store and compares: the state is a function of the ledger, or it is wrong.

Left out are tables that are no function of this ledger: the chassis' own, the replica of another service's tree,
what is projected from other ledgers, and what App.erasable names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from huanjie.ledger.v1 import ledger_pb2
from services.chassis import ledger
from services.chassis.app import App
from services.chassis.apsw_store import ApswStore
from services.chassis.codec import EventCodec
from services.chassis.ledger import fact_of, leaf_hash
from services.chassis.service import migrations_of
from services.chassis.store import Reader, Store, bytes_of, text_of

CHASSIS_TABLES = frozenset({
    "ledger", "ledger_identity", "ledger_restored", "ledger_checkpoint", "request", "blob_reference", "inbox", "parked",
    "business_clock", "store_migration", "store_lease",
})  # fmt: skip
TREE_TABLES = frozenset({"tree_unit", "tree_change", "route", "route_link", "route_unit"})


def tables(reader: Reader) -> list[str]:
    """The names of all tables."""
    rows = reader.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [text_of(r[0]) for r in rows]


def fingerprint(reader: Reader, names: Iterable[str] | None = None) -> dict[str, str]:
    """A digest of each table's rows, whatever their order."""
    return {name: _digest(reader, name) for name in (tables(reader) if names is None else names)}


def _digest(reader: Reader, table: str) -> str:
    total = 0
    count = 0
    for row in reader.each(f'SELECT * FROM "{table}"'):
        total ^= int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
        count += 1
    return f"{count}:{total:064x}"


def differences(store: Store, app: App, scratch: Path) -> list[str]:
    """Names of tables that differ from a fresh fold of the ledger; ``scratch`` is a file that is made and removed."""
    scratch.unlink(missing_ok=True)
    fresh = ApswStore(scratch)
    try:
        fresh.claim("doctor")
        fresh.migrate(migrations_of(app))
        with store.snapshot() as reader:
            refold(reader, fresh, app)
            compared = [t for t in tables(reader) if t not in _left_out(app)]
            ours = fingerprint(reader, compared)
        with fresh.snapshot() as reader:
            theirs = fingerprint(reader, compared)
        return [name for name in compared if ours[name] != theirs[name]]
    finally:
        fresh.close()
        for leftover in scratch.parent.glob(scratch.stem + ".*"):
            leftover.unlink()


def _left_out(app: App) -> frozenset[str]:
    foreign_tree = any(listen.unit_tree for listen in app.listens.values())
    projected = frozenset(t for listen in app.listens.values() for t in listen.tables)
    return CHASSIS_TABLES | frozenset(app.erasable) | projected | (TREE_TABLES if foreign_tree else frozenset())


def refold(reader: Reader, into: Store, app: App) -> int:
    """Folds every entry of the ledger into a migrated, empty store; returns how many."""
    codec = EventCodec(app.events, app.messages, app.upcasts)
    count = 0
    with into.transaction() as tx:
        for stored in ledger.read_all(reader):
            entry = ledger_pb2.Entry.FromString(stored.entry)
            event = codec.decode(entry.type, entry.data)
            if event is not None:
                app.evolve[type(event)](tx, fact_of(entry, app.name), event)
            count += 1
    return count


def broken_entries(reader: Reader) -> list[int]:
    """Positions whose stored leaf, position or epoch does not fit the stored bytes; empty for a sound ledger."""
    broken = []
    previous = ledger_pb2.Entry()
    for row in reader.each("SELECT position, entry, leaf FROM ledger ORDER BY position"):
        raw = bytes_of(row[1])
        entry = ledger_pb2.Entry.FromString(raw)
        sound = (
            leaf_hash(raw) == row[2]
            and entry.position == row[0] == previous.position + 1
            and entry.writer_epoch >= previous.writer_epoch
        )
        if not sound:
            broken.append(entry.position)
        previous = entry
    return broken
