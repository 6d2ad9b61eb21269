"""How the tests of the lints show a rule a piece of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import dedent

from infra.tools.lints.source import Finding, Source

Lint = Callable[[Source], Iterator[Finding]]


def lines_found(lint: Lint, path: str, text: str) -> list[int]:
    """The lines of the sample that the lint complains of."""
    return [finding.line for finding in lint(Source(path, dedent(text)))]
