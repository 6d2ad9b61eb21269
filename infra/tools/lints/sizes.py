"""No function over 70 lines, no file over 500: past that nobody holds it in the head."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "too-long"
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
CODE_ENDINGS = (".py", ".sql", ".sh", ".js", ".ts", ".vue", ".css")


def check(source: Source) -> Iterator[Finding]:
    if not source.path.endswith(CODE_ENDINGS):
        return
    if len(source.lines) > FILE_LINES_MAX:
        message = f"{len(source.lines)} lines in a file, at most {FILE_LINES_MAX}"
        yield Finding(source.path, FILE_LINES_MAX + 1, RULE, message)
    if not source.is_python:
        return
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                message = f"{node.name}: {lines} lines in a function, at most {FUNCTION_LINES_MAX}"
                yield Finding(source.path, node.lineno, RULE, message)
