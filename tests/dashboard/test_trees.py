"""The trees of routes beside the unit tree: the same units, counted each for itself, and read again as they were."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.dashboard.tree import Kinds, Seed, TreeBroken, UnitTree
from gateway.dashboard.trees import Trees
from tests.dashboard.entries import Board, Book
from tests.dashboard.routed import relinked, route
from tests.dashboard.test_tree import KINDS, Naive


def grown(chance: Random, units: int) -> tuple[UnitTree, Naive]:
    """A tree of units that joined one by one."""
    tree, naive = UnitTree(Kinds(KINDS)), Naive()
    for number in range(units):
        parent = chance.randrange(number) if number else None
        kind = chance.choice(KINDS)
        tree.add(Seed(f"unit{number}", "" if parent is None else f"unit{parent}", kind, True, number))
        naive.parent[number], naive.kind[number] = parent, kind
    return tree, naive


def elsewhere(naive: Naive, chance: Random, count: int) -> Naive:
    """The same units with some of them under others."""
    other = Naive()
    other.parent, other.kind = dict(naive.parent), dict(naive.kind)
    for _ in range(count):
        unit = chance.randrange(1, len(naive.parent))
        other.parent[unit] = chance.choice([each for each in other.parent if each not in other.below(unit)])
    return other


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(2, 25), st.integers(0, 8))
def test_a_tree_beside_another_counts_what_stands_below_there(seed: int, units: int, moves: int) -> None:
    chance = Random(seed)
    tree, naive = grown(chance, units)
    before = {unit: tree.layers(unit) for unit in naive.parent}
    other = elsewhere(naive, chance, moves)
    # In any order, those of whom nothing is different among them.
    moved = [(unit, parent, 100 + unit) for unit, parent in other.parent.items() if parent is not None]
    chance.shuffle(moved)
    beside = tree.beside(moved)
    for unit, parent in other.parent.items():
        assert beside.parent(unit) == parent
        assert beside.layers(unit) == other.layers(unit, tree.kinds)
        assert tree.layers(unit) == before[unit] and tree.parent(unit) == naive.parent[unit]
        assert beside.joined(unit) == (100 + unit if unit else 0)
        same = (naive.parent[unit], before[unit][1:]) == (parent, beside.layers(unit)[1:])
        assert beside.alike(tree, unit) == same
        assert same or unit in beside.changed


def test_who_joins_has_the_same_number_in_every_tree_and_nobody_is_skipped() -> None:
    trees = Trees(UnitTree())
    trees.add(Seed("a", "", "branch", True, 1))
    beside = trees.unit_tree.beside([])
    assert beside.add(Seed("b", "a", "branch", True, 2)) == trees.unit_tree.number("b") == 1
    # The other has yet to hear of it.
    with pytest.raises(TreeBroken, match="next"):
        trees.unit_tree.add(Seed("c", "a", "branch", True, 3))
    with pytest.raises(TreeBroken, match="not open"):
        trees.of("route_unknown")


def snapshot_of(trees: Trees) -> dict[str, dict[str, object]]:
    """Everything that the trees say, by unit id."""
    return {
        route_id: {
            tree.ids[unit]: (
                tree.ids[above] if (above := tree.parent(unit)) is not None else "", tree.joined(unit),
                tree.kind_name(unit), tree.active(unit), tree.layers(unit),
            )
            for unit in range(len(tree.ids))
        }
        for route_id, tree in trees
    }  # fmt: skip


def test_memory_that_is_read_again_is_what_it_was_and_writes_nothing(tmp_path: object) -> None:
    from pathlib import Path

    book, board = Book(), Board(Path(str(tmp_path)))
    route(book)
    relinked(book, ("s1", "F"))
    board.follow(book)
    assert board.sink._projection is not None
    kept = snapshot_of(board.sink._projection.trees)
    with board.store.snapshot() as reader:
        again = Trees.load(reader)
        rows = reader.one("SELECT COUNT(*) FROM place")
    assert snapshot_of(again) == kept and len(kept) == 2
    assert list(again.take_rows(10_000)) == []
    # A start alone writes no row either.
    board.close()
    board.open()
    book.stage("dir_tree", "s2", 2)
    board.follow(book)
    with board.store.snapshot() as reader:
        assert reader.one("SELECT COUNT(*) FROM place") == rows
    board.close()
