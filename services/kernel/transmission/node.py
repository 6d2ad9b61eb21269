"""One touched unit in memory: its facts, the sums of what is below it, and what it hands up."""

from __future__ import annotations

from services.kernel.transmission.counters import Counts
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.keys import TransmissionBroken, Vector, add_into, difference, raised
from services.kernel.transmission.own_lines import (
    dispatch_counts,
    duty_lines,
    over_edge,
    own_counts,
    through_gate,
    untouched_lines,
)
from services.kernel.transmission.policy import FULL_CREDIT_E6, Policy
from services.kernel.transmission.scope import Scope, Unit
from services.kernel.transmission.share import Share


class Node:
    """`inner`: own lines, untouched lines, what the children sent; `out`: gate * inner; `sent`: edge * out.

    With an open gate `out` is `inner` itself; with a full edge `sent` is None, implied by `out` and
    `shift_days`. `live`: adds to its parent.
    """

    __slots__ = (
        "apart_mass",
        "apart_units",
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
        "out_share",
        "own",
        "own_counted",
        "parent",
        "reach",
        "reach_below",
        "sent",
        "sent_share",
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
        self.apart_units = self.apart_mass = 0
        self.base: Vector = {}
        self.inner: Vector = {}
        self.out: Vector = {}
        self.out_share: Share | None = None
        self.sent: Vector | None = {}
        self.sent_share: Share | None = None
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
        """Add a change to `inner` and pass the gate, which is as it was; returns the change of `out`."""
        add_into(self.inner, delta)
        if self.out is self.inner:
            return delta
        return self.out_share.follow(self.inner, delta) if self.out_share else {}

    def regate(self, delta: Vector) -> Vector:
        """As `absorb`, where gate or mass changed."""
        add_into(self.inner, delta)
        if self.out is self.inner:
            return delta
        old = self.out
        passed = through_gate(self.facts, self.mass, self.inner)
        self.out_share = passed if isinstance(passed, Share) else None
        self.out = passed.lines if isinstance(passed, Share) else passed
        return difference(old, self.out)

    def part(self) -> None:
        """To be called before a gate that may be open closes: what is handed up is no longer `inner` itself."""
        if self.out is self.inner:
            self.out = dict(self.inner)

    def resend(self, out_delta: Vector) -> Vector:
        """Pass the edge, which is as it was, with a change of `out`; returns the change the parent adds."""
        if self.sent_share:
            out_delta = self.sent_share.follow(self.out, out_delta)
        elif self.sent is not None:
            return {}
        return raised(out_delta, self.shift_days)

    def reweigh_edge(self, out_delta: Vector) -> Vector:
        """As `resend`, where the mass changed."""
        if self.sent is None:
            return raised(out_delta, self.shift_days)
        old = self.sent_now()
        self.post()
        return difference(old, self.sent_now())

    def post(self) -> None:
        """Recompute `sent` whole."""
        credit, self.shift_days = self.edge()
        sent = over_edge(self.facts, credit, self.mass, self.out)
        self.sent_share = sent if isinstance(sent, Share) else None
        self.sent = None if credit == FULL_CREDIT_E6 else sent.lines if isinstance(sent, Share) else sent

    def sent_now(self) -> Vector:
        """What the parent holds of this node."""
        return raised(self.out if self.sent is None else self.sent, self.shift_days)

    def recount(self) -> Counts:
        """Recompute the node's own counters; returns their change."""
        old = self.own_counted
        explicit = (self.explicit_units, self.explicit_on_time, self.explicit_mass)
        reached = (self.child_count - self.apart_units, self.mass - self.own - self.apart_mass)
        new = {} if self.parent is None else own_counts(self.facts, self.own)
        if self.explicit_units or self.facts.child_credit:
            new.update(dispatch_counts(self.facts, reached, explicit))
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
        counts = self.parent if self.live else None
        if counts is not None:
            self._weigh_in(counts, -1)
        self.mass = scope.mass(self.unit)
        if counts is not None:
            self._weigh_in(counts, 1)
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
        elif self.facts.apart:
            parent.apart_units += sign
            parent.apart_mass += sign * self.mass
