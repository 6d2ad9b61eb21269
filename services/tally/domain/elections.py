"""One vote: who may open it, how its list comes to stand, and what its numbers allow. Pure: events or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.tally.domain.count_errors import PostNotOfBody, SeatsImpossible
from services.tally.domain.election_events import (
    BallotsIssued,
    BallotsReturned,
    CandidateEntered,
    CandidatesConfirmed,
    CandidatesEntered,
    ElectionOpened,
    NumberDisputed,
    RepeatDecided,
)
from services.tally.domain.errors import (
    ApprovedOrderNotTheSame,
    NotTheSame,
    NumberNotRecounted,
    PrimaryNotDeclared,
    RoundNotOpenable,
    SamePerson,
)
from services.tally.domain.explain import at_most
from services.tally.domain.kinds import (
    KIND_OF,
    POSTS_OF,
    SEATS_MAX,
    Basis,
    Body,
    Candidate,
    Contest,
    Post,
    Round,
    check_contest,
    person_key,
)
from services.tally.domain.numbers import check_candidate_number
from services.tally.domain.order import approved_ids, check_ballot_order
from services.tally.domain.vote_machine import VoteAct, VoteState, vote_after

TITLE_CHARS_MAX: Final = 120
NOTE_CHARS_MAX: Final = 40
DECISION_CHARS_MAX: Final = 200
# How often a breach must be found before people may decide on it: the first count, and the recount.
DISPUTES_BEFORE_DECISION: Final = 2


@dataclass(frozen=True, slots=True)
class Election:
    """One vote as it stands. `disputes`: how often a number was found to break a rule; `present`: at this vote."""

    election_id: str
    turnover: str
    unit_id: str
    body: Body
    post: Post
    round: Round
    seats: int
    title: str
    cause_election_id: str
    full_members: int
    consent: str
    after_primary: bool
    in_primary: bool
    state: VoteState
    version: int
    position: int
    entered_by: str = ""
    list_digest: str = ""
    sitting_id: str = ""
    present: int = 0
    disputes: int = 0
    seats_open: int = 0
    status: str = ""
    record_sha256: str = ""

    @property
    def primary(self) -> bool:
        """Whether it decides who becomes a formal candidate, not who is elected."""
        return self.round is Round.PRIMARY or self.in_primary

    def contest(self, candidates: tuple[Candidate, ...], basis: Basis | None = None) -> Contest:
        """What the counting rules look at."""
        return Contest(
            self.body, self.post, self.round, self.seats, candidates, basis, self.after_primary, self.in_primary
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody asks to be opened."""

    unit_id: str
    body: Body
    post: Post
    round: Round
    seats: int
    title: str
    full_members: int = 0
    consent: str = ""


def open_election(election_id: str, draft: Draft, after: Election | None) -> ElectionOpened:
    """A vote by hand: a primary round or a formal vote. Raises RoundNotOpenable, PostNotOfBody, PrimaryNotDeclared."""
    if draft.round not in (Round.PRIMARY, Round.FORMAL):
        raise RoundNotOpenable(round=draft.round.value)
    if draft.post not in POSTS_OF[draft.body]:
        raise PostNotOfBody(body=draft.body.value, post=draft.post.value)
    if not 1 <= draft.seats <= SEATS_MAX:
        raise SeatsImpossible(seats=draft.seats, limit=SEATS_MAX)
    if after is not None and not (
        after.state is VoteState.DECLARED
        and after.primary
        and (after.unit_id, after.body, after.post) == (draft.unit_id, draft.body, draft.post)
        and draft.round is Round.FORMAL
    ):
        raise PrimaryNotDeclared()
    return ElectionOpened(
        election_id, draft.unit_id, draft.body.value, draft.post.value, draft.round.value,
        KIND_OF[draft.body].value, draft.seats, draft.title, after.election_id if after else "",
        draft.full_members, draft.consent, after is not None, False,
    )  # fmt: skip


def further_round(election_id: str, cause: Election, which: Round, seats: int) -> ElectionOpened:
    """The vote that an outcome, or a decision to repeat, makes necessary."""
    return ElectionOpened(
        election_id, cause.unit_id, cause.body.value, cause.post.value, which.value, KIND_OF[cause.body].value, seats,
        cause.title, cause.election_id, cause.full_members, cause.consent, cause.after_primary,
        cause.primary and which is not Round.PRIMARY,
    )  # fmt: skip


