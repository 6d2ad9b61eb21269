"""What happens to elections, rolls and sittings. Numbers are counts of persons or ballots."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ElectionOpened:
    """One vote by one body for one post is to be held. `cause_election_id`: the vote that made it necessary."""

    election_id: str
    unit_id: str
    body: str
    post: str
    round: str
    kind: str
    seats: int
    title: str
    cause_election_id: str
    full_members: int
    consent: str
    after_primary: bool
    in_primary: bool


@dataclass(frozen=True, slots=True)
class CandidateEntered:
    """A printed name: by id and salted digest, never in plain."""

    candidate_id: str
    name_digest: str


@dataclass(frozen=True, slots=True)
class CandidatesEntered:
    """Candidates in ballot order, as the first of two people entered them.

    `approved_ids`: every candidate once, in the order that the superior approved; empty where the ballot has that order
    or there is none.
    """

    election_id: str
    candidates: tuple[CandidateEntered, ...]
    list_digest: str
    approved_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidatesConfirmed:
    """A second person entered the same list."""

    election_id: str
    list_digest: str


@dataclass(frozen=True, slots=True)
class CandidatesAnnounced:
    """Numbers and candidates were told to the meeting."""

    election_id: str


@dataclass(frozen=True, slots=True)
class BoxesChecked:
    """The boxes were opened before all, were empty, and were sealed."""

    election_id: str
    boxes: int
    checked_with_account_id: str


@dataclass(frozen=True, slots=True)
class BallotsIssued:
    """Ballots went out to those present."""

    election_id: str
    present: int
    issued: int


@dataclass(frozen=True, slots=True)
class VotingClosed:
    """Everybody has cast their ballot."""

    election_id: str


@dataclass(frozen=True, slots=True)
class BallotsReturned:
    """The ballots returned were counted, and their number breaks no rule."""

    election_id: str
    returned: int


@dataclass(frozen=True, slots=True)
class NumberDisputed:
    """A number breaks a rule (B1); two people count it again from paper."""

    election_id: str
    rule: str
    test: str


@dataclass(frozen=True, slots=True)
class RepeatDecided:
    """The number stood after the recount, and whoever may decided that the vote is held again."""

    election_id: str
    decided_by: str
    decision_number: str
    reason: str
    next_election_id: str


@dataclass(frozen=True, slots=True)
class ElectorEntered:
    """Somebody on the roll. `ground`, `consent` and `vote` say why they do not count among the entitled (E0)."""

    person_id: str
    name_digest: str
    standing: str
    ground: str
    consent: str
    vote: str


@dataclass(frozen=True, slots=True)
class RollEntered:
    """The roll of electors, as the first of two people entered it."""

    roll_id: str
    unit_id: str
    electors: tuple[ElectorEntered, ...]
    entitled: int
    suspended: int
    left_out: int


@dataclass(frozen=True, slots=True)
class RollFrozen:
    """A second person counted as many; nothing in it changes any more."""

    roll_id: str
    entitled: int


@dataclass(frozen=True, slots=True)
class SittingOpened:
    """A meeting holds these votes on this roll. `small`: on one phone."""

    sitting_id: str
    unit_id: str
    roll_id: str
    election_ids: tuple[str, ...]
    small: bool


@dataclass(frozen=True, slots=True)
class RoundJoined:
    """A vote that an outcome made necessary is held in the same sitting, on the same roll."""

    sitting_id: str
    election_id: str


@dataclass(frozen=True, slots=True)
class FigureEntered:
    """One person counted a number; `election_id` is empty for the number present."""

    sitting_id: str
    election_id: str
    field: str
    value: int


@dataclass(frozen=True, slots=True)
class FigureConfirmed:
    """Another person counted the same."""

    sitting_id: str
    election_id: str
    field: str
    value: int


@dataclass(frozen=True, slots=True)
class QuorumFound:
    """Enough are present to elect; `rule` says by which test."""

    sitting_id: str
    present: int
    entitled: int
    rule: str


@dataclass(frozen=True, slots=True)
class MethodAdopted:
    """The meeting agreed to the election method (O7)."""

    sitting_id: str
    agree: int
    entitled: int
    primary_basis: str
    document_sha256: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who counts, watches or chairs; bound to an account except in a small sitting."""

    account_id: str
    person_id: str
    role: str


@dataclass(frozen=True, slots=True)
class OfficersPassed:
    """The meeting passed its scrutineers, and the tellers were announced (P4 to P9)."""

    sitting_id: str
    officers: tuple[Officer, ...]
    agree: int


@dataclass(frozen=True, slots=True)
class SittingClosed:
    """Every vote of the sitting is declared or decided."""

    sitting_id: str


@dataclass(frozen=True, slots=True)
class PaperPhotographed:
    """The signed paper, which is the original, was photographed."""

    sitting_id: str
    election_id: str
    photo_sha256: str


ELECTION_EVENTS: tuple[type, ...] = (
    ElectionOpened, CandidatesEntered, CandidatesConfirmed, CandidatesAnnounced, BoxesChecked, BallotsIssued,
    VotingClosed, BallotsReturned, NumberDisputed, RepeatDecided, RollEntered, RollFrozen, SittingOpened, RoundJoined,
    FigureEntered, FigureConfirmed, QuorumFound, MethodAdopted, OfficersPassed, SittingClosed, PaperPhotographed,
)  # fmt: skip
