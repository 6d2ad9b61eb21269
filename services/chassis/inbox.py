"""How far a consumer has read each producer's ledger, and what could not be applied.

The inbox row moves in the same transaction as what the entries changed: an entry is applied once, whatever crashes.
Entries that a consumer uses nothing of may be read again after a crash; where they led is written down with whatever
the consumer commits next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from huanjie.ledger.v1 import ledger_pb2 as pb
from services.chassis.ledger import OPENED_TYPE, Fact, fact_of, leaf_hash
from services.chassis.store import Reader, StoreConstraint, StoreError, Transaction, bytes_of, int_of, text_of

log = structlog.get_logger()

ERROR_CHARS_MAX = 500

# Applies one event of another service; returns silently for types that it does not use.
Apply = Callable[[Transaction, Fact, str, bytes], None]


@dataclass(frozen=True, slots=True)
class Read:
    """Position in one producer's ledger; position 0 before the first entry."""

    producer: str
    ledger_id: str
    epoch: int
    position: int
    leaf: bytes
    forked: str


class Forked(Exception):
    """The producer's ledger is not the continuation of what was read."""


class Gap(Exception):
    """The next entry is not the one after the inbox; ``after`` is where to replay from."""

    def __init__(self, after: int) -> None:
        super().__init__(f"entries after {after} are missing")
        self.after = after


def position_of(reader: Reader, producer: str) -> Read:
    """Where the inbox stands."""
    row = reader.one("SELECT ledger_id, epoch, position, leaf, forked FROM inbox WHERE producer = ?", (producer,))
    if row is None:
        return Read(producer, "", 0, 0, b"", "")
    return Read(producer, text_of(row[0]), int_of(row[1]), int_of(row[2]), bytes_of(row[3]), text_of(row[4]))


def parked_count(reader: Reader, producer: str) -> int:
    """Entries waiting because they, or an earlier one of their subject, could not be applied."""
    row = reader.one("SELECT COUNT(*) FROM parked WHERE producer = ?", (producer,))
    return int_of(row[0]) if row else 0


def mark_forked(tx: Transaction, producer: str, reason: str) -> None:
    """Stops this consumer until somebody decides; survives a restart."""
    tx.run("UPDATE inbox SET forked = ? WHERE producer = ?", (reason, producer))


def every_type(type_name: str) -> bool:
    """A consumer that applies whatever comes."""
    return True


Used = list[tuple[pb.Entry, bytes]]


def read_batch(at: Read, raw_entries: list[bytes], uses: Callable[[str], bool] = every_type) -> tuple[Read, Used]:
    """Where contiguous entries lead, and those of them whose types the consumer uses.

    Entries at or below the inbox are duplicates and are passed over. Raises Gap or Forked.
    """
    used: Used = []
    position, newest = at.position, b""
    for raw in raw_entries:
        entry = pb.Entry.FromString(raw)
        follows = entry.position == position + 1 and entry.writer_epoch == at.epoch and entry.ledger_id == at.ledger_id
        if not follows:
            at = _moved(at, position, newest)
            if entry.position <= at.position:
                _check_duplicate(at, entry, raw)
                continue
            if entry.position != at.position + 1:
                raise Gap(at.position)
            _check_continuation(at, entry)
            at = replace(at, ledger_id=entry.ledger_id, epoch=entry.writer_epoch)
        if uses(entry.type):
            used.append((entry, raw))
        position, newest = entry.position, raw
    return _moved(at, position, newest), used


def _moved(at: Read, position: int, newest: bytes) -> Read:
    """Where a run of entries leads; ``newest`` holds the bytes of its last one, empty for a run of none."""
    return replace(at, position=position, leaf=leaf_hash(newest), forked="") if newest else at


def apply_used(tx: Transaction, at: Read, used: Used, apply: Apply) -> None:
    """Applies what was read, parking what cannot be, and advances the inbox, all in the given transaction."""
    parked_subjects = _parked_subjects(tx, at.producer)
    for entry, raw in used:
        _apply_or_park(tx, at.producer, entry, raw, apply, parked_subjects)
    keep(tx, at)


