"""Reading figures: the account, the layer table, the plan, the overall index (TRANSMISSION 3-6). O(H) each,
no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.kernel.transmission.counters import Counter, Counts, counter_key
from services.kernel.transmission.dues import Clockwork
from services.kernel.transmission.figures import Figures
from services.kernel.transmission.keys import (
    DUE_SETTLED,
    MASS_E9,
    Category,
    Side,
    Stage,
    category_of,
    due_class_of,
    layer_of,
    side_of,
    stage_of,
)
from services.kernel.transmission.policy import DEFAULT_POLICY, Policy
from services.kernel.transmission.scope import ScopeLayer

ATTENUATION_BITS = 1000
"""Attenuation is given in thousandths of a bit."""
_TENTH_E9 = MASS_E9 // 10


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What a (layer, stage, owner's side) still owes, in 1e-9 units of mass. Layer 0 is the node itself.

    A SUPERIOR line of layer l belongs to units of layer l - 1: they dispatch to, and verify, layer l.
    """

    layer: int
    stage: Stage
    side: Side
    not_yet_due_e9: int
    overdue_e9: int


@dataclass(frozen=True, slots=True)
class Account:
    """A node's whole mass, split without remainder: yield + not yet due + overdue = mass * 10**9.

    `if_verified_e9`: the yield if every report that waits were verified now, in full.
    """

    mass: int
    yield_e9: int
    not_yet_due_e9: int
    overdue_e9: int
    if_verified_e9: int
    lines: tuple[AccountLine, ...]


