"""Reading figures: account, layer table, plan, lag, latency, explanation: each against its definition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.transmission import (
    FULL_CREDIT_E6,
    MASS_E9,
    Category,
    Clockwork,
    Counter,
    Deadlines,
    DirectiveIndex,
    Dispatched,
    DueMoved,
    Figures,
    Returned,
    Side,
    Stage,
    StageDone,
    TableScope,
    account,
    attenuation_millibits,
    blockers,
    counter_key,
    latency_mean,
    latency_quantile,
    layer_table,
    lines,
    overall,
    percent,
    plan_value_e9,
    schedule_lag_minutes,
    standing,
)
from services.kernel.workdays import MINUTES_PER_WORKDAY, start_of_day, work_calendar
from tests.kernel.worlds import ROOT, World

CALENDAR = work_calendar("cn-2026")
MONDAY = date(2025, 3, 3)
SEEDS = st.integers(min_value=0, max_value=2**32)
DEPTH = 8


def working_day(number: int) -> int:
    return CALENDAR.end_of_workday(CALENDAR.add_workdays(MONDAY, number))


def row(first: int) -> tuple[int, int, int, int, int, int]:
    days = [working_day(first + step) for step in range(6)]
    return days[0], days[1], days[2], days[3], days[4], days[5]


DEADLINES = Deadlines(tuple(row(2 * layer) for layer in range(DEPTH)))


def at(day: int, layer: int = 0, shift_days: int = 0) -> Clockwork:
    return Clockwork(DEADLINES, CALENDAR, working_day(day) + 1, layer, shift_days)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(min_value=-2, max_value=30))
def test_yield_not_yet_due_and_overdue_sum_to_the_mass_exactly(seed: int, day: int) -> None:
    world = World(seed).play(80)
    for unit in world.live():
        figures = world.index.figures(unit)
        layer = standing(chain(world, unit)).layer
        if layer == 0 and unit != ROOT:
            continue
        read = account(figures, at(day, layer))
        assert read.yield_e9 + read.not_yet_due_e9 + read.overdue_e9 == figures.mass * MASS_E9
        assert sum(line.overdue_e9 for line in read.lines) == read.overdue_e9
        assert sum(line.not_yet_due_e9 for line in read.lines) == read.not_yet_due_e9
        assert read.yield_e9 <= read.if_verified_e9 <= figures.mass * MASS_E9


def chain(world: World, unit: int) -> list[Figures]:
    found = [unit]
    while (above := world.scope.parent(found[0])) is not None:
        found.insert(0, above)
    return [world.index.figures(step) for step in found]


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_layer_table_equals_brute_force_on_live_states(seed: int) -> None:
    world = World(seed).play(100)
    for unit in world.live():
        figures = world.index.figures(unit)
        flows = world.naive.flows(unit)
        counts = world.naive.counts(unit)
        table = layer_table(figures, world.scope.layers(unit))[: len(flows)]
        for line, (offered, arriving, passing) in zip(table, flows, strict=True):
            kept = (line.offered_e9, line.arriving_e9, line.passing_e9)
            for amount, exact in zip(kept, (offered, arriving, passing), strict=True):
                assert abs(Fraction(amount, MASS_E9) - exact) <= Fraction(2000, MASS_E9)
            rates = [getattr(line, name) for name in line.__slots__ if name.endswith(("rate", "factor", "coverage"))]
            assert all(rate is None or 0 <= rate <= 1 for rate in rates)
            route = line.scope.route_units
            received = counts.get((line.layer, Counter.RECEIVED), 0)
            assert line.receipt_rate == (Fraction(received, route) if route else None)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_done_never_exceeds_scope_in_any_cell(seed: int) -> None:
    world = World(seed).play(100)
    for unit in world.live():
        counts = world.index.figures(unit).counts
        for layer, scope in enumerate(world.scope.layers(unit)):
            route = (Counter.DISPATCHED, Counter.RECEIVED, Counter.NAMED, Counter.BROKEN_DOWN)
            duty = (Counter.STARTED, Counter.REPORTED, Counter.VERIFIED, Counter.RETURNED)
            for counters, limit in ((route, scope.route_units), (duty, scope.obliged_units)):
                assert all(counts.get(counter_key(layer, counter), 0) <= limit for counter in counters)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(min_value=0, max_value=24))
def test_when_all_that_is_due_was_done_on_time_the_yield_is_the_plan_and_nothing_is_overdue(
    seed: int, day: int
) -> None:
    world = World(seed, units=10)
    clockwork = at(day)
    for unit, layer in world.naive.walk(ROOT):
        if clockwork.now_us > DEADLINES.common(layer + 1, Stage.DISPATCH):
            world.index.apply(Dispatched(unit, FULL_CREDIT_E6))
        for stage in tuple(Stage)[1:] if layer else ():
            if clockwork.now_us > DEADLINES.common(layer, stage):
                world.index.apply(StageDone(unit, stage, FULL_CREDIT_E6))
    figures = world.index.figures(ROOT)
    scope = world.scope.layers(ROOT)
    assert figures.yield_e9 == plan_value_e9(scope, clockwork)
    assert account(figures, clockwork).overdue_e9 == 0
    assert schedule_lag_minutes(figures, scope, clockwork) == 0


def small() -> tuple[TableScope, DirectiveIndex]:
    scope = TableScope(ROOT)
    scope.add(1, ROOT, 0)
    for unit in range(10, 14):
        scope.add(unit, 1, 1)
    index = DirectiveIndex(scope, ROOT)
    index.apply(Dispatched(ROOT, FULL_CREDIT_E6))
    index.apply(StageDone(1, Stage.RECEIVE, FULL_CREDIT_E6))
    index.apply(StageDone(1, Stage.NAME, FULL_CREDIT_E6))
    index.apply(Dispatched(1, FULL_CREDIT_E6))
    return scope, index


def test_the_lag_is_the_working_time_since_the_plan_first_asked_for_more() -> None:
    scope, index = small()
    layers = scope.layers(ROOT)
    started = DEADLINES.common(2, Stage.START)
    day_of_start = 5
    assert started == working_day(day_of_start)
    assert schedule_lag_minutes(index.figures(ROOT), layers, at(day_of_start - 1)) == 0
    assert schedule_lag_minutes(index.figures(ROOT), layers, at(day_of_start + 3)) == 3 * MINUTES_PER_WORKDAY + 1


def test_a_common_deadline_passing_writes_nothing_and_turns_open_lines_overdue() -> None:
    _, index = small()
    index.take_dirty()
    figures = index.figures(ROOT)
    before, after = (account(figures, at(day)) for day in (2, 3))
    assert before.overdue_e9 == 0
    assert after.overdue_e9 == 4 * MASS_E9
    (line,) = after.lines
    assert (line.layer, line.stage, line.side) == (2, Stage.RECEIVE, Side.UNIT)
    assert index.take_dirty() == set()


def test_an_extension_of_one_unit_and_a_late_dispatch_move_what_is_due() -> None:
    scope = TableScope(ROOT)
    for unit in (1, 2):
        scope.add(unit, ROOT, 1)
    index = DirectiveIndex(scope, ROOT)
    index.apply(Dispatched(ROOT, 900_000, (1,), shift_days=3))
    index.apply(Dispatched(ROOT, FULL_CREDIT_E6, (2,)))
    index.apply(DueMoved(2, Stage.RECEIVE, CALENDAR.add_workdays(MONDAY, 9).toordinal()))
    overdue = [account(index.figures(ROOT), at(day)).overdue_e9 for day in (0, 3, 4, 8, 9)]
    late_dispatch = MASS_E9 // 10
    assert overdue == [late_dispatch, late_dispatch, MASS_E9, MASS_E9, 2 * MASS_E9]
    assert standing([index.figures(ROOT), index.figures(1)]).shift_days == 3
    assert standing([index.figures(ROOT), index.figures(1)]).blocked == Fraction(1, 10)


def test_a_reported_unit_hands_the_verify_share_to_its_superior_until_verified_or_returned() -> None:
    _, index = small()
    unit = 10
    for stage in (Stage.RECEIVE, Stage.NAME, Stage.START, Stage.REPORT):
        index.apply(StageDone(unit, stage, FULL_CREDIT_E6))

    def lines_of_unit() -> dict[tuple[Stage, Side], int]:
        read = account(index.figures(unit), at(99, layer=2))
        return {(line.stage, line.side): line.overdue_e9 + line.not_yet_due_e9 for line in read.lines}

    waiting = {(Stage.VERIFY, Side.SUPERIOR): 4 * MASS_E9 // 10}
    assert lines_of_unit() == waiting
    assert account(index.figures(unit), at(0, layer=2)).if_verified_e9 == MASS_E9
    due = CALENDAR.add_workdays(MONDAY, 120).toordinal()
    index.apply(Returned(unit, due, due))
    share = 4 * MASS_E9 // 10
    assert lines_of_unit() == {(Stage.REPORT, Side.UNIT): share, (Stage.VERIFY, Side.UNIT): share}
    assert account(index.figures(unit), at(99, layer=2)).overdue_e9 == 0


def test_the_first_on_time_report_s_credit_comes_back_only_when_rectified_in_time() -> None:
    _, index = small()
    for unit, first, again, kept in (
        (10, 10**6, 10**6, 10**6),
        (11, 10**6, 6 * 10**5, 6 * 10**5),
        (12, 7 * 10**5, 10**6, 7 * 10**5),
    ):
        index.apply(StageDone(unit, Stage.REPORT, first))
        index.apply(Returned(unit, 0, 0))
        index.apply(StageDone(unit, Stage.REPORT, again))
        assert index.figures(unit).facts.credits[Stage.REPORT] == kept


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_explanation_of_a_number_sums_to_the_loss(seed: int) -> None:
    world = World(seed).play(100)
    for unit in world.live():
        figures = world.index.figures(unit)
        found = lines(world.index, unit)
        exact = world.naive.losses(unit)
        assert sum((line.loss for line in found), Fraction()) == sum(exact.values(), Fraction())
        assert abs(sum(line.loss for line in found) - Fraction(figures.loss_e9, MASS_E9)) < Fraction(1, 10**6)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(min_value=1, max_value=12), st.integers(min_value=-1, max_value=20))
def test_the_blockers_are_the_heaviest_lines(seed: int, count_max: int, day: int) -> None:
    world = World(seed).play(100)
    for clockwork in (None, at(day)):
        every = [line for line in lines(world.index, ROOT) if clockwork is None or clockwork.overdue(line.key)]
        heaviest = sorted((line.loss for line in every), reverse=True)[:count_max]
        found = [line.loss for line in blockers(world.index, ROOT, count_max, clockwork)]
        assert len(found) == len(heaviest)
        assert all(abs(one - other) < Fraction(1, 10**6) for one, other in zip(found, heaviest, strict=True))


def test_untouched_children_are_one_line_together() -> None:
    _, index = small()
    index.apply(StageDone(10, Stage.RECEIVE, FULL_CREDIT_E6))
    group, single = blockers(index, ROOT, 2)
    assert (group.unit, group.category, group.group, group.loss) == (1, Category.RECEIVE, True, Fraction(3))
    assert (single.unit, single.category, single.group, single.loss) == (10, Category.NAME, False, Fraction(1))


def test_a_latency_quantile_counts_those_who_did_nothing_and_is_shown_only_when_reached() -> None:
    _, index = small()
    for unit, minutes in ((10, 3), (11, 100)):
        index.apply(StageDone(unit, Stage.RECEIVE, FULL_CREDIT_E6, minutes))
    counts = index.figures(ROOT).counts
    assert latency_quantile(counts, 2, Stage.RECEIVE, 4, Fraction(1, 4)) == 4
    assert latency_quantile(counts, 2, Stage.RECEIVE, 4, Fraction(1, 2)) == 128
    assert latency_quantile(counts, 2, Stage.RECEIVE, 4, Fraction(9, 10)) is None
    assert latency_mean(counts, 2, Stage.RECEIVE) == Fraction(103, 2)
    assert latency_mean(counts, 2, Stage.REPORT) is None


def test_passing_on_without_naming_anyone_is_counted() -> None:
    scope = TableScope(ROOT)
    scope.add(1, ROOT, 0)
    scope.add(2, 1, 1)
    index = DirectiveIndex(scope, ROOT)
    index.apply(Dispatched(ROOT, FULL_CREDIT_E6))
    index.apply(StageDone(1, Stage.RECEIVE, FULL_CREDIT_E6))
    index.apply(Dispatched(1, FULL_CREDIT_E6))
    assert layer_table(index.figures(ROOT), scope.layers(ROOT))[1].passed_through_rate == 1
    index.apply(StageDone(1, Stage.NAME, FULL_CREDIT_E6))
    assert layer_table(index.figures(ROOT), scope.layers(ROOT))[1].passed_through_rate == 0


def test_the_overall_index_weighs_directives_and_is_nothing_without_duties() -> None:
    assert overall([(1, 50_800_000_000, 100), (1, 0, 100)]) == Fraction("25.4")
    assert overall([(3, 100 * MASS_E9, 100), (1, 0, 100)]) == 75
    assert overall([]) is None
    assert percent(0, 0) is None


@pytest.mark.parametrize(("factor", "millibits"), [(Fraction(1), 0), (Fraction(1, 2), 1000), (Fraction(7, 10), 514)])
def test_attenuation_is_the_negative_binary_logarithm(factor: Fraction, millibits: int) -> None:
    assert attenuation_millibits(factor) == millibits


def test_deadlines_that_fall_are_refused() -> None:
    now = start_of_day(MONDAY)
    with pytest.raises(ValueError, match="rising"):
        Deadlines(((now, now - 1, now, now, now, now),))
