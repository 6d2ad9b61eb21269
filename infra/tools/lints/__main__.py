"""Runs every lint over the repository: python -m infra.tools.lints. Findings go to stdout, one a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.tools.lints import (
    float_in_count,
    machine_names,
    personal_log_keys,
    pure_imports,
    sizes,
    sleep_in_test,
    sql_place,
    subtree_filter,
)
from infra.tools.lints.source import Finding, Source, sources

ROOT = Path(__file__).resolve().parents[3]
Lint = Callable[[Source], Iterator[Finding]]
LINTS: tuple[Lint, ...] = (
    float_in_count.check,
    machine_names.check,
    personal_log_keys.check,
    pure_imports.check,
    sizes.check,
    sleep_in_test.check,
    sql_place.check,
    subtree_filter.check,
)


def findings(root: Path) -> list[Finding]:
    return sorted(found for source in sources(root) for lint in LINTS for found in lint(source))


def main() -> int:
    found = findings(ROOT)
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
