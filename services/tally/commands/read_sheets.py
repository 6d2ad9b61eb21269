"""Tellers read sheets: typed from paper, ballot by ballot, or from a machine; two readings, blind to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.binding import leaves_no_trace
from services.chassis.refusals import BadRequest
from services.tally.commands.count_acts import (
    check_runs,
    contest_of,
    names_in,
    new_persons,
    sheet_answer,
    sheet_in_count,
)
from services.tally.commands.count_fields import explanation_lines, line_of, member_of, reason_of, typed_cells
from services.tally.domain import sheets_read as rules
from services.tally.domain.counting import count
from services.tally.domain.elections import Election
from services.tally.domain.errors import (
    DeskMovedOn,
    GroupRepeated,
    MachineFileKnown,
    NothingDoubtful,
    SheetNotThere,
    WayMixed,
)
from services.tally.domain.kinds import NAME_CHARS_MAX, Contest, person_key
from services.tally.domain.machine_files import read_machine_file
from services.tally.domain.marks import Ballot, Mark, Validity, assess
from services.tally.domain.sheet_events import MachineFileRead, SheetOpened
from services.tally.domain.sheet_machine import HELD, SheetAct
from services.tally.domain.sheets import SheetTotals, blank_totals
from services.tally.domain.sheets_read import (
    COLUMNS,
    GROUP_CHARS_MAX,
    GROUPS_MAX,
    SERIAL_CHARS_MAX,
    Entry,
    Names,
    Sheet,
    in_order,
    is_written,
    person_of,
    printed_fields,
    written_field,
)
from services.tally.domain.sittings import Role, Sitting
from services.tally.domain.vote_machine import COUNTING, VoteAct, vote_after
from services.tally.store import elections, people, sheets
from services.tally.store.sheets import Draft

PAPER: Final = "paper"
BALLOTS: Final = "ballots"
MACHINE_WAY: Final = "machine"
BALLOT_WRITE_INS_MAX: Final = 200


def form_groups(command: pb.FormGroupsRequest, act: Act) -> pb.FormGroupsResponse:
    """Counting groups take the ballots; each has a sheet."""
    election = elections.load_election(act.tx, command.election_id)
    sitting = elections.sitting_of(act.tx, election)
    check_runs(act, election.unit_id, "FormGroups", sitting)
    vote_after(election.state, VoteAct.FORM_GROUPS)
    if not 1 <= len(command.groups) <= GROUPS_MAX:
        raise BadRequest(field="groups", problem="out_of_range")
    taken = {each.group for each in sheets.of_election(act.tx, election.election_id)}
    made = []
    for raw in command.groups:
        group = line_of("groups", raw, GROUP_CHARS_MAX, required=True)
        if group in taken:
            raise GroupRepeated(group=group)
        taken.add(group)
        made.append(act.new_id("sheet"))
        opened = SheetOpened(made[-1], election.election_id, group)
        act.record(opened, subject=made[-1], turnover=election.turnover)
    return pb.FormGroupsResponse(sheet_ids=made)


def save_entry(command: pb.SaveEntryRequest, act: Act) -> pb.SheetResponse:
    """Keeps what a teller has typed from the sheet, whole or in part."""
    sheet, election, sitting = sheet_in_count(act, command.sheet_id, Role.TELLER)
    contest = contest_of(act, election, sitting)
    cells = typed_cells(command.cells)
    rules.check_fields(contest, cells)
    serial = line_of("paper_serial", command.paper_serial, SERIAL_CHARS_MAX)
    if serial and not command.paper_first:
        raise BadRequest(field="paper_first", problem="required")
    spare = Spare(command.paper_first, serial)
    sheet, reading = _in_hand(act, sheet, election, PAPER, spare)
    before = sheets.load_draft(act.tx, sheet.sheet_id, reading)
    sheets.save_draft(act.tx, sheet.sheet_id, reading, Draft({**before.cells, **cells}))
    return sheet_answer(act, sheet.sheet_id)


@dataclass(frozen=True, slots=True)
class Spare:
    """Whether a reading is entered from a spare sheet that was filled in before, and that one's number."""

    paper_first: bool = False
    serial: str = ""


def _in_hand(act: Act, sheet: Sheet, election: Election, way: str, spare: Spare = Spare()) -> tuple[Sheet, int]:
    """The sheet in this teller's hand, taken up where nobody has it. Raises WayMixed, NotYourReading, SheetNotThere."""
    if election.state is not COUNTING:
        raise SheetNotThere(sheet_state=sheet.state.value, act=SheetAct.START.value)
    teller = act.principal.account_id
    if sheet.state not in HELD:
        started = rules.start(sheet, teller, way, paper_first=spare.paper_first, paper_serial=spare.serial)
        act.record(started, subject=sheet.sheet_id, turnover=election.turnover)
        return sheets.load_sheet(act.tx, sheet.sheet_id), started.reading
    reading = sheet.held_by(teller)
    if sheet.readings[reading].way != way:
        raise WayMixed(way=sheet.readings[reading].way)
    return sheet, reading


