"""The lines one node writes itself: its duties, its gates, its edge (TRANSMISSION 3 and 4), floors and all."""

from __future__ import annotations

from typing import Final

from services.kernel.transmission.counters import (
    Counter,
    Counts,
    bucket_key,
    bucket_of,
    counter_key,
    minutes_key,
)
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.keys import (
    DUE_SETTLED,
    EARNED_HERE,
    MASS_E9,
    Category,
    Stage,
    Vector,
    add_share,
    key_of,
    late_share,
)
from services.kernel.transmission.policy import FULL_CREDIT_E6, Policy
from services.kernel.transmission.share import Share

_DUTY_SCALE: Final = 100
"""tenths * millionths * 100 = 1e-9."""

_DISPATCH: Final = key_of(0, Category.DISPATCH, 0)
_RECEIVE: Final = key_of(0, Category.RECEIVE, 0)
_NAME: Final = key_of(0, Category.NAME, 0)
_START: Final = key_of(0, Category.START, 0)
_REPORT: Final = key_of(0, Category.REPORT, 0)
_UNREPORTED: Final = key_of(0, Category.VERIFY_UNREPORTED, 0)
_WAITING: Final = key_of(0, Category.VERIFY_WAITING, 0)
_DISPATCH_BELOW: Final = key_of(1, Category.DISPATCH, 0)
_RECEIVE_BELOW: Final = key_of(1, Category.RECEIVE, 0)


def duty_lines(facts: Facts, own: int, policy: Policy) -> Vector:
    """s * 10**9 split into what was earned and the three shares that were not: exact."""
    if not own:
        return {}
    _, _, _, _, started, reported, verified = facts.credits
    _, _, _, _, start_due, report_due, verify_due = facts.dues
    unit = own * _DUTY_SCALE
    start, report, verify = policy.started_tenths, policy.reported_tenths, policy.verified_tenths
    waiting = _WAITING if reported or verified else _UNREPORTED
    lines = {
        EARNED_HERE: (start * started + report * reported + verify * verified) * unit,
        _START | (DUE_SETTLED if started else start_due): start * (FULL_CREDIT_E6 - started) * unit,
        _REPORT | (DUE_SETTLED if reported else report_due): report * (FULL_CREDIT_E6 - reported) * unit,
        waiting | (DUE_SETTLED if verified else verify_due): verify * (FULL_CREDIT_E6 - verified) * unit,
    }
    return {key: amount for key, amount in lines.items() if amount}


def untouched_lines(facts: Facts, rest: int) -> Vector:
    """The mass of all children nothing is known of yet, as this node's dispatch to all left it: exact."""
    credit = facts.child_credit
    if not rest:
        return {}
    if not credit:
        return {_DISPATCH_BELOW: rest * MASS_E9}
    lines = {_RECEIVE_BELOW | facts.child_shift_days: rest * credit * 1000}
    add_share(lines, _DISPATCH_BELOW | DUE_SETTLED, late_share(rest, credit))
    return lines


def through_gate(facts: Facts, mass: int, inner: Vector) -> Vector | Share:
    """What a node hands up: g times its inner vector, and its own gate's losses.

    An open gate hands up `inner` itself. Of a late one the floors' remainder is carried by naming if that was late,
    else by the receipt.
    """
    received, named = facts.credits[2], facts.credits[3]
    if received == FULL_CREDIT_E6 and named == FULL_CREDIT_E6:
        return inner
    if not mass:
        return {}
    if not received:
        return {_RECEIVE | facts.dues[2]: mass * MASS_E9}
    late: Vector = {}
    add_share(late, _RECEIVE | DUE_SETTLED, late_share(mass, received))
    if not named:
        late[_NAME | facts.dues[3]] = received * mass * 1000
        return late
    add_share(late, _NAME | DUE_SETTLED, received * (FULL_CREDIT_E6 - named) * mass // 1000)
    carrier = (_NAME if named < FULL_CREDIT_E6 else _RECEIVE) | DUE_SETTLED
    return Share(inner, received * named, FULL_CREDIT_E6 * FULL_CREDIT_E6, mass, late, carrier)


def over_edge(facts: Facts, credit: int, mass: int, out: Vector) -> Vector | Share:
    """A node's vector times its q1, and what a late dispatch took, which carries the floors' remainder.

    Still in the node's own coordinates: its parent holds it one layer deeper.
    """
    if credit == FULL_CREDIT_E6:
        return out
    if not mass:
        return {}
    if not credit:
        return {_DISPATCH | facts.dues[1]: mass * MASS_E9}
    return Share(out, credit, FULL_CREDIT_E6, mass, {}, _DISPATCH | DUE_SETTLED)


def own_counts(facts: Facts, own: int) -> Counts:
    """The unit's own done-counters at layer 0: naming counts where it was received, verification where it was
    reported, duties where the unit owes them.
    """
    counts: Counts = {}
    credits, minutes = facts.credits, facts.minutes
    for stage, needed, counter, latency, minutes_sum in _COUNTED if own else _COUNTED_OF_ROUTE:
        credit = credits[stage]
        if credit and credits[needed]:
            counts[counter] = 1
            if credit == FULL_CREDIT_E6:
                counts[counter + 1] = 1
            told = minutes[stage]
            if told:
                counts[latency + bucket_of(told - 1)] = 1
                add_share(counts, minutes_sum, told - 1)
    if own and facts.returns:
        counts[_RETURNED] = 1
    return counts


def _counted(stage: Stage, needed: Stage, counter: Counter) -> tuple[int, int, int, int, int]:
    return int(stage), int(needed), int(counter), bucket_key(0, stage, 0), minutes_key(0, stage)


_COUNTED_OF_ROUTE: Final = (
    _counted(Stage.RECEIVE, Stage.RECEIVE, Counter.RECEIVED),
    _counted(Stage.NAME, Stage.RECEIVE, Counter.NAMED),
)
_COUNTED: Final = (
    *_COUNTED_OF_ROUTE,
    _counted(Stage.START, Stage.START, Counter.STARTED),
    _counted(Stage.REPORT, Stage.REPORT, Counter.REPORTED),
    _counted(Stage.VERIFY, Stage.REPORT, Counter.VERIFIED),
)
_RETURNED: Final = counter_key(0, Counter.RETURNED)


def dispatch_counts(facts: Facts, reached: tuple[int, int], explicit: tuple[int, int, int]) -> Counts:
    """Counters of a node's act of dispatching, kept at the layer of its children.

    `reached`: (units, mass) of the children that a dispatch to all reaches, or one by name has reached; `explicit`:
    (units, units on time, mass) of the latter.
    """
    units, on_time, mass = explicit
    if facts.child_credit:
        if facts.child_credit == FULL_CREDIT_E6:
            on_time += reached[0] - units
        units, mass = reached
    counts: Counts = {}
    add_share(counts, counter_key(1, Counter.DISPATCHED), units)
    add_share(counts, counter_key(1, Counter.DISPATCHED_ON_TIME), on_time)
    add_share(counts, counter_key(1, Counter.DISPATCHED_MASS), mass)
    if units:
        counts[counter_key(0, Counter.BROKEN_DOWN)] = 1
        if not (facts.credits[2] and facts.credits[3]):
            counts[counter_key(0, Counter.PASSED_THROUGH)] = 1
    return counts
