"""The shape of a whole tree: every sound one passes, and each single break is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.imports import UnitChange, change_events, in_new_order
from services.reporting.domain.shape import Node, check_shape
from services.reporting.domain.unit_errors import (
    CodeTaken,
    KindNotUnder,
    NameTaken,
    ParentMissing,
    RootMissing,
    RootTaken,
    TreeHasCycle,
    TreeTooDeep,
)
from services.reporting.domain.unit_events import UnitTransferred

DEPTH_MAX = 12


@st.composite
def trees(draw: st.DrawFn, size: int = 0) -> list[Node]:
    """A sound tree of committees, in any order; of any size, or of the given one."""
    parents = draw(st.lists(st.integers(0, 1_000), min_size=(size or 4) - 1, max_size=(size or 40) - 1))
    # Numbers say nothing of who stands above whom.
    numbers = [0, *draw(st.permutations(range(1, len(parents) + 1)))]
    nodes = [Node("u0", "", "c0", "单位0", "district_committee")]
    depths = [0]
    for place, pick in enumerate(parents, 1):
        fitting = [above for above, depth in enumerate(depths) if depth < DEPTH_MAX]
        parent, number = fitting[pick % len(fitting)], numbers[place]
        nodes.append(Node(f"u{number}", f"u{numbers[parent]}", f"c{number}", f"单位{number}", "primary_committee"))
        depths.append(depths[parent] + 1)
    return draw(st.permutations(nodes))


def naive_depth(nodes: list[Node], unit_id: str) -> int:
    parents = {node.unit_id: node.parent_id for node in nodes}
    depth = 0
    while unit_id := parents[unit_id]:
        depth += 1
    return depth


@given(trees())
def test_a_sound_tree_has_the_depths_that_walking_up_gives(nodes: list[Node]) -> None:
    depths = check_shape(nodes)
    assert depths == {node.unit_id: naive_depth(nodes, node.unit_id) for node in nodes}
    assert list(depths.values()) == sorted(depths.values())


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"parent_id": "nobody"}, ParentMissing),
        ({"parent_id": ""}, RootTaken),
        ({"code": "c0"}, CodeTaken),
        ({"kind": "district_committee"}, KindNotUnder),
    ],
)
@given(trees(), st.data())
def test_one_broken_unit_is_enough(
    changed: dict[str, str], refusal: type[Exception], nodes: list[Node], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([place for place, node in enumerate(nodes) if node.parent_id]))
    broken = [replace(node, **changed) if at == place else node for at, node in enumerate(nodes)]
    with pytest.raises(refusal):
        check_shape(broken)


@given(trees(), st.data())
def test_a_unit_below_itself_is_a_cycle(nodes: list[Node], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([place for place, node in enumerate(nodes) if node.parent_id]))
    unit_id = nodes[place].unit_id
    parents = {node.unit_id: node.parent_id for node in nodes}
    below = []
    for candidate in parents:
        above = candidate
        while above and above != unit_id:
            above = parents[above]
        if above:
            below.append(candidate)
    under = data.draw(st.sampled_from(below))
    looped = [replace(node, parent_id=under) if at == place else node for at, node in enumerate(nodes)]
    with pytest.raises(TreeHasCycle):
        check_shape(looped)


def test_names_are_the_siblings_own_and_codes_the_whole_trees() -> None:
    root = Node("r", "", "", "区委", "district_committee")
    east, west = (Node(side, "r", "", side, "working_committee") for side in ("east", "west"))
    one = Node("1", "east", "", "一村党支部", "branch")
    check_shape([root, east, west, one, replace(one, unit_id="2", parent_id="west")])
    with pytest.raises(NameTaken):
        check_shape([root, east, one, replace(one, unit_id="2", name="一村　党支部")])
    with pytest.raises(RootMissing):
        check_shape([])


def test_a_tree_that_is_too_deep_is_named_as_that() -> None:
    nodes = [Node("u0", "", "", "区委", "district_committee")]
    nodes += [Node(f"u{n}", f"u{n - 1}", "", f"党委{n}", "primary_committee") for n in range(1, DEPTH_MAX + 1)]
    check_shape(nodes)
    with pytest.raises(TreeTooDeep):
        check_shape([*nodes, Node("last", f"u{DEPTH_MAX}", "", "党委", "primary_committee")])


@given(st.data())
def test_changes_come_in_an_order_in_which_each_is_possible(data: st.DataObject) -> None:
    """Any tree becomes any other over the same units, and no step on the way makes a cycle."""
    now = data.draw(trees())
    then = data.draw(trees(len(now)))
    target = {node.unit_id: node.parent_id for node in then}
    changes = [UnitChange(unit_id, parent_id=parent_id) for unit_id, parent_id in target.items() if parent_id]
    parents = {node.unit_id: node.parent_id for node in now}
    for change in in_new_order(now, [], changes):
        for event in change_events(change, parents[change.unit_id], "import_1"):
            assert isinstance(event, UnitTransferred)
            parents[change.unit_id] = event.to_parent_id
        check_acyclic(parents)
    assert parents == target


def check_acyclic(parents: dict[str, str]) -> None:
    for unit_id in parents:
        above, steps = parents[unit_id], 0
        while above:
            above, steps = parents[above], steps + 1
            assert steps <= len(parents)
