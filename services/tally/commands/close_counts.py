"""Scrutineers close a count: sheets are sent back or counted again, the outcome follows, and is announced."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.tally.commands.count_acts import check_runs, sheet_answer, sheet_in_count, vote_answer
from services.tally.commands.count_fields import (
    REFERENCE_CHARS_MAX,
    explanation_lines,
    line_of,
    member_of,
    reason_of,
)
from services.tally.commands.elections import join
from services.tally.commands.sittings import check_counted, put_up
from services.tally.domain import elections as rules
from services.tally.domain import sheets_read
from services.tally.domain.counting import merge
from services.tally.domain.elections import Election
from services.tally.domain.errors import HashMoved, SheetNotThere, SheetsOpen
from services.tally.domain.kinds import KIND_OF, Candidate, Round
from services.tally.domain.order import ballot_order, elected_order
from services.tally.domain.outcome import Exit, Outcome, Standing, check_exit
from services.tally.domain.record import make_record, record_bytes, record_hash
from services.tally.domain.remarks import remarks
from services.tally.domain.sheet_events import (
    CountClosed,
    CountReopened,
    Explanation,
    PersonVotes,
    ResultDeclared,
    SeatsReduced,
)
from services.tally.domain.sheet_machine import SheetAct, SheetState
from services.tally.domain.sheets import SheetTotals, check_sitting
from services.tally.domain.sittings import Role, Sitting
from services.tally.domain.suppression import hidden_groups
from services.tally.domain.vote_machine import COUNTING, VoteAct, VoteState, vote_after
from services.tally.store import elections, people, sheets
from services.tally.store.counts import Count, load_count


def send_back_sheet(command: pb.SendBackSheetRequest, act: Act) -> pb.SheetResponse:
    """A scrutineer has a group count again, before the sheet is settled."""
    sheet, election, _ = sheet_in_count(act, command.sheet_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    event = sheets_read.reopen(sheet, SheetAct.SEND_BACK, reason_of(command.reason))
    for reading in (1, 2):
        sheets.erase_draft(act.tx, sheet.sheet_id, reading)
    act.tx.forget()
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)


def recount_sheet(command: pb.RecountSheetRequest, act: Act) -> pb.SheetResponse:
    """A scrutineer orders a recount, blind and in full; an outcome already found is open again."""
    sheet, election, _ = sheet_in_count(act, command.sheet_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    reason = reason_of(command.reason)
    event = sheets_read.reopen(sheet, SheetAct.RECOUNT, reason)
    if election.state in (VoteState.COUNTED, VoteState.REPORTED):
        reopened = CountReopened(election.election_id, reason)
        act.record(reopened, subject=election.election_id, turnover=election.turnover)
    elif election.state is not COUNTING:
        raise SheetNotThere(sheet_state=sheet.state.value, act=SheetAct.RECOUNT.value)
    act.record(event, subject=sheet.sheet_id, turnover=election.turnover)
    return sheet_answer(act, sheet.sheet_id)


# ---- the outcome --------------------------------------------------------------------------------------------------


def close_count(command: pb.CloseCountRequest, act: Act) -> pb.ElectionResponse:
    """Every sheet is settled and signed: the outcome follows, and its record is made."""
    election = elections.load_election(act.tx, command.election_id)
    sitting = elections.sitting_of(act.tx, election)
    sitting.check_officer(act.principal.account_id, Role.SCRUTINEER, Role.CHIEF_SCRUTINEER)
    settle_count(act, election, sitting, explanation_lines(command.explanations))
    return vote_answer(act, election.election_id)


def settle_count(act: Act, election: Election, sitting: Sitting, said: Mapping[str, str]) -> Outcome:
    """Decides and records. `said`: warning → what is written about it.

    Raises VoteNotThere, SheetsOpen, FigureMissing, WarningUnexplained, and what decide raises.
    """
    vote_after(election.state, VoteAct.CLOSE_COUNT)
    held = sheets.of_election(act.tx, election.election_id)
    waiting = sum(each.state is not SheetState.SIGNED for each in held)
    if waiting or not held:
        raise SheetsOpen(sheets=waiting)
    count = load_count(act.tx, election, check_counted(act, sitting, election.election_id))
    check_sitting(count.counts, [totals for _, totals in count.groups])
    outcome = count.outcome()
    beside = remarks(count.contest, count.counts, count.sheets, hidden_in(count), said)
    record = make_record(
        {"election_id": election.election_id, "unit_id": election.unit_id, "turnover": election.turnover,
         "title": election.title, "sitting_id": sitting.sitting_id},
        count.contest, count.counts, public_groups(count), count.found, outcome, count.approved, beside,
    )  # fmt: skip
    content, digest = record_bytes(record).decode(), record_hash(record)
    sheets.keep_record(act.tx, election.election_id, digest, content)
    ids = _ids(act.tx, election.election_id)
    event = CountClosed(
        election.election_id, count.totals.votes, count.totals.valid, count.totals.invalid,
        tuple(each.person_id or ids[each.name] for each in outcome.chosen),
        tuple(each.person_id or ids[each.name] for each in outcome.of(Standing.TIED)),
        outcome.next_round.seats if outcome.next_round else 0, outcome.verdict.value, digest,
        tuple(Explanation(code, text) for code, text in said.items()),
    )  # fmt: skip
    act.record(event, subject=election.election_id, turnover=election.turnover)
    return outcome


def hidden_in(count: Count) -> frozenset[int]:
    """Which sheets (by index) are not shown apart."""
    return hidden_groups([each.totals.votes for each in count.sheets])


def public_groups(count: Count) -> list[SheetTotals]:
    """Groups too small to be shown apart are put together."""
    totals = [each.totals for each in count.sheets]
    hidden = hidden_in(count)
    shown = [each for index, each in enumerate(totals) if index not in hidden]
    return [*shown, *([merge(count.contest, [totals[index] for index in sorted(hidden)])] if hidden else [])]


def _ids(reader: Reader, election_id: str) -> dict[str, str]:
    return {each.name: key for key, each in people.names_of(reader, (election_id,)).items()}


def declare_result(command: pb.DeclareResultRequest, act: Act) -> pb.DeclareResultResponse:
    """The executive chair announces; further votes that the outcome makes necessary come to be at once."""
    election = elections.load_election(act.tx, command.election_id)
    sitting = elections.sitting_of(act.tx, election)
    sitting.check_officer(act.principal.account_id, Role.CHAIR)
    following = announce(act, election, sitting)
    return pb.DeclareResultResponse(state=VoteState.DECLARED.value, next_election_ids=following)


def announce(act: Act, election: Election, sitting: Sitting) -> list[str]:
    """Declares the result of a reported count. Raises VoteNotThere, HashMoved."""
    vote_after(election.state, VoteAct.DECLARE)
    count = load_count(act.tx, election, check_counted(act, sitting, election.election_id))
    outcome = count.outcome()
    kept = sheets.find_record(act.tx, election.election_id)
    if kept is None or kept[1] != election.record_sha256 or not _same(kept[0], outcome):
        # What is announced is what was signed.
        raise HashMoved()
    following = _further_vote(act, election, count, outcome) if election.seats_open else []
    ids = _ids(act.tx, election.election_id)
    chosen = elected_order(election.post, outcome.chosen, count.approved)
    event = ResultDeclared(
        election.election_id, election.unit_id, election.body.value, election.post.value, election.round.value,
        election.seats,
        tuple(
            PersonVotes(each.person_id or ids[each.name], each.name, each.votes, place)
            for place, each in enumerate(chosen, start=1)
        ),
        election.seats_open, election.record_sha256, tuple(following),
    )  # fmt: skip
    act.record(event, subject=election.election_id, turnover=election.turnover)
    for next_id in following:
        if elections.load_election(act.tx, next_id).state is VoteState.READY:
            join(act, election.election_id, next_id)
    return following


def _same(content: str, outcome: Outcome) -> bool:
    said = json.loads(content)["outcome"]["results"]
    now = [(each.name, each.votes, each.standing.value) for each in outcome.results]
    return [(each["name"], each["votes"], each["standing"]) for each in said] == now


def _further_vote(act: Act, election: Election, count: Count, outcome: Outcome) -> list[str]:
    following = outcome.next_round
    if following is None:
        return []
    opened = rules.further_round(act.new_id("elec"), election, following.round, following.seats)
    act.record(opened, subject=opened.election_id, turnover=election.turnover)
    notes = {each.candidate_id: each.note for each in count.contest.candidates}
    named = _named(following.names, following.person_ids, notes)
    listed = ballot_order(election.post, named)
    # The names of a revote are fixed by the rule; those of a shortfall are put up, for people to confirm.
    confirmed = following.round is Round.TIE_REVOTE
    put_up(act, opened.election_id, election.turnover, listed, count.approved, confirmed=confirmed)
    return [opened.election_id]


def _named(names: Sequence[str], ids: Sequence[str], notes: dict[str, str]) -> list[Candidate]:
    return [
        Candidate(person_id, name, notes.get(person_id, "")) for name, person_id in zip(names, ids, strict=True)
    ]  # fmt: skip


def reduce_seats(command: pb.ReduceSeatsRequest, act: Act) -> pb.ElectionResponse:
    """The seats left open are given up, as far as a rule allows it (E5, E5a)."""
    election = elections.load_election(act.tx, command.election_id)
    sitting = elections.sitting_of(act.tx, election)
    check_runs(act, election.unit_id, "ReduceSeats")
    vote_after(election.state, VoteAct.REDUCE_SEATS)
    way = member_of(Exit, "decided_by", command.decided_by)
    if way is Exit.VOTE_AGAIN:
        raise BadRequest(field="decided_by", problem="out_of_range")
    confirmed_by = line_of("confirmed_by", command.confirmed_by, REFERENCE_CHARS_MAX)
    outcome = load_count(act.tx, election, check_counted(act, sitting, election.election_id)).outcome()
    kind = KIND_OF[election.body]
    check_exit(kind, outcome, way, sitting.entitled, command.agree, confirmed_by)
    event = SeatsReduced(election.election_id, len(outcome.chosen), way.value, command.agree, confirmed_by)
    act.record(event, subject=election.election_id, turnover=election.turnover)
    return vote_answer(act, election.election_id)
