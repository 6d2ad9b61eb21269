"""Counting alone: a million ballots beside NumPy's floor and two libraries, and the close of a small count."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from types import ModuleType

import numpy as np

from infra.local.bench.page import Result
from services.tally.counting.arrays import Ballots, Written, count_ballots
from services.tally.domain.counting import count
from services.tally.domain.explain import explain, sentence
from services.tally.domain.kinds import Body, Candidate, Contest, Post, Round
from services.tally.domain.marks import Ballot, Mark
from services.tally.domain.outcome import decide
from services.tally.domain.record import make_record, record_hash
from services.tally.domain.sheets import SheetTotals, SittingCounts

BALLOTS = 1_000_000
ROUNDS = 5
NARROW, WIDE = 10, 40
FLOOR_TIMES_MAX = 4.0
REPORT_SECONDS_MAX = 2.0
CLOSE_BALLOTS = 1_000
CLOSE_SECONDS_MAX = 0.1
CLOSE_TIMES = 8
CLOSE_GROWTH_MAX = 1.5
# abcvoting takes seconds for the whole, in steps that grow with the ballots: a tenth is shown as it is.
ABCVOTING_SHARE = 10

Tell = Callable[[str], None]


def results(tell: Tell) -> list[Result]:
    """Everything here, in the order of the promises."""
    floor, ours, votelib, abcvoting = _million()
    tell(f"a million ballots {ours:.3f} s, floor {floor:.3f} s, votelib {votelib:.3f} s, abcvoting {abcvoting:.1f} s")
    report = _wide_report()
    tell(f"a million by {WIDE} with report {report:.2f} s")
    close, growth = _close()
    tell(f"closing {CLOSE_BALLOTS} ballots {close * 1e3:.1f} ms")
    fastest = min(votelib, abcvoting)
    return [
        Result(
            f"counting {BALLOTS:,} ballots × {NARROW} with validity, three marks and write-ins, against a NumPy sum",
            f"≤ {FLOOR_TIMES_MAX:.0f} times",
            f"{ours / floor:.1f} times ({ours * 1e3:.0f} ms, floor {floor * 1e3:.0f} ms)",
            ours <= FLOOR_TIMES_MAX * floor,
        ),
        Result(
            "the same, against votelib and abcvoting, which add approvals up and check nothing",
            "not slower than the fastest",
            f"{fastest / ours:.0f} times faster (votelib {votelib:.2f} s, abcvoting {abcvoting:.1f} s)",
            ours <= fastest,
        ),
        Result(
            f"{BALLOTS:,} ballots × {WIDE} with outcome, explanations, record and hash",
            f"< {REPORT_SECONDS_MAX:.0f} s",
            f"{report:.2f} s",
            report < REPORT_SECONDS_MAX,
        ),
        Result(
            f"closing a count of {CLOSE_BALLOTS:,} ballots × {NARROW}, one by one, with outcome and record",
            f"< {CLOSE_SECONDS_MAX} s, growing linearly",
            f"{close * 1e3:.0f} ms; {CLOSE_TIMES} times the ballots cost {growth * CLOSE_TIMES:.1f} times as much",
            close < CLOSE_SECONDS_MAX and growth <= CLOSE_GROWTH_MAX,
        ),
    ]


def _contest(candidates: int) -> Contest:
    names = tuple(Candidate(f"c{i}", f"示例{i}") for i in range(candidates))
    return Contest(Body.PRIMARY_CONGRESS, Post.MEMBER, Round.FORMAL, candidates * 3 // 4, names)


def _ballots(candidates: int) -> Ballots:
    """Six of ten marks approve; one ballot in twenty has a name written in; some choose too many."""
    chance = np.random.default_rng(20_260_101)
    marks = chance.choice(np.array([0, 1, 2, 3], np.uint8), size=(BALLOTS, candidates), p=[0.6, 0.3, 0.09, 0.01])
    writing = chance.choice(BALLOTS, size=BALLOTS // 20, replace=False).astype(np.int64)
    writing = writing[(marks[writing] == 1).any(axis=1)]
    names = tuple(f"样本{i}" for i in range(50))
    return Ballots(marks, Written(names, writing, chance.integers(0, len(names), len(writing))))


def _million() -> tuple[float, float, float, float]:
    """(floor, ours, votelib, abcvoting), in seconds; rounds take turns, medians are shown."""
    which, ballots = _contest(NARROW), _ballots(NARROW)
    sets = [frozenset(np.flatnonzero(row == 0).tolist()) for row in ballots.marks]
    floors, own, votelib = [], [], []
    for _ in range(ROUNDS):
        floors.append(_seconds(lambda: (ballots.marks == 0).sum(axis=0)))
        own.append(_seconds(lambda: count_ballots(which, ballots)))
        votelib.append(_seconds(lambda: _votelib(sets, which.seats)))
    tenth = sets[::ABCVOTING_SHARE]
    abcvoting = _seconds(lambda: _abcvoting(tenth, NARROW, which.seats)) * ABCVOTING_SHARE
    return median(floors), median(own), median(votelib), abcvoting


def _votelib(sets: list[frozenset[int]], seats: int) -> None:
    from votelib.convert import ApprovalToSimpleVotes
    from votelib.evaluate.core import Plurality

    votes: dict[frozenset[int], int] = {}
    for each in sets:
        votes[each] = votes.get(each, 0) + 1
    Plurality().evaluate(ApprovalToSimpleVotes().convert(votes), seats)


def _abcvoting(sets: list[frozenset[int]], candidates: int, seats: int) -> None:
    # It imports solvers, one of them commercial, that approval voting does not use.
    for solver in ("gurobipy", "pulp"):
        sys.modules.setdefault(solver, ModuleType(solver))
    from abcvoting.abcrules import compute
    from abcvoting.preferences import Profile

    profile = Profile(candidates)
    profile.add_voters([set(each) for each in sets if each])
    compute("av", profile, committeesize=seats, resolute=True)


def _wide_report() -> float:
    which, ballots = _contest(WIDE), _ballots(WIDE)
    return median(_seconds(lambda: _report(which, count_ballots(which, ballots))) for _ in range(ROUNDS))


def _report(which: Contest, totals: SheetTotals) -> str:
    size = totals.votes
    counts = SittingCounts(size, size, size, size, size, 0)
    outcome = decide(which, counts, totals)
    for each in (*outcome.checks, *(person.check for person in outcome.results)):
        explain(each, "zh")
        sentence(each, "zh")
    return record_hash(make_record({}, which, counts, (totals,), {}, outcome))


def _close() -> tuple[float, float]:
    """(seconds for a thousand ballots, how much dearer a ballot is with eight times as many)."""
    which = _contest(NARROW)
    marks = tuple(Mark.APPROVE if i % 3 else Mark.DISAPPROVE for i in range(NARROW))
    few = [Ballot(marks, ("样本子",)) if i % 20 == 0 else Ballot(marks) for i in range(CLOSE_BALLOTS)]
    many = few * CLOSE_TIMES
    small = median(_seconds(lambda: _report(which, count(which, few))) for _ in range(ROUNDS))
    large = median(_seconds(lambda: _report(which, count(which, many))) for _ in range(ROUNDS))
    return small, large / small / CLOSE_TIMES


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
