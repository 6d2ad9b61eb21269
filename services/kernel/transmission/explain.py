"""Explaining a number: whose lines it is made of, exactly, and which of them weigh most (TRANSMISSION 4,
8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import Protocol

from services.kernel.transmission.dues import Clockwork
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.figures import Figures
from services.kernel.transmission.keys import (
    DUE_SETTLED,
    MASS_E9,
    Category,
    is_earned,
    key_of,
    shifted,
)
from services.kernel.transmission.policy import DEFAULT_POLICY, FULL_CREDIT_E6, WEIGHT_SUM_TENTHS, Policy
from services.kernel.transmission.scope import Unit

LINES_UNITS_MAX = 20_000
"""Units one explanation may walk."""

_ONE = Fraction(1)


class ExplanationTooLarge(ValueError):
    """More than LINES_UNITS_MAX touched units lie below: explain a part of it."""


class FigureSource(Protocol):
    """Where figures are read: a `DirectiveIndex`, or the rows one was stored in."""

    def figures(self, unit: Unit) -> Figures:
        """A unit's figures."""

    def touched(self, unit: Unit) -> Iterable[Unit]:
        """Its live children that have figures of their own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a node stands under the issuer.

    `up`: the share of its mass that what is above lets through, its own dispatch included; `shift_days`: by
    how much common times are later for it.
    """

    layer: int
    shift_days: int
    up: Fraction

    @property
    def blocked(self) -> Fraction:
        """The share of its mass that is lost above it, whatever it does."""
        return 1 - self.up


def standing(chain: Sequence[Figures]) -> Standing:
    """Where the last node of a chain stands; the chain runs from the issuer down, one figures a layer."""
    up = _ONE
    shift_days = 0
    for above, below in pairwise(chain):
        credit, shift = below.facts.edge(above.facts)
        up *= gate(above.facts) * Fraction(credit, FULL_CREDIT_E6)
        shift_days += shift
    return Standing(len(chain) - 1, shift_days, up)


def gate(facts: Facts) -> Fraction:
    """g = q2 q3, exactly."""
    return Fraction(facts.credits[2] * facts.credits[3], FULL_CREDIT_E6**2)


@dataclass(frozen=True, slots=True)
class Line:
    """One lost or open share: `loss` in units of the explained node's mass, floors aside.

    `group`: the line sums all children of `unit` no event has touched. `layer`: of the units whose work it
    is, relative to the explained node. `key`: as in that node's vector.
    """

    unit: Unit
    category: Category
    layer: int
    due_class: int
    loss: Fraction
    group: bool = False

    @property
    def key(self) -> int:
        """The line's place in the explained node's vector."""
        return key_of(self.layer, self.category, self.due_class)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A node on the way: what its parent lets through to it, the edge it was reached by, and late dispatch
    so far.
    """

    unit: Unit
    figures: Figures
    layer: int
    up: Fraction
    credit: int
    shift_above: int
    shift_days: int

    @property
    def inside(self) -> Fraction:
        """What reaches the node's own gate: up(v) q1(v)."""
        return self.up * Fraction(self.credit, FULL_CREDIT_E6)


def lines(source: FigureSource, unit: Unit, policy: Policy = DEFAULT_POLICY) -> list[Line]:
    """Every line below and at a node: their sum is M - Y without floors. ExplanationTooLarge past the
    limit.
    """
    found: list[Line] = []
    waiting = [_start(source, unit)]
    for walked in count():
        if not waiting:
            return found
        if walked >= LINES_UNITS_MAX:
            raise ExplanationTooLarge(f"more than {LINES_UNITS_MAX} units below {unit}")
        visit = waiting.pop()
        children = _children(source, visit)
        found += _lines_of(visit, children, policy)
        waiting += children
    return found


