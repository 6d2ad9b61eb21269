"""A tally sheet is read twice by different people who do not see each other's figures; where they agree it is settled.

Cells are figures by the paths of sheets.fields; a name written in stands by the id of its person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.tally.domain.errors import (
    DoubtfulOpen,
    FieldMissing,
    FieldUnknown,
    HashMoved,
    NotSigned,
    NotYourReading,
    SheetNotThere,
    SignedAlready,
    TellerTwice,
    WarningUnexplained,
)
from services.tally.domain.kinds import Contest
from services.tally.domain.sheet_events import (
    Cell,
    EntriesDiffered,
    EntryDiscarded,
    EntryFinalised,
    EntryStarted,
    Explanation,
    FieldsReread,
    SheetDisputed,
    SheetReopened,
    SheetSettled,
    SheetUnsigned,
)
from services.tally.domain.sheet_machine import HELD, SheetAct, SheetState, sheet_leads
from services.tally.domain.sheets import (
    CandidateTotals,
    SheetTotals,
    WriteInTotals,
    check_sheet,
    sheet_findings,
)

GROUP_CHARS_MAX: Final = 40
GROUPS_MAX: Final = 200
REASON_CHARS_MAX: Final = 500
SERIAL_CHARS_MAX: Final = 20
COLUMNS: Final = ("approve", "disapprove", "abstain", "unreadable")
WAYS: Final = ("paper", "ballots", "machine")

Cells = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One teller's reading of the present generation; `cells` None until it is finalised.

    `explanations`: warning → what the teller wrote; `paper_serial`: the number of the spare sheet it was entered from.
    """

    teller_id: str
    way: str
    paper_first: bool
    cells: Cells | None = None
    reread: Cells | None = None
    explanations: Mapping[str, str] = field(default_factory=dict)
    paper_serial: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it stands. `before`: what the generation before was settled at; `signed`: role → account;
    `substituted`: the roles in which two others signed in the place of one.
    """

    sheet_id: str
    election_id: str
    group: str
    state: SheetState
    generation: int
    version: int
    position: int
    readings: Mapping[int, Reading] = field(default_factory=dict)
    differing: tuple[str, ...] = ()
    cells: Cells = field(default_factory=dict)
    before: Cells = field(default_factory=dict)
    sheet_hash: str = ""
    signed: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    substituted: tuple[str, ...] = ()

    @property
    def paper_first(self) -> bool:
        """Whether it was filled in on a printed spare sheet before it was entered."""
        return any(each.paper_first for each in self.readings.values())

    @property
    def paper_serials(self) -> tuple[str, ...]:
        """The numbers of the spare sheets it was entered from."""
        return tuple(sorted({each.paper_serial for each in self.readings.values() if each.paper_serial}))

    @property
    def explained(self) -> dict[str, str]:
        """Warning → what was written about it, by the second reader where both did."""
        return {code: text for _, each in sorted(self.readings.items()) for code, text in each.explanations.items()}

    def reading_of(self, teller_id: str) -> int:
        """Which reading is this teller's; 0 for none."""
        return next((n for n, each in self.readings.items() if each.teller_id == teller_id), 0)

    def held_by(self, teller_id: str) -> int:
        """The unfinished reading that this teller has in hand. Raises SheetNotThere, NotYourReading."""
        number = 1 if self.state is SheetState.FIRST_IN_PROGRESS else 2
        if self.state not in HELD:
            raise SheetNotThere(sheet_state=self.state.value, act=SheetAct.FINALISE.value)
        if self.readings[number].teller_id != teller_id:
            raise NotYourReading()
        return number


@dataclass(frozen=True, slots=True)
class Names:
    """Names written in by the id of their person."""

    by_id: Mapping[str, str]

    def totals(self, contest: Contest, cells: Cells) -> SheetTotals:
        """The sheet's figures as the counting rules look at them."""
        lines = tuple(
            CandidateTotals(each, *(cells.get(f"candidates.{each}.{column}", 0) for column in COLUMNS))
            for each in contest.candidate_ids
        )
        written = tuple(
            WriteInTotals(self.by_id[person_of(path)], value) for path, value in cells.items() if is_written(path)
        )
        return SheetTotals(cells.get("votes", 0), cells.get("valid", 0), cells.get("invalid", 0), lines, written)


WRITTEN: Final = "write_ins."
_APPROVED: Final = ".approve"