def enter_candidates(
    election: Election,
    candidates: tuple[Candidate, ...],
    digests: Sequence[str],
    list_digest: str,
    approved: Sequence[str] = (),
) -> CandidatesEntered:
    """The first of two people enters the list, in ballot order; `approved`: the names as the superior ordered them.

    Raises VoteNotThere, what check_contest and check_candidate_number raise, BallotOrderWrong, RoundNotOpenable,
    ApprovedOrderNotHere, ApprovedOrderWrong.
    """
    vote_after(election.state, VoteAct.ENTER)
    if election.round is Round.TIE_REVOTE:
        # The names of a revote follow from the rule (E4).
        raise RoundNotOpenable(round=election.round.value, rule="E4")
    contest = election.contest(candidates)
    check_contest(contest)
    check_candidate_number(contest, election.full_members or None, bool(election.consent))
    check_ballot_order(contest)
    entered = tuple(CandidateEntered(each.candidate_id, d) for each, d in zip(candidates, digests, strict=True))
    return CandidatesEntered(election.election_id, entered, list_digest, approved_ids(contest, approved))


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as the first person entered it; `approved`: names in the order that the superior approved."""

    candidates: Sequence[Candidate]
    approved: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Anew:
    """A list as the second person enters it: (name, note), and the approved order."""

    lines: Sequence[tuple[str, str]]
    approved: Sequence[str] = ()


def confirm_candidates(election: Election, listed: Listed, anew: Anew, account_id: str) -> CandidatesConfirmed:
    """Another person enters the list. Raises SamePerson, or NotTheSame or ApprovedOrderNotTheSame where it differs."""
    first, second = listed.candidates, anew.lines
    vote_after(election.state, VoteAct.CONFIRM)
    if account_id == election.entered_by:
        raise SamePerson()
    for line in range(max(len(first), len(second))):
        if line >= len(first) or line >= len(second):
            raise NotTheSame(line=line + 1)
        name, note = second[line]
        if (first[line].name, person_key(first[line].note)) != (name, person_key(note)):
            raise NotTheSame(line=line + 1)
    _check_approved(listed.approved, anew.approved)
    return CandidatesConfirmed(election.election_id, election.list_digest)


def _check_approved(first: Sequence[str], second: Sequence[str]) -> None:
    for line in range(max(len(first), len(second))):
        if line >= len(first) or line >= len(second) or person_key(first[line]) != person_key(second[line]):
            raise ApprovedOrderNotTheSame(line=line + 1, rule="O2")


def issue(election: Election, present: int, issued: int) -> BallotsIssued | NumberDisputed:
    """Two people counted the ballots handed out; more than people are there is a breach (B1)."""
    _check_step(election, VoteAct.ISSUE)
    check = at_most("B1", "I", issued, "P", present)
    if not check.holds:
        return NumberDisputed(election.election_id, check.rule, check.shown)
    return BallotsIssued(election.election_id, present, issued)


def count_returned(election: Election, issued: int, returned: int) -> BallotsReturned | NumberDisputed:
    """Two people counted what came back; more than went out is a breach (B1)."""
    _check_step(election, VoteAct.COUNT_RETURNED)
    check = at_most("B1", "R", returned, "I", issued)
    if not check.holds:
        return NumberDisputed(election.election_id, check.rule, check.shown)
    return BallotsReturned(election.election_id, returned)


def decide_repeat(
    election: Election, decided_by: str, number: str, reason: str, next_election_id: str
) -> tuple[RepeatDecided, ElectionOpened]:
    """People decided, after a recount, that the vote is held again. Raises VoteNotThere, NumberNotRecounted."""
    vote_after(election.state, VoteAct.REPEAT)
    if election.disputes < DISPUTES_BEFORE_DECISION:
        raise NumberNotRecounted(rule="B1")
    decided = RepeatDecided(election.election_id, decided_by, number, reason, next_election_id)
    again = further_round(next_election_id, election, election.round, election.seats)
    return decided, again


def _check_step(election: Election, act: VoteAct) -> None:
    if election.state is not VoteState.NUMBER_DISPUTED:
        vote_after(election.state, act)
