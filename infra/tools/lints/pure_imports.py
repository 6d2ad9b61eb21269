"""domain/ and kernel/ import the standard library and the kernel only.

Time, ids and chance come in as arguments, and nothing in there waits, reads or writes.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "pure-imports"
KERNEL = "services.kernel"
IMPURE = {
    "asyncio",
    "http",
    "logging",
    "multiprocessing",
    "random",
    "secrets",
    "signal",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
PURE = sys.stdlib_module_names - IMPURE


def check(source: Source) -> Iterator[Finding]:
    if not source.is_python or not source.is_pure:
        return
    allowed = (KERNEL,) if "kernel" in source.folders[:2] else (KERNEL, own_domain(source))
    for node in source.nodes:
        for module in imported(node):
            if not is_allowed(module, allowed):
                line = getattr(node, "lineno", 1)
                yield Finding(source.path, line, RULE, f"imports {module}: pure code may not")


def own_domain(source: Source) -> str:
    """The dotted name of the domain folder that the file lies in."""
    return ".".join(source.folders[: source.folders.index("domain") + 1])


def imported(node: ast.AST) -> list[str]:
    """The modules an import names; a relative one stays inside its own folder, which ruff sees to."""
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(level=0, module=str(module), names=names):
            return [f"{module}.{name.name}" for name in names] if module == "services" else [module]
    return []


def is_allowed(module: str, allowed: tuple[str, ...]) -> bool:
    if module.partition(".")[0] in PURE:
        return True
    return any(module == name or module.startswith(name + ".") for name in allowed)
