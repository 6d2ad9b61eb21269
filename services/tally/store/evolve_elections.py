"""How events of elections, rolls and sittings change the tables."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.tally.domain import election_events as ev
from services.tally.domain.sitting_machine import SittingState
from services.tally.domain.vote_machine import VoteState


def set_vote(tx: Transaction, election_id: str, state: VoteState) -> None:
    """The vote has come to this step."""
    tx.run(
        "UPDATE election SET state = ?, version = version + 1 WHERE election_id = ?", (state.value, election_id)
    )  # fmt: skip


def _set_sitting(tx: Transaction, sitting_id: str, state: SittingState) -> None:
    tx.run("UPDATE sitting SET state = ?, version = version + 1 WHERE sitting_id = ?", (state.value, sitting_id))


def _opened(tx: Transaction, fact: Fact, event: ev.ElectionOpened) -> None:
    tx.run(
        "INSERT INTO election (election_id, position, turnover, unit_id, body, post, round, seats, title, "
        "cause_election_id, full_members, consent, after_primary, in_primary, state, version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'opened', 1)",
        (
            event.election_id, fact.position, fact.turnover, event.unit_id, event.body, event.post, event.round,
            event.seats, event.title, event.cause_election_id, event.full_members, event.consent,
            int(event.after_primary), int(event.in_primary),
        ),
    )  # fmt: skip


def _candidates_entered(tx: Transaction, fact: Fact, event: ev.CandidatesEntered) -> None:
    tx.run("DELETE FROM candidate WHERE election_id = ?", (event.election_id,))
    places = {candidate_id: place for place, candidate_id in enumerate(event.approved_ids, start=1)}
    tx.run_many(
        "INSERT INTO candidate (election_id, number, candidate_id, name_digest, approved) VALUES (?, ?, ?, ?, ?)",
        [
            (event.election_id, number, each.candidate_id, each.name_digest, places.get(each.candidate_id, 0))
            for number, each in enumerate(event.candidates, start=1)
        ],
    )
    tx.run(
        "UPDATE election SET entered_by = ?, list_digest = ? WHERE election_id = ?",
        (fact.actor_id, event.list_digest, event.election_id),
    )
    set_vote(tx, event.election_id, VoteState.ENTERED)


def _candidates_confirmed(tx: Transaction, fact: Fact, event: ev.CandidatesConfirmed) -> None:
    set_vote(tx, event.election_id, VoteState.READY)


def _announced(tx: Transaction, fact: Fact, event: ev.CandidatesAnnounced) -> None:
    set_vote(tx, event.election_id, VoteState.ANNOUNCED)


def _boxes_checked(tx: Transaction, fact: Fact, event: ev.BoxesChecked) -> None:
    set_vote(tx, event.election_id, VoteState.BOXED)


def _issued(tx: Transaction, fact: Fact, event: ev.BallotsIssued) -> None:
    tx.run(
        "UPDATE election SET present = ?, disputes = 0 WHERE election_id = ?", (event.present, event.election_id)
    )  # fmt: skip
    set_vote(tx, event.election_id, VoteState.ISSUED)


def _voting_closed(tx: Transaction, fact: Fact, event: ev.VotingClosed) -> None:
    set_vote(tx, event.election_id, VoteState.CAST)


def _returned(tx: Transaction, fact: Fact, event: ev.BallotsReturned) -> None:
    set_vote(tx, event.election_id, VoteState.RETURNED)


def _disputed(tx: Transaction, fact: Fact, event: ev.NumberDisputed) -> None:
    tx.run("UPDATE election SET disputes = disputes + 1 WHERE election_id = ?", (event.election_id,))
    set_vote(tx, event.election_id, VoteState.NUMBER_DISPUTED)


def _repeat_decided(tx: Transaction, fact: Fact, event: ev.RepeatDecided) -> None:
    set_vote(tx, event.election_id, VoteState.REPEATED)


def _roll_entered(tx: Transaction, fact: Fact, event: ev.RollEntered) -> None:
    tx.run(
        "INSERT INTO roll VALUES (?, ?, ?, ?, ?, ?, ?, 0, '')",
        (
            event.roll_id, fact.turnover, event.unit_id, fact.actor_id, event.entitled, event.suspended,
            event.left_out,
        ),
    )  # fmt: skip
    tx.run_many(
        "INSERT INTO elector VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (event.roll_id, each.person_id, each.name_digest, each.standing, each.ground, each.consent, each.vote)
            for each in event.electors
        ],
    )


def _roll_frozen(tx: Transaction, fact: Fact, event: ev.RollFrozen) -> None:
    tx.run("UPDATE roll SET frozen = 1 WHERE roll_id = ?", (event.roll_id,))


def _sitting_opened(tx: Transaction, fact: Fact, event: ev.SittingOpened) -> None:
    tx.run(
        "INSERT INTO sitting VALUES (?, ?, ?, ?, 'opened', 1, ?, 0, '', '[]')",
        (event.sitting_id, fact.turnover, event.unit_id, event.roll_id, int(event.small)),
    )
    tx.run("UPDATE roll SET sitting_id = ? WHERE roll_id = ?", (event.sitting_id, event.roll_id))
    for election_id in event.election_ids:
        _seat(tx, event.sitting_id, election_id)


def _round_joined(tx: Transaction, fact: Fact, event: ev.RoundJoined) -> None:
    _seat(tx, event.sitting_id, event.election_id)


def _seat(tx: Transaction, sitting_id: str, election_id: str) -> None:
    tx.run("UPDATE election SET sitting_id = ? WHERE election_id = ?", (sitting_id, election_id))
    set_vote(tx, election_id, VoteState.SEATED)


def _figure_entered(tx: Transaction, fact: Fact, event: ev.FigureEntered) -> None:
    tx.run(
        "INSERT INTO figure VALUES (?, ?, ?, ?, ?, '') ON CONFLICT (sitting_id, election_id, field) DO UPDATE "
        "SET value = excluded.value, entered_by = excluded.entered_by, confirmed_by = ''",
        (event.sitting_id, event.election_id, event.field, event.value, fact.actor_id),
    )
    tx.run("UPDATE sitting SET version = version + 1 WHERE sitting_id = ?", (event.sitting_id,))


def _figure_confirmed(tx: Transaction, fact: Fact, event: ev.FigureConfirmed) -> None:
    tx.run(
        "UPDATE figure SET confirmed_by = ? WHERE sitting_id = ? AND election_id = ? AND field = ?",
        (fact.actor_id, event.sitting_id, event.election_id, event.field),
    )
    tx.run("UPDATE sitting SET version = version + 1 WHERE sitting_id = ?", (event.sitting_id,))


def _quorum_found(tx: Transaction, fact: Fact, event: ev.QuorumFound) -> None:
    tx.run(
        "UPDATE sitting SET present = ?, version = version + 1, "
        "state = CASE state WHEN 'opened' THEN 'quorate' ELSE state END WHERE sitting_id = ?",
        (event.present, event.sitting_id),
    )


def _method_adopted(tx: Transaction, fact: Fact, event: ev.MethodAdopted) -> None:
    tx.run("UPDATE sitting SET basis = ? WHERE sitting_id = ?", (event.primary_basis, event.sitting_id))
    _set_sitting(tx, event.sitting_id, SittingState.METHOD_ADOPTED)


def _officers_passed(tx: Transaction, fact: Fact, event: ev.OfficersPassed) -> None:
    officers = json.dumps([[each.account_id, each.person_id, each.role] for each in event.officers])
    tx.run("UPDATE sitting SET officers = ? WHERE sitting_id = ?", (officers, event.sitting_id))
    _set_sitting(tx, event.sitting_id, SittingState.OFFICERS_PASSED)


def _sitting_closed(tx: Transaction, fact: Fact, event: ev.SittingClosed) -> None:
    _set_sitting(tx, event.sitting_id, SittingState.CLOSED)


def _photographed(tx: Transaction, fact: Fact, event: ev.PaperPhotographed) -> None:
    tx.run(
        "INSERT OR IGNORE INTO photograph VALUES (?, ?, ?)", (event.sitting_id, event.election_id, event.photo_sha256)
    )


ELECTION_EVOLVE: Mapping[type, Evolve] = {
    ev.ElectionOpened: _opened,
    ev.CandidatesEntered: _candidates_entered,
    ev.CandidatesConfirmed: _candidates_confirmed,
    ev.CandidatesAnnounced: _announced,
    ev.BoxesChecked: _boxes_checked,
    ev.BallotsIssued: _issued,
    ev.VotingClosed: _voting_closed,
    ev.BallotsReturned: _returned,
    ev.NumberDisputed: _disputed,
    ev.RepeatDecided: _repeat_decided,
    ev.RollEntered: _roll_entered,
    ev.RollFrozen: _roll_frozen,
    ev.SittingOpened: _sitting_opened,
    ev.RoundJoined: _round_joined,
    ev.FigureEntered: _figure_entered,
    ev.FigureConfirmed: _figure_confirmed,
    ev.QuorumFound: _quorum_found,
    ev.MethodAdopted: _method_adopted,
    ev.OfficersPassed: _officers_passed,
    ev.SittingClosed: _sitting_closed,
    ev.PaperPhotographed: _photographed,
}
