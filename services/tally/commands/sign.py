"""People sign with their own keys, opened by their PINs; two others sign in the place of one who cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.binding import replies_with_secret, request_holds_secret
from services.chassis.refusals import BadRequest
from services.tally.commands.count_acts import sheet_answer, sheet_in_count, vote_answer
from services.tally.commands.count_fields import line_of, reason_of
from services.tally.context import Context
from services.tally.domain import sheets_read as rules
from services.tally.domain.errors import (
    HashMoved,
    NoSigningKey,
    NotOfficer,
    SamePerson,
    SubstituteMissing,
    WriteInIsPrinted,
    WriteInUnknown,
)
from services.tally.domain.kinds import NAME_CHARS_MAX
from services.tally.domain.pins import check_pin, record_statement, sheet_statement
from services.tally.domain.sheet_events import (
    ResultReported,
    SheetSigned,
    SigningKeyEnded,
    SigningKeyMade,
    WriteInsMerged,
)
from services.tally.domain.sheets_read import Sheet
from services.tally.domain.sittings import Role, Sitting
from services.tally.domain.vote_machine import VoteAct, vote_after
from services.tally.store import elections, people, sheets
from services.tally.store.sheets import SealedKey

_SIGNING: Final = (Role.TELLER, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)


@dataclass(frozen=True, slots=True)
class Signature:
    """What was signed outside the writer, by which key."""

    key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """The caller's, and that of the second where two sign in the place of one."""

    first: Signature
    second: Signature = Signature("", "")


def _sign(ask: Ask, account_id: str, pin: str, statement: bytes) -> Signature:
    key = sheets.find_key(ask.reader, account_id)
    if key is None:
        raise NoSigningKey()
    context: Context = ask.context
    return Signature(key.key_id, context.sign(account_id, key, pin, statement))


def _sign_all(ask: Ask, command: pb.SignSheetRequest | pb.ReportResultRequest, statement: bytes) -> Signatures:
    caller = ask.principal.account_id
    if command.for_account_id and command.second_account_id in ("", caller, command.for_account_id):
        raise SubstituteMissing()
    first = _sign(ask, caller, command.pin, statement)
    if not command.for_account_id:
        return Signatures(first)
    return Signatures(first, _sign(ask, command.second_account_id, command.second_pin, statement))


# ---- keys -------------------------------------------------------------------------------------------------------


def prepare_make_signing_key(command: pb.MakeSigningKeyRequest, ask: Ask) -> tuple[SealedKey, str]:
    """A key is made and sealed outside the writer."""
    check_pin(command.pin)
    context: Context = ask.context
    return context.make_key(command.pin)


@replies_with_secret  # a PIN is chosen: a repeated request could name another one, so it is told that it was done
def make_signing_key(command: pb.MakeSigningKeyRequest, act: Act) -> pb.MakeSigningKeyResponse:
    """The caller can sign from now on; a key from before ends, what it signed stays good."""
    sealed, public = act.prepared
    caller = act.principal.account_id
    before = sheets.find_key(act.tx, caller)
    if before is not None:
        act.record(SigningKeyEnded(before.key_id, caller), subject=before.key_id)
    key = replace(sealed, key_id=act.new_id("skey"))
    sheets.keep_key(act.tx, caller, key)
    act.tx.forget()
    act.record(SigningKeyMade(key.key_id, caller, public), subject=key.key_id)
    return pb.MakeSigningKeyResponse(key_id=key.key_id, public_key=public)


# ---- sheets ------------------------------------------------------------------------------------------------------


def prepare_sign_sheet(command: pb.SignSheetRequest, ask: Ask) -> Signatures:
    """Signs what the signer saw; whether that is the sheet is checked in the writer."""
    sheet = sheets.load_sheet(ask.reader, command.sheet_id)
    statement = sheet_statement(sheet.sheet_id, sheet.generation, command.role, command.sheet_hash)
    return _sign_all(ask, command, statement)


@request_holds_secret("pin", "second_pin")
def sign_sheet(command: pb.SignSheetRequest, act: Act) -> pb.SheetResponse:
    """A teller of the sheet, or a scrutineer, signs it."""
    sheet, election, sitting = sheet_in_count(
        act, command.sheet_id, Role.TELLER, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER
    )
    if command.role not in (Role.TELLER, Role.SCRUTINEER):
        raise BadRequest(field="role", problem="out_of_range")
    rules.check_signable(sheet, command.role, command.sheet_hash)
    signer = command.for_account_id or act.principal.account_id
    _check_signer(sheet, sitting, signer, command.role)
    reason = _substituted(act, sitting, command)
    signed: Signatures = act.prepared
    event = SheetSigned(
        sheet.sheet_id, sheet.generation, command.role, act.principal.account_id, sheet.sheet_hash,
        signed.first.key_id, signed.first.signature, command.for_account_id,
        command.second_account_id if command.for_account_id else "", signed.second.key_id, signed.second.signature,
        reason,
    )  # fmt: skip
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)


