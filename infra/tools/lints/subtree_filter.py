"""Who sees which part of the tree is decided in one place: a filter written by hand is one that leaks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "subtree-filter"
# The function itself, the arithmetic below it, and the replica of the tree and its routes that it reads.
ALLOWED = (
    "services/chassis/scope.py",
    *(f"services/chassis/{name}.py" for name in ("tree", "tree_folds", "routes", "route_folds")),
    "services/kernel/paths.py",
)
MESSAGE = "subtree filters come from services.chassis.scope"
_IN_SQL = re.compile(r"\b\w*path\w*\s*(?:>=|<=|<|>|\bLIKE\b|\bGLOB\b|\bBETWEEN\b)\s*\S", re.IGNORECASE)
_SQL_WORD = re.compile(r"\b(?:SELECT|WHERE|AND|OR|FROM|LIKE|GLOB|BETWEEN)\b", re.IGNORECASE)


def check(source: Source) -> Iterator[Finding]:
    if not source.is_product or source.path in ALLOWED:
        return
    if source.path.endswith(".sql"):
        yield from in_schema(source)
    if source.is_python:
        lines = {line for line, text in source.literals() if _IN_SQL.search(text) and _SQL_WORD.search(text)}
        lines |= {node.lineno for node in source.nodes if isinstance(node, ast.expr) and by_hand(node)}
        yield from (Finding(source.path, line, RULE, MESSAGE) for line in sorted(lines))


def in_schema(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.lines, start=1):
        if _IN_SQL.search(line.partition("--")[0]):
            yield Finding(source.path, number, RULE, MESSAGE)


def by_hand(node: ast.expr) -> bool:
    """A use of prefix_range, or path.startswith(something that is not a constant)."""
    match node:
        case ast.Name(id="prefix_range") | ast.Attribute(attr="prefix_range"):
            return True
        case ast.Call(func=ast.Attribute(value=subject, attr="startswith"), args=[prefix, *_]):
            return named_path(subject) and not isinstance(prefix, ast.Constant)
    return False


def named_path(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name == "path" or name.endswith("_path")