# ---- ballot by ballot -----------------------------------------------------------------------------------------


@leaves_no_trace
def add_ballot(command: pb.AddBallotRequest, act: Act) -> pb.DeskResponse:
    """One ballot goes into the counts, or one just entered comes out again. Nothing else of it is kept."""
    sheet, election, sitting = sheet_in_count(act, command.sheet_id, Role.TELLER)
    contest = contest_of(act, election, sitting)
    ballot = _ballot_of(command.marks, command.write_ins, spoilt=command.spoilt)
    judged = assess(ballot, contest)
    sheet, reading = _in_hand(act, sheet, election, BALLOTS)
    draft = sheets.load_draft(act.tx, sheet.sheet_id, reading)
    if command.ballots_before != draft.ballots:
        raise DeskMovedOn(expected=command.ballots_before, actual=draft.ballots)
    step = -1 if command.take_back else 1
    if command.doubtful or judged.validity is Validity.DOUBTFUL:
        after = Draft(draft.cells, draft.ballots + step, draft.doubtful + step)
    else:
        cells = _added(contest, draft.cells, count(contest, (ballot,)), step)
        after = Draft(cells, draft.ballots + step, draft.doubtful)
    if after.ballots < 0 or after.doubtful < 0 or any(value < 0 for value in after.cells.values()):
        raise NothingDoubtful()
    sheets.save_draft(act.tx, sheet.sheet_id, reading, after)
    return pb.DeskResponse(
        ballots=after.ballots, doubtful=after.doubtful, validity=judged.validity.value, rules=judged.rules
    )


@leaves_no_trace
def decide_doubtful(command: pb.DecideDoubtfulRequest, act: Act) -> pb.DeskResponse:
    """A scrutineer says what a ballot that was set aside counts as (B3, C7)."""
    sheet, election, sitting = sheet_in_count(act, command.sheet_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    contest = contest_of(act, election, sitting)
    draft = sheets.load_draft(act.tx, sheet.sheet_id, command.reading)
    if sheet.state not in HELD or not draft.doubtful:
        raise NothingDoubtful()
    if command.doubtful_before != draft.doubtful:
        raise DeskMovedOn(expected=command.doubtful_before, actual=draft.doubtful)
    if command.invalid:
        blank = blank_totals(contest)
        one = SheetTotals(1, 0, 1, blank.candidates)
        validity = Validity.INVALID
    else:
        ballot = _ballot_of(command.marks, command.write_ins, spoilt=False)
        one = count(contest, (ballot,))
        validity = assess(ballot, contest).validity
    after = Draft(_added(contest, draft.cells, one, 1), draft.ballots, draft.doubtful - 1)
    sheets.save_draft(act.tx, sheet.sheet_id, command.reading, after)
    return pb.DeskResponse(ballots=after.ballots, doubtful=after.doubtful, validity=validity.value)


def _ballot_of(marks: object, write_ins: object, *, spoilt: bool) -> Ballot:
    said = list(marks)  # type: ignore[call-overload]
    written = list(write_ins)  # type: ignore[call-overload]
    if len(written) > BALLOT_WRITE_INS_MAX:
        raise BadRequest(field="write_ins", problem="too_many")
    names = tuple(line_of("write_ins", each, NAME_CHARS_MAX, required=True) for each in written)
    return Ballot(tuple(member_of(Mark, "marks", each) for each in said), names, spoilt)


def _added(contest: Contest, cells: Mapping[str, int], one: SheetTotals, step: int) -> dict[str, int]:
    """The counts with one ballot more or less. Every printed field is there, also the zeros."""
    after = {path: cells.get(path, 0) for path in printed_fields(contest)}
    after |= {path: value for path, value in cells.items() if is_written(path)}
    for path, value in cells_of(one).items():
        after[path] = after.get(path, 0) + step * value
    return {path: value for path, value in after.items() if value or not is_written(path)}


def cells_of(totals: SheetTotals) -> dict[str, int]:
    """A sheet's figures by their paths; names written in by a key that spellings share."""
    cells = {"votes": totals.votes, "valid": totals.valid, "invalid": totals.invalid}
    for line in totals.candidates:
        cells |= {f"candidates.{line.candidate_id}.{column}": getattr(line, column) for column in COLUMNS}
    return cells | {written_field(person_key(each.name)): each.approve for each in totals.write_ins}


# ---- a counting machine -----------------------------------------------------------------------------------------


def import_machine_file(command: pb.ImportMachineFileRequest, act: Act) -> pb.DeskResponse:
    """A machine's totals go into the reading; papers that it rejected wait for the scrutineers."""
    sheet, election, sitting = sheet_in_count(act, command.sheet_id, Role.TELLER)
    if command.format not in ("csv", "json"):
        raise BadRequest(field="format", problem="out_of_range")
    contest = contest_of(act, election, sitting)
    read = read_machine_file(command.format, command.content, len(contest.candidates), election.election_id)
    if sheets.machine_file_known(act.tx, election.election_id, read.digest):
        raise MachineFileKnown()
    sheet, reading = _in_hand(act, sheet, election, MACHINE_WAY)
    draft = sheets.load_draft(act.tx, sheet.sheet_id, reading)
    cells = {path: draft.cells.get(path, 0) for path in printed_fields(contest)}
    cells |= {path: value for path, value in draft.cells.items() if is_written(path)}
    for name, value in read.cells.items():
        cells[_machine_path(contest, name)] += value
    after = Draft(cells, draft.ballots + cells["votes"] + read.rejected, draft.doubtful + read.rejected)
    sheets.save_draft(act.tx, sheet.sheet_id, reading, after)
    event = MachineFileRead(election.election_id, sheet.sheet_id, read.digest, read.batches, read.rejected)
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return pb.DeskResponse(ballots=after.ballots, doubtful=after.doubtful)


def _machine_path(contest: Contest, name: str) -> str:
    place, _, column = name.partition(".")
    return f"candidates.{contest.candidate_ids[int(place) - 1]}.{column}" if column else name


# ---- readings ------------------------------------------------------------------------------------------------------


def discard_entry(command: pb.DiscardEntryRequest, act: Act) -> pb.SheetResponse:
    """The teller puts the sheet down; what was read is erased."""
    sheet, election, _ = sheet_in_count(act, command.sheet_id, Role.TELLER)
    event = rules.discard(sheet, act.principal.account_id)
    sheets.erase_draft(act.tx, sheet.sheet_id, event.reading)
    act.tx.forget()
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)