def _check_signer(sheet: Sheet, sitting: Sitting, account_id: str, role: str) -> None:
    if role == Role.TELLER:
        if not sheet.reading_of(account_id):
            raise NotOfficer(role=Role.TELLER.value)
        return
    sitting.check_officer(account_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)


def _substituted(act: Act, sitting: Sitting, command: pb.SignSheetRequest | pb.ReportResultRequest) -> str:
    """Two officers in the place of a third, with a reason; empty where nobody is replaced."""
    if not command.for_account_id:
        return ""
    caller = act.principal.account_id
    if caller == command.for_account_id or not sitting.roles_of(command.second_account_id):
        raise SubstituteMissing()
    return reason_of(command.reason)


def unsign_sheet(command: pb.UnsignSheetRequest, act: Act) -> pb.SheetResponse:
    """Who signed takes it back, or a scrutineer does; it stays on record."""
    sheet, election, sitting = sheet_in_count(
        act, command.sheet_id, Role.TELLER, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER
    )
    event = rules.unsign(sheet, command.role, reason_of(command.reason))
    caller = act.principal.account_id
    if sheet.signed[command.role] != caller:
        sitting.check_officer(caller, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    # An outcome stands on signed sheets: it is opened again by a recount, not by taking a name back.
    vote_after(election.state, VoteAct.CLOSE_COUNT)
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)


# ---- the result -----------------------------------------------------------------------------------------------------


def prepare_report_result(command: pb.ReportResultRequest, ask: Ask) -> Signatures:
    """Signs the record that the signer saw."""
    return _sign_all(ask, command, record_statement(command.election_id, command.record_sha256))


@request_holds_secret("pin", "second_pin")
def report_result(command: pb.ReportResultRequest, act: Act) -> pb.ElectionResponse:
    """The chief scrutineer signs the record of the count (O3)."""
    election = elections.load_election(act.tx, command.election_id)
    sitting = elections.sitting_of(act.tx, election)
    signer = command.for_account_id or act.principal.account_id
    sitting.check_officer(signer, Role.CHIEF_SCRUTINEER)
    sitting.check_officer(act.principal.account_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    vote_after(election.state, VoteAct.REPORT)
    if command.record_sha256 != election.record_sha256:
        raise HashMoved()
    reason = _substituted(act, sitting, command)
    signed: Signatures = act.prepared
    event = ResultReported(
        election.election_id, election.record_sha256, act.principal.account_id, signed.first.key_id,
        signed.first.signature, command.for_account_id,
        command.second_account_id if command.for_account_id else "", signed.second.key_id, signed.second.signature,
        reason,
    )  # fmt: skip
    act.record(event, subject=election.election_id, turnover=election.turnover)
    return vote_answer(act, election.election_id)


# ---- written names -------------------------------------------------------------------------------------------


def prepare_merge_write_ins(command: pb.MergeWriteInsRequest, ask: Ask) -> Signature:
    """The second person proves who they are by the PIN."""
    if command.second_account_id in ("", ask.principal.account_id):
        raise SamePerson()
    statement = f"{command.election_id}\n{command.into_name}\n{command.from_name}\n".encode()
    return _sign(ask, command.second_account_id, command.second_pin, statement)


@request_holds_secret("second_pin")
def merge_write_ins(command: pb.MergeWriteInsRequest, act: Act) -> pb.ElectionResponse:
    """Two officers found that two spellings are one person."""
    election = elections.load_election(act.tx, command.election_id)
    sitting = elections.sitting_of(act.tx, election)
    sitting.check_officer(act.principal.account_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    sitting.check_officer(command.second_account_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER, Role.TELLER)
    vote_after(election.state, VoteAct.CLOSE_COUNT)
    contest = election.contest(elections.candidates(act.tx, election.election_id), sitting.basis)
    persons = []
    for raw in (command.into_name, command.from_name):
        name = line_of("name", raw, NAME_CHARS_MAX, required=True)
        if contest.printed(name):
            raise WriteInIsPrinted(name=name, rule="C7")
        person = people.find_by_name(act.tx, election.election_id, name)
        if person is None:
            raise WriteInUnknown(name=name)
        persons.append(person)
    merged = sheets.merged_write_ins(act.tx, election.election_id)
    into, other = persons
    if into.person_id == other.person_id or other.person_id in merged or into.person_id in merged:
        raise SamePerson()
    event = WriteInsMerged(election.election_id, into.person_id, other.person_id, command.second_account_id)
    act.record(event, subject=election.election_id, turnover=election.turnover)
    return vote_answer(act, election.election_id)
