"""The tree's counts against counting one by one, whatever happens to it."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.dashboard.packing import pack_layers, unpack_layers
from gateway.dashboard.tree import KINDS_MAX, Kinds, Seed, TreeBroken, UnitTree

KINDS = ("committee", "general", "branch")


class Naive:
    """Units as plain dicts."""

    def __init__(self) -> None:
        self.parent: dict[int, int | None] = {}
        self.kind: dict[int, str] = {}
        self.ended: set[int] = set()

    def children(self, unit: int) -> list[int]:
        return [key for key, parent in self.parent.items() if parent == unit and key not in self.ended]

    def below(self, unit: int) -> set[int]:
        return {unit}.union(*(self.below(child) for child in self.children(unit)))

    def cell(self, unit: int, kinds: Kinds) -> int:
        present = {self.kind[below] for below in self.below(unit)}
        return kinds.number(self.kind[unit]) << KINDS_MAX | sum(1 << kinds.number(kind) for kind in present)

    def layers(self, unit: int, kinds: Kinds) -> list[dict[int, int]]:
        found, layer = [], [unit]
        while layer:
            found.append(dict(Counter(self.cell(below, kinds) for below in layer)))
            layer = [child for below in layer for child in self.children(below)]
        return found


def change(tree: UnitTree, naive: Naive, chance: Random) -> None:
    """One thing that may happen to a tree."""
    live = [unit for unit in naive.parent if unit not in naive.ended]
    unit = chance.choice(live)
    action = chance.randrange(5)
    elsewhere = [other for other in live if other not in naive.below(unit)]
    if action < 2:
        kind = chance.choice(KINDS)
        added = tree.add(Seed(f"unit{len(naive.parent)}", tree.ids[unit], kind, True, 0))
        naive.parent[added], naive.kind[added] = unit, kind
    elif action == 2:
        naive.kind[unit] = chance.choice(KINDS)
        tree.reclassify(unit, naive.kind[unit])
    elif action == 3 and unit and elsewhere:
        parent = chance.choice(elsewhere)
        naive.parent[unit] = parent
        tree.move(unit, parent, 1)
    elif action == 4 and unit and not naive.children(unit):
        naive.ended.add(unit)
        tree.end(unit)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_every_unit_counts_what_stands_below_it(seed: int, steps: int) -> None:
    chance, naive, tree = Random(seed), Naive(), UnitTree(Kinds(KINDS))
    root = tree.add(Seed("unit0", "", "committee", True, 0))
    naive.parent[root], naive.kind[root] = None, "committee"
    for _ in range(steps):
        change(tree, naive, chance)
    for unit in naive.parent:
        if unit not in naive.ended:
            layers = tree.layers(unit)
            assert layers == naive.layers(unit, tree.kinds)
            assert unpack_layers(pack_layers(layers)) == layers
            assert tree.leaf(unit) == (len(layers) == 1)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_a_tree_that_is_read_again_counts_the_same(seed: int, steps: int) -> None:
    chance, naive, tree = Random(seed), Naive(), UnitTree(Kinds(KINDS))
    root = tree.add(Seed("unit0", "", "committee", True, 0))
    naive.parent[root], naive.kind[root] = None, "committee"
    for _ in range(steps):
        change(tree, naive, chance)
    seeds = [
        Seed(tree.ids[unit], "" if above is None else tree.ids[above], naive.kind[unit], unit not in naive.ended, 0)
        for unit, above in sorted(naive.parent.items(), key=lambda pair: len(tree.chain(pair[0])))
    ]
    again = UnitTree.load(seeds, Kinds(KINDS))
    for unit in naive.parent:
        assert again.layers(again.number(tree.ids[unit])) == tree.layers(unit)


def test_a_change_marks_the_unit_and_those_above_it_and_nobody_else() -> None:
    tree = UnitTree()
    for unit, parent in (("a", ""), ("b", "a"), ("c", "a"), ("d", "b")):
        tree.add(Seed(unit, parent, "branch", True, 0))
    tree.take_changed()
    tree.add(Seed("e", "d", "branch", True, 0))
    assert {tree.ids[unit] for unit in tree.take_changed()} == {"a", "b", "d", "e"}
    assert tree.take_changed() == set()


def test_what_cannot_be_is_refused() -> None:
    tree = UnitTree()
    top = tree.add(Seed("a", "", "branch", True, 0))
    below = tree.add(Seed("b", "a", "branch", True, 0))
    with pytest.raises(TreeBroken):
        tree.add(Seed("c", "nobody", "branch", True, 0))
    with pytest.raises(TreeBroken):
        tree.move(top, below, 1)
    with pytest.raises(TreeBroken):
        tree.end(top)
    with pytest.raises(TreeBroken):
        tree.number("nobody")