def blockers(
    source: FigureSource,
    unit: Unit,
    count_max: int,
    clockwork: Clockwork | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> list[Line]:
    """The heaviest lines under a node, heaviest first; with a clockwork (the node's) only overdue ones.

    Best-first: a node is opened only while it may still hold one of the heaviest lines, so the cost is
    O(count * (children + log)), not the size of the subtree.
    """
    wanted = _Wanted(clockwork)
    order = count()
    start = _start(source, unit)
    heap: list[tuple[Fraction, int, Line | _Visit]] = [(-_bound(start, wanted), next(order), start)]
    found: list[Line] = []
    while heap and len(found) < count_max:
        _, _, best = heappop(heap)
        if isinstance(best, Line):
            found.append(best)
            continue
        children = _children(source, best)
        for line in _lines_of(best, children, policy):
            if wanted.at(0, 0)(line.key):
                heappush(heap, (-line.loss, next(order), line))
        for child in children:
            bound = _bound(child, wanted)
            if bound:
                heappush(heap, (-bound, next(order), child))
    return found


class _Wanted:
    """Which lines are asked for, by where the vector they stand in belongs: worked out once a place."""

    def __init__(self, clockwork: Clockwork | None) -> None:
        self._clockwork = clockwork
        self._places: dict[tuple[int, int], Callable[[int], bool]] = {}

    def at(self, depth: int, shift_days: int) -> Callable[[int], bool]:
        """The test for keys of a node that many layers below the start, behind that much late dispatch."""
        if self._clockwork is None:
            return _is_loss
        place = (depth, shift_days)
        if place not in self._places:
            self._places[place] = self._clockwork.at(depth, shift_days).overdue
        return self._places[place]


def _is_loss(key: int) -> bool:
    return not is_earned(key)


def _start(source: FigureSource, unit: Unit) -> _Visit:
    return _Visit(unit, source.figures(unit), 0, _ONE, FULL_CREDIT_E6, 0, 0)


def _children(source: FigureSource, visit: _Visit) -> list[_Visit]:
    facts = visit.figures.facts
    passing = visit.inside * gate(facts)
    children = []
    for unit in source.touched(visit.unit):
        figures = source.figures(unit)
        credit, shift = figures.facts.edge(facts)
        shifts = (visit.shift_days, visit.shift_days + shift)
        children.append(_Visit(unit, figures, visit.layer + 1, passing, credit, *shifts))
    return children


def _bound(visit: _Visit, wanted: _Wanted) -> Fraction:
    """The heaviest wanted entry of the node's vector, and of its dispatch: no line at or below it weighs more."""
    asked = wanted.at(visit.layer, visit.shift_days)
    inside = max((amount for key, amount in visit.figures.vector.items() if asked(key)), default=0)
    bound = visit.inside * Fraction(inside, MASS_E9)
    if visit.credit < FULL_CREDIT_E6:
        losses = (line.loss for line in _dispatch_line(visit) if wanted.at(0, 0)(line.key))
        return max(bound, *losses, Fraction(0))
    return bound


def _line(visit: _Visit, category: Category, done: int, due: int, loss: Fraction) -> list[Line]:
    """One line, if there is a loss: settled once it was done, else due at its class."""
    if not loss:
        return []
    return [Line(visit.unit, category, visit.layer, DUE_SETTLED if done else due, loss)]


def _dispatch_line(visit: _Visit) -> list[Line]:
    loss = visit.up * _missing(visit.credit) * visit.figures.mass
    due = shifted(visit.figures.facts.dues[1], visit.shift_above)
    return _line(visit, Category.DISPATCH, visit.credit, due, loss)


def _missing(credit_e6: int) -> Fraction:
    return Fraction(FULL_CREDIT_E6 - credit_e6, FULL_CREDIT_E6)


def _lines_of(visit: _Visit, children: Sequence[_Visit], policy: Policy) -> list[Line]:
    """The node's own lines, and one group of its untouched children."""
    figures = visit.figures
    credits = figures.facts.credits
    dues = [shifted(due, visit.shift_days) for due in figures.facts.dues]
    received = visit.inside * Fraction(credits[2], FULL_CREDIT_E6)
    gates = (
        _line(visit, Category.RECEIVE, credits[2], dues[2], visit.inside * _missing(credits[2]) * figures.mass),
        _line(visit, Category.NAME, credits[3], dues[3], received * _missing(credits[3]) * figures.mass),
    )
    duty = visit.inside * gate(figures.facts) * Fraction(figures.own, WEIGHT_SUM_TENTHS)
    verify = Category.VERIFY_WAITING if credits[5] or credits[6] else Category.VERIFY_UNREPORTED
    duties = (
        _line(visit, Category.START, credits[4], dues[4], duty * policy.started_tenths * _missing(credits[4])),
        _line(visit, Category.REPORT, credits[5], dues[5], duty * policy.reported_tenths * _missing(credits[5])),
        _line(visit, verify, credits[6], dues[6], duty * policy.verified_tenths * _missing(credits[6])),
    )
    own = [line for part in (_dispatch_line(visit), *gates, *duties) for line in part]
    return own + _group_lines(visit, sum(child.figures.mass for child in children))


def _group_lines(visit: _Visit, touched_mass: int) -> list[Line]:
    """What the children no event has touched hold back together."""
    figures = visit.figures
    facts = figures.facts
    rest = visit.inside * gate(facts) * (figures.mass - figures.own - touched_mass)
    credit = facts.child_credit
    parts = (
        (Category.DISPATCH, DUE_SETTLED if credit else visit.shift_days, rest * _missing(credit)),
        (
            Category.RECEIVE,
            visit.shift_days + facts.child_shift_days,
            rest * Fraction(credit, FULL_CREDIT_E6),
        ),
    )
    return [Line(visit.unit, category, visit.layer + 1, due, loss, group=True) for category, due, loss in parts if loss]