def is_written(field: str) -> bool:
    """Whether a field is that of a name written in."""
    return field.startswith(WRITTEN)


def written_field(person: str) -> str:
    """The field of a name written in."""
    return f"{WRITTEN}{person}{_APPROVED}"


def person_of(path: str) -> str:
    """The name or id in the field of a name written in."""
    return path.removeprefix(WRITTEN).removesuffix(_APPROVED)


def printed_fields(contest: Contest) -> tuple[str, ...]:
    """The fields that every reading fills in, in the order of the sheet."""
    lines = (f"candidates.{each}.{column}" for each in contest.candidate_ids for column in COLUMNS)
    return ("votes", "valid", "invalid", *lines)


def in_order(contest: Contest, cells: Cells) -> dict[str, int]:
    """Cells in the order of the sheet, names written in last."""
    printed = {path: cells[path] for path in printed_fields(contest) if path in cells}
    return printed | dict(sorted((path, value) for path, value in cells.items() if path not in printed))


def check_fields(contest: Contest, paths: Iterable[str]) -> None:
    """Raises FieldUnknown for the first that the sheet does not have."""
    printed = frozenset(printed_fields(contest))
    for path in paths:
        written = is_written(path) and bool(person_of(path)) and path == written_field(person_of(path))
        if not written and path not in printed:
            raise FieldUnknown(field=path[:80])


def start(sheet: Sheet, teller_id: str, way: str, *, paper_first: bool, paper_serial: str = "") -> EntryStarted:
    """A teller takes the sheet in hand. Raises SheetNotThere, TellerTwice."""
    sheet_leads(sheet.state, SheetAct.START)
    number = 2 if sheet.state is SheetState.FIRST_FINALISED else 1
    if number == 2 and sheet.readings[1].teller_id == teller_id:
        raise TellerTwice()
    return EntryStarted(sheet.sheet_id, sheet.generation, number, teller_id, way, paper_first, paper_serial)