def keep(tx: Transaction, at: Read) -> None:
    """Writes down where the inbox stands."""
    tx.run(
        "INSERT INTO inbox (producer, ledger_id, epoch, position, leaf) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (producer) DO UPDATE SET ledger_id = excluded.ledger_id, epoch = excluded.epoch, "
        "position = excluded.position, leaf = excluded.leaf",
        (at.producer, at.ledger_id, at.epoch, at.position, at.leaf),
    )


def apply_batch(tx: Transaction, at: Read, raw_entries: list[bytes], apply: Apply) -> Read:
    """Reads entries and applies them at once. Raises Gap or Forked; nothing is then kept."""
    moved, used = read_batch(at, raw_entries)
    apply_used(tx, moved, used, apply)
    return moved


def _check_duplicate(at: Read, entry: pb.Entry, raw: bytes) -> None:
    newer = entry.writer_epoch > at.epoch
    if newer or (entry.position == at.position and leaf_hash(raw) != at.leaf):
        raise Forked(f"position {entry.position} was read before with other content")


def _check_continuation(at: Read, entry: pb.Entry) -> None:
    if entry.writer_epoch < at.epoch:
        raise Forked(f"position {entry.position} comes from the older epoch {entry.writer_epoch}")
    if at.position == 0 or entry.ledger_id == at.ledger_id:
        return
    if entry.type == OPENED_TYPE:
        opened = pb.LedgerOpened.FromString(entry.data)
        if (opened.parent_ledger_id, opened.parent_position) == (at.ledger_id, at.position):
            return
    raise Forked(f"position {entry.position} belongs to another ledger, {entry.ledger_id}")


def _parked_subjects(reader: Reader, producer: str) -> set[str]:
    return {text_of(r[0]) for r in reader.all("SELECT DISTINCT subject FROM parked WHERE producer = ?", (producer,))}


def _apply_or_park(
    tx: Transaction, producer: str, entry: pb.Entry, raw: bytes, apply: Apply, parked_subjects: set[str]
) -> None:
    if entry.subject in parked_subjects:
        _park(tx, producer, entry, raw, "behind an entry of the same subject")
        return
    try:
        with tx.savepoint():
            apply(tx, fact_of(entry, producer), entry.type, entry.data)
    except StoreConstraint as error:
        _park_failed(tx, producer, entry, raw, error, parked_subjects)
    except StoreError:
        # A full disk is no fault of the entry: keep nothing, and try again.
        raise
    except Exception as error:
        _park_failed(tx, producer, entry, raw, error, parked_subjects)


def _park_failed(
    tx: Transaction, producer: str, entry: pb.Entry, raw: bytes, error: Exception, parked_subjects: set[str]
) -> None:
    cause = type(error).__name__
    log.error("entry_parked", producer=producer, position=entry.position, type=entry.type, error=cause)
    parked_subjects.add(entry.subject)
    _park(tx, producer, entry, raw, f"{type(error).__name__}: {error}")


def _park(tx: Transaction, producer: str, entry: pb.Entry, raw: bytes, error: str) -> None:
    tx.run(
        "INSERT INTO parked (producer, position, subject, entry, error) VALUES (?, ?, ?, ?, ?)",
        (producer, entry.position, entry.subject, raw, error[:ERROR_CHARS_MAX]),
    )


def retry_parked(tx: Transaction, producer: str, apply: Apply) -> int:
    """Applies parked entries again, in order, a subject until its first failure; returns how many remain."""
    failed: set[str] = set()
    rows = tx.all("SELECT position, subject, entry FROM parked WHERE producer = ? ORDER BY position", (producer,))
    for position, subject, raw in rows:
        if text_of(subject) in failed:
            continue
        entry = pb.Entry.FromString(bytes_of(raw))
        try:
            with tx.savepoint():
                apply(tx, fact_of(entry, producer), entry.type, entry.data)
                tx.run("DELETE FROM parked WHERE producer = ? AND position = ?", (producer, position))
        except Exception as error:
            failed.add(text_of(subject))
            log.warning("entry_still_parked", producer=producer, position=position, error=type(error).__name__)
    return parked_count(tx, producer)
