"""The unit tree in memory: who stands under whom, and how many units of which kind stand how deep below each.

A million units fit: a leaf costs one place in four arrays. A change costs O(depth), however much hangs below it. A
route is another such tree over the same units, which have the same numbers in all of them: see trees.py.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

KINDS_MAX: Final = 16
UNITS_MAX: Final = 16_000_000
_MASK: Final = (1 << KINDS_MAX) - 1
_NOBODY: Final = -1

Cell = int
"""A unit as its superiors count it: its own kind, and the kinds that stand at or below it."""
Layers = Sequence[dict[Cell, int]]
"""How many units of each cell stand in each layer, a unit's own first."""


class TreeBroken(RuntimeError):
    """The entries speak of a unit that the tree does not have, or the other way round."""


class Kinds:
    """The kinds of units, numbered in the order they were first seen: numbers are kept in the store."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names: list[str] = list(names)

    def number(self, name: str) -> int:
        """The kind's number; a new kind takes the next. Raises TreeBroken past KINDS_MAX."""
        if name not in self.names:
            if len(self.names) == KINDS_MAX:
                raise TreeBroken(f"more than {KINDS_MAX} kinds of units")
            self.names.append(name)
        return self.names.index(name)

    def mask(self, names: Iterable[str]) -> int:
        """A set of kinds as bits; every kind there may ever be for an empty set."""
        bits = 0
        for name in names:
            bits |= 1 << self.number(name)
        return bits or _MASK


@dataclass(frozen=True, slots=True)
class Seed:
    """A unit as the store hands it over at the start: parents before children."""

    unit_id: str
    parent_id: str
    kind: str
    active: bool
    # Ledger position of the entry that gave it its present parent.
    joined: int


def kind_of(cell: Cell) -> int:
    """The cell's own kind, as a bit."""
    return 1 << (cell >> KINDS_MAX)


def kinds_below(cell: Cell) -> int:
    """The kinds at or below the unit, as bits."""
    return cell & _MASK