def discard(sheet: Sheet, teller_id: str) -> EntryDiscarded:
    """The teller puts the sheet down. Raises SheetNotThere, NotYourReading."""
    return EntryDiscarded(sheet.sheet_id, sheet.generation, sheet.held_by(teller_id))


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading to be finalised, with what was said about its warnings and what still waits for a decision."""

    cells: Cells
    explanations: Mapping[str, str] = field(default_factory=dict)
    doubtful: int = 0


def finalise(
    sheet: Sheet, contest: Contest, names: Names, entry: Entry, teller_id: str, list_digest: str
) -> tuple[EntryFinalised | EntriesDiffered | SheetSettled, ...]:
    """The reading is complete; the second one is compared with the first.

    Raises SheetNotThere, NotYourReading, DoubtfulOpen, FieldMissing, SheetImpossible, WarningUnexplained.
    """
    number = sheet.held_by(teller_id)
    if entry.doubtful:
        raise DoubtfulOpen(ballots=entry.doubtful, rule="B3")
    missing = [path for path in printed_fields(contest) if path not in entry.cells]
    if missing:
        raise FieldMissing(field=missing[0], missing=len(missing))
    totals = names.totals(contest, entry.cells)
    check_sheet(contest, totals)
    explained = _explained(contest, totals, entry.explanations)
    done = EntryFinalised(sheet.sheet_id, sheet.generation, number, _as_cells(entry.cells), explained)
    first = sheet.readings[1].cells
    if number == 1 or first is None:
        return (done,)
    differing = differ(first, entry.cells)
    if differing:
        return (done, EntriesDiffered(sheet.sheet_id, sheet.generation, differing))
    return (done, settle(sheet, entry.cells, list_digest))


def reread(
    sheet: Sheet, contest: Contest, names: Names, cells: Cells, teller_id: str, list_digest: str
) -> tuple[FieldsReread | EntriesDiffered | SheetSettled | SheetDisputed, ...]:
    """A teller reads the differing fields again from paper; once both did, they are compared anew.

    Raises SheetNotThere, NotYourReading, FieldUnknown, FieldMissing.
    """
    sheet_leads(sheet.state, SheetAct.REREAD)
    number = sheet.reading_of(teller_id)
    if not number:
        raise NotYourReading()
    for path in cells:
        if path not in sheet.differing:
            raise FieldUnknown(field=path[:80])
    missing = [path for path in sheet.differing if path not in cells]
    if missing:
        raise FieldMissing(field=missing[0], missing=len(missing))
    read = FieldsReread(sheet.sheet_id, sheet.generation, number, _as_cells(cells))
    other = sheet.readings[3 - number]
    if other.reread is None:
        return (read,)
    mine = _with(sheet.readings[number].cells, cells)
    theirs = _with(other.cells, other.reread)
    differing = differ(mine, theirs)
    if differing:
        return (read, EntriesDiffered(sheet.sheet_id, sheet.generation, differing))
    errors = [each for each in sheet_findings(contest, names.totals(contest, mine)) if each.is_error]
    if errors:
        reason = f"{errors[0].number} {errors[0].test}"
        return (read, SheetDisputed(sheet.sheet_id, sheet.generation, reason))
    return (read, settle(sheet, mine, list_digest))


def _with(cells: Cells | None, again: Cells) -> Cells:
    """A reading with what was read again; a written name that was found to be none is dropped."""
    merged = dict(cells or {}) | dict(again)
    return {path: value for path, value in merged.items() if value or not is_written(path)}


def differ(first: Cells, second: Cells) -> tuple[str, ...]:
    """The fields that two readings do not share, in the order of the sheet."""
    return tuple(path for path in dict(first) | dict(second) if first.get(path) != second.get(path))


def settle(sheet: Sheet, cells: Cells, list_digest: str) -> SheetSettled:
    """Both readings agree."""
    found = differ(sheet.before, cells) if sheet.before else ()
    digest = sheet_hash(sheet, cells, list_digest)
    return SheetSettled(sheet.sheet_id, sheet.generation, _as_cells(cells), digest, found)


def sheet_hash(sheet: Sheet, cells: Cells, list_digest: str) -> str:
    """What is signed: SHA-256 over the sheet, its generation, the list of candidates and every figure."""
    said = {
        "sheet": sheet.sheet_id,
        "election": sheet.election_id,
        "group": sheet.group,
        "generation": sheet.generation,
        "candidates": list_digest,
        "cells": dict(sorted(cells.items())),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def dispute(sheet: Sheet, teller_id: str, reason: str) -> SheetDisputed:
    """The paper contradicts itself. Raises SheetNotThere, NotYourReading."""
    sheet_leads(sheet.state, SheetAct.DISPUTE)
    if not sheet.reading_of(teller_id):
        raise NotYourReading()
    return SheetDisputed(sheet.sheet_id, sheet.generation, reason)


def reopen(sheet: Sheet, act: SheetAct, reason: str) -> SheetReopened:
    """The group counts again, in full and blind; what was read before is kept. Raises SheetNotThere."""
    sheet_leads(sheet.state, act)
    cause = "recount" if act is SheetAct.RECOUNT else "sent_back"
    return SheetReopened(sheet.sheet_id, sheet.generation + 1, cause, reason)


def check_signable(sheet: Sheet, role: str, seen_hash: str) -> None:
    """Raises SheetNotThere, SignedAlready, HashMoved."""
    sheet_leads(sheet.state, SheetAct.SIGN)
    if role in sheet.signed:
        raise SignedAlready(role=role)
    if seen_hash != sheet.sheet_hash:
        raise HashMoved()


def unsign(sheet: Sheet, role: str, reason: str) -> SheetUnsigned:
    """A signature is taken back, on record. Raises SheetNotThere, NotSigned."""
    sheet_leads(sheet.state, SheetAct.UNSIGN)
    if role not in sheet.signed:
        raise NotSigned(role=role)
    return SheetUnsigned(sheet.sheet_id, sheet.generation, role, reason)


def _explained(contest: Contest, totals: SheetTotals, given: Mapping[str, str]) -> tuple[Explanation, ...]:
    said = []
    for finding in sheet_findings(contest, totals):
        text = given.get(finding.number, "").strip()
        if not text:
            raise WarningUnexplained(finding=finding.number, test=finding.test, rule=finding.rule)
        said.append(Explanation(finding.number, text))
    return tuple({each.code: each for each in said}.values())


def _as_cells(cells: Cells) -> tuple[Cell, ...]:
    return tuple(Cell(path, value) for path, value in cells.items())


def explanations_of(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Warning number → reason."""
    return {code: text for code, text in pairs if text.strip()}
