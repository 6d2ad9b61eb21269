"""A whole tree at once: one root, every parent there, no cycle, no code or sibling's name twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.kernel.text import name_key
from services.reporting.domain.roster.model import TREE_DEPTH_MAX
from services.reporting.domain.unit_errors import (
    CodeTaken,
    NameTaken,
    ParentMissing,
    RootMissing,
    RootTaken,
    TreeHasCycle,
    TreeTooDeep,
)
from services.reporting.domain.units import check_kind


@dataclass(frozen=True, slots=True)
class Node:
    """A unit as it is to stand in the tree; ``parent_id`` is empty for the root."""

    unit_id: str
    parent_id: str
    code: str
    name: str
    kind: str


def check_shape(nodes: Iterable[Node]) -> dict[str, int]:
    """The depth of every unit by its id, the root's 0, parents before children.

    Raises CodeTaken, RootTaken, RootMissing, ParentMissing, KindNotUnder, NameTaken, TreeHasCycle or TreeTooDeep.
    """
    units = {node.unit_id: node for node in nodes}
    _check_codes(units.values())
    root = _root(units.values())
    children: defaultdict[str, list[Node]] = defaultdict(list)
    for node in units.values():
        if node is not root:
            _check_parent(node, units)
            children[node.parent_id].append(node)
    for siblings in children.values():
        _check_names(siblings)
    depths = _depths(root, children)
    for node in units.values():
        if node.unit_id not in depths:
            raise TreeHasCycle(name=node.name)
    return depths


def _check_codes(nodes: Iterable[Node]) -> None:
    seen: set[str] = set()
    for node in nodes:
        if node.code and node.code in seen:
            raise CodeTaken(unit_code=node.code)
        seen.add(node.code)


def _root(nodes: Iterable[Node]) -> Node:
    roots = [node for node in nodes if not node.parent_id]
    if not roots:
        raise RootMissing()
    if len(roots) > 1:
        raise RootTaken(name=roots[0].name)
    return roots[0]


def _check_parent(node: Node, units: Mapping[str, Node]) -> None:
    parent = units.get(node.parent_id)
    if parent is None:
        raise ParentMissing(name=node.name, parent_id=node.parent_id)
    check_kind(node.name, node.kind, parent.kind)


def _check_names(siblings: Iterable[Node]) -> None:
    seen: set[str] = set()
    for node in siblings:
        key = name_key(node.name)
        if key in seen:
            raise NameTaken(name=node.name)
        seen.add(key)


def _depths(root: Node, children: Mapping[str, list[Node]]) -> dict[str, int]:
    depths = {root.unit_id: 0}
    level = [root]
    while level:
        level = [child for node in level for child in children.get(node.unit_id, ())]
        for node in level:
            depths[node.unit_id] = depths[node.parent_id] + 1
            if depths[node.unit_id] > TREE_DEPTH_MAX:
                raise TreeTooDeep(name=node.name, limit=TREE_DEPTH_MAX)
    return depths
