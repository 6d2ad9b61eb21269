"""Contests and sheets that tests change one figure of."""

from __future__ import annotations

from services.tally.domain.kinds import Body, Candidate, Contest, Post, Round
from services.tally.domain.sheets import CandidateTotals, SheetTotals, SittingCounts, WriteInTotals

CANDIDATES = (Candidate("a", "示例甲"), Candidate("b", "示例乙"), Candidate("c", "示例丙"))


def contest(
    body: Body = Body.DISTRICT_CONGRESS, post: Post = Post.MEMBER, which: Round = Round.FORMAL, seats: int = 2
) -> Contest:
    return Contest(body, post, which, seats, CANDIDATES)


def sheet() -> SheetTotals:
    """26 ballots, 25 of them valid; nothing is wrong with it."""
    lines = (CandidateTotals("a", 20, 3, 2), CandidateTotals("b", 12, 10, 2, 1), CandidateTotals("c", 5, 15, 5))
    return SheetTotals(26, 25, 1, lines, (WriteInTotals("样本子", 4), WriteInTotals("样本丑", 1)))


def counts() -> SittingCounts:
    """30 entitled, 27 present; one did not hand the ballot in."""
    return SittingCounts(entitled=30, present=27, printed=30, issued=27, returned=26, unused=3, voters=26)


def votes(*approvals: int, valid: int, which: Contest) -> SheetTotals:
    """A sheet in which each candidate has so many approvals and everybody else disapproves."""
    names = which.candidate_ids
    lines = tuple(CandidateTotals(name, v, valid - v, 0) for name, v in zip(names, approvals, strict=True))
    return SheetTotals(valid, valid, 0, lines)
