"""The worked example of TRANSMISSION 4: 50.8, and the five losses that make up the rest, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.kernel.transmission import (
    FULL_CREDIT_E6,
    Category,
    DirectiveIndex,
    Dispatched,
    Stage,
    StageDone,
    TableScope,
    credit,
    lines,
    percent,
)
from services.kernel.transmission.keys import layer_of
from services.kernel.workdays import MINUTES_PER_WORKDAY

DISTRICT, A, B = 0, 1, 2
A_BRANCHES = range(100, 160)
B_BRANCHES = range(200, 240)


def play(index: DirectiveIndex, units: range, last: Stage) -> None:
    for unit in units:
        for stage in Stage:
            if Stage.DISPATCH < stage <= last:
                index.apply(StageDone(unit, stage, FULL_CREDIT_E6))


@pytest.fixture
def index() -> DirectiveIndex:
    scope = TableScope(DISTRICT)
    for committee, branches in ((A, A_BRANCHES), (B, B_BRANCHES)):
        scope.add(committee, DISTRICT, 0)
        for branch in branches:
            scope.add(branch, committee, 1)
    index = DirectiveIndex(scope, DISTRICT)
    for parent in (DISTRICT, A, B):
        index.apply(Dispatched(parent, FULL_CREDIT_E6))
    index.apply(StageDone(A, Stage.RECEIVE, FULL_CREDIT_E6))
    index.apply(StageDone(B, Stage.RECEIVE, credit(2 * MINUTES_PER_WORKDAY)))
    for committee in (A, B):
        index.apply(StageDone(committee, Stage.NAME, FULL_CREDIT_E6))
    play(index, A_BRANCHES[:30], Stage.VERIFY)
    play(index, A_BRANCHES[30:45], Stage.REPORT)
    play(index, A_BRANCHES[45:50], Stage.START)
    play(index, B_BRANCHES[:36], Stage.REPORT)
    return index


def test_the_district_has_50_8_and_the_committees_66_7_and_27_0(index: DirectiveIndex) -> None:
    district, a, b = (index.figures(unit) for unit in (DISTRICT, A, B))
    assert percent(district.yield_e9, district.mass) == Fraction("50.8")
    assert district.index_e6 == 50_800_000
    assert percent(a.yield_e9, a.mass) == Fraction(200, 3)
    assert percent(b.yield_e9, b.mass) == Fraction(27)


def test_the_49_2_lost_points_are_the_five_losses_exactly(index: DirectiveIndex) -> None:
    summed: dict[tuple[int, str], Fraction] = {}
    for line in lines(index, DISTRICT):
        below_a = line.unit == A or line.unit in A_BRANCHES
        work = "gate" if line.category <= Category.NAME else "work"
        owner = (A if below_a else B, f"{line.layer} {work}")
        summed[owner] = summed.get(owner, Fraction()) + line.loss
    assert summed == {
        (B, "1 gate"): Fraction("20.0"),
        (A, "2 gate"): Fraction("10.0"),
        (A, "2 work"): Fraction("10.0"),
        (B, "2 gate"): Fraction("2.0"),
        (B, "2 work"): Fraction("7.2"),
    }
    assert sum(summed.values()) == Fraction("49.2")


def test_the_stored_account_of_the_district_says_the_same_without_walking_the_tree(index: DirectiveIndex) -> None:
    vector = index.figures(DISTRICT).vector
    by_layer = dict.fromkeys((1, 2), 0)
    for key, amount in vector.items():
        by_layer[layer_of(key)] += amount
    assert by_layer[1] == 20 * 10**9
    assert by_layer[2] == 80 * 10**9
    assert index.figures(DISTRICT).loss_e9 == 49_200_000_000
