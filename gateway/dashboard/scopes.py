"""Whom one directive must reach, as counts that follow the tree (TRANSMISSION 1).

A scope of a subtree and kinds is read from the tree's own counts and costs nothing to launch. Only units that a list,
an exclusion or a withdrawal names, and what stands above them, are counted one by one: they are `special`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.dashboard.tree import Layers, UnitTree, kind_of, kinds_below
from services.kernel.transmission import ScopeLayer

Counts = list[list[int]]
"""By layer: units on the route, obliged units, own mass."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A scope as issued. `listed` None: the subtree and its kinds (no kinds: all); else exactly these units."""

    subtree: int
    kinds: int
    listed: frozenset[int] | None
    excluded: frozenset[int]


def count_layers(layers: Layers, kinds: int) -> Counts:
    """What a scope of these kinds (bits) holds of some layers, down to the last that it reaches."""
    found: Counts = []
    for layer in layers:
        route = obliged = 0
        for cell, count in layer.items():
            if kinds_below(cell) & kinds:
                route += count
                if kind_of(cell) & kinds:
                    obliged += count
        found.append([route, obliged, obliged])
    while found and not found[-1][0]:
        found.pop()
    return found


class DirectiveScope:
    """The kernel's Scope over the unit tree. It answers for units that `stand` in it; the issuer is transparent.

    `changed`: special units whose counts have changed since somebody last took them.
    """

    def __init__(self, tree: UnitTree, issuer: int, reach: Reach, withdrawn: Iterable[int] = ()) -> None:
        self.tree = tree
        self.issuer = issuer
        self.reach = reach
        self.withdrawn = set(withdrawn)
        self.changed: set[int] = set()
        self._special: dict[int, Counts] = {}
        self._standing: set[int] = set()
        self._under: dict[int, list[int]] = {}
        self.rebuild()

    # ---- the kernel's Scope -----------------------------------------------------------------------------

    def parent(self, unit: int) -> int | None:
        return None if unit == self.issuer else self.tree.parent(unit)

    def mass(self, unit: int) -> int:
        return sum(layer[2] for layer in self._counts(unit))

    def own(self, unit: int) -> int:
        counts = self._counts(unit)
        return counts[0][2] if counts else 0

    def child_count(self, unit: int) -> int:
        counts = self._counts(unit)
        return counts[1][0] if len(counts) > 1 else 0

    # ---- what else is asked -----------------------------------------------------------------------------

    def layers(self, unit: int) -> tuple[ScopeLayer, ...]:
        """The scope under a unit, layer by layer, the unit itself first."""
        return tuple(ScopeLayer(*layer) for layer in self._counts(unit))

    def holds(self, unit: int) -> bool:
        """The unit is the issuer or below it, and inside the scope's subtree: so is whatever hangs under it."""
        chain = self.tree.chain(unit)
        return self.issuer in chain and (self.reach.listed is not None or self.reach.subtree in chain)

    def carries(self, unit: int) -> bool:
        """The unit is the scope's subtree or stands above it, but not above the issuer: the whole scope hangs on it."""
        if self.reach.listed is not None:
            return False
        return unit in self.tree.chain(self.reach.subtree) and unit not in self.tree.chain(self.issuer)

    def stands(self, unit: int) -> bool:
        """The unit may have figures: it is the issuer, or held by the scope, or on the way to it."""
        if unit == self.issuer or self.holds(unit):
            return True
        return self.carries(unit) and self.issuer in self.tree.chain(unit)

    def frame(self) -> tuple[bool, bool]:
        """Whether the issuer stands at or below the scope's subtree, and that at or below the issuer."""
        subtree, issuer = self.reach.subtree, self.issuer
        return subtree in self.tree.chain(issuer), issuer in self.tree.chain(subtree)

    def special(self) -> set[int]:
        """Units that are counted one by one."""
        return set(self._special)

    def is_special(self, unit: int) -> bool:
        """The unit is counted one by one."""
        return unit in self._special

    def withdraw(self, unit: int) -> None:
        """A unit, with all below it, leaves the counts of those above it; not its own."""
        self.withdrawn.add(unit)
        self.rebuild()

    def restore(self, unit: int) -> None:
        """Undoes `withdraw`."""
        self.withdrawn.discard(unit)
        self.rebuild()

    # ---- how it is kept ---------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Counts every special unit anew: units moved, or one became special."""
        named = {self.issuer, *self.reach.excluded, *self.withdrawn}
        if self.reach.listed is None:
            named.add(self.reach.subtree)
        else:
            named |= self.reach.listed
        depths: dict[int, int] = {}
        for unit in named:
            chain = self.tree.chain(unit)
            if self.issuer in chain:
                height = chain.index(self.issuer)
                depths.update((above, height - steps) for steps, above in enumerate(chain[: height + 1]))
        self._under = {}
        for unit in depths:
            if unit != self.issuer:
                self._under.setdefault(self.tree.chain(unit)[1], []).append(unit)
        old, self._special = self._special, {}
        for unit in sorted(depths, key=depths.__getitem__, reverse=True):
            self._special[unit] = self._count(unit)
        self.changed |= {unit for unit in old.keys() | depths if old.get(unit) != self._special.get(unit)}
        standing = {unit for unit in depths if self.stands(unit)}
        self.changed |= self._standing ^ standing
        self._standing = standing

    def refresh(self, unit: int) -> None:
        """Counts changed in the tree at a unit: count the special ones at and above it anew."""
        for above in self.tree.chain(unit):
            old = self._special.get(above)
            if old is not None and old != (counted := self._count(above)):
                self._special[above] = counted
                self.changed.add(above)

    def _counts(self, unit: int) -> Counts:
        special = self._special.get(unit)
        return self._plain(unit) if special is None else special

    def _plain(self, unit: int) -> Counts:
        """What the tree's counts say, before anything is counted one by one."""
        if self.reach.listed is not None or not self.tree.active(unit):
            return []
        return count_layers(self.tree.layers(unit), self.reach.kinds)

    def _inside(self, unit: int) -> bool:
        return self.reach.listed is None and self.reach.subtree in self.tree.chain(unit)

    def _count(self, unit: int) -> Counts:
        inside = self._inside(unit)
        counts = self._plain(unit) if inside else []
        counts = counts or [[0, 0, 0]]
        counts[0] = [0, *[int(self._obliged(unit, inside))] * 2]
        for child in self._under.get(unit, ()):
            if inside:
                _add(counts, self._plain(child), -1)
            if child not in self.withdrawn:
                _add(counts, self._special[child], 1)
        while len(counts) > 1 and not counts[-1][0]:
            counts.pop()
        counts[0][0] = int(any(layer[2] for layer in counts))
        return counts

    def _obliged(self, unit: int, inside: bool) -> bool:
        if unit == self.issuer or unit in self.reach.excluded or not self.tree.active(unit):
            return False
        if self.reach.listed is not None:
            return unit in self.reach.listed
        return inside and bool(self.tree.kind(unit) & self.reach.kinds)


def _add(counts: Counts, below: Counts, sign: int) -> None:
    for depth, layer in enumerate(below, start=1):
        while len(counts) <= depth:
            counts.append([0, 0, 0])
        for index, count in enumerate(layer):
            counts[depth][index] += sign * count
