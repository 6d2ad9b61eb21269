"""Two well-known counting libraries, asked only what they and the regulations share: most approvals take the seats."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

# abcvoting imports solvers, one of them commercial, that approval voting does not use.
for _solver in ("gurobipy", "pulp"):
    sys.modules.setdefault(_solver, ModuleType(_solver))

Approvals = Sequence[Sequence[int]]


def votelib_seats(approvals: Approvals, candidates: int, seats: int) -> tuple[set[int], set[int]]:
    """(certainly elected, tied for the last seats)."""
    from votelib.convert import ApprovalToSimpleVotes
    from votelib.evaluate.core import Plurality, Tie

    votes: dict[frozenset[int], int] = {}
    for each in approvals:
        votes[frozenset(each)] = votes.get(frozenset(each), 0) + 1
    sums = dict.fromkeys(range(candidates), 0) | ApprovalToSimpleVotes().convert(votes)
    elected: set[int] = set()
    tied: set[int] = set()
    for place in Plurality().evaluate(sums, seats):
        if isinstance(place, Tie):
            tied |= set(place)
        else:
            elected.add(place)
    return elected, tied


def abcvoting_seats(approvals: Approvals, candidates: int, seats: int) -> tuple[set[int], set[int]]:
    """(in every winning committee, in some only)."""
    from abcvoting.abcrules import compute
    from abcvoting.preferences import Profile

    profile = Profile(candidates)
    profile.add_voters([set(each) for each in approvals if each])
    committees = [set(each) for each in compute("av", profile, committeesize=seats)]
    every = set.intersection(*committees)
    return every, set.union(*committees) - every
