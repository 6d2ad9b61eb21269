"""A vote is opened, its list is entered by one person and confirmed by another; a roll likewise."""

from __future__ import annotations

from typing import Final

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.tally.commands.count_acts import check_runs, list_digest, new_persons, record_all, vote_answer
from services.tally.commands.count_fields import (
    REFERENCE_CHARS_MAX,
    approved_lines,
    candidate_lines,
    elector_lines,
    line_of,
    member_of,
    number_of,
)
from services.tally.domain import elections as rules
from services.tally.domain import rolls
from services.tally.domain.election_events import RoundJoined
from services.tally.domain.elections import NOTE_CHARS_MAX, TITLE_CHARS_MAX, Anew, Draft, Election, Listed
from services.tally.domain.errors import VoteOpenAlready
from services.tally.domain.kinds import CANDIDATES_MAX, SECRETARY_POSTS, Body, Post, Round
from services.tally.domain.rolls import ELECTORS_MAX, Elector
from services.tally.domain.sitting_machine import SittingState
from services.tally.store import elections, people

TURNOVER_CHARS_MAX: Final = 80


def open_election(command: pb.OpenElectionRequest, act: Act) -> pb.OpenElectionResponse:
    """Opens a primary round or a formal vote; the kind follows from the body."""
    draft = Draft(
        command.unit_id,
        member_of(Body, "body", command.body),
        member_of(Post, "post", command.post),
        member_of(Round, "round", command.round or Round.FORMAL.value),
        command.seats,
        line_of("title", command.title, TITLE_CHARS_MAX, required=True),
        command.full_members,
        line_of("consent", command.consent, REFERENCE_CHARS_MAX),
    )
    turnover = line_of("turnover", command.turnover, TURNOVER_CHARS_MAX, required=True)
    after_id = command.after_election_id
    after = elections.load_election(act.tx, after_id) if after_id else None
    already = elections.open_like(act.tx, turnover, draft.unit_id, draft.body, draft.post)
    if already is not None:
        raise VoteOpenAlready(election_id=already.election_id)
    event = rules.open_election(act.new_id("elec"), draft, after)
    act.record(event, subject=event.election_id, turnover=turnover)
    return pb.OpenElectionResponse(election_id=event.election_id)


def enter_candidates(command: pb.EnterCandidatesRequest, act: Act) -> pb.ElectionResponse:
    """The first of two people enters the names in ballot order."""
    election = elections.load_election(act.tx, command.election_id)
    check_runs(act, election.unit_id, "EnterCandidates")
    if len(command.candidates) > CANDIDATES_MAX:
        raise BadRequest(field="candidates", problem="too_many")
    people.forget_scope(act.tx, election.election_id)
    entered = new_persons(
        act, election.election_id, "cand", candidate_lines(command.candidates, NOTE_CHARS_MAX)
    )  # fmt: skip
    event = rules.enter_candidates(
        election, tuple(each for each, _ in entered), [digest for _, digest in entered], list_digest(entered),
        approved_lines(command.approved_order),
    )  # fmt: skip
    act.record(event, subject=election.election_id, turnover=election.turnover)
    return vote_answer(act, election.election_id)


def confirm_candidates(command: pb.ConfirmCandidatesRequest, act: Act) -> pb.ElectionResponse:
    """Another person enters the list anew. A further round then joins the sitting that made it necessary."""
    election = elections.load_election(act.tx, command.election_id)
    check_runs(act, election.unit_id, "ConfirmCandidates")
    listed = listed_before(act, election)
    anew = Anew(candidate_lines(command.candidates, NOTE_CHARS_MAX), approved_lines(command.approved_order))
    event = rules.confirm_candidates(election, listed, anew, act.principal.account_id)
    act.record(event, subject=election.election_id, turnover=election.turnover)
    if election.round is Round.SHORTFALL:
        join(act, election.cause_election_id, election.election_id)
    return vote_answer(act, election.election_id)


def listed_before(act: Act, election: Election) -> Listed:
    """The list as it was entered. Secretaries' approved order is the ballot's: nobody enters it apart."""
    approved = () if election.post in SECRETARY_POSTS else elections.approved(act.tx, election)
    return Listed(elections.candidates(act.tx, election.election_id), approved)


def join(act: Act, cause_election_id: str, election_id: str) -> None:
    """A further round is held in the sitting of its cause, while that lasts."""
    cause = elections.load_election(act.tx, cause_election_id)
    sitting = elections.sitting_of(act.tx, cause)
    if sitting.state is SittingState.OFFICERS_PASSED:
        event = RoundJoined(sitting.sitting_id, election_id)
        act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)


def enter_roll(command: pb.EnterRollRequest, act: Act) -> pb.EnterRollResponse:
    """The first of two people enters the roll of electors."""
    if not 1 <= len(command.electors) <= ELECTORS_MAX:
        raise BadRequest(field="electors", problem="out_of_range")
    turnover = line_of("turnover", command.turnover, TURNOVER_CHARS_MAX, required=True)
    roll_id = act.new_id("roll")
    lines = elector_lines(command.electors)
    kept = new_persons(act, roll_id, "pers", [(name, "") for name, *_ in lines])
    electors = [Elector(person.candidate_id, *line) for (person, _), line in zip(kept, lines, strict=True)]
    event = rolls.enter_roll(roll_id, command.unit_id, electors, [digest for _, digest in kept])
    record_all(act, (event,), roll_id, turnover)
    return pb.EnterRollResponse(roll_id=roll_id, entitled=event.entitled)


def freeze_roll(command: pb.FreezeRollRequest, act: Act) -> pb.FreezeRollResponse:
    """Another person counts those entitled; from then on nothing in the roll changes."""
    roll = elections.load_roll(act.tx, command.roll_id)
    check_runs(act, roll.unit_id, "FreezeRoll")
    event = rolls.freeze_roll(roll, number_of("entitled", command.entitled), act.principal.account_id)
    record_all(act, (event,), roll.roll_id, roll.turnover)
    return pb.FreezeRollResponse(entitled=event.entitled)
