"""The laws of TRANSMISSION 9, on random live directives, against a naive full recount."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.transmission import (
    MASS_E9,
    DirectiveIndex,
    Dispatched,
    Figures,
    Merged,
    Moved,
    Restored,
    Stage,
    StageDone,
    TableScope,
    Withdrawn,
)
from services.kernel.transmission.counters import COUNTER_STEP
from tests.kernel.worlds import ROOT, World

SEEDS = st.integers(min_value=0, max_value=2**32)
STEPS = st.integers(min_value=0, max_value=120)
EXAMPLES = 60


def all_figures(index: DirectiveIndex, world: World) -> dict[int, Figures]:
    return {unit: index.figures(unit) for unit in world.live()}


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_every_figure_of_every_unit_agrees_with_the_naive_recount(seed: int, steps: int) -> None:
    World(seed).play(steps).check()


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_the_naive_recount_agrees_after_every_single_event(seed: int) -> None:
    world = World(seed, units=8)
    for _ in range(40):
        world.play(1).check()


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_a_recount_from_the_records_agrees_bit_for_bit(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    recounted = DirectiveIndex.load(world.scope, ROOT, world.index.facts())
    assert all_figures(recounted, world) == all_figures(world.index, world)


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_attributed_losses_and_the_yield_sum_to_the_mass(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    for figures in all_figures(world.index, world).values():
        assert sum(figures.vector.values()) == figures.mass * MASS_E9
        assert 0 <= figures.yield_e9 <= figures.mass * MASS_E9
        assert figures.reach <= figures.mass


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_applying_any_event_twice_changes_nothing(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    for _ in range(5):
        event = world.tell(world.any_event())
        before = all_figures(world.index, world)
        world.index.apply(event)
        assert all_figures(world.index, world) == before, event


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_the_order_of_events_of_different_assignments_does_not_matter(seed: int) -> None:
    world = World(seed)
    events: list[Dispatched | StageDone] = []
    for unit in world.live():
        events.append(Dispatched(unit, world.any_credit(), None, 1))
        some = tuple(world.naive.children(unit)[:1])
        events.append(Dispatched(unit, world.any_credit(), some, 2))
        stages = (Stage.RECEIVE, Stage.NAME, Stage.START, Stage.REPORT, Stage.VERIFY) if unit else ()
        events += [StageDone(unit, stage, world.any_credit()) for stage in stages]
    for event in events:
        world.index.apply(event)
    world.random.shuffle(events)
    other = DirectiveIndex(world.scope, ROOT)
    for event in events:
        other.apply(event)
    assert all_figures(other, world) == all_figures(world.index, world)


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_withdrawing_and_relaunching_is_the_identity(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    units = [unit for unit in world.live() if unit != ROOT]
    if not units:
        return
    before = all_figures(world.index, world)
    unit = world.random.choice(units)
    world.scope.withdraw(unit)
    world.tell(Withdrawn(unit))
    world.check()
    world.scope.restore(unit)
    world.tell(Restored(unit))
    assert all_figures(world.index, world) == before


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_moving_a_dispatched_unit_there_and_back_changes_no_number(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    reached = [unit for unit in world.live() if unit != ROOT and world.naive.edge(unit)[0]]
    if not reached:
        return
    unit = world.random.choice(reached)
    old = world.naive.units[unit].parent
    assert old is not None
    before = {key: (f.vector, f.counts, f.reach) for key, f in all_figures(world.index, world).items()}
    new = world.random.choice(world.elsewhere(unit))
    for source, target in ((old, new), (new, old)):
        world.scope.move(unit, target)
        world.tell(Moved(unit, source, target))
        world.check()
    after = {key: (f.vector, f.counts, f.reach) for key, f in all_figures(world.index, world).items()}
    assert after == before


def two_committees(credit_e6: int) -> tuple[TableScope, DirectiveIndex]:
    scope = TableScope(ROOT)
    for committee in (1, 2):
        scope.add(committee, ROOT, 0)
        for branch in range(10 * committee, 10 * committee + 5):
            scope.add(branch, committee, 1)
    index = DirectiveIndex(scope, ROOT)
    index.apply(Dispatched(ROOT, 10**6))
    for committee in (1, 2):
        index.apply(StageDone(committee, Stage.RECEIVE, credit_e6))
        index.apply(StageDone(committee, Stage.NAME, 10**6))
        index.apply(Dispatched(committee, 10**6))
        for branch in range(10 * committee, 10 * committee + 3):
            for stage in (Stage.RECEIVE, Stage.NAME, Stage.START, Stage.REPORT):
                index.apply(StageDone(branch, stage, 10**6, 90))
    return scope, index


def test_moving_a_unit_between_equal_parents_keeps_the_totals_of_the_root() -> None:
    scope, index = two_committees(500_000)
    before = index.figures(ROOT)
    scope.move(10, 2)
    index.apply(Moved(10, 1, 2))
    assert index.figures(ROOT) == before
    assert (index.figures(1).mass, index.figures(2).mass) == (4, 6)
    assert index.figures(2).yield_e9 == index.figures(1).yield_e9 * 2


def test_merging_two_units_sums_them() -> None:
    scope, index = two_committees(500_000)
    root, one, two = (index.figures(unit) for unit in (ROOT, 1, 2))
    children = tuple(range(10, 15))
    for child in children:
        scope.move(child, 2)
    scope.withdraw(1)
    for _ in range(2):
        index.apply(Merged(1, 2, children))
        merged = index.figures(2)
        assert merged.mass == one.mass + two.mass
        assert merged.yield_e9 == one.yield_e9 + two.yield_e9
        assert merged.reach == one.reach + two.reach
        deeper = {key: n for key, n in merged.counts.items() if key >= COUNTER_STEP}
        summed = {key: n + one.counts[key] for key, n in two.counts.items() if key >= COUNTER_STEP}
        assert deeper == summed
        assert index.figures(ROOT).vector == root.vector


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_every_touched_unit_that_is_new_or_changed_is_dirty_once(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    world.index.take_dirty()
    touched_before = {unit for unit, _ in world.index.facts()}
    # Also of units below one that is withdrawn: when it comes back, theirs are what they were.
    before = all_figures(world.index, world) | {unit: world.index.figures(unit) for unit in touched_before}
    event = world.tell(world.any_event())
    dirty = world.index.take_dirty()
    touched = {unit for unit, _ in world.index.facts()}
    now = all_figures(world.index, world)
    changed = {unit for unit in touched & now.keys() if before.get(unit) != now[unit]}
    assert changed | (touched - touched_before) <= dirty <= touched, event
    assert world.index.take_dirty() == set()


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, STEPS)
def test_figures_survive_being_stored(seed: int, steps: int) -> None:
    world = World(seed).play(steps)
    for figures in all_figures(world.index, world).values():
        assert Figures.from_row(figures.to_row()) == figures


def test_launching_writes_nothing_until_an_event_touches_a_unit() -> None:
    scope = TableScope(ROOT)
    for unit in range(1, 50):
        scope.add(unit, ROOT, 1)
    index = DirectiveIndex(scope, ROOT)
    index.apply(Dispatched(ROOT, 10**6))
    assert [unit for unit, _ in index.facts()] == [ROOT]
    assert index.take_dirty() == {ROOT}
