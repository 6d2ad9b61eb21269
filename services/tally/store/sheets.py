"""Sheets, drafts, keys and records, loaded for decisions and read for questions; and what is erased of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, Transaction, bytes_of, int_of, text_of
from services.tally.domain.sheet_machine import SheetState
from services.tally.domain.sheets_read import Reading, Sheet

_SHEET = (
    "sheet_id, election_id, group_name, state, generation, version, position, differing, cells, before, sheet_hash, "
    "reason"
)


def load_sheet(reader: Reader, sheet_id: str) -> Sheet:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_SHEET} FROM sheet WHERE sheet_id = ?", (sheet_id,))
    if row is None:
        raise NotFound(kind="sheet", id=sheet_id)
    return _sheet_of(reader, row)


def of_election(reader: Reader, election_id: str) -> list[Sheet]:
    """The sheets of a vote, in the order of their opening."""
    rows = reader.all(f"SELECT {_SHEET} FROM sheet WHERE election_id = ? ORDER BY position", (election_id,))
    return [_sheet_of(reader, row) for row in rows]


def _sheet_of(reader: Reader, row: Row) -> Sheet:
    sheet_id, generation = text_of(row[0]), int_of(row[4])
    readings = reader.all(
        "SELECT reading, teller_id, way, paper_first, cells, reread, explanations, paper_serial FROM sheet_reading "
        "WHERE sheet_id = ? AND generation = ?",
        (sheet_id, generation),
    )
    signed = reader.all(
        "SELECT role, account_id, for_account_id FROM sheet_signature WHERE sheet_id = ? AND generation = ?",
        (sheet_id, generation),
    )
    return Sheet(
        sheet_id, text_of(row[1]), text_of(row[2]), SheetState(text_of(row[3])), generation, int_of(row[5]),
        int_of(row[6]), {int_of(r[0]): _reading_of(r) for r in readings}, tuple(json.loads(text_of(row[7]))),
        json.loads(text_of(row[8])), json.loads(text_of(row[9])), text_of(row[10]),
        {text_of(r[0]): text_of(r[1]) for r in signed}, text_of(row[11]),
        tuple(sorted(text_of(r[0]) for r in signed if r[2])),
    )  # fmt: skip


def _reading_of(row: Row) -> Reading:
    cells, reread = text_of(row[4]), text_of(row[5])
    return Reading(
        text_of(row[1]), text_of(row[2]), bool(row[3]), json.loads(cells) if cells else None,
        json.loads(reread) if reread else None, json.loads(text_of(row[6])), text_of(row[7]),
    )  # fmt: skip


def merged_write_ins(reader: Reader, election_id: str) -> dict[str, str]:
    """Person written in → the person they were found to be."""
    rows = reader.all(
        "SELECT from_person_id, into_person_id FROM write_in_merged WHERE election_id = ?", (election_id,)
    )
    return {text_of(row[0]): text_of(row[1]) for row in rows}


def machine_file_known(reader: Reader, election_id: str, digest: str) -> bool:
    """The file went into this vote before."""
    return (
        reader.one(
            "SELECT 1 FROM machine_file WHERE election_id = ? AND file_digest = ?", (election_id, digest)
        )
        is not None
    )  # fmt: skip


# ---- drafts: erasable ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """What a teller has read so far; a written name stands by its own key. `ballots`: entered one by one."""

    cells: Mapping[str, int]
    ballots: int = 0
    doubtful: int = 0


def load_draft(reader: Reader, sheet_id: str, reading: int) -> Draft:
    """An empty one where nothing was read."""
    row = reader.one(
        "SELECT cells, ballots, doubtful FROM draft WHERE sheet_id = ? AND reading = ?", (sheet_id, reading)
    )
    return Draft(json.loads(text_of(row[0])), int_of(row[1]), int_of(row[2])) if row else Draft({})


def save_draft(tx: Transaction, sheet_id: str, reading: int, draft: Draft) -> None:
    """Puts the counts in the place of those before. Sorted, so that not even the order of names tells anything."""
    cells = json.dumps(dict(sorted(draft.cells.items())), ensure_ascii=False)
    tx.run(
        "INSERT INTO draft VALUES (?, ?, ?, ?, ?) ON CONFLICT (sheet_id, reading) DO UPDATE "
        "SET cells = excluded.cells, ballots = excluded.ballots, doubtful = excluded.doubtful",
        (sheet_id, reading, cells, draft.ballots, draft.doubtful),
    )


def erase_draft(tx: Transaction, sheet_id: str, reading: int) -> None:
    """What was read is final, or put down."""
    tx.run("DELETE FROM draft WHERE sheet_id = ? AND reading = ?", (sheet_id, reading))


# ---- keys and records ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A private key under its owner's PIN."""

    key_id: str
    salt: bytes
    nonce: bytes
    sealed: bytes


def find_key(reader: Reader, account_id: str) -> SealedKey | None:
    """The key with which an account signs now."""
    row = reader.one(
        "SELECT s.key_id, s.salt, s.nonce, s.sealed FROM sealed_key s JOIN signing_key k ON k.key_id = s.key_id "
        "WHERE s.account_id = ? AND k.ended = 0",
        (account_id,),
    )
    return SealedKey(text_of(row[0]), bytes_of(row[1]), bytes_of(row[2]), bytes_of(row[3])) if row else None


def keep_key(tx: Transaction, account_id: str, key: SealedKey) -> None:
    """The account's one sealed key; the one before is erased."""
    tx.run("DELETE FROM sealed_key WHERE account_id = ?", (account_id,))
    tx.run("INSERT INTO sealed_key VALUES (?, ?, ?, ?, ?)", (key.key_id, account_id, key.salt, key.nonce, key.sealed))


def public_key(reader: Reader, key_id: str) -> str:
    """In hexadecimal. Raises NotFound."""
    row = reader.one("SELECT public_key FROM signing_key WHERE key_id = ?", (key_id,))
    if row is None:
        raise NotFound(kind="signing_key", id=key_id)
    return text_of(row[0])


def keep_record(tx: Transaction, election_id: str, sha256: str, content: str) -> None:
    """The record that was made of the last count."""
    tx.run(
        "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT (election_id) DO UPDATE "
        "SET record_sha256 = excluded.record_sha256, content = excluded.content",
        (election_id, sha256, content),
    )


def find_record(reader: Reader, election_id: str) -> tuple[str, str] | None:
    """(content, hash) of the record of the last count."""
    row = reader.one("SELECT content, record_sha256 FROM record WHERE election_id = ?", (election_id,))
    return (text_of(row[0]), text_of(row[1])) if row else None
