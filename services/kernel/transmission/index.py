"""One directive's transmission index, kept up to date event by event (TRANSMISSION 3, 4, 8).

Launching costs nothing: a unit gets a node when the first event touches it or something below it. An event
changes its node, and the change rises: through the gate, over the edge, into the parent, until nothing
changes any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from services.kernel.transmission.counters import COUNTER_STEP, Counts
from services.kernel.transmission.events import (
    Dispatched,
    DueMoved,
    Event,
    Joined,
    Merged,
    Moved,
    Restored,
    Returned,
    ScopeChanged,
    StageDone,
    StageUndone,
    Withdrawn,
)
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.figures import Figures
from services.kernel.transmission.keys import LAYER_STEP, Stage, Vector, add_into, difference, lifted
from services.kernel.transmission.node import Node
from services.kernel.transmission.policy import DEFAULT_POLICY, FULL_CREDIT_E6, Policy
from services.kernel.transmission.scope import Scope, Unit

Edge = tuple[int, int]
"""(credit, shift in working days) of the dispatch that reached a unit."""


class DirectiveIndex:
    """The figures of every unit under one directive.

    `scope` answers for the tree; whoever changes it applies the event that says so right after. `root` is
    the issuer: transparent, layer 0. Not thread-safe: one writer.
    """

    def __init__(self, scope: Scope, root: Unit, policy: Policy = DEFAULT_POLICY) -> None:
        self.scope = scope
        self.root = root
        self.policy = policy
        self._nodes: dict[Unit, Node] = {}
        self._dirty: set[Unit] = set()
        self._handlers: dict[type[Event], Callable[..., None]] = {
            Dispatched: self._dispatched,
            StageDone: self._stage_done,
            StageUndone: self._stage_undone,
            Returned: self._returned,
            DueMoved: self._due_moved,
            Withdrawn: self._withdrawn,
            Restored: self._restored,
            ScopeChanged: self._scope_changed,
            Joined: self._joined,
            Moved: self._moved,
            Merged: self._merged,
        }
        self._fresh(root, None, _issuer_facts())
        self._fit(self._nodes[root])

    # What callers use

    def apply(self, event: Event) -> None:
        """Take one event in: O(depth * changed lines). The same event a second time changes nothing."""
        self._handlers[type(event)](event)

    def take_dirty(self) -> set[Unit]:
        """The units whose figures changed since the last call."""
        dirty, self._dirty = self._dirty, set()
        return dirty

    def figures(self, unit: Unit) -> Figures:
        """A unit's figures now, touched or not."""
        node = self._nodes.get(unit)
        if node is None:
            return Figures.untouched(self.scope.mass(unit), self.scope.own(unit))
        return Figures(node.mass, node.own, node.reach, dict(node.out), dict(node.counts), node.facts.copy())

    def touched(self, unit: Unit) -> Iterable[Unit]:
        """The live children with figures of their own; all others are as `Figures.untouched`."""
        node = self._nodes.get(unit)
        return tuple(node.children) if node else ()

    def known(self, unit: Unit) -> bool:
        """Whether an event has touched the unit, or something below it."""
        return unit in self._nodes

    def facts(self) -> Iterator[tuple[Unit, Facts]]:
        """Every touched unit's record: what `load` rebuilds from."""
        return ((unit, node.facts.copy()) for unit, node in self._nodes.items())

    @classmethod
    def load(
        cls, scope: Scope, root: Unit, records: Iterable[tuple[Unit, Facts]], policy: Policy = DEFAULT_POLICY
    ) -> DirectiveIndex:
        """Recount everything from records alone, bottom-up: O(n). Serves restart and the nightly audit."""
        index = cls(scope, root, policy)
        kept = dict(records)
        kept.setdefault(root, _issuer_facts())
        index._nodes.clear()
        for unit in kept:
            index._plant(unit, kept)
        for node in sorted(index._nodes.values(), key=_depth, reverse=True):
            index._fit(node)
            if node.live and node.parent is not None:
                _hand_over(node, node.parent)
        index._dirty = set(index._nodes)
        return index

    # Nodes

    def _fresh(self, unit: Unit, parent: Node | None, facts: Facts) -> Node:
        node = self._nodes[unit] = Node(unit, parent, facts, self.scope)
        return node

    def _plant(self, unit: Unit, kept: dict[Unit, Facts]) -> Node:
        node = self._nodes.get(unit)
        if node is None:
            above = None if unit == self.root else self.scope.parent(unit)
            parent = None if above is None else self._plant(above, kept)
            node = self._fresh(unit, parent, kept.get(unit, Facts()).copy())
            if parent is not None and not node.facts.withdrawn:
                node.join()
        return node

    def _fit(self, node: Node) -> None:
        """Complete a node whose children have handed over already."""
        node.refit(self.policy)
        add_into(node.inner, node.base)
        node.regate({})
        node.post()
        add_into(node.counts, node.recount())
        node.regain_reach()

    def _touch(self, unit: Unit) -> Node:
        """The unit's node. A new one says exactly what its parent said of it so far: nothing rises."""
        node = self._nodes.get(unit)
        if node is None:
            parent = self._touch(cast(Unit, self.scope.parent(unit)))
            node = self._fresh(unit, parent, Facts())
            node.join()
            parent.refit(self.policy)
            self._fit(node)
            self._dirty.add(unit)
        return node

    # Rising

    def _rise(self, node: Node, delta: Vector) -> None:
        """Carry a change of `inner` up until it stops. Where gate and edge are one only its layer changes."""
        step: Node | None = node
        offset = 0
        while step is not None and delta:
            self._dirty.add(step.unit)
            if step.out is step.inner:
                add_into(step.inner, delta, offset)
            else:
                delta, offset = step.absorb(lifted(delta, offset)), 0
            if not step.live:
                return
            if step.sent is None and not step.shift_days:
                offset += LAYER_STEP
            else:
                delta, offset = step.resend(lifted(delta, offset)), 0
            step = step.parent

    def _count(self, node: Node, delta: Counts) -> None:
        """Carry a change of counters up to the root."""
        step: Node | None = node
        offset = 0
        while step is not None and delta:
            self._dirty.add(step.unit)
            add_into(step.counts, delta, offset)
            offset += COUNTER_STEP
            step = step.parent if step.live else None

    def _reach(self, node: Node) -> None:
        """Carry a change of the unbroken reach up until it stops."""
        step = node
        change = step.regain_reach()
        while change and step.live and step.parent is not None:
            step = step.parent
            step.reach_below += change
            change = step.regain_reach()

    def _settle(self, node: Node, *, gate: bool = False) -> None:
        """A node's facts changed, its gate among them or not: carry up whatever follows."""
        self._dirty.add(node.unit)
        if gate:
            sent = node.resend(node.regate({}))
            if node.live and node.parent is not None:
                self._rise(node.parent, sent)
            self._reach(node)
        else:
            self._rise(node, node.rebase(self.policy))
        self._count(node, node.recount())

    def _reload(self, node: Node, delta: Vector) -> None:
        """Masses changed at this node and so all the way above; besides, its `inner` changes by `delta`."""
        step: Node | None = node
        while step is not None:
            self._dirty.add(step.unit)
            step.weigh(self.scope)
            add_into(delta, step.rebase(self.policy))
            delta = step.reweigh_edge(step.regate(delta))
            self._count(step, step.recount())
            self._reach(step)
            step = step.parent if step.live else None

    def _reload_above(self, unit: Unit | None, delta: Vector) -> None:
        """Reload from the lowest node at or above a unit."""
        while unit is not None and unit not in self._nodes:
            unit = self.scope.parent(unit)
        if unit is not None:
            self._reload(self._nodes[unit], delta)

    # Dispatch

    def _dispatched(self, event: Dispatched) -> None:
        parent = self._touch(event.parent)
        if event.children is None:
            self._dispatch_all(parent, event)
            return
        for child in event.children:
            self._dispatch_one(self._touch(child), event.credit_e6, event.shift_days)

    def _dispatch_all(self, parent: Node, event: Dispatched) -> None:
        if parent.facts.child_credit:
            return
        inheriting = [child for child in parent.children.values() if not (child.facts.credits[1] or child.facts.apart)]
        delta: Vector = {}
        for child in inheriting:
            add_into(delta, _negative(child.sent_now()))
        parent.facts.child_credit = event.credit_e6
        parent.facts.child_shift_days = event.shift_days
        for child in inheriting:
            child.post()
            add_into(delta, child.sent_now())
        add_into(delta, parent.rebase(self.policy))
        self._rise(parent, delta)
        self._count(parent, parent.recount())
        self._dirty.add(parent.unit)
        self._dirty.update(child.unit for child in inheriting)

    def _dispatch_one(self, child: Node, credit_e6: int, shift_days: int) -> None:
        """Write down what was dispatched to one child by name, and let its edge follow."""
        if not child.facts.credits[1]:
            self._reach_by(child, credit_e6, shift_days)

    def _stand_apart(self, child: Node) -> None:
        """Write down that the parent's dispatch to all, if there was one, does not reach a child."""
        facts = child.facts
        if child.parent is not None and child.parent.facts.child_credit and not (facts.credits[1] or facts.apart):
            self._reach_by(child, 0, 0)

    def _reach_by(self, child: Node, credit_e6: int, shift_days: int) -> None:
        old = child.sent_now()
        live = child.live
        if live:
            child.leave()
        child.facts.credits[1] = credit_e6
        child.facts.shift_days = shift_days
        child.facts.apart = int(not credit_e6)
        child.post()
        self._dirty.add(child.unit)
        if live and child.parent is not None:
            child.join()
            self._rise(child.parent, difference(old, child.sent_now()))
            self._count(child.parent, child.parent.recount())

    # Stages

    def _stage_done(self, event: StageDone) -> None:
        node = self._touch(event.unit)
        facts = node.facts
        stage = event.stage
        if facts.credits[stage]:
            return
        facts.credits[stage] = event.credit_e6
        facts.minutes[stage] = 0 if event.minutes is None else event.minutes + 1
        if stage == Stage.REPORT:
            facts.first_report = facts.first_report or event.credit_e6
            facts.credits[stage] = min(facts.first_report, event.credit_e6)
        self._settle(node, gate=stage <= Stage.NAME)

    def _stage_undone(self, event: StageUndone) -> None:
        node = self._touch(event.unit)
        stage = event.stage
        node.facts.credits[stage] = node.facts.minutes[stage] = 0
        gate = stage <= Stage.NAME
        if gate:
            node.part()
        self._settle(node, gate=gate)

    def _returned(self, event: Returned) -> None:
        node = self._touch(event.unit)
        facts = node.facts
        facts.dues[Stage.REPORT] = event.report_due_class
        facts.dues[Stage.VERIFY] = event.verify_due_class
        if facts.credits[Stage.REPORT]:
            facts.returns += 1
            for stage in (Stage.REPORT, Stage.VERIFY):
                facts.credits[stage] = facts.minutes[stage] = 0
        self._settle(node)

    def _due_moved(self, event: DueMoved) -> None:
        node = self._touch(event.unit)
        node.facts.dues[event.stage] = event.due_class
        if event.stage != Stage.DISPATCH:
            self._settle(node, gate=event.stage <= Stage.NAME)
            return
        old = node.sent_now()
        node.post()
        self._dirty.add(event.unit)
        if node.live and node.parent is not None:
            self._rise(node.parent, difference(old, node.sent_now()))

    # The scope

    def _detach(self, node: Node, delta: Vector) -> None:
        """Take a live node out of its parent; the parent's change of `inner` is added to `delta`, not yet
        carried.
        """
        parent = node.parent
        if parent is None:
            raise ValueError("the issuer cannot leave its own directive")
        add_into(delta, _negative(node.sent_now()))
        self._count(parent, lifted(_negative(node.counts), COUNTER_STEP))
        parent.reach_below -= node.reach
        self._dirty.add(node.unit)
        node.leave()

    def _attach(self, node: Node, parent: Node) -> None:
        """Hang a node under a parent that has read its masses already."""
        node.join()
        node.post()
        self._count(parent, lifted(node.counts, COUNTER_STEP))
        parent.reach_below += node.reach
        self._dirty.add(node.unit)
        self._reload(parent, dict(node.sent_now()))

    def _withdrawn(self, event: Withdrawn) -> None:
        node = self._nodes.get(event.unit)
        delta: Vector = {}
        if node is None:
            above = self.scope.parent(event.unit)
            self._reload_above(above, delta)
            parent = None if above is None else self._touch(above)
            node = self._fresh(event.unit, parent, Facts(withdrawn=1))
            self._fit(node)
            self._dirty.add(event.unit)
            return
        node.facts.withdrawn = 1
        if node.live:
            self._detach(node, delta)
        if node.parent is not None:
            self._reload(node.parent, delta)

    def _restored(self, event: Restored) -> None:
        node = self._nodes.get(event.unit)
        if node is None or node.live or node.parent is None:
            self._reload_above(event.unit, {})
            return
        node.facts.withdrawn = 0
        self._reload(node, {})
        self._reload(node.parent, {})
        self._attach(node, node.parent)

    def _scope_changed(self, event: ScopeChanged) -> None:
        self._reload_above(event.unit, {})

    def _joined(self, event: Joined) -> None:
        self._reload_above(event.unit, {})
        self._stand_apart(self._touch(event.unit))

    def _moved(self, event: Moved) -> None:
        movers, delta = self._lift((event.unit,), event.old_parent)
        self._reload_above(event.old_parent, delta)
        self._land(movers, event.new_parent)

    def _merged(self, event: Merged) -> None:
        movers, delta = self._lift(event.children, event.source)
        self._withdrawn(Withdrawn(event.source))
        self._reload_above(event.source, delta)
        self._land(movers, event.into)

    def _lift(self, units: Iterable[Unit], old: Unit) -> tuple[list[tuple[Unit, Edge]], Vector]:
        """Take units from under `old`: those not gone yet, each with the dispatch that reached it, and what
        `old` loses.
        """
        above = self._nodes.get(old)
        movers: list[tuple[Unit, Edge]] = []
        delta: Vector = {}
        for unit in units:
            node = self._nodes.get(unit)
            if node is None:
                movers.append((unit, Facts().edge(above.facts if above else Facts())))
            elif node.parent is above:
                movers.append((unit, node.edge()))
                if node.live:
                    self._detach(node, delta)
        return movers, delta

    def _land(self, movers: list[tuple[Unit, Edge]], new: Unit) -> None:
        """Hang units under `new`. A dispatch that had reached one of them stays its own."""
        self._reload_above(new, {})
        for unit, edge in movers:
            node = self._nodes.get(unit)
            if node is None:
                above = self._nodes.get(new)
                if edge[0] or (above is not None and above.facts.child_credit):
                    self._reach_by(self._touch(unit), *edge)
                continue
            node.parent = self._touch(new)
            node.facts.credits[Stage.DISPATCH], node.facts.shift_days = edge
            node.facts.apart = int(not edge[0] and node.parent.facts.child_credit > 0)
            if node.facts.withdrawn:
                node.post()
            else:
                self._attach(node, node.parent)


def _issuer_facts() -> Facts:
    facts = Facts()
    facts.credits[Stage.RECEIVE] = facts.credits[Stage.NAME] = FULL_CREDIT_E6
    return facts


def _negative(vector: Vector) -> Vector:
    return {key: -amount for key, amount in vector.items()}


def _depth(node: Node) -> int:
    depth = 0
    while node.parent is not None:
        node, depth = node.parent, depth + 1
    return depth


def _hand_over(node: Node, parent: Node) -> None:
    add_into(parent.inner, node.sent_now())
    add_into(parent.counts, node.counts, COUNTER_STEP)
    parent.reach_below += node.reach