def finalise_entry(command: pb.FinaliseEntryRequest, act: Act) -> pb.SheetResponse:
    """The reading is complete; the second one is compared with the first."""
    sheet, election, sitting = sheet_in_count(act, command.sheet_id, Role.TELLER)
    teller = act.principal.account_id
    reading = sheet.held_by(teller)
    draft = sheets.load_draft(act.tx, sheet.sheet_id, reading)
    explained = explanation_lines(command.explanations)
    close_reading(act, sheet, (election, sitting), Entry(draft.cells, explained, draft.doubtful), teller)
    return sheet_answer(act, sheet.sheet_id)


def close_reading(act: Act, sheet: Sheet, at: tuple[Election, Sitting], entry: Entry, teller: str) -> None:
    """Checks a reading, then gives written names their ids, records it and erases what was read."""
    election, sitting = at
    contest = contest_of(act, election, sitting)
    # Judged by name first: a refused reading leaves no name behind.
    entry = replace(entry, cells=in_order(contest, entry.cells))
    spelled = {person_of(path): person_of(path) for path in entry.cells if is_written(path)}
    reading = sheet.held_by(teller)
    rules.finalise(sheet, contest, Names(spelled), entry, teller, election.list_digest)
    kept = Entry(by_person(act, election.election_id, entry.cells), entry.explanations, entry.doubtful)
    names = names_in(act, election.election_id)
    for event in rules.finalise(sheet, contest, names, kept, teller, election.list_digest):
        act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    sheets.erase_draft(act.tx, sheet.sheet_id, reading)
    act.tx.forget()


def by_person(act: Act, election_id: str, cells: Mapping[str, int]) -> dict[str, int]:
    """Cells with written names by the ids of their persons, who get one where they have none."""
    kept: dict[str, int] = {}
    for path, value in cells.items():
        if not is_written(path):
            kept[path] = value
            continue
        name = person_of(path)
        known = people.find_by_name(act.tx, election_id, name)
        person_id = known.person_id if known else new_persons(act, election_id, "pers", [(name, "")])[0][0].candidate_id
        kept[written_field(person_id)] = value
    return kept


def reread_fields(command: pb.RereadFieldsRequest, act: Act) -> pb.SheetResponse:
    """A teller reads the differing fields again from paper."""
    sheet, election, sitting = sheet_in_count(act, command.sheet_id, Role.TELLER)
    contest = contest_of(act, election, sitting)
    cells = typed_cells(command.cells)
    rules.check_fields(contest, cells)
    names = names_in(act, election.election_id)
    teller = act.principal.account_id
    known = {written_field(each): written_field(key) for key, each in names.by_id.items()}
    given = {known.get(path, path): value for path, value in cells.items()}
    for event in rules.reread(sheet, contest, names, given, teller, election.list_digest):
        act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)


def dispute_sheet(command: pb.DisputeSheetRequest, act: Act) -> pb.SheetResponse:
    """A teller finds that the paper contradicts itself."""
    sheet, election, _ = sheet_in_count(act, command.sheet_id, Role.TELLER)
    event = rules.dispute(sheet, act.principal.account_id, reason_of(command.reason))
    for reading in (1, 2):
        sheets.erase_draft(act.tx, sheet.sheet_id, reading)
    act.tx.forget()
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)
