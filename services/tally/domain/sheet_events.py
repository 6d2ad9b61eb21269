"""What happens to tally sheets, outcomes and signatures. `generation` is 1, and one more for each new count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SheetOpened:
    """A counting group has a sheet for one vote."""

    sheet_id: str
    election_id: str
    group: str


@dataclass(frozen=True, slots=True)
class EntryStarted:
    """A teller took the sheet in hand for the first or second reading. `way`: paper, ballots, machine.

    `paper_first`: it was filled in on a printed spare sheet, numbered `paper_serial`, before it was entered.
    """

    sheet_id: str
    generation: int
    reading: int
    teller_id: str
    way: str
    paper_first: bool
    paper_serial: str = ""


@dataclass(frozen=True, slots=True)
class EntryDiscarded:
    """The teller put the sheet down again; what was typed is gone."""

    sheet_id: str
    generation: int
    reading: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a sheet. A name written in stands by the id of the person: write_ins.<person_id>.approve."""

    field: str
    value: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure that is unusual (W.xxx) is nevertheless right; printed in the report."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryFinalised:
    """One reading is complete."""

    sheet_id: str
    generation: int
    reading: int
    cells: tuple[Cell, ...]
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class EntriesDiffered:
    """The readings do not agree in these fields, which both tellers read again from paper."""

    sheet_id: str
    generation: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldsReread:
    """One teller read the differing fields again."""

    sheet_id: str
    generation: int
    reading: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SheetSettled:
    """Both readings agree and every identity holds. `discrepancies`: what a recount found otherwise than before."""

    sheet_id: str
    generation: int
    cells: tuple[Cell, ...]
    sheet_hash: str
    discrepancies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetDisputed:
    """The paper contradicts itself: for the scrutineers."""

    sheet_id: str
    generation: int
    reason: str


@dataclass(frozen=True, slots=True)
class SheetReopened:
    """The group counts again under a new generation. `cause`: sent_back, recount."""

    sheet_id: str
    generation: int
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetSigned:
    """A teller or scrutineer signed the sheet's hash, or two people did in the place of one."""

    sheet_id: str
    generation: int
    role: str
    account_id: str
    sheet_hash: str
    key_id: str
    signature: str
    for_account_id: str
    second_account_id: str
    second_key_id: str
    second_signature: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetUnsigned:
    """A signature was taken back."""

    sheet_id: str
    generation: int
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class WriteInsMerged:
    """Two spellings are one person, as two people confirmed."""

    election_id: str
    into_person_id: str
    from_person_id: str
    confirmed_with_account_id: str


@dataclass(frozen=True, slots=True)
class MachineFileRead:
    """A counting machine's file went into a reading; it is taken once."""

    election_id: str
    sheet_id: str
    file_digest: str
    batches: int
    rejected: int


@dataclass(frozen=True, slots=True)
class PersonVotes:
    """Somebody who is elected, with their approvals and their place in the list from 1."""

    person_id: str
    name: str
    approve: int
    place: int


@dataclass(frozen=True, slots=True)
class CountClosed:
    """What the rules make of the count. `status`: complete, tie, shortfall.

    `explanations`: what was said at the close about warnings that no sheet explains.
    """

    election_id: str
    votes: int
    valid: int
    invalid: int
    elected_ids: tuple[str, ...]
    tied_ids: tuple[str, ...]
    seats_open: int
    status: str
    record_sha256: str
    explanations: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class CountReopened:
    """A group counts anew: the outcome is open again."""

    election_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResultReported:
    """The chief scrutineer signed the record of the count, or two scrutineers in their place."""

    election_id: str
    record_sha256: str
    account_id: str
    key_id: str
    signature: str
    for_account_id: str
    second_account_id: str
    second_key_id: str
    second_signature: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResultDeclared:
    """The executive chair announced the result. The names of the elected stand here in plain, and for good."""

    election_id: str
    unit_id: str
    body: str
    post: str
    round: str
    seats: int
    elected: tuple[PersonVotes, ...]
    seats_open: int
    record_sha256: str
    next_election_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeatsReduced:
    """A lawful exit from a shortfall: fewer seats, by whom, on what consent (E5, E5a)."""

    election_id: str
    to_seats: int
    decided_by: str
    agree: int
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class SigningKeyMade:
    """A person can sign: their public key, Ed25519 in hexadecimal."""

    key_id: str
    account_id: str
    public_key: str


@dataclass(frozen=True, slots=True)
class SigningKeyEnded:
    """Another key takes its place; what it signed stays good."""

    key_id: str
    account_id: str


SHEET_EVENTS: tuple[type, ...] = (
    SheetOpened, EntryStarted, EntryDiscarded, EntryFinalised, EntriesDiffered, FieldsReread, SheetSettled,
    SheetDisputed, SheetReopened, SheetSigned, SheetUnsigned, WriteInsMerged, MachineFileRead, CountClosed,
    CountReopened, ResultReported, ResultDeclared, SeatsReduced, SigningKeyMade, SigningKeyEnded,
)  # fmt: skip
