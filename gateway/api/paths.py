"""From a path to its operation, in as many steps as the path has parts, however many operations there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.api.operations import Operation


class PathTaken(Exception):
    """Two operations stand at one path and method."""


@dataclass(slots=True)
class Node:
    """A place in the tree of paths: the literal parts below it, the one parameter, and the operations that end here."""

    below: dict[str, Node] = field(default_factory=dict)
    parameter: Node | None = None
    # By method, each with the names of its parameters.
    operations: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)


def tree_of(operations: Iterable[Operation]) -> Node:
    """Raises PathTaken."""
    root = Node()
    for operation in operations:
        node = root
        names: list[str] = []
        for part in _parts(operation.full_path):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.parameter = node.parameter or Node()
                node = node.parameter
            else:
                node = node.below.setdefault(part, Node())
        if operation.method in node.operations:
            raise PathTaken(f"{operation.method} {operation.full_path}")
        node.operations[operation.method] = (operation, tuple(names))
    return root


def find(root: Node, path: str) -> tuple[Node, list[str]] | None:
    """The node at a path and the values of its parameters; a literal part goes before a parameter."""
    node = root
    values: list[str] = []
    for part in _parts(path):
        literal = node.below.get(part)
        if literal is not None:
            node = literal
        elif node.parameter is not None and part:
            values.append(part)
            node = node.parameter
        else:
            return None
    return (node, values) if node.operations else None


def _parts(path: str) -> list[str]:
    return path.removeprefix("/").split("/")
