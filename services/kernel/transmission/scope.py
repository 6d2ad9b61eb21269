"""The scope of a directive: who must be reached, as counts (TRANSMISSION 1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

Unit = int
"""A unit as the index knows it: any stable whole number the caller chooses."""


class ScopeLayer(NamedTuple):
    """What the scope holds at one layer under a unit, withdrawn units left out."""

    route_units: int
    """Units of the route tree: they receive, name and pass on."""
    obliged_units: int
    """Units that owe the directive's work themselves."""
    own_mass: int
    """The mass of those duties (one a unit, or its members)."""


class Scope(Protocol):
    """What the index asks of the tree. Mutate the tree first, then apply the event that says so.

    A withdrawn unit leaves the answers of its ancestors, not its own answers nor those below it.
    """

    def parent(self, unit: Unit) -> Unit | None:
        """The unit above on the route; None for the issuer."""

    def mass(self, unit: Unit) -> int:
        """M: the obliged mass of the unit and everything below it."""

    def own(self, unit: Unit) -> int:
        """s: the unit's own obliged mass; 0 for one that only passes on, and for the issuer."""

    def child_count(self, unit: Unit) -> int:
        """How many route units stand directly below."""


class TableScope:
    """A scope spelled out unit by unit: for list scopes. O(depth) a change.

    `layers` answers what `Scope` does not need but the layer table does.
    """

    def __init__(self, root: Unit) -> None:
        self.root = root
        self._parent: dict[Unit, Unit | None] = {root: None}
        self._layers: dict[Unit, list[list[int]]] = {root: [[1, 0, 0]]}
        self._children: dict[Unit, int] = {root: 0}
        self._withdrawn: set[Unit] = set()

    def parent(self, unit: Unit) -> Unit | None:
        return self._parent[unit]

    def mass(self, unit: Unit) -> int:
        return sum(layer[2] for layer in self._layers[unit])

    def own(self, unit: Unit) -> int:
        return self._layers[unit][0][2]

    def child_count(self, unit: Unit) -> int:
        return self._children[unit]

    def layers(self, unit: Unit) -> tuple[ScopeLayer, ...]:
        """The scope under a unit, layer by layer, the unit itself first."""
        return tuple(ScopeLayer(*layer) for layer in self._layers[unit])

    def units(self) -> Iterable[Unit]:
        """Every unit of the table, withdrawn ones too."""
        return self._parent.keys()

    def add(self, unit: Unit, parent: Unit, own: int) -> None:
        """Put a unit on the route under `parent`, with its own obliged mass."""
        self._parent[unit] = parent
        self._layers[unit] = [[1, 1 if own else 0, own]]
        self._children[unit] = 0
        self._tell_above(unit, 1)

    def oblige(self, unit: Unit, own: int) -> None:
        """Change a unit's own obliged mass."""
        self._tell_above(unit, -1)
        self._layers[unit][0] = [1, 1 if own else 0, own]
        self._tell_above(unit, 1)

    def move(self, unit: Unit, parent: Unit) -> None:
        """Hang a unit and all below it under another parent."""
        self._tell_above(unit, -1)
        self._parent[unit] = parent
        self._tell_above(unit, 1)

    def withdraw(self, unit: Unit) -> None:
        """Take a unit and all below it out of its ancestors' counts."""
        if unit not in self._withdrawn:
            self._tell_above(unit, -1)
            self._withdrawn.add(unit)

    def restore(self, unit: Unit) -> None:
        """Undo `withdraw`."""
        if unit in self._withdrawn:
            self._withdrawn.remove(unit)
            self._tell_above(unit, 1)

    def _tell_above(self, unit: Unit, sign: int) -> None:
        if unit in self._withdrawn:
            return
        above = self._parent[unit]
        if above is not None:
            self._children[above] += sign
        depth = 1
        below = unit
        while above is not None:
            layers = self._layers[above]
            for offset, counts in enumerate(self._layers[unit]):
                while len(layers) <= depth + offset:
                    layers.append([0, 0, 0])
                for index, count in enumerate(counts):
                    layers[depth + offset][index] += sign * count
            below, above = above, self._parent[above]
            if below in self._withdrawn:
                return
            depth += 1
