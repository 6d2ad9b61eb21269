"""A sitting, step by step in the order of the rules; every number is counted by two people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest, NotFound
from services.tally.commands.count_acts import (
    check_runs,
    list_digest,
    new_persons,
    record_all,
    sitting_answer,
    vote_answer,
)
from services.tally.commands.count_fields import REFERENCE_CHARS_MAX, line_of, member_of, number_of, reason_of
from services.tally.commands.elections import join
from services.tally.domain import elections as rules
from services.tally.domain import sittings
from services.tally.domain.election_events import (
    BoxesChecked,
    CandidateEntered,
    CandidatesAnnounced,
    CandidatesConfirmed,
    CandidatesEntered,
    VotingClosed,
)
from services.tally.domain.elections import DECISION_CHARS_MAX, Election
from services.tally.domain.errors import BoxesMissing, FigureMissing, VoteNotSeated, VoteNotThere
from services.tally.domain.kinds import KIND_OF, NAME_CHARS_MAX, STANDING_POSTS, Basis, Candidate, person_key
from services.tally.domain.order import approved_further
from services.tally.domain.sitting_machine import SittingAct, sitting_after
from services.tally.domain.sittings import Field, Named, Role, Sitting
from services.tally.domain.vote_machine import VoteAct, VoteState, vote_after
from services.tally.store import elections, people

_SHA256: Final = re.compile(r"([0-9a-f]{64})?")


def open_sitting(command: pb.OpenSittingRequest, act: Act) -> pb.OpenSittingResponse:
    """A meeting is to hold these votes on this roll."""
    if not 1 <= len(command.election_ids) <= sittings.ELECTIONS_MAX or len(set(command.election_ids)) < len(
        command.election_ids
    ):
        raise BadRequest(field="election_ids", problem="out_of_range")
    roll = elections.load_roll(act.tx, command.roll_id)
    held = [elections.load_election(act.tx, each) for each in command.election_ids]
    event = sittings.open_sitting(act.new_id("sitt"), command.unit_id, roll, held, small=False)
    act.record(event, subject=event.sitting_id, turnover=roll.turnover)
    return pb.OpenSittingResponse(sitting_id=event.sitting_id)


def enter_figure(command: pb.EnterFigureRequest, act: Act) -> pb.SittingResponse:
    """The first of two people counts a number."""
    sitting, election = _at(act, command.sitting_id, command.election_id, "EnterFigure")
    field = sittings.field_of(command.field, command.election_id)
    _check_open_to(field, election)
    event = sittings.enter_figure(sitting, command.election_id, field, number_of(field.value, command.value))
    act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)
    return sitting_answer(act, sitting.sitting_id)


def confirm_figure(command: pb.ConfirmFigureRequest, act: Act) -> pb.SittingResponse:
    """The second counts the same, and what follows from the number follows."""
    sitting, election = _at(act, command.sitting_id, command.election_id, "ConfirmFigure")
    field = sittings.field_of(command.field, command.election_id)
    _check_open_to(field, election)
    figure = elections.figures(act.tx, sitting.sitting_id).get((command.election_id, field))
    value = number_of(field.value, command.value)
    event = sittings.confirm_figure(sitting, figure, field, value, act.principal.account_id)
    act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)
    follow_figure(act, sitting, election, field, value, figure.entered_by if figure else "")
    return sitting_answer(act, sitting.sitting_id)


def follow_figure(
    act: Act, sitting: Sitting, election: Election | None, field: Field, value: int, first_by: str
) -> None:
    """What a number that two people counted leads to."""
    if election is None:
        held = elections.in_sitting(act.tx, sitting.sitting_id)
        found = sittings.find_quorum(sitting, KIND_OF[held[0].body], value)
        act.record(found, subject=sitting.sitting_id, turnover=sitting.turnover)
        return
    if field is Field.BOXES:
        if not value:
            raise BoxesMissing()
        checked = BoxesChecked(election.election_id, value, first_by)
        vote_after(election.state, VoteAct.CHECK_BOXES)
        act.record(checked, subject=election.election_id, turnover=election.turnover)
    elif field is Field.ISSUED:
        issued = rules.issue(election, sitting.present, value)
        act.record(issued, subject=election.election_id, turnover=election.turnover)
    elif field is Field.RETURNED:
        out = elections.figures(act.tx, sitting.sitting_id)[(election.election_id, Field.ISSUED)]
        returned = rules.count_returned(election, out.value, value)
        act.record(returned, subject=election.election_id, turnover=election.turnover)


# The states in which a number of a vote may be counted, or counted again.
_WHEN: Final = {
    Field.PRINTED: tuple(VoteState),
    Field.BOXES: (VoteState.ANNOUNCED,),
    Field.ISSUED: (VoteState.BOXED, VoteState.NUMBER_DISPUTED),
    Field.RETURNED: (VoteState.CAST, VoteState.NUMBER_DISPUTED),
    Field.UNUSED_DESTROYED: (VoteState.ISSUED, VoteState.CAST, VoteState.RETURNED),
}
_NEVER_AFTER: Final = (VoteState.COUNTED, VoteState.REPORTED, VoteState.DECLARED, VoteState.REPEATED)
_ACT_OF: Final = {
    Field.BOXES: VoteAct.CHECK_BOXES,
    Field.ISSUED: VoteAct.ISSUE,
    Field.RETURNED: VoteAct.COUNT_RETURNED,
}


def _check_open_to(field: Field, election: Election | None) -> None:
    if election is None:
        return
    if election.state in _NEVER_AFTER or election.state not in _WHEN[field]:
        raise VoteNotThere(
            vote_state=election.state.value, act=_ACT_OF.get(field, VoteAct.ANNOUNCE).value
        )  # fmt: skip


def adopt_method(command: pb.AdoptMethodRequest, act: Act) -> pb.SittingResponse:
    """The meeting agreed to the election method."""
    sitting, _ = _at(act, command.sitting_id, "", "AdoptMethod")
    basis = member_of(Basis, "primary_basis", command.primary_basis).value if command.primary_basis else ""
    if not _SHA256.fullmatch(command.document_sha256):
        raise BadRequest(field="document_sha256", problem="malformed")
    event = sittings.adopt_method(sitting, command.agree, basis, command.document_sha256)
    act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)
    return sitting_answer(act, sitting.sitting_id)


def pass_officers(command: pb.PassOfficersRequest, act: Act) -> pb.SittingResponse:
    """The meeting passed its scrutineers; the tellers and the chair are named."""
    sitting, _ = _at(act, command.sitting_id, "", "PassOfficers")
    if not 1 <= len(command.officers) <= sittings.OFFICERS_MAX:
        raise BadRequest(field="officers", problem="out_of_range")
    named = [
        (each.account_id, line_of("officers.name", each.name, NAME_CHARS_MAX, required=True), each.role)
        for each in command.officers
    ]
    settle_officers(act, sitting, named, command.agree)
    return sitting_answer(act, sitting.sitting_id)


def settle_officers(act: Act, sitting: Sitting, named: Sequence[tuple[str, str, str]], agree: int) -> None:
    """Checks (account, name, role) against roll and lists, and records them."""
    electors = {person_key(each.name): each for each in elections.electors(act.tx, sitting.roll_id)}
    printed = {
        person_key(each.name)
        for election_id in sitting.election_ids
        for each in elections.candidates(act.tx, election_id)
    }
    officers, running = [], set()
    for account_id, name, role in named:
        key = person_key(name)
        elector = electors.get(key)
        known = elector.person_id if elector else ""
        if not known:
            earlier = people.find_by_name(act.tx, sitting.sitting_id, name)
            known = (
                earlier.person_id
                if earlier
                else new_persons(act, sitting.sitting_id, "pers", [(name, "")])[0][0].candidate_id
            )
        if key in printed:
            running.add(known)
        officers.append(Named(account_id, known, name, member_of(Role, "officers.role", role)))
    entitled = {each.person_id for each in electors.values() if each.standing.value == "entitled"}
    event = sittings.pass_officers(sitting, officers, agree, entitled, running)
    act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)


def announce_candidates(command: pb.AnnounceCandidatesRequest, act: Act) -> pb.ElectionResponse:
    """The meeting is told numbers and candidates."""
    election = _vote(act, command.election_id, "AnnounceCandidates", VoteAct.ANNOUNCE)
    sitting = elections.sitting_of(act.tx, election)
    sitting_after(sitting.state, SittingAct.HOLD_VOTE)
    act.record(CandidatesAnnounced(election.election_id), subject=election.election_id, turnover=election.turnover)
    return vote_answer(act, election.election_id)


def close_voting(command: pb.CloseVotingRequest, act: Act) -> pb.ElectionResponse:
    """Everybody has cast their ballot."""
    election = _vote(act, command.election_id, "CloseVoting", VoteAct.CLOSE_VOTING)
    act.record(VotingClosed(election.election_id), subject=election.election_id, turnover=election.turnover)
    return vote_answer(act, election.election_id)


def decide_repeat(command: pb.DecideRepeatRequest, act: Act) -> pb.NextElectionResponse:
    """Records the decision, taken by who may, that a vote is held again; the new vote has the same list."""
    election = _vote(act, command.election_id, "DecideRepeat", VoteAct.REPEAT)
    decided, again = rules.decide_repeat(
        election,
        line_of("decided_by", command.decided_by, DECISION_CHARS_MAX, required=True),
        line_of("decision_number", command.decision_number, REFERENCE_CHARS_MAX),
        reason_of(command.reason),
        act.new_id("elec"),
    )
    act.record(decided, subject=election.election_id, turnover=election.turnover)
    act.record(again, subject=again.election_id, turnover=election.turnover)
    listed = elections.candidates(act.tx, election.election_id)
    put_up(act, again.election_id, election.turnover, listed, elections.approved(act.tx, election))
    join(act, election.election_id, again.election_id)
    return pb.NextElectionResponse(next_election_id=again.election_id)


def put_up(
    act: Act, election_id: str, turnover: str, candidates: Sequence[Candidate], approved: Sequence[str],
    *, confirmed: bool = True,
) -> None:  # fmt: skip
    """A further round's list, as the rules give it; what is to be confirmed by people is only entered.

    `approved`: the names of the vote before in the order that the superior approved.
    """
    kept = new_persons(act, election_id, "cand", [(each.name, each.note) for each in candidates])
    digest = list_digest(kept)
    listed = [each for each, _ in kept]
    ids = {each.name: each.candidate_id for each in listed}
    post = elections.load_election(act.tx, election_id).post
    ordered = approved_further(approved, listed) if post in STANDING_POSTS else ()
    entered = CandidatesEntered(
        election_id, tuple(CandidateEntered(each.candidate_id, d) for each, d in kept), digest,
        tuple(ids[name] for name in ordered),
    )  # fmt: skip
    events = (entered, CandidatesConfirmed(election_id, digest)) if confirmed else (entered,)
    record_all(act, events, election_id, turnover)


def close_sitting(command: pb.CloseSittingRequest, act: Act) -> pb.SittingResponse:
    """Every vote, and every further vote, is over."""
    sitting, _ = _at(act, command.sitting_id, "", "CloseSitting")
    held = elections.in_sitting(act.tx, sitting.sitting_id)
    further = [each for one in held for each in elections.caused_by(act.tx, one.election_id)]
    event = sittings.close_sitting(sitting, [*held, *further])
    act.record(event, subject=sitting.sitting_id, turnover=sitting.turnover)
    return sitting_answer(act, sitting.sitting_id)


def _at(act: Act, sitting_id: str, election_id: str, method: str) -> tuple[Sitting, Election | None]:
    sitting = elections.load_sitting(act.tx, sitting_id)
    check_runs(act, sitting.unit_id, method, sitting)
    if not election_id:
        return sitting, None
    election = elections.load_election(act.tx, election_id)
    if election.sitting_id != sitting_id:
        raise NotFound(kind="election", id=election_id)
    return sitting, election


def _vote(act: Act, election_id: str, method: str, step: VoteAct) -> Election:
    election = elections.load_election(act.tx, election_id)
    sitting = elections.load_sitting(act.tx, election.sitting_id) if election.sitting_id else None
    check_runs(act, election.unit_id, method, sitting)
    vote_after(election.state, step)
    if sitting is None:
        raise VoteNotSeated()
    return election


def check_counted(act: Act, sitting: Sitting, election_id: str) -> dict[Field, int]:
    """The numbers of a vote that two people counted. Raises FigureMissing."""
    found = elections.figures(act.tx, sitting.sitting_id)
    numbers = {}
    for field in (Field.PRINTED, Field.ISSUED, Field.RETURNED, Field.UNUSED_DESTROYED):
        figure = found.get((election_id, field))
        if figure is None or not figure.confirmed:
            raise FigureMissing(figure=field.value)
        numbers[field] = figure.value
    return numbers