class UnitTree:
    """Units by number: a unit's number is its place in `ids`, and never changes.

    `changed`: units whose parent, kind, state or counts have changed since somebody last took them.
    """

    def __init__(self, kinds: Kinds | None = None) -> None:
        self.kinds = kinds or Kinds()
        self.ids: list[str] = []
        self.changed: set[int] = set()
        self._numbers: dict[str, int] = {}
        self._parents = array("i")
        self._joined = array("q")
        self._kinds = bytearray()
        self._active = bytearray()
        # Layers below a unit, its children first; leaves have none.
        self._below: dict[int, list[dict[Cell, int]]] = {}

    @classmethod
    def load(cls, seeds: Iterable[Seed], kinds: Kinds) -> UnitTree:
        """Counts a whole tree bottom-up, in one pass."""
        tree = cls(kinds)
        for seed in seeds:
            tree._place(seed)
        for unit in range(len(tree.ids) - 1, -1, -1):
            above = tree._parents[unit]
            if tree._active[unit] and above != _NOBODY:
                tree._count(above, 0, tree.layers(unit), 1)
        # Read, not changed.
        tree.changed.clear()
        return tree

    def beside(self, elsewhere: Iterable[tuple[int, int, int]]) -> UnitTree:
        """Another tree over the same units, like this one but for some units, each given as (unit, parent, joined).

        What is added to one tree is to be added to the other. Its `changed`: whatever is not as here.
        """
        other = UnitTree(self.kinds)
        other.ids, other._numbers = self.ids, self._numbers
        other._parents, other._joined = self._parents[:], self._joined[:]
        other._kinds, other._active = self._kinds[:], self._active[:]
        other._below = {unit: [dict(layer) for layer in layers] for unit, layers in self._below.items()}
        moved: list[tuple[int, int]] = []
        for unit, parent, joined in elsewhere:
            other._joined[unit] = joined
            if other._parents[unit] != parent:
                moved.append((unit, parent))
                other._hang(unit, -1)
                other._parents[unit] = _NOBODY
        # All are off before the first is hung up again: in any order none comes below itself.
        for unit, parent in moved:
            other._parents[unit] = parent
            other._hang(unit, 1)
        return other

    # ---- what is asked ----------------------------------------------------------------------------------

    def number(self, unit_id: str) -> int:
        """The unit's number. Raises TreeBroken for a unit that was never heard of."""
        number = self._numbers.get(unit_id)
        if number is None:
            raise TreeBroken(f"unit {unit_id} is not in the tree")
        return number

    def knows(self, unit_id: str) -> bool:
        """The unit is, or was, in the tree."""
        return unit_id in self._numbers

    def parent(self, unit: int) -> int | None:
        """The unit above; None for the root."""
        above = self._parents[unit]
        return None if above == _NOBODY else above

    def above(self, unit: int) -> int:
        """As `parent`, -1 for the root: for loops over all units."""
        return self._parents[unit]

    def active(self, unit: int) -> bool:
        """The unit has not ended."""
        return bool(self._active[unit])

    def joined(self, unit: int) -> int:
        """The ledger position at which the unit came under its present parent."""
        return self._joined[unit]

    def kind(self, unit: int) -> int:
        """The unit's kind, as a bit."""
        return 1 << self._kinds[unit]

    def kind_name(self, unit: int) -> str:
        """The unit's kind by name."""
        return self.kinds.names[self._kinds[unit]]

    def leaf(self, unit: int) -> bool:
        """Nobody stands below."""
        return unit not in self._below

    def layers(self, unit: int) -> list[dict[Cell, int]]:
        """The unit and everything active below it, counted; its own layer is empty when it has ended."""
        own = {self._cell(unit): 1} if self._active[unit] else {}
        return [own, *self._below.get(unit, ())]

    def chain(self, unit: int) -> list[int]:
        """The unit and everything above it, upwards."""
        found = [unit]
        while (above := self._parents[found[-1]]) != _NOBODY:
            found.append(above)
        return found

    def alike(self, other: UnitTree, unit: int) -> bool:
        """In a tree beside this one the unit stands under the same parent, and the same stands below it."""
        return self._parents[unit] == other._parents[unit] and self._below.get(unit) == other._below.get(unit)

    def take_changed(self) -> set[int]:
        """What `changed` holds; it begins anew."""
        changed, self.changed = self.changed, set()
        return changed

    # ---- what happens -----------------------------------------------------------------------------------

    def add(self, seed: Seed) -> int:
        """An active unit joins, below its parent. A unit that is there already stays as it is."""
        known = self._numbers.get(seed.unit_id)
        if known is not None and known < len(self._parents):
            return known
        unit = self._place(seed)
        self._hang(unit, 1)
        return unit

    def reclassify(self, unit: int, kind: str) -> None:
        """The unit is of another kind."""
        self._hang(unit, -1)
        self._kinds[unit] = self.kinds.number(kind)
        self._hang(unit, 1)

    def move(self, unit: int, parent: int, position: int) -> None:
        """The unit, with all below it, goes to another parent, by the entry at a position."""
        if unit in self.chain(parent):
            raise TreeBroken(f"unit {self.ids[unit]} cannot go below itself")
        self._hang(unit, -1)
        self._parents[unit] = parent
        self._joined[unit] = position
        self._hang(unit, 1)

    def end(self, unit: int) -> None:
        """The unit, below which nobody stands any more, is over. Raises TreeBroken while somebody does."""
        if unit in self._below:
            raise TreeBroken(f"unit {self.ids[unit]} ends, but others stand below it")
        if self._active[unit]:
            self._hang(unit, -1)
            self._active[unit] = 0

    # ---- how it is kept ---------------------------------------------------------------------------------

    def _place(self, seed: Seed) -> int:
        above = self.number(seed.parent_id) if seed.parent_id else _NOBODY
        unit = len(self._parents)
        if unit == UNITS_MAX:
            raise TreeBroken(f"more than {UNITS_MAX} units")
        if unit == len(self.ids):
            self.ids.append(seed.unit_id)
            self._numbers[seed.unit_id] = unit
        elif self.ids[unit] != seed.unit_id:
            raise TreeBroken(f"unit {seed.unit_id} joins, but a tree beside this one has {self.ids[unit]} next")
        self._parents.append(above)
        self._joined.append(seed.joined)
        self._kinds.append(self.kinds.number(seed.kind))
        self._active.append(seed.active)
        return unit

    def _cell(self, unit: int) -> Cell:
        below = self._below.get(unit)
        mask = 1 << self._kinds[unit]
        for cell in below[0] if below else ():
            mask |= cell & _MASK
        return self._kinds[unit] << KINDS_MAX | mask

    def _hang(self, unit: int, sign: int) -> None:
        """Counts a unit and all below it in (or out of) every unit above it."""
        self.changed.add(unit)
        if not self._active[unit]:
            return
        layers = self.layers(unit)
        above, depth = self._parents[unit], 0
        while above != _NOBODY:
            old = self._cell(above)
            self._count(above, depth, layers, sign)
            self._reshow(above, old)
            above, depth = self._parents[above], depth + 1

    def _reshow(self, unit: int, old: Cell) -> None:
        """The kinds below a unit may be others than before: every unit above counts it so."""
        new = self._cell(unit)
        if new == old:
            return
        above, depth = self._parents[unit], 0
        while above != _NOBODY:
            cell = self._cell(above)
            self._count(above, depth, ({old: 1},), -1)
            self._count(above, depth, ({new: 1},), 1)
            if self._cell(above) != cell:
                self._reshow(above, cell)
            above, depth = self._parents[above], depth + 1

    def _count(self, unit: int, depth: int, layers: Layers, sign: int) -> None:
        """Adds layers to what stands below a unit, from `depth` below its children on."""
        self.changed.add(unit)
        below = self._below.setdefault(unit, [])
        for offset, layer in enumerate(layers, start=depth):
            while len(below) <= offset:
                below.append({})
            counts = below[offset]
            for cell, count in layer.items():
                left = counts.get(cell, 0) + sign * count
                if left:
                    counts[cell] = left
                else:
                    del counts[cell]
        while below and not below[-1]:
            below.pop()
        if not below:
            del self._below[unit]
