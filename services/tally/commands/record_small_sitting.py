"""A branch counts on one phone: the roll, the numbers, two readings by two people; the signed paper is the original.

All of it comes in one request, perhaps hours later, and takes effect as a whole or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.tally.commands import sittings as sitting_acts
from services.tally.commands.close_counts import announce, settle_count
from services.tally.commands.count_acts import contest_of
from services.tally.commands.count_fields import (
    candidate_lines,
    explanation_lines,
    line_of,
    number_of,
    typed_cells,
)
from services.tally.commands.elections import enter_candidates, enter_roll, join, listed_before, open_election
from services.tally.commands.read_sheets import close_reading
from services.tally.domain import elections as rules
from services.tally.domain import rolls, sheets_read, sittings
from services.tally.domain.election_events import CandidatesAnnounced, FigureConfirmed, PaperPhotographed, VotingClosed
from services.tally.domain.elections import NOTE_CHARS_MAX, Anew, Election
from services.tally.domain.errors import ReadingsDiffer, SamePerson, SheetNotThere
from services.tally.domain.kinds import NAME_CHARS_MAX, Round, person_key
from services.tally.domain.sheet_events import ResultReported, SheetOpened, SheetSigned
from services.tally.domain.sheet_machine import SheetAct
from services.tally.domain.sheets_read import Entry, Sheet
from services.tally.domain.sittings import Field, Role, Sitting
from services.tally.domain.vote_machine import VoteAct, VoteState, vote_after
from services.tally.store import elections, sheets

ELECTORS_MIN: Final = 3
ELECTORS_MAX: Final = 60
ELECTIONS_MAX: Final = 5
GROUP: Final = "全体"
PAPER: Final = "paper"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FIGURES: Final = (Field.PRINTED, Field.ISSUED, Field.RETURNED, Field.UNUSED_DESTROYED)


@dataclass(frozen=True, slots=True)
class Readers:
    """The two people, by their ids on the roll: one reads as teller, the other as scrutineer."""

    first: str
    second: str


def record_small_sitting(command: pb.RecordSmallSittingRequest, act: Act) -> pb.RecordSmallSittingResponse:
    """Checks and records a whole sitting, or the further votes of one."""
    if not 1 <= len(command.elections) <= ELECTIONS_MAX:
        raise BadRequest(field="elections", problem="out_of_range")
    for small in command.elections:
        _check_readings(small)
    sitting = _known_sitting(command, act) if command.sitting_id else _new_sitting(command, act)
    readers = Readers(*(each.person_id for each in sitting.officers))
    held = [_vote_of(act, command, small, sitting, readers) for small in command.elections]
    further: list[str] = []
    for small, election_id in zip(command.elections, held, strict=True):
        further += _hold(act, sitting.sitting_id, election_id, small, readers)
    return pb.RecordSmallSittingResponse(
        sitting_id=sitting.sitting_id, election_ids=held, next_election_ids=further
    )  # fmt: skip


def _check_readings(small: pb.SmallElection) -> None:
    first, second = typed_cells(small.first_reading), typed_cells(small.second_reading)
    differing = sheets_read.differ(_folded(first), _folded(second))
    if differing:
        raise ReadingsDiffer(field=differing[0], fields=len(differing))
    if not _SHA256.fullmatch(small.photo_sha256):
        raise BadRequest(field="photo_sha256", problem="required")


def _folded(cells: dict[str, int]) -> dict[str, int]:
    return {
        sheets_read.written_field(person_key(sheets_read.person_of(path)))
        if sheets_read.is_written(path)
        else path: value
        for path, value in cells.items()
    }


def _known_sitting(command: pb.RecordSmallSittingRequest, act: Act) -> Sitting:
    sitting = elections.load_sitting(act.tx, command.sitting_id)
    if not sitting.small or sitting.unit_id != command.unit_id:
        raise BadRequest(field="sitting_id", problem="out_of_range")
    return sitting


def _new_sitting(command: pb.RecordSmallSittingRequest, act: Act) -> Sitting:
    """Roll, votes, sitting, quorum, method and officers, in their order."""
    if not ELECTORS_MIN <= len(command.electors) <= ELECTORS_MAX:
        raise BadRequest(field="electors", problem="out_of_range")
    first, second = (line_of("reader", each, NAME_CHARS_MAX, required=True) for each in _readers_of(command))
    if person_key(first) == person_key(second):
        raise SamePerson()
    asked = pb.EnterRollRequest(unit_id=command.unit_id, turnover=command.turnover, electors=command.electors)
    roll_id = enter_roll(asked, act).roll_id
    roll = elections.load_roll(act.tx, roll_id)
    # The second reader counted the roll as well: on paper, which both signed.
    frozen = rolls.freeze_roll(roll, roll.entitled, second)
    act.record(frozen, subject=roll_id, turnover=roll.turnover)
    votes = [_open(act, command, small, second) for small in command.elections]
    held = [elections.load_election(act.tx, each) for each in votes]
    roll = elections.load_roll(act.tx, roll_id)
    opened = sittings.open_sitting(act.new_id("sitt"), command.unit_id, roll, held, small=True)
    act.record(opened, subject=opened.sitting_id, turnover=roll.turnover)
    sitting = elections.load_sitting(act.tx, opened.sitting_id)
    _count(act, sitting, None, Field.PRESENT, number_of("present", command.present))
    sitting = elections.load_sitting(act.tx, opened.sitting_id)
    adopted = sittings.adopt_method(sitting, command.method_agree, "", "")
    act.record(adopted, subject=sitting.sitting_id, turnover=sitting.turnover)
    sitting = elections.load_sitting(act.tx, opened.sitting_id)
    named = [("", first, Role.TELLER.value), ("", second, Role.SCRUTINEER.value)]
    sitting_acts.settle_officers(act, sitting, named, command.officers_agree)
    return elections.load_sitting(act.tx, opened.sitting_id)


def _readers_of(command: pb.RecordSmallSittingRequest) -> tuple[str, str]:
    return command.first_reader, command.second_reader


def _open(act: Act, command: pb.RecordSmallSittingRequest, small: pb.SmallElection, second: str) -> str:
    opening = pb.OpenElectionRequest(
        unit_id=command.unit_id, turnover=command.turnover, body=small.body, post=small.post, seats=small.seats,
        title=small.title, full_members=small.full_members, consent=small.consent,
    )  # fmt: skip
    election_id = open_election(opening, act).election_id
    enter_candidates(pb.EnterCandidatesRequest(election_id=election_id, candidates=small.candidates), act)
    _confirm(act, election_id, small, second)
    return election_id


def _confirm(act: Act, election_id: str, small: pb.SmallElection, second: str) -> None:
    election = elections.load_election(act.tx, election_id)
    anew = Anew(candidate_lines(small.candidates, NOTE_CHARS_MAX))
    event = rules.confirm_candidates(election, listed_before(act, election), anew, second)
    act.record(event, subject=election_id, turnover=election.turnover)


def _vote_of(
    act: Act, command: pb.RecordSmallSittingRequest, small: pb.SmallElection, sitting: Sitting, readers: Readers
) -> str:
    """The vote that was counted: one just opened, or a further one of this sitting."""
    if not command.sitting_id:
        place = list(command.elections).index(small)
        return sitting.election_ids[place]
    election = elections.load_election(act.tx, small.election_id)
    if election.round is Round.SHORTFALL and election.state is VoteState.ENTERED:
        if small.candidates:
            asked = pb.EnterCandidatesRequest(election_id=election.election_id, candidates=small.candidates)
            enter_candidates(asked, act)
        _confirm(act, election.election_id, small, readers.second)
        join(act, election.cause_election_id, election.election_id)
    election = elections.load_election(act.tx, small.election_id)
    if election.sitting_id != sitting.sitting_id:
        raise BadRequest(field="election_id", problem="out_of_range")
    return election.election_id


def _hold(act: Act, sitting_id: str, election_id: str, small: pb.SmallElection, readers: Readers) -> list[str]:
    """One vote from its announcement to its result; returns the further votes."""
    sitting = elections.load_sitting(act.tx, sitting_id)
    election = _step(act, election_id, VoteAct.ANNOUNCE)
    act.record(CandidatesAnnounced(election_id), subject=election_id, turnover=election.turnover)
    numbers = {field: number_of(field.value, getattr(small, field.value)) for field in _FIGURES}
    for field in (Field.PRINTED, Field.BOXES, Field.ISSUED):
        _count(act, sitting, election_id, field, numbers.get(field, 1))
    _step(act, election_id, VoteAct.CLOSE_VOTING)
    act.record(VotingClosed(election_id), subject=election_id, turnover=election.turnover)
    for field in (Field.RETURNED, Field.UNUSED_DESTROYED):
        _count(act, sitting, election_id, field, numbers[field])
    election = _step(act, election_id, VoteAct.CLOSE_COUNT)
    _read(act, election, sitting, small, readers)
    photographed = PaperPhotographed(sitting_id, election_id, small.photo_sha256)
    act.record(photographed, subject=sitting_id, turnover=sitting.turnover)
    settle_count(act, election, sitting, explanation_lines(small.explanations))
    election = elections.load_election(act.tx, election_id)
    reported = ResultReported(
        election_id, election.record_sha256, readers.second, "", "", "", "", "", "", PAPER
    )  # fmt: skip
    act.record(reported, subject=election_id, turnover=election.turnover)
    return announce(act, elections.load_election(act.tx, election_id), sitting)


def _step(act: Act, election_id: str, step: VoteAct) -> Election:
    election = elections.load_election(act.tx, election_id)
    vote_after(election.state, step)
    return election


def _count(act: Act, sitting: Sitting, election_id: str | None, field: Field, value: int) -> None:
    """A number that both people counted on paper."""
    entered = sittings.enter_figure(sitting, election_id or "", field, value)
    confirmed = FigureConfirmed(sitting.sitting_id, election_id or "", field.value, value)
    for event in (entered, confirmed):
        act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)
    election = elections.load_election(act.tx, election_id) if election_id else None
    sitting_acts.follow_figure(act, sitting, election, field, value, "")


def _read(act: Act, election: Election, sitting: Sitting, small: pb.SmallElection, readers: Readers) -> None:
    """Both readings into one sheet, which both signed on paper."""
    sheet_id = act.new_id("sheet")
    opened = SheetOpened(sheet_id, election.election_id, GROUP)
    act.record(opened, subject=sheet_id, turnover=election.turnover)
    explained = explanation_lines(small.explanations)
    contest = contest_of(act, election, sitting)
    ids = {str(number): each for number, each in enumerate(contest.candidate_ids, start=1)}
    for reader, typed in ((readers.first, small.first_reading), (readers.second, small.second_reading)):
        cells = {_path(path, ids): value for path, value in typed_cells(typed).items()}
        sheets_read.check_fields(contest, cells)
        sheet = sheets.load_sheet(act.tx, sheet_id)
        started = sheets_read.start(sheet, reader, PAPER, paper_first=True)
        act.record(started, subject=sheet_id, turnover=election.turnover)
        sheet = sheets.load_sheet(act.tx, sheet_id)
        close_reading(act, sheet, (election, sitting), Entry(cells, explained), reader)
    sheet = sheets.load_sheet(act.tx, sheet_id)
    if not sheet.sheet_hash:
        raise SheetNotThere(sheet_state=sheet.state.value, act=SheetAct.SIGN.value)
    for role, reader in ((Role.TELLER, readers.first), (Role.SCRUTINEER, readers.second)):
        act.record(_signed_on_paper(sheet, role, reader), subject=sheet_id, turnover=election.turnover)


def _signed_on_paper(sheet: Sheet, role: Role, person_id: str) -> SheetSigned:
    return SheetSigned(
        sheet.sheet_id, sheet.generation, role.value, person_id, sheet.sheet_hash, "", "", "", "", "", "", PAPER
    )  # fmt: skip


def _path(path: str, ids: dict[str, str]) -> str:
    """`candidates.3.approve` names the third on the ballot: ids are made only now."""
    parts = path.split(".")
    if parts[0] == "candidates" and len(parts) > 2:
        return f"candidates.{ids.get(parts[1], parts[1])}.{parts[2]}"
    return path
