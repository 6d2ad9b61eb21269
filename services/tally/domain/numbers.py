"""How many candidates a post needs (rules D1 to D8). Integer tests, never a rounded percentage.

The denominator is the seats: three seats and four candidates are a third more, not a quarter (D10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.tally.domain.count_errors import CandidateNumberWrong
from services.tally.domain.explain import Check
from services.tally.domain.kinds import SECRETARY_POSTS, STANDING_POSTS, Contest, ElectionKind, Post, Round

# A unit with fewer full members than this may elect its delegates without a surplus, with consent (D7).
SMALL_UNIT_MEMBERS: Final = 7
STANDING_SURPLUS_MAX: Final = 2


@dataclass(frozen=True, slots=True)
class Surplus:
    """`times*(C-S) >= S`, or one of the two other tests: one candidate a seat, or simply more than seats."""

    rule: str
    times: int = 0
    equal: bool = False

    def holds(self, candidates: int, seats: int) -> bool:
        """Whether so many candidates will do."""
        if self.equal:
            return candidates == seats
        if self.times:
            return self.times * (candidates - seats) >= seats
        return candidates > seats

    def least(self, seats: int) -> int:
        """The fewest candidates that will do."""
        if self.equal:
            return seats
        return seats - (-seats // self.times) if self.times else seats + 1

    def shown(self, candidates: int, seats: int) -> str:
        """The test with the figures in place."""
        holds = self.holds(candidates, seats)
        if self.equal:
            return f"{candidates} {'=' if holds else '≠'} {seats}"
        if self.times:
            left = self.times * (candidates - seats)
            return f"{self.times} × ({candidates} − {seats}) = {left} {'≥' if holds else '<'} {seats}"
        return f"{candidates} {'>' if holds else '≤'} {seats}"


def surplus(kind: ElectionKind, post: Post) -> Surplus:
    """The test of a post in a kind of election."""
    if post in SECRETARY_POSTS:
        return Surplus("D6", equal=True)
    if post in STANDING_POSTS:
        return Surplus("D5")
    if post is Post.DELEGATE:
        return Surplus("D1", 5)
    if post is Post.ALTERNATE:
        return Surplus("D3", 10)
    number = "D4" if post is Post.CDI_MEMBER else "D2"
    return Surplus(f"{number}a", 10) if kind.is_local else Surplus(f"{number}b", 5)


def candidates_for(kind: ElectionKind, post: Post, seats: int) -> int:
    """The fewest candidates that this many seats need."""
    return surplus(kind, post).least(seats)


def check_candidate_number(contest: Contest, full_members: int | None = None, consent: bool = False) -> Check:
    """Whether a contest has the candidates that its post needs. Raises CandidateNumberWrong.

    `full_members` and `consent`: a unit of fewer than seven full members may do without a surplus for delegates where
    its superior agreed (D7). A primary round that brought the surplus makes one candidate a seat lawful. Revotes and
    votes for a shortfall have the names that the outcome before gives; they need no fewer than the seats.
    """
    candidates, seats = len(contest.candidates), contest.seats
    inputs = (("C", candidates), ("S", seats))
    test = surplus(contest.kind, contest.post)
    check = Check(test.rule, inputs, test.shown(candidates, seats), test.holds(candidates, seats))
    if check.holds:
        return check
    if candidates >= seats and contest.round in (Round.TIE_REVOTE, Round.SHORTFALL):
        return Check("E4" if contest.round is Round.TIE_REVOTE else test.rule, inputs, f"{candidates} ≥ {seats}", True)
    if candidates == seats and contest.after_primary and contest.round is Round.FORMAL:
        return Check("D11", inputs, f"{candidates} = {seats}", True)
    small = full_members is not None and 0 < full_members < SMALL_UNIT_MEMBERS
    if contest.post is Post.DELEGATE and small and consent and candidates >= seats:
        return Check("D7", (*inputs, ("F", full_members or 0)), f"{full_members} < {SMALL_UNIT_MEMBERS}", True)
    least = test.least(seats)
    raise CandidateNumberWrong(
        post=contest.post.value, candidates=candidates, seats=seats, least=least, test=check.shown, rule=test.rule
    )


def number_warnings(contest: Contest, member_seats: int | None = None) -> tuple[Check, ...]:
    """What is unusual and asks for a reason: a standing committee's surplus (D5a), too few alternates (D8)."""
    candidates, seats = len(contest.candidates), contest.seats
    warnings = []
    if contest.post in STANDING_POSTS and contest.kind.is_local and candidates - seats > STANDING_SURPLUS_MAX:
        shown = f"{candidates} − {seats} = {candidates - seats} > {STANDING_SURPLUS_MAX}"
        warnings.append(Check("D5a", (("C", candidates), ("S", seats)), shown, False))
    if contest.post is Post.ALTERNATE and member_seats is not None:
        share, total = 100 * seats, 15 * (member_seats + seats)
        if share < total:
            shown = f"100 × {seats} = {share} < 15 × ({member_seats} + {seats}) = {total}"
            warnings.append(Check("D8", (("A", seats), ("M", member_seats)), shown, False))
    return tuple(warnings)
