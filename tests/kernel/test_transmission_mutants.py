"""The laws must catch deliberately broken update rules: each is played until the naive recount disagrees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.kernel.transmission import Dispatched, Returned, TransmissionBroken, index, keys, node, own_lines
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.keys import Stage, Vector
from services.kernel.transmission.node import Node
from services.kernel.transmission.policy import FULL_CREDIT_E6, Policy
from services.kernel.transmission.share import Share
from tests.kernel.worlds import World

SEEDS = 80
STEPS = 90
Break = Callable[[pytest.MonkeyPatch], None]
BREAKS: dict[str, Break] = {}


def breaks(rule: Break) -> Break:
    BREAKS[rule.__name__] = rule
    return rule


@breaks
def forget_a_gate(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(node, "through_gate", lambda facts, mass, inner: inner)


@breaks
def skip_regating_what_comes_from_below(patch: pytest.MonkeyPatch) -> None:
    def absorb(self: Node, delta: Vector) -> Vector:
        change = original(self, delta)
        return change if self.out is self.inner else {}

    original = Node.absorb
    patch.setattr(Node, "absorb", absorb)


@breaks
def skip_regating_when_a_gate_opens(patch: pytest.MonkeyPatch) -> None:
    original = Node.regate

    def regate(self: Node, delta: Vector) -> Vector:
        return self.absorb(delta) if self.live and self.out else original(self, delta)

    patch.setattr(Node, "regate", regate)


@breaks
def let_a_change_pass_a_late_edge_unscaled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Node, "resend", lambda self, delta: keys.raised(delta, self.shift_days))


@breaks
def stop_early(patch: pytest.MonkeyPatch) -> None:
    def rise(self: index.DirectiveIndex, step: Node, delta: Vector) -> None:
        delta = step.absorb(delta)
        if delta and step.live and step.parent:
            step.parent.absorb(step.resend(delta))

    patch.setattr(index.DirectiveIndex, "_rise", rise)


@breaks
def ignore_a_late_dispatch(patch: pytest.MonkeyPatch) -> None:
    original = Facts.edge
    patch.setattr(Facts, "edge", lambda self, above: (FULL_CREDIT_E6 if original(self, above)[0] else 0, 0))


@breaks
def let_a_dispatch_to_all_reach_who_came_later(patch: pytest.MonkeyPatch) -> None:
    original = Facts.edge

    def edge(self: Facts, above: Facts | None) -> tuple[int, int]:
        here = self.copy()
        here.apart = 0
        return original(here, above)

    patch.setattr(Facts, "edge", edge)


@breaks
def count_who_came_later_as_dispatched(patch: pytest.MonkeyPatch) -> None:
    original = Node._weigh_in

    def weigh_in(self: Node, parent: Node, sign: int) -> None:
        original(self, parent, sign)
        parent.apart_units = parent.apart_mass = 0

    patch.setattr(Node, "_weigh_in", weigh_in)


@breaks
def mark_a_unit_down_for_its_superior(patch: pytest.MonkeyPatch) -> None:
    def through_gate(facts: Facts, mass: int, inner: Vector) -> Vector | Share:
        own = facts.credits[Stage.DISPATCH]
        if own in (0, FULL_CREDIT_E6) or not facts.credits[2]:
            return own_lines.through_gate(facts, mass, inner)
        late = facts.copy()
        late.credits[2] = late.credits[2] * own // FULL_CREDIT_E6
        return own_lines.through_gate(late, mass, inner)

    patch.setattr(node, "through_gate", through_gate)


@breaks
def lose_the_remainder_of_the_floors(patch: pytest.MonkeyPatch) -> None:
    def follow(self: Share, vector: Vector, delta: Vector) -> Vector:
        change = {}
        for key, moved in delta.items():
            amount, before = vector.get(key, 0), vector.get(key, 0) - moved
            change[key] = amount * self.numerator // self.denominator
            change[key] -= before * self.numerator // self.denominator
        keys.add_into(self.lines, change)
        return change

    patch.setattr(Share, "follow", follow)


@breaks
def floor_a_change_instead_of_a_line(patch: pytest.MonkeyPatch) -> None:
    def follow(self: Share, vector: Vector, delta: Vector) -> Vector:
        return original(self, delta, delta)

    original = Share.follow
    patch.setattr(Share, "follow", follow)


@breaks
def keep_the_verification_after_a_return(patch: pytest.MonkeyPatch) -> None:
    original = index.DirectiveIndex._returned

    def returned(self: index.DirectiveIndex, event: Returned) -> None:
        kept = self._touch(event.unit).facts.credits[Stage.VERIFY]
        original(self, event)
        facts = self._touch(event.unit).facts
        facts.credits[Stage.VERIFY] = kept
        self._settle(self._touch(event.unit))

    patch.setattr(index.DirectiveIndex, "_returned", returned)


@breaks
def forget_the_first_report(patch: pytest.MonkeyPatch) -> None:
    original = index.DirectiveIndex._returned

    def returned(self: index.DirectiveIndex, event: Returned) -> None:
        original(self, event)
        self._touch(event.unit).facts.first_report = 0

    patch.setattr(index.DirectiveIndex, "_returned", returned)


@breaks
def count_the_untouched_twice(patch: pytest.MonkeyPatch) -> None:
    original = Node.refit

    def refit(self: Node, policy: Policy) -> None:
        kept = self.touched_mass
        self.touched_mass = 0
        original(self, policy)
        self.touched_mass = kept

    patch.setattr(Node, "refit", refit)


@breaks
def leave_the_counters_of_a_withdrawn_unit(patch: pytest.MonkeyPatch) -> None:
    original = index.DirectiveIndex._detach

    def detach(self: index.DirectiveIndex, leaving: Node, delta: Vector) -> None:
        kept = dict(leaving.counts)
        leaving.counts.clear()
        original(self, leaving, delta)
        leaving.counts.update(kept)

    patch.setattr(index.DirectiveIndex, "_detach", detach)


@breaks
def forget_the_dispatch_of_a_moved_unit(patch: pytest.MonkeyPatch) -> None:
    original = index.DirectiveIndex._land

    def land(self: index.DirectiveIndex, movers: list[tuple[int, index.Edge]], new: int) -> None:
        original(self, [(unit, (0, 0)) for unit, _ in movers], new)

    patch.setattr(index.DirectiveIndex, "_land", land)


@breaks
def tell_only_the_new_parent_of_a_move(patch: pytest.MonkeyPatch) -> None:
    def reload_above(self: index.DirectiveIndex, unit: int | None, delta: Vector) -> None:
        return

    patch.setattr(index.DirectiveIndex, "_reload_above", reload_above)


@breaks
def leave_touched_children_out_of_a_dispatch_to_all(patch: pytest.MonkeyPatch) -> None:
    def dispatch_all(self: index.DirectiveIndex, parent: Node, event: Dispatched) -> None:
        if not parent.facts.child_credit:
            parent.facts.child_credit, parent.facts.child_shift_days = event.credit_e6, event.shift_days
            self._settle(parent)

    patch.setattr(index.DirectiveIndex, "_dispatch_all", dispatch_all)


@breaks
def let_the_reach_pass_a_closed_gate(patch: pytest.MonkeyPatch) -> None:
    def regain(self: Node) -> int:
        old, self.reach = self.reach, self.own * bool(self.facts.credits[2]) + self.reach_below
        return self.reach - old

    patch.setattr(Node, "regain_reach", regain)


def first_seed_that_disagrees() -> int | None:
    for seed in range(SEEDS):
        try:
            World(seed).play(STEPS).check()
        except (AssertionError, TransmissionBroken):
            return seed
    return None


@pytest.mark.parametrize("rule", BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_update_rule_is_caught(rule: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    rule(monkeypatch)
    assert first_seed_that_disagrees() is not None


def test_the_unbroken_rules_agree_on_the_same_seeds() -> None:
    assert first_seed_that_disagrees() is None
