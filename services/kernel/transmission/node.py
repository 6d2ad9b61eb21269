"""One touched unit in memory: its facts, the sums of what is below it, and what it hands up."""

from __future__ import annotations

from services.kernel.transmission.counters import Counts
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.keys import TransmissionBroken, Vector, add_into, difference, raised
from services.kernel.transmission.own_lines import (
    dispatch_counts,
    duty_lines,
    gated,
    own_counts,
    sent_up,
    untouched_lines,
)
from services.kernel.transmission.policy import FULL_CREDIT_E6, Policy
from services.kernel.transmission.scope import Scope, Unit


class Node:
    """`inner`: own lines, untouched lines, what the children sent; `out`: gate * inner; `sent`: edge * out.

    With an open gate `out` is `inner` itself; with a full edge `sent` is None, implied by `out` and
    `shift_days`. `live`: adds to its parent.
    """

    __slots__ = (
        "base",
        "child_count",
        "children",
        "counts",
        "explicit_mass",
        "explicit_on_time",
        "explicit_units",
        "facts",
        "inner",
        "live",
        "mass",
        "out",
        "own",
        "own_counted",
        "parent",
        "reach",
        "reach_below",
        "sent",
        "shift_days",
        "touched_mass",
        "unit",
    )

    def __init__(self, unit: Unit, parent: Node | None, facts: Facts, scope: Scope) -> None:
        self.unit = unit
        self.parent = parent
        self.facts = facts
        self.children: dict[Unit, Node] = {}
        self.mass = scope.mass(unit)
        self.own = scope.own(unit)
        self.child_count = scope.child_count(unit)
        self.touched_mass = 0
        self.explicit_units = self.explicit_on_time = self.explicit_mass = 0
        self.base: Vector = {}
        self.inner: Vector = {}
        self.out: Vector = {}
        self.sent: Vector | None = {}
        self.shift_days = 0
        self.own_counted: Counts = {}
        self.counts: Counts = {}
        self.reach_below = self.reach = 0
        self.live = False

    def edge(self) -> tuple[int, int]:
        """(credit, shift) of the dispatch that reached this node; a root was reached in full."""
        return self.facts.edge(self.parent.facts if self.parent else None)

    def rebase(self, policy: Policy) -> Vector:
        """Recompute the lines this node writes itself; returns the change of `inner` they make."""
        old = self.base
        self.refit(policy)
        return difference(old, self.base)

    def refit(self, policy: Policy) -> None:
        """Recompute the lines this node writes itself, telling nobody."""
        rest = self.mass - self.own - self.touched_mass
        if rest < 0:
            raise TransmissionBroken(f"unit {self.unit}: its parts exceed its mass {self.mass} by {-rest}")
        self.base = duty_lines(self.facts, self.own, policy)
        self.base.update(untouched_lines(self.facts, rest))

    def absorb(self, delta: Vector) -> Vector:
        """Add a change to `inner` and pass the gate; returns the change of `out`."""
        add_into(self.inner, delta)
        if self.out is self.inner:
            return delta
        old = self.out
        self.out = gated(self.facts, self.mass, self.inner)
        return difference(old, self.out)

    def resend(self, out_delta: Vector) -> Vector:
        """Pass the edge with a change of `out`; returns the change the parent adds."""
        if self.sent is None:
            return raised(out_delta, self.shift_days)
        old = self.sent_now()
        self.post()
        return difference(old, self.sent_now())

    def post(self) -> None:
        """Recompute `sent` whole."""
        edge = credit, self.shift_days = self.edge()
        self.sent = None if credit == FULL_CREDIT_E6 else sent_up(self.facts, edge, self.mass, self.out)

    def sent_now(self) -> Vector:
        """What the parent holds of this node."""
        return raised(self.out, self.shift_days) if self.sent is None else self.sent

    def recount(self) -> Counts:
        """Recompute the node's own counters; returns their change."""
        old = self.own_counted
        explicit = (self.explicit_units, self.explicit_on_time, self.explicit_mass)
        new = {} if self.parent is None else own_counts(self.facts, self.own)
        if self.explicit_units or self.facts.child_credit:
            new.update(dispatch_counts(self.facts, self.child_count, self.mass - self.own, explicit))
        self.own_counted = new
        return difference(old, new)

    def regain_reach(self) -> int:
        """Recompute the unbroken reach (TRANSMISSION 5, U); returns its change."""
        old = self.reach
        opened = self.facts.credits[2] and self.facts.credits[3]
        self.reach = self.own + self.reach_below if opened else 0
        return self.reach - old

    def weigh(self, scope: Scope) -> None:
        """Read mass, own mass and children from the scope again."""
        mass = scope.mass(self.unit)
        if self.live and self.parent is not None:
            self.parent.touched_mass += mass - self.mass
            if self.facts.credits[1]:
                self.parent.explicit_mass += mass - self.mass
        self.mass = mass
        self.own = scope.own(self.unit)
        self.child_count = scope.child_count(self.unit)

    def join(self) -> None:
        """Be one of the parent's touched children; its vectors are the caller's to update."""
        parent = self.parent
        if parent is None or self.live:
            raise TransmissionBroken(f"unit {self.unit} cannot join: no parent, or it has joined")
        self.live = True
        parent.children[self.unit] = self
        self._weigh_in(parent, 1)

    def leave(self) -> None:
        """Undo `join`."""
        parent = self.parent
        if parent is None or not self.live:
            raise TransmissionBroken(f"unit {self.unit} cannot leave: it has not joined")
        self.live = False
        del parent.children[self.unit]
        self._weigh_in(parent, -1)

    def _weigh_in(self, parent: Node, sign: int) -> None:
        parent.touched_mass += sign * self.mass
        own_dispatch = self.facts.credits[1]
        if own_dispatch:
            parent.explicit_units += sign
            parent.explicit_mass += sign * self.mass
            parent.explicit_on_time += sign * (own_dispatch == FULL_CREDIT_E6)