def percent(amount_e9: int, mass: int) -> Fraction | None:
    """An amount as an exact percentage of a mass; None where nothing is obliged."""
    return Fraction(amount_e9, mass * MASS_E9 // 100) if mass else None


def overall(parts: Iterable[tuple[int, int, int]]) -> Fraction | None:
    """The index over directives, in percent, from (weight, yield_e9, mass) of each (TRANSMISSION 3)."""
    earned_sum = mass_sum = 0
    for weight, yield_e9, mass in parts:
        earned_sum += weight * yield_e9
        mass_sum += weight * mass
    return percent(earned_sum, mass_sum)


def account(figures: Figures, clockwork: Clockwork) -> Account:
    """The loss account of a node at one moment (TRANSMISSION 4)."""
    open_lines: dict[tuple[int, Stage, Side], list[int]] = {}
    totals = [0, 0]
    yield_e9 = waiting = 0
    for key, amount in figures.vector.items():
        category = category_of(key)
        if category is Category.EARNED:
            yield_e9 += amount
            continue
        late = clockwork.overdue(key)
        place = (layer_of(key), stage_of(category), side_of(category))
        open_lines.setdefault(place, [0, 0])[late] += amount
        totals[late] += amount
        if category is Category.VERIFY_WAITING and due_class_of(key) != DUE_SETTLED:
            waiting += amount
    lines = tuple(AccountLine(*place, *amounts) for place, amounts in sorted(open_lines.items()))
    return Account(figures.mass, yield_e9, totals[0], totals[1], yield_e9 + waiting, lines)


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer under a node (TRANSMISSION 5). Flows in 1e-9 units of mass; rates None where nothing is in
    scope.

    `offered_e9`: mass before the superior's dispatch; `arriving_e9` (F): after it; `passing_e9`: through
    the gates.
    """

    layer: int
    scope: ScopeLayer
    offered_e9: int
    arriving_e9: int
    passing_e9: int
    earned_e9: int
    dispatch_factor: Fraction | None
    pass_factor: Fraction | None
    attenuation_millibits: int | None
    coverage: Fraction | None
    receipt_rate: Fraction | None
    receipt_on_time_rate: Fraction | None
    naming_rate: Fraction | None
    start_rate: Fraction | None
    report_rate: Fraction | None
    report_on_time_rate: Fraction | None
    verify_rate: Fraction | None
    return_rate: Fraction | None
    passed_through_rate: Fraction | None


def layer_table(figures: Figures, scope: Sequence[ScopeLayer]) -> tuple[LayerRow, ...]:
    """The layers under a node, itself (layer 0) first; `scope` is the node's, layer by layer.

    Raises TransmissionBroken through `Figures.check` where the account does not add up.
    """
    figures.check()
    flows: list[dict[Category, int]] = [{} for _ in scope]
    for key, amount in figures.vector.items():
        line = flows[layer_of(key)]
        category = category_of(key)
        line[category] = line.get(category, 0) + amount
    rows: list[LayerRow] = []
    offered = figures.mass * MASS_E9
    below = figures.mass
    for layer, (flow, counted) in enumerate(zip(flows, scope, strict=True)):
        rows.append(_layer_row(layer, counted, flow, figures.counts, offered, below))
        offered -= sum(flow.values())
        below -= counted.own_mass
    return tuple(rows)


def _layer_row(
    layer: int, scope: ScopeLayer, flow: dict[Category, int], counts: Counts, offered: int, mass: int
) -> LayerRow:
    def count(counter: Counter) -> int:
        return counts.get(counter_key(layer, counter), 0)

    arriving = offered - flow.get(Category.DISPATCH, 0)
    passing = arriving - flow.get(Category.RECEIVE, 0) - flow.get(Category.NAME, 0)
    passed = _rate(passing, arriving)
    received, reported = count(Counter.RECEIVED), count(Counter.REPORTED)
    obliged = scope.obliged_units
    return LayerRow(
        layer=layer,
        scope=scope,
        offered_e9=offered,
        arriving_e9=arriving,
        passing_e9=passing,
        earned_e9=flow.get(Category.EARNED, 0),
        dispatch_factor=_rate(arriving, offered),
        pass_factor=passed,
        attenuation_millibits=attenuation_millibits(passed) if passed else None,
        coverage=_rate(count(Counter.DISPATCHED_MASS), mass) if layer else None,
        receipt_rate=_rate(received, scope.route_units),
        receipt_on_time_rate=_rate(count(Counter.RECEIVED_ON_TIME), scope.route_units),
        naming_rate=_rate(count(Counter.NAMED), received),
        start_rate=_rate(count(Counter.STARTED), obliged),
        report_rate=_rate(reported, obliged),
        report_on_time_rate=_rate(count(Counter.REPORTED_ON_TIME), obliged),
        verify_rate=_rate(count(Counter.VERIFIED), obliged),
        return_rate=_rate(count(Counter.RETURNED), obliged),
        passed_through_rate=_rate(count(Counter.PASSED_THROUGH), count(Counter.BROKEN_DOWN)),
    )


def _rate(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def attenuation_millibits(factor: Fraction) -> int:
    """-log2 of a factor in (0, 1], in thousandths of a bit, rounded down, by whole numbers alone."""
    value: int = pow(factor.denominator, ATTENUATION_BITS) // pow(factor.numerator, ATTENUATION_BITS)
    return value.bit_length() - 1


def plan_value_e9(scope: Sequence[ScopeLayer], clockwork: Clockwork, policy: Policy = DEFAULT_POLICY) -> int:
    """PV: the yield a node would have if everything common that is due were done on time (TRANSMISSION 6).

    Only common latest times and the node's own shift count; the issuer's layer is transparent.
    """
    return _plan_at(scope, clockwork, clockwork.now_us, policy)


def _plan_at(scope: Sequence[ScopeLayer], clockwork: Clockwork, at_us: int, policy: Policy) -> int:
    value = 0
    for depth, counted in enumerate(scope):
        layer = clockwork.layer + depth
        if layer == 0:
            continue
        if at_us < _planned(clockwork, layer, Stage.NAME):
            break
        tenths = sum(
            weight
            for stage, weight in (
                (Stage.START, policy.started_tenths),
                (Stage.REPORT, policy.reported_tenths),
                (Stage.VERIFY, policy.verified_tenths),
            )
            if at_us >= _planned(clockwork, layer, stage)
        )
        value += counted.own_mass * tenths * _TENTH_E9
    return value


def _planned(clockwork: Clockwork, layer: int, stage: Stage) -> int:
    return clockwork.due_us(layer, stage, clockwork.shift_days)


def schedule_lag_minutes(
    figures: Figures, scope: Sequence[ScopeLayer], clockwork: Clockwork, policy: Policy = DEFAULT_POLICY
) -> int:
    """Working minutes since the plan first asked for more than the node has earned; 0 if it never did so
    far.
    """
    now = clockwork.now_us
    steps = {
        _planned(clockwork, clockwork.layer + depth, stage)
        for depth in range(len(scope))
        for stage in Stage
        if clockwork.layer + depth
    }
    for step in sorted(step for step in steps if step <= now):
        if _plan_at(scope, clockwork, step, policy) > figures.yield_e9:
            return clockwork.calendar.late_working_minutes(step, now)
    return 0
