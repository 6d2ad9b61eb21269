"""The unit tree and, beside it, one tree for each open route. A unit has the same number in all of them.

On a route only units that stand elsewhere than in the unit tree, or above or below of which something does, have rows
of their own; who has had one goes on having them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.dashboard.packing import pack_layers
from gateway.dashboard.store import writing
from gateway.dashboard.store.writing import PlaceRow
from gateway.dashboard.tree import Kinds, Seed, TreeBroken, UnitTree
from services.chassis import routes
from services.chassis.routes import UNIT_TREE
from services.chassis.store import Reader


class Trees:
    """Every tree that a directive may take, the unit tree first."""

    def __init__(self, unit_tree: UnitTree) -> None:
        self.unit_tree = unit_tree
        self._trees = {UNIT_TREE: unit_tree}
        # By route, the units that have rows of their own.
        self._apart: dict[str, set[int]] = {}

    @classmethod
    def load(cls, reader: Reader) -> Trees:
        """All of them as the store says."""
        trees = cls(UnitTree.load(writing.seeds(reader), Kinds(writing.kinds(reader))))
        for route_id in routes.open_ids(reader):
            trees.draw(reader, route_id)
            # What differs has its rows already.
            trees.of(route_id).changed.clear()
            number = trees.unit_tree.number
            trees._apart[route_id] = {number(unit_id) for unit_id in writing.units_apart(reader, route_id)}
        return trees

    # ---- what is asked ----------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[tuple[str, UnitTree]]:
        return iter(self._trees.items())

    def of(self, route_id: str) -> UnitTree:
        """The tree of an open route; of none, the unit tree. Raises TreeBroken."""
        tree = self._trees.get(route_id)
        if tree is None:
            raise TreeBroken(f"route {route_id} is not open")
        return tree

    def take_rows(self, position: int) -> Iterator[PlaceRow]:
        """The rows of whatever has changed since the last call, as true from a position on."""
        changed = {route_id: tree.take_changed() for route_id, tree in self}
        for route_id, tree in self:
            for unit in self._to_write(route_id, tree, changed):
                yield _row(route_id, tree, unit, position)

    def _to_write(self, route_id: str, tree: UnitTree, changed: dict[str, set[int]]) -> Iterable[int]:
        if route_id == UNIT_TREE:
            return changed[route_id]
        # A change of the unit tree alone may part the two.
        apart = self._apart[route_id]
        parted = {
            unit
            for unit in changed[route_id] | changed[UNIT_TREE]
            if unit not in apart and not tree.alike(self.unit_tree, unit)
        }
        wanted = changed[route_id] & apart | parted
        apart |= parted
        return wanted

    # ---- what happens -----------------------------------------------------------------------------------

    def draw(self, reader: Reader, route_id: str) -> None:
        """A route is open, as the store has it by now."""
        number = self.unit_tree.number
        rows = writing.units_on_route(reader, route_id)
        elsewhere = ((number(unit_id), number(parent_id), joined) for unit_id, parent_id, joined in rows)
        self._trees[route_id] = self.unit_tree.beside(elsewhere)
        self._apart[route_id] = set()

    def drop(self, route_id: str) -> None:
        """A route has ended."""
        del self._trees[route_id], self._apart[route_id]

    def add(self, seed: Seed) -> int:
        """A unit joins, under the same parent in every tree."""
        unit = self.unit_tree.add(seed)
        for _, tree in self:
            tree.add(seed)
        return unit

    def reclassify(self, unit: int, kind: str) -> None:
        """A unit is of another kind, in every tree."""
        for _, tree in self:
            tree.reclassify(unit, kind)

    def end(self, unit: int) -> None:
        """A unit below which nobody stands in any tree is over."""
        for _, tree in self:
            tree.end(unit)


def _row(route_id: str, tree: UnitTree, unit: int, position: int) -> PlaceRow:
    above = tree.parent(unit)
    counts = b"" if tree.leaf(unit) else pack_layers(tree.layers(unit))
    parent_id = "" if above is None else tree.ids[above]
    kind = tree.kind(unit).bit_length() - 1
    return tree.ids[unit], route_id, position, parent_id, kind, int(tree.active(unit)), counts
