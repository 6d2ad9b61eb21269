"""Why a contest, a ballot or a count is not taken.

Refusal (services.kernel.refusal)
├── a contest   PostNotOfBody · SeatsImpossible · ContestTooLarge · CandidateNameEmpty · CandidateRepeated
│               CandidateNumberWrong · PrimaryBasisMissing · BallotOrderWrong
├── a ballot    BallotMarksMissing · BallotUndecided
├── a count     SheetImpossible · WriteInIsPrinted · QuorumMissing
└── an outcome  ExitNotLawful · ExitNotAgreed · ExitUnconfirmed · NothingShort
"""

from __future__ import annotations

from typing import ClassVar

from services.kernel.refusal import Category, Refusal


class PostNotOfBody(Refusal):
    """This body does not elect this post."""

    code: ClassVar[str] = "TALLY_POST_NOT_OF_BODY"
    category: ClassVar[Category] = Category.RULE
    body: str
    post: str


class SeatsImpossible(Refusal):
    """There is at least one seat."""

    code: ClassVar[str] = "TALLY_SEATS_IMPOSSIBLE"
    category: ClassVar[Category] = Category.INVALID
    seats: int
    limit: int


class ContestTooLarge(Refusal):
    """There is at least one candidate and not more than can be counted."""

    code: ClassVar[str] = "TALLY_CANDIDATES_IMPOSSIBLE"
    category: ClassVar[Category] = Category.INVALID
    candidates: int
    limit: int


class CandidateNameEmpty(Refusal):
    """A candidate has a name, not longer than the ballot has room for."""

    code: ClassVar[str] = "TALLY_CANDIDATE_NAME"
    category: ClassVar[Category] = Category.INVALID
    name: str
    limit: int


class CandidateRepeated(Refusal):
    """One candidate stands twice. Two people of one name are told apart by the name itself (示例甲（大）)."""

    code: ClassVar[str] = "TALLY_CANDIDATE_REPEATED"
    category: ClassVar[Category] = Category.INVALID
    name: str


class CandidateNumberWrong(Refusal):
    """Too many or too few candidates for the seats (rules D1 to D6). `test`: with the figures in place."""

    code: ClassVar[str] = "TALLY_CANDIDATE_NUMBER"
    category: ClassVar[Category] = Category.RULE
    post: str
    candidates: int
    seats: int
    least: int
    test: str


class PrimaryBasisMissing(Refusal):
    """The adopted election method does not say what a primary round is counted by (rule E6a)."""

    code: ClassVar[str] = "TALLY_PRIMARY_BASIS_MISSING"
    category: ClassVar[Category] = Category.RULE


class BallotOrderWrong(Refusal):
    """`name` belongs before `before` on the ballot, by surname strokes (rule O1)."""

    code: ClassVar[str] = "TALLY_BALLOT_ORDER"
    category: ClassVar[Category] = Category.RULE
    name: str
    before: str


class BallotMarksMissing(Refusal):
    """A ballot has one mark, perhaps an empty one, for each printed name."""

    code: ClassVar[str] = "TALLY_BALLOT_MARKS"
    category: ClassVar[Category] = Category.INVALID
    expected: int
    actual: int


class BallotUndecided(Refusal):
    """The scrutineers have not decided on this ballot yet."""

    code: ClassVar[str] = "TALLY_BALLOT_UNDECIDED"
    category: ClassVar[Category] = Category.RULE


class SheetImpossible(Refusal):
    """Figures that cannot all be true. `finding`: its number; `test`: the figures; `findings`: how many there are."""

    code: ClassVar[str] = "TALLY_SHEET_IMPOSSIBLE"
    category: ClassVar[Category] = Category.RULE
    finding: str
    field: str
    test: str
    findings: int


class WriteInIsPrinted(Refusal):
    """A name written in was found to be a printed candidate (rule C7)."""

    code: ClassVar[str] = "TALLY_WRITE_IN_PRINTED"
    category: ClassVar[Category] = Category.RULE
    name: str


class QuorumMissing(Refusal):
    """Too few are present to elect. `test`: with the figures in place."""

    code: ClassVar[str] = "TALLY_QUORUM_MISSING"
    category: ClassVar[Category] = Category.RULE
    entitled: int
    present: int
    least: int
    test: str


class ExitNotLawful(Refusal):
    """This way out of a shortfall is not open to this body."""

    code: ClassVar[str] = "TALLY_EXIT_NOT_LAWFUL"
    category: ClassVar[Category] = Category.RULE
    exit: str
    kind: str


class ExitNotAgreed(Refusal):
    """Not more than half of the electors agreed to fewer seats."""

    code: ClassVar[str] = "TALLY_EXIT_NOT_AGREED"
    category: ClassVar[Category] = Category.RULE
    agree: int
    entitled: int


class ExitUnconfirmed(Refusal):
    """The record must say who decided or confirmed that fewer seats are lawful, and by what document."""

    code: ClassVar[str] = "TALLY_EXIT_UNCONFIRMED"
    category: ClassVar[Category] = Category.RULE


class NothingShort(Refusal):
    """The outcome has no shortfall to settle, or nobody was elected at all."""

    code: ClassVar[str] = "TALLY_NOTHING_SHORT"
    category: ClassVar[Category] = Category.RULE
