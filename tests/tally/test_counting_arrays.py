"""The quick count of arrays is the domain's count of the same ballots, doubts included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.refusal import Refusal
from services.tally.counting import arrays
from services.tally.counting.arrays import Ballots, count_ballots, from_ballots
from services.tally.domain.counting import count
from services.tally.domain.kinds import Body, Candidate, Contest, Post, Round
from services.tally.domain.marks import Ballot, Mark
from services.tally.domain.sheets import SheetTotals
from tests.tally.elections import WRITTEN, random_ballots, random_contest
from tests.tally.sheets import contest

SEEDS = st.integers(min_value=0, max_value=2**32)


def told(contest_: Contest, ballots: list[Ballot]) -> tuple[SheetTotals | str, SheetTotals | str]:
    """What the domain says and what the arrays say: totals, or the refusal's code."""
    return said(lambda: count(contest_, ballots)), said(
        lambda: count_ballots(contest_, from_ballots(contest_, ballots))
    )


def said(counted: Callable[[], SheetTotals]) -> SheetTotals | str:
    try:
        return counted()
    except Refusal as refusal:
        return refusal.code


@given(SEEDS)
def test_random_ballots_come_to_the_same_in_arrays(seed: int) -> None:
    rng = Random(seed)
    which = random_contest(rng)
    domain, quick = told(which, random_ballots(rng, which, rng.randint(0, 40)))
    assert isinstance(domain, SheetTotals)
    assert domain == quick


@given(SEEDS)
def test_doubtful_ballots_stop_both(seed: int) -> None:
    rng = Random(seed)
    which = random_contest(rng)
    ballots = random_ballots(rng, which, rng.randint(1, 10))
    names = [*WRITTEN, which.candidates[0].name, " "]
    at = rng.randrange(len(ballots))
    ballots[at] = replace(ballots[at], write_ins=tuple(rng.choice(names) for _ in range(rng.randint(1, 3))))
    domain, quick = told(which, ballots)
    assert domain == quick


@given(SEEDS)
def test_where_a_slice_ends_does_not_matter(seed: int) -> None:
    rng = Random(seed)
    which = random_contest(rng)
    ballots = random_ballots(rng, which, 23)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "SLICE_BYTES", rng.randint(1, 60))
        domain, quick = told(which, ballots)
    assert domain == quick


def test_more_names_than_a_byte_counts_are_still_counted() -> None:
    names = tuple(Candidate(f"c{i}", f"示例{i}") for i in range(600))
    which = Contest(Body.DISTRICT_CONGRESS, Post.MEMBER, Round.FORMAL, 599, names)
    full = [Ballot((Mark.APPROVE,) * 600), Ballot((Mark.APPROVE,) * 599 + (Mark.DISAPPROVE,), ("样本子",))]
    fine = [Ballot((Mark.APPROVE,) * 598 + (Mark.DISAPPROVE,) * 2, ("样本子",))]
    domain, quick = told(which, full + fine)
    assert domain == quick
    assert isinstance(quick, SheetTotals)
    assert (quick.valid, quick.invalid) == (1, 2)


def test_arrays_of_another_contest_or_with_unknown_marks_are_refused() -> None:
    ballots = from_ballots(contest(), [Ballot((Mark.APPROVE, Mark.ABSTAIN, Mark.UNREADABLE))])
    with pytest.raises(Refusal, match="TALLY_BALLOT_MARKS"):
        count_ballots(replace(contest(), candidates=contest().candidates[:2]), ballots)
    with pytest.raises(ValueError, match="no mark"):
        count_ballots(contest(), Ballots(np.full((1, 3), 4, np.uint8), ballots.written))
