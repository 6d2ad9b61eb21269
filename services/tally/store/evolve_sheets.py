"""How events of sheets, outcomes and keys change the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.tally.domain import sheet_events as ev
from services.tally.domain.sheet_machine import SheetState
from services.tally.domain.vote_machine import VoteState
from services.tally.store.evolve_elections import set_vote


def _cells(cells: Iterable[ev.Cell]) -> str:
    return json.dumps({each.field: each.value for each in cells})


def _set_sheet(tx: Transaction, sheet_id: str, state: SheetState) -> None:
    tx.run("UPDATE sheet SET state = ?, version = version + 1 WHERE sheet_id = ?", (state.value, sheet_id))


def _opened(tx: Transaction, fact: Fact, event: ev.SheetOpened) -> None:
    tx.run(
        "INSERT INTO sheet VALUES (?, ?, ?, ?, 'empty', 1, 1, '[]', '{}', '{}', '', '')",
        (event.sheet_id, event.election_id, event.group, fact.position),
    )


def _entry_started(tx: Transaction, fact: Fact, event: ev.EntryStarted) -> None:
    tx.run(
        "INSERT INTO sheet_reading VALUES (?, ?, ?, ?, ?, ?, '', '', '{}', ?)",
        (
            event.sheet_id, event.generation, event.reading, event.teller_id, event.way, int(event.paper_first),
            event.paper_serial,
        ),
    )  # fmt: skip
    state = SheetState.FIRST_IN_PROGRESS if event.reading == 1 else SheetState.SECOND_IN_PROGRESS
    _set_sheet(tx, event.sheet_id, state)


def _entry_discarded(tx: Transaction, fact: Fact, event: ev.EntryDiscarded) -> None:
    tx.run(
        "DELETE FROM sheet_reading WHERE sheet_id = ? AND generation = ? AND reading = ?",
        (event.sheet_id, event.generation, event.reading),
    )
    _set_sheet(tx, event.sheet_id, SheetState.EMPTY if event.reading == 1 else SheetState.FIRST_FINALISED)


def _entry_finalised(tx: Transaction, fact: Fact, event: ev.EntryFinalised) -> None:
    explained = json.dumps({each.code: each.text for each in event.explanations}, ensure_ascii=False)
    tx.run(
        "UPDATE sheet_reading SET cells = ?, explanations = ? WHERE sheet_id = ? AND generation = ? AND reading = ?",
        (_cells(event.cells), explained, event.sheet_id, event.generation, event.reading),
    )
    if event.reading == 1:
        _set_sheet(tx, event.sheet_id, SheetState.FIRST_FINALISED)


def _entries_differed(tx: Transaction, fact: Fact, event: ev.EntriesDiffered) -> None:
    _take_up_reread(tx, event.sheet_id, event.generation)
    tx.run("UPDATE sheet SET differing = ? WHERE sheet_id = ?", (json.dumps(event.fields), event.sheet_id))
    _set_sheet(tx, event.sheet_id, SheetState.DIFFERENCES)


def _take_up_reread(tx: Transaction, sheet_id: str, generation: int) -> None:
    """Puts what was read again in the place of what was read first."""
    rows = tx.all(
        "SELECT reading, cells, reread FROM sheet_reading WHERE sheet_id = ? AND generation = ? AND reread <> ''",
        (sheet_id, generation),
    )
    for reading, cells, reread in rows:
        taken = json.dumps(json.loads(str(cells)) | json.loads(str(reread)))
        tx.run(
            "UPDATE sheet_reading SET cells = ?, reread = '' WHERE sheet_id = ? AND generation = ? AND reading = ?",
            (taken, sheet_id, generation, reading),
        )


def _reread(tx: Transaction, fact: Fact, event: ev.FieldsReread) -> None:
    tx.run(
        "UPDATE sheet_reading SET reread = ? WHERE sheet_id = ? AND generation = ? AND reading = ?",
        (_cells(event.cells), event.sheet_id, event.generation, event.reading),
    )
    tx.run("UPDATE sheet SET version = version + 1 WHERE sheet_id = ?", (event.sheet_id,))


def _settled(tx: Transaction, fact: Fact, event: ev.SheetSettled) -> None:
    tx.run(
        "UPDATE sheet SET cells = ?, sheet_hash = ?, differing = '[]', reason = '' WHERE sheet_id = ?",
        (_cells(event.cells), event.sheet_hash, event.sheet_id),
    )
    _set_sheet(tx, event.sheet_id, SheetState.SETTLED)


def _disputed(tx: Transaction, fact: Fact, event: ev.SheetDisputed) -> None:
    tx.run("UPDATE sheet SET reason = ? WHERE sheet_id = ?", (event.reason, event.sheet_id))
    _set_sheet(tx, event.sheet_id, SheetState.DISPUTED)


def _reopened(tx: Transaction, fact: Fact, event: ev.SheetReopened) -> None:
    tx.run(
        "UPDATE sheet SET generation = ?, before = CASE cells WHEN '{}' THEN before ELSE cells END, cells = '{}', "
        "sheet_hash = '', differing = '[]', reason = ? WHERE sheet_id = ?",
        (event.generation, event.reason, event.sheet_id),
    )
    _set_sheet(tx, event.sheet_id, SheetState.SENT_BACK)


def _signed(tx: Transaction, fact: Fact, event: ev.SheetSigned) -> None:
    tx.run(
        "INSERT INTO sheet_signature VALUES (?, ?, ?, ?, ?, ?)",
        (
            event.sheet_id, event.generation, event.role, event.account_id, event.for_account_id,
            event.second_account_id,
        ),
    )  # fmt: skip
    row = tx.one(
        "SELECT COUNT(*) FROM sheet_signature WHERE sheet_id = ? AND generation = ?",
        (event.sheet_id, event.generation),
    )
    both = row is not None and row[0] == len(("teller", "scrutineer"))
    _set_sheet(tx, event.sheet_id, SheetState.SIGNED if both else SheetState.SETTLED)


def _unsigned(tx: Transaction, fact: Fact, event: ev.SheetUnsigned) -> None:
    tx.run(
        "DELETE FROM sheet_signature WHERE sheet_id = ? AND generation = ? AND role = ?",
        (event.sheet_id, event.generation, event.role),
    )
    _set_sheet(tx, event.sheet_id, SheetState.SETTLED)


def _merged(tx: Transaction, fact: Fact, event: ev.WriteInsMerged) -> None:
    tx.run(
        "INSERT INTO write_in_merged VALUES (?, ?, ?)", (event.election_id, event.from_person_id, event.into_person_id)
    )
    tx.run("UPDATE election SET version = version + 1 WHERE election_id = ?", (event.election_id,))


def _machine_file(tx: Transaction, fact: Fact, event: ev.MachineFileRead) -> None:
    tx.run("INSERT INTO machine_file VALUES (?, ?)", (event.election_id, event.file_digest))


def _count_closed(tx: Transaction, fact: Fact, event: ev.CountClosed) -> None:
    tx.run(
        "UPDATE election SET seats_open = ?, status = ?, record_sha256 = ? WHERE election_id = ?",
        (event.seats_open, event.status, event.record_sha256, event.election_id),
    )
    set_vote(tx, event.election_id, VoteState.COUNTED)


def _count_reopened(tx: Transaction, fact: Fact, event: ev.CountReopened) -> None:
    tx.run(
        "UPDATE election SET seats_open = 0, status = '', record_sha256 = '' WHERE election_id = ?",
        (event.election_id,),
    )
    set_vote(tx, event.election_id, VoteState.RETURNED)


def _reported(tx: Transaction, fact: Fact, event: ev.ResultReported) -> None:
    set_vote(tx, event.election_id, VoteState.REPORTED)


def _declared(tx: Transaction, fact: Fact, event: ev.ResultDeclared) -> None:
    tx.run_many(
        "INSERT INTO elected VALUES (?, ?, ?, ?, ?)",
        [(event.election_id, each.place, each.person_id, each.name, each.approve) for each in event.elected],
    )
    set_vote(tx, event.election_id, VoteState.DECLARED)


def _seats_reduced(tx: Transaction, fact: Fact, event: ev.SeatsReduced) -> None:
    tx.run(
        "UPDATE election SET seats_open = 0, version = version + 1 WHERE election_id = ?", (event.election_id,)
    )  # fmt: skip


def _key_made(tx: Transaction, fact: Fact, event: ev.SigningKeyMade) -> None:
    tx.run("INSERT INTO signing_key VALUES (?, ?, ?, 0)", (event.key_id, event.account_id, event.public_key))


def _key_ended(tx: Transaction, fact: Fact, event: ev.SigningKeyEnded) -> None:
    tx.run("UPDATE signing_key SET ended = 1 WHERE key_id = ?", (event.key_id,))


SHEET_EVOLVE: Mapping[type, Evolve] = {
    ev.SheetOpened: _opened,
    ev.EntryStarted: _entry_started,
    ev.EntryDiscarded: _entry_discarded,
    ev.EntryFinalised: _entry_finalised,
    ev.EntriesDiffered: _entries_differed,
    ev.FieldsReread: _reread,
    ev.SheetSettled: _settled,
    ev.SheetDisputed: _disputed,
    ev.SheetReopened: _reopened,
    ev.SheetSigned: _signed,
    ev.SheetUnsigned: _unsigned,
    ev.WriteInsMerged: _merged,
    ev.MachineFileRead: _machine_file,
    ev.CountClosed: _count_closed,
    ev.CountReopened: _count_reopened,
    ev.ResultReported: _reported,
    ev.ResultDeclared: _declared,
    ev.SeatsReduced: _seats_reduced,
    ev.SigningKeyMade: _key_made,
    ev.SigningKeyEnded: _key_ended,
}
