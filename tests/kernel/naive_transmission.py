"""TRANSMISSION read aloud: every number recounted from the whole tree each time, nothing kept, nothing shared.

The product's index is checked against this. Yields follow the definition's floors and must agree bit for bit; losses
by line are exact fractions and must agree up to the floors of the nodes they passed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from services.kernel.transmission import (
    Category,
    Counter,
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
    Withdrawn,
)

MILLION = 10**6
LATE = "late"
_NEEDED = {Stage.NAME: Stage.RECEIVE, Stage.VERIFY: Stage.REPORT}
Place = tuple[int, Category, int | str]
"""(layer, category, due class or LATE), seen from the node asked about."""


@dataclass
class Unit:
    parent: int | None
    own: int
    credit: dict[Stage, int] = field(default_factory=dict)
    due: dict[Stage, int] = field(default_factory=dict)
    minutes: dict[Stage, int | None] = field(default_factory=dict)
    dispatched: tuple[int, int] | None = None
    to_all: tuple[int, int] | None = None
    first_report: int | None = None
    returned: bool = False
    withdrawn: bool = False
    apart: bool = False

    def q(self, stage: Stage) -> int:
        return self.credit.get(stage, 0)


class NaiveDirective:
    """The tree and what happened, and recursion over all of it."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.units: dict[int, Unit] = {root: Unit(None, 0)}
        self.units[root].credit = {Stage.RECEIVE: MILLION, Stage.NAME: MILLION}

    # The tree

    def children(self, unit: int) -> list[int]:
        return [key for key, value in self.units.items() if value.parent == unit and not value.withdrawn]

    def mass(self, unit: int) -> int:
        return self.units[unit].own + sum(self.mass(child) for child in self.children(unit))

    def edge(self, unit: int) -> tuple[int, int]:
        """(q1, shift) of the dispatch that reached a unit."""
        me = self.units[unit]
        if me.dispatched:
            return me.dispatched
        if me.parent is None:
            return MILLION, 0
        return (0, 0) if me.apart else self.units[me.parent].to_all or (0, 0)

    # What happens

    def apply(self, event: Event) -> None:
        match event:
            case Dispatched(parent, credit, None, shift):
                self.units[parent].to_all = self.units[parent].to_all or (credit, shift)
            case Dispatched(_, credit, children, shift):
                for child in children or ():
                    self.units[child].dispatched = self.units[child].dispatched or (credit, shift)
            case StageDone(unit, stage, credit, minutes):
                self.done(self.units[unit], stage, credit, minutes)
            case StageUndone(unit, stage):
                self.units[unit].credit.pop(stage, None)
                self.units[unit].minutes.pop(stage, None)
            case Returned(unit, report_due, verify_due):
                me = self.units[unit]
                me.due |= {Stage.REPORT: report_due, Stage.VERIFY: verify_due}
                if me.credit.pop(Stage.REPORT, None):
                    me.returned = True
                    me.credit.pop(Stage.VERIFY, None)
            case DueMoved(unit, stage, due):
                self.units[unit].due[stage] = due
            case Withdrawn(unit):
                self.units[unit].withdrawn = True
            case Restored(unit):
                self.units[unit].withdrawn = False
            case ScopeChanged():
                pass
            case Joined(unit):
                self.join(unit)
            case Moved(unit, old, new):
                self.move(unit, old, new)
            case Merged(source, into, children):
                for child in children:
                    self.move(child, source, into)
                self.units[source].withdrawn = True

    def done(self, me: Unit, stage: Stage, credit: int, minutes: int | None) -> None:
        if stage in me.credit:
            return
        me.minutes[stage] = minutes
        if stage is Stage.REPORT:
            me.first_report = me.first_report or credit
            credit = min(credit, me.first_report)
        me.credit[stage] = credit

    def join(self, unit: int) -> None:
        """What the unit's parent has dispatched to all so far does not reach it."""
        me = self.units[unit]
        me.apart = me.parent is not None and bool(self.units[me.parent].to_all)

    def move(self, unit: int, old: int, new: int) -> None:
        me = self.units[unit]
        if me.parent == old:
            reached = self.edge(unit)
            me.dispatched = reached if reached[0] else None
            me.parent = new
            self.join(unit)

    # TRANSMISSION 3

    def yield_e9(self, unit: int) -> int:
        me = self.units[unit]
        own = 2 * me.q(Stage.START) + 4 * me.q(Stage.REPORT) + 4 * me.q(Stage.VERIFY)
        inner = me.own * own * 100
        for child in self.children(unit):
            inner += self.edge(child)[0] * self.yield_e9(child) // MILLION
        return me.q(Stage.RECEIVE) * me.q(Stage.NAME) * inner // MILLION**2

    def reach(self, unit: int) -> int:
        me = self.units[unit]
        if not (me.q(Stage.RECEIVE) and me.q(Stage.NAME)):
            return 0
        return me.own + sum(self.reach(child) for child in self.children(unit))

    # TRANSMISSION 4

    def losses(self, unit: int) -> dict[Place, Fraction]:
        """Every lost point below a node by place, exactly."""
        found: dict[Place, Fraction] = defaultdict(Fraction)
        self._lose(unit, 0, Fraction(1), 0, found, is_start=True)
        return {place: loss for place, loss in found.items() if loss}

    def _lose(
        self, unit: int, layer: int, up: Fraction, shift: int, found: dict[Place, Fraction], is_start: bool = False
    ) -> None:
        me = self.units[unit]
        mass = self.mass(unit)
        q1, own_shift = (MILLION, 0) if is_start else self.edge(unit)

        def lose(category: Category, stage: Stage, credit: int, shift_days: int, loss: Fraction) -> None:
            due = me.due.get(stage, 0)
            if due <= 9999:
                due += shift_days
            found[layer, category, LATE if credit else due] += loss

        rate1, rate2, rate3 = (Fraction(credit, MILLION) for credit in (q1, me.q(Stage.RECEIVE), me.q(Stage.NAME)))
        lose(Category.DISPATCH, Stage.DISPATCH, q1, shift, up * (1 - rate1) * mass)
        up *= rate1
        shift += own_shift
        lose(Category.RECEIVE, Stage.RECEIVE, me.q(Stage.RECEIVE), shift, up * (1 - rate2) * mass)
        lose(Category.NAME, Stage.NAME, me.q(Stage.NAME), shift, up * rate2 * (1 - rate3) * mass)
        up *= rate2 * rate3
        reported = me.q(Stage.REPORT) or me.q(Stage.VERIFY)
        verify = Category.VERIFY_WAITING if reported else Category.VERIFY_UNREPORTED
        for category, stage, tenths in (
            (Category.START, Stage.START, 2),
            (Category.REPORT, Stage.REPORT, 4),
            (verify, Stage.VERIFY, 4),
        ):
            missing = 1 - Fraction(me.q(stage), MILLION)
            lose(category, stage, me.q(stage), shift, up * me.own * Fraction(tenths, 10) * missing)
        for child in self.children(unit):
            self._lose(child, layer + 1, up, shift, found)

    # TRANSMISSION 5

    def walk(self, unit: int, layer: int = 0) -> list[tuple[int, int]]:
        """(unit, layer) of a node and all below it."""
        below = [pair for child in self.children(unit) for pair in self.walk(child, layer + 1)]
        return [(unit, layer), *below]

    def counts(self, unit: int) -> dict[tuple[int, Counter], int]:
        """Done-counters by layer, by asking every unit."""
        found: dict[tuple[int, Counter], int] = defaultdict(int)

        def tick(layer: int, counter: Counter, credit: int) -> None:
            if credit:
                found[layer, counter] += 1
                if credit == MILLION:
                    found[layer, Counter(counter + 1)] += 1

        for below, layer in self.walk(unit):
            me = self.units[below]
            if layer:
                tick(layer, Counter.DISPATCHED, self.edge(below)[0])
                found[layer, Counter.DISPATCHED_MASS] += self.mass(below) if self.edge(below)[0] else 0
            passed_on = [child for child in self.children(below) if self.edge(child)[0]]
            named = me.q(Stage.RECEIVE) and me.q(Stage.NAME)
            found[layer, Counter.BROKEN_DOWN] += bool(passed_on)
            found[layer, Counter.PASSED_THROUGH] += bool(passed_on and not named)
            if below == self.root:
                continue
            tick(layer, Counter.RECEIVED, me.q(Stage.RECEIVE))
            tick(layer, Counter.NAMED, me.q(Stage.NAME) if me.q(Stage.RECEIVE) else 0)
            if me.own:
                tick(layer, Counter.STARTED, me.q(Stage.START))
                tick(layer, Counter.REPORTED, me.q(Stage.REPORT))
                tick(layer, Counter.VERIFIED, me.q(Stage.VERIFY) if me.q(Stage.REPORT) else 0)
                found[layer, Counter.RETURNED] += me.returned
        return {place: count for place, count in found.items() if count}

    def latencies(self, unit: int) -> dict[tuple[int, Stage], list[int]]:
        """By layer and stage, the elapsed minutes that were told, smallest first."""
        found: dict[tuple[int, Stage], list[int]] = defaultdict(list)
        for below, layer in self.walk(unit):
            me = self.units[below]
            for stage, needed in ((stage, _NEEDED.get(stage, stage)) for stage in me.credit):
                told = me.minutes.get(stage)
                if told is not None and me.q(needed) and (me.own or stage <= Stage.NAME):
                    found[layer, stage].append(told)
        return {place: sorted(minutes) for place, minutes in found.items()}

    def flows(self, unit: int) -> list[list[Fraction]]:
        """By layer: [offered, arriving, passing] mass, as section 5 sums them."""
        rows: dict[int, list[Fraction]] = defaultdict(lambda: [Fraction(), Fraction(), Fraction()])

        def flow(below: int, layer: int, up: Fraction) -> None:
            me = self.units[below]
            mass = self.mass(below)
            arriving = up * Fraction(self.edge(below)[0] if layer else MILLION, MILLION)
            passing = arriving * Fraction(me.q(Stage.RECEIVE) * me.q(Stage.NAME), MILLION**2)
            for index, share in enumerate((up, arriving, passing)):
                rows[layer][index] += share * mass
            for child in self.children(below):
                flow(child, layer + 1, passing)

        flow(unit, 0, Fraction(1))
        return [rows[layer] for layer in sorted(rows)]
