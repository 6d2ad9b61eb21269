"""Random elections, small and rich in ties, shortfalls, over-votes, written names and figures off by one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

from services.tally.domain.counting import count, merge, merge_write_ins
from services.tally.domain.kinds import POSTS_OF, Basis, Body, Candidate, Contest, Round
from services.tally.domain.marks import Ballot, Mark, Validity, assess
from services.tally.domain.outcome import Outcome, decide
from services.tally.domain.record import figures, record_bytes
from services.tally.domain.sheets import SheetTotals, SittingCounts, check_sheet

NAMES = ("示例甲", "示例乙", "示例丙", "示例丁", "示例戊", "示例己", "示例庚", "示例辛", "示例·壬癸")
# Written as people write them; the second row means persons of the first.
WRITTEN = ("样本子", "样本 子", "样本丑", "样本·寅", "样本•寅", "样本卯（教师）", "样本卯", "Ｓample", "sample")
FOUND = {"样本卯（教师）": "样本卯", "样本丑": "样本子"}


@dataclass(frozen=True)
class Election:
    """A vote as it was held. `groups`: each counting group's ballots; `totals`: what its sheet says."""

    contest: Contest
    counts: SittingCounts
    groups: tuple[tuple[Ballot, ...], ...]
    totals: tuple[SheetTotals, ...]
    found: dict[str, str]


def random_contest(rng: Random) -> Contest:
    body = rng.choice(tuple(Body))
    candidates = tuple(Candidate(f"cand_{i}", NAMES[i]) for i in range(rng.randint(1, len(NAMES))))
    return Contest(
        body=body,
        post=rng.choice(POSTS_OF[body]),
        round=rng.choice((Round.FORMAL, Round.FORMAL, Round.PRIMARY, Round.TIE_REVOTE, Round.SHORTFALL)),
        seats=rng.randint(1, min(6, len(candidates) + 1)),
        candidates=candidates,
        primary_basis=rng.choice((Basis.ENTITLED, Basis.PRESENT)),
        in_primary=rng.random() < 0.1,
    )


def random_ballot(rng: Random, contest: Contest, lean: Sequence[float]) -> Ballot:
    """`lean`: how likely each candidate is approved. One in forty is spoilt; some choose too many."""
    if rng.random() < 0.025:
        return Ballot((Mark.ABSTAIN,) * len(contest.candidates), spoilt=True)
    others = (Mark.DISAPPROVE, Mark.DISAPPROVE, Mark.ABSTAIN, Mark.UNREADABLE)
    marks = [Mark.APPROVE if rng.random() < each else rng.choice(others) for each in lean]
    while marks.count(Mark.APPROVE) > contest.seats and rng.random() < 0.8:
        marks[rng.choice([i for i, mark in enumerate(marks) if mark is Mark.APPROVE])] = Mark.DISAPPROVE
    free = contest.seats - marks.count(Mark.APPROVE)
    written = rng.sample(WRITTEN, rng.randint(0, max(0, min(free + (rng.random() < 0.1), len(WRITTEN)))))
    ballot = Ballot(tuple(marks), tuple(written) if rng.random() < 0.4 else ())
    # What scrutineers decide on in life is decided here: the written names do not count.
    doubtful = assess(ballot, contest).validity is Validity.DOUBTFUL
    return replace(ballot, write_ins=()) if doubtful else ballot


def random_ballots(rng: Random, contest: Contest, size: int) -> list[Ballot]:
    """Ballots of which many are alike, as in life, so that equal votes are common."""
    lean = [rng.choice((0.2, 0.5, 0.6, 0.7, 0.9)) for _ in contest.candidates]
    patterns = [random_ballot(rng, contest, lean) for _ in range(max(1, size // rng.randint(1, 4)))]
    return [rng.choice(patterns) for _ in range(size)]


def random_election(rng: Random) -> Election:
    contest = random_contest(rng)
    returned = rng.randint(0, 24)
    issued = returned + (rng.random() < 0.2)
    present = max(1, issued + (rng.random() < 0.1))
    entitled = present + rng.choice((0, 0, 0, 0, 1, 2, present // 3))
    printed = issued + rng.choice((0, 1, 5))
    voters = rng.choice((None, returned, issued))
    counts = SittingCounts(entitled, present, printed, issued, returned, printed - issued, voters)
    ballots = random_ballots(rng, contest, returned)
    cuts = sorted(rng.randint(0, returned) for _ in range(rng.choice((0, 0, 1, 3))))
    edges = [0, *cuts, returned]
    groups = tuple(tuple(ballots[a:b]) for a, b in pairwise(edges))
    totals = tuple(count(contest, group) for group in groups)
    election = Election(contest, counts, groups, totals, FOUND if rng.random() < 0.5 else {})
    return broken(rng, election) if rng.random() < 0.15 else election


def broken(rng: Random, election: Election) -> Election:
    """One figure is off by one, or far off."""
    off = rng.choice((-1, 1, 1, -5, 999_999))
    if rng.random() < 0.4:
        name = rng.choice(("entitled", "present", "printed", "issued", "returned", "unused"))
        value = getattr(election.counts, name) + off
        return replace(election, counts=replace(election.counts, **{name: value}))
    index = rng.randrange(len(election.totals))
    totals = list(election.totals)
    sheet = totals[index]
    column = rng.choice(("votes", "valid", "invalid", "approve", "disapprove", "abstain", "unreadable"))
    if column in ("votes", "valid", "invalid"):
        totals[index] = replace(sheet, **{column: getattr(sheet, column) + off})
    else:
        lines = list(sheet.candidates)
        at = rng.randrange(len(lines))
        lines[at] = replace(lines[at], **{column: getattr(lines[at], column) + off})
        totals[index] = replace(sheet, candidates=tuple(lines))
    return replace(election, totals=tuple(totals))


def settle(election: Election) -> Outcome:
    """The outcome, as the service reaches it. Raises what refuses the figures."""
    contest = election.contest
    for each in election.totals:
        check_sheet(contest, each)
    merged = merge_write_ins(contest, merge(contest, election.totals), election.found)
    return decide(contest, election.counts, merged)


def figures_of(election: Election) -> dict[str, Any]:
    """The record without an outcome: what the second implementation reads."""
    record = figures({}, election.contest, election.counts, election.totals, election.found)
    decoded: dict[str, Any] = json.loads(record_bytes(record))
    return decoded
