"""Random directives, played on the index and on the naive recount at once."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from random import Random

from services.kernel.transmission import (
    MASS_E9,
    Category,
    DirectiveIndex,
    Dispatched,
    DueMoved,
    Event,
    Joined,
    Merged,
    Moved,
    Restored,
    Returned,
    ScopeChanged,
    Stage,
    StageDone,
    StageUndone,
    TableScope,
    Withdrawn,
    counter_key,
    credit,
)
from services.kernel.transmission.counters import COUNTER_STEP, bucket_key, minutes_key
from services.kernel.transmission.keys import DUE_SETTLED, category_of, due_class_of, layer_of
from tests.kernel.naive_transmission import LATE, NaiveDirective, Place

ROOT = 0
DAY = 739_000
UNIT_STAGES = (*(Stage.RECEIVE, Stage.NAME) * 2, Stage.START, *(Stage.REPORT,) * 2, Stage.VERIFY)


class World:
    """One random tree under one directive. `scope`, `index` and `naive` are told everything at once."""

    def __init__(self, seed: int, index_type: type[DirectiveIndex] = DirectiveIndex, units: int = 14) -> None:
        self.random = Random(seed)
        self.scope = TableScope(ROOT)
        self.naive = NaiveDirective(ROOT)
        for unit in range(1, units):
            self._grow(unit)
        self.next_unit = units
        self.index = index_type(self.scope, ROOT)

    def _grow(self, unit: int) -> int:
        parent = self.random.choice(self.live())
        own = self.random.choice((0, 1, 1, 1, 3))
        self.scope.add(unit, parent, own)
        self.naive.units[unit] = type(self.naive.units[ROOT])(parent, own)
        return parent

    def live(self) -> list[int]:
        """The units in scope, none of whose superiors is withdrawn."""
        return [unit for unit, _ in self.naive.walk(ROOT)]

    def tell(self, event: Event, *, index: bool = True) -> Event:
        """One event for all."""
        self.naive.apply(event)
        if index:
            self.index.apply(event)
        return event

    def any_credit(self) -> int:
        """On time half the time, else somehow late."""
        return credit(self.random.choice((0, 0, 0, 1, 700, 1441, 2879, 2880, 9000)))

    def any_due(self) -> int:
        """Common, shifted, or a day of its own."""
        return self.random.choice((0, 0, 3, DAY, DAY + 1))

    def stage_event(self) -> Event:
        """Something that happens to one assignment."""
        unit = self.random.choice([unit for unit in self.live() if unit != ROOT] or [1])
        kind = self.random.randrange(12)
        if kind == 0:
            return DueMoved(unit, self.random.choice(tuple(Stage)), self.any_due())
        if kind == 1:
            return Returned(unit, self.any_due(), self.any_due())
        if kind == 2:
            return StageUndone(unit, self.random.choice((Stage.RECEIVE, Stage.NAME, Stage.VERIFY)))
        minutes = self.random.choice((None, self.random.randrange(70_000)))
        return StageDone(unit, self.random.choice(UNIT_STAGES), self.any_credit(), minutes)

    def dispatch_event(self) -> Event:
        """A parent hands on, to all or to some."""
        parent = self.random.choice([ROOT, *self.live()])
        children = self.naive.children(parent)
        shift = self.random.choice((0, 0, 2))
        if self.random.randrange(3) and children:
            some = tuple(self.random.sample(children, self.random.randint(1, len(children))))
            return Dispatched(parent, self.any_credit(), some, shift)
        return Dispatched(parent, self.any_credit(), None, shift)

    def scope_event(self) -> Event | None:
        """Something that happens to the tree; the scope is changed already."""
        kind = self.random.randrange(6)
        units = [unit for unit in self.live() if unit != ROOT]
        if kind == 0:
            unit, self.next_unit = self.next_unit, self.next_unit + 1
            parent = self._grow(unit)
            return Joined(unit) if self.random.randrange(2) else ScopeChanged(parent)
        if not units:
            return None
        unit = self.random.choice(units)
        if kind == 1:
            own = self.random.choice((0, 1, 2))
            self.scope.oblige(unit, own)
            self.naive.units[unit].own = own
            return ScopeChanged(unit)
        if kind == 2:
            return self._restore()
        if kind == 3 and self.random.randrange(2):
            self.scope.withdraw(unit)
            return Withdrawn(unit)
        return self._move(unit) if kind < 5 else self._merge(unit)

    def _restore(self) -> Event | None:
        gone = [unit for unit, value in self.naive.units.items() if value.withdrawn]
        if not gone:
            return None
        unit = self.random.choice(gone)
        self.scope.restore(unit)
        return Restored(unit)

    def elsewhere(self, unit: int) -> list[int]:
        """Live units that are neither a unit nor below it."""
        below = {below for below, _ in self.naive.walk(unit)}
        return [other for other in self.live() if other not in below]

    def _move(self, unit: int) -> Event | None:
        old = self.naive.units[unit].parent
        new = self.random.choice(self.elsewhere(unit))
        if old is None:
            return None
        self.scope.move(unit, new)
        return Moved(unit, old, new)

    def _merge(self, source: int) -> Event | None:
        others = [unit for unit in self.elsewhere(source) if unit != ROOT]
        if not others:
            return None
        into = self.random.choice(others)
        children = tuple(unit for unit, value in self.naive.units.items() if value.parent == source)
        for child in children:
            self.scope.move(child, into)
        self.scope.withdraw(source)
        return Merged(source, into, children)

    def any_event(self, *, scope: bool = True) -> Event:
        """Mostly stages, some dispatches, some changes of the tree."""
        kind = self.random.randrange(10)
        event = self.scope_event() if scope and kind == 0 else None
        if event is None:
            event = self.dispatch_event() if kind < 4 else self.stage_event()
        return event

    def play(self, steps: int, *, scope: bool = True) -> World:
        """Let that many things happen."""
        for _ in range(steps):
            self.tell(self.any_event(scope=scope))
        return self

    def check(self) -> None:
        """The index agrees with the naive recount at every live unit, in every figure."""
        for unit in self.live():
            figures = self.index.figures(unit).check()
            assert figures.mass == self.naive.mass(unit)
            assert figures.yield_e9 == self.naive.yield_e9(unit), f"yield of {unit}"
            assert figures.reach == self.naive.reach(unit), f"reach of {unit}"
            self._check_counts(unit)
            self._check_latencies(unit)
            self._check_losses(unit)

    def _check_counts(self, unit: int) -> None:
        wanted = {counter_key(layer, counter): n for (layer, counter), n in self.naive.counts(unit).items()}
        counted = self.index.figures(unit).counts
        latencies_from = bucket_key(0, Stage.RECEIVE, 0)
        kept = {key: n for key, n in counted.items() if key % COUNTER_STEP < latencies_from}
        assert kept == wanted, f"counters of {unit}"

    def _check_latencies(self, unit: int) -> None:
        wanted: dict[int, int] = defaultdict(int)
        for (layer, stage), told in self.naive.latencies(unit).items():
            for minutes in told:
                upper = [bound for bound in range(1, 16) if minutes < 2**bound] or [16]
                wanted[bucket_key(layer, stage, upper[0] - 1)] += 1
                wanted[minutes_key(layer, stage)] += minutes
        counted = self.index.figures(unit).counts
        kept = {key: n for key, n in counted.items() if key % COUNTER_STEP >= bucket_key(0, Stage.RECEIVE, 0)}
        assert kept == {key: n for key, n in wanted.items() if n}, f"latencies of {unit}"

    def _check_losses(self, unit: int) -> None:
        exact = self.naive.losses(unit)
        kept = losses_by_place(self.index, unit)
        floors = Fraction(40 * len(self.naive.units), MASS_E9)
        for place in exact.keys() | kept.keys():
            off = kept.get(place, Fraction()) - exact.get(place, Fraction())
            assert abs(off) <= floors, f"losses of {unit} at {place}: off by {off}"


def losses_by_place(index: DirectiveIndex, unit: int) -> dict[Place, Fraction]:
    """A unit's vector in the naive recount's terms."""
    return {
        (layer_of(key), category_of(key), LATE if due_class_of(key) == DUE_SETTLED else due_class_of(key)): Fraction(
            amount, MASS_E9
        )
        for key, amount in index.figures(unit).vector.items()
        if category_of(key) is not Category.EARNED
    }
