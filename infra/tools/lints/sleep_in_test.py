"""Tests wait on signals or positions: a sleep is too long on a quick machine, too short on a slow one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "sleep-in-test"
SLEEPS = {"sleep", "wait_for_timeout"}


def check(source: Source) -> Iterator[Finding]:
    if not source.is_python or source.parts[0] != "tests":
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and called(node.func) in SLEEPS and not yields_only(node):
            yield Finding(source.path, node.lineno, RULE, "wait on a signal or a position, not on time")


def called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def yields_only(call: ast.Call) -> bool:
    """asyncio.sleep(0) lets other tasks run and waits for no time."""
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
