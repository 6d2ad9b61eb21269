"""Elections, sittings and sheets as they are shown; who may see a unit sees its votes."""

from __future__ import annotations

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.tally.domain.elections import Election
from services.tally.domain.guide import Step, vote_steps
from services.tally.domain.sittings import Sitting
from services.tally.store import elections, sheets


def check_visible(ask: Ask, unit_id: str, kind: str, thing_id: str) -> tree.TreeUnit:
    """The unit, where the caller may see it. Raises NotFound."""
    unit = tree.find(ask.reader, unit_id)
    if unit is None or not ask.scope().sees(unit.path):
        raise NotFound(kind=kind, id=thing_id)
    return unit


def visible_election(ask: Ask, election_id: str) -> tuple[Election, Sitting | None]:
    """A vote and its sitting. An officer of the sitting sees it wherever their role is held. Raises NotFound."""
    election = elections.load_election(ask.reader, election_id)
    sitting = elections.load_sitting(ask.reader, election.sitting_id) if election.sitting_id else None
    if sitting is None or not sitting.roles_of(ask.principal.account_id):
        check_visible(ask, election.unit_id, "election", election_id)
    return election, sitting


def step_messages(steps: list[Step]) -> list[pb.VoteStep]:
    """Steps as they are shown."""
    return [
        pb.VoteStep(step=each.step, election_id=each.election_id, state=each.state, waits_for=each.waits_for)
        for each in steps
    ]


def election_message(ask: Ask, election: Election, sitting: Sitting | None) -> pb.Election:
    """One vote with its list and what is next. The list is shown once two people have entered it."""
    unit = tree.find(ask.reader, election.unit_id)
    confirmed = election.state.value not in ("opened", "entered")
    listed = elections.candidates(ask.reader, election.election_id) if confirmed else ()
    figures = elections.figures(ask.reader, sitting.sitting_id) if sitting else {}
    states = [each.state for each in sheets.of_election(ask.reader, election.election_id)]
    return pb.Election(
        election_id=election.election_id,
        unit_id=election.unit_id,
        unit_name=unit.name if unit else "",
        turnover=election.turnover,
        body=election.body.value,
        post=election.post.value,
        round=election.round.value,
        kind=election.contest(()).kind.value,
        seats=election.seats,
        title=election.title,
        state=election.state.value,
        version=election.version,
        sitting_id=election.sitting_id,
        cause_election_id=election.cause_election_id,
        candidates=[
            pb.CandidateView(candidate_id=each.candidate_id, name=each.name, note=each.note, number=number)
            for number, each in enumerate(listed, start=1)
        ],
        candidates_confirmed=confirmed,
        steps=step_messages(vote_steps(election, sitting, figures, states)),
        seats_open=election.seats_open,
        approved_order=elections.approved(ask.reader, election) if confirmed else (),
        next_election_ids=[each.election_id for each in elections.caused_by(ask.reader, election.election_id)],
    )
