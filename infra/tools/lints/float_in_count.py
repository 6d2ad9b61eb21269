"""What decides is counted in integers and Fractions: a float would make an outcome depend on rounding."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "float-in-count"
EXACT_MATH = {"gcd", "lcm", "isqrt", "comb", "perm", "factorial", "prod"}
_REASON = re.compile(r"#\s*float:\s*\S")


def check(source: Source) -> Iterator[Finding]:
    if not source.is_python or not source.is_pure:
        return
    for node in source.nodes:
        message = breach(node)
        line = getattr(node, "lineno", 0)
        if message and not _REASON.search(source.lines[line - 1]):
            yield Finding(source.path, line, RULE, f"{message}, or say why on the line: # float: …")


def breach(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex()):
            return "write an integer or a Fraction"
        case ast.Name(id="float" | "complex"):
            return "use int or Fraction"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "use // or Fraction(a, b)"
        case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in EXACT_MATH:
            return f"math.{name} answers in floats: use integer arithmetic"
        case ast.ImportFrom(module="math", names=names) if {name.name for name in names} - EXACT_MATH:
            return "these functions of math answer in floats: use integer arithmetic"
        case ast.Import(names=names) | ast.ImportFrom(names=names) if imports_statistics(node, names):
            return "statistics answers in floats: use integer arithmetic"
    return None


def imports_statistics(node: ast.AST, names: list[ast.alias]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "statistics"
    return any(name.name == "statistics" for name in names)
