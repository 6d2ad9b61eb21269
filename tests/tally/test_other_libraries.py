"""Where no half has to be passed (a vote among the tied), the rule is approval voting: two libraries must agree."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.tally.domain.counting import count
from services.tally.domain.kinds import Body, Candidate, Contest, Post, Round
from services.tally.domain.marks import Ballot, Mark
from services.tally.domain.outcome import Standing, decide
from services.tally.domain.sheets import SittingCounts
from tests.tally.elections import NAMES
from tests.tally.yardsticks import Approvals, abcvoting_seats, votelib_seats


@pytest.mark.parametrize("library", [votelib_seats, abcvoting_seats])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_a_library_of_approval_voting_agrees_on_who_is_in_and_who_is_tied(
    library: Callable[[Approvals, int, int], tuple[set[int], set[int]]], seed: int
) -> None:
    rng = Random(seed)
    size = rng.randint(2, 6)
    seats = rng.randint(1, size - 1)
    candidates = tuple(Candidate(str(i), NAMES[i]) for i in range(size))
    contest = Contest(Body.MEMBER_MEETING, Post.MEMBER, Round.TIE_REVOTE, seats, candidates)
    approvals = [sorted(rng.sample(range(size), rng.randint(0, seats))) for _ in range(rng.randint(1, 12))]
    assume(any(approvals))
    marks = [tuple(Mark.APPROVE if i in each else Mark.DISAPPROVE for i in range(size)) for each in approvals]
    voters = len(approvals)
    counts = SittingCounts(voters, voters, voters, voters, voters, 0)
    outcome = decide(contest, counts, count(contest, [Ballot(each) for each in marks]))
    chosen = {int(each.person_id) for each in outcome.chosen}
    tied = {int(each.person_id) for each in outcome.of(Standing.TIED)}
    assert library(approvals, size, seats) == (chosen, tied)
