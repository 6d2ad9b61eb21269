"""SQL lives in store/ folders, schema/*.sql and the chassis: who looks for a query knows where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "sql-place"
CHASSIS = "services/chassis/"

# Upper or lower case throughout, so that a sentence beginning "Select" or "Update" is not taken for SQL.
_UPPER = r"""
    SELECT\s+(?:DISTINCT\s+)?[\w.*,()\s'?:+-]+?\s+FROM\s+\w | SELECT\s+\w+\( | SELECT\s+\d
  | INSERT\s+(?:OR\s+\w+\s+)?INTO\s | REPLACE\s+INTO\s | UPDATE\s+(?:OR\s+\w+\s+)?\w+\s+SET\s
  | DELETE\s+FROM\s | ATTACH\s+DATABASE\s
  | CREATE\s+(?:TEMP\s+|UNIQUE\s+|VIRTUAL\s+)?(?:TABLE|INDEX|TRIGGER|VIEW)\s
  | (?:ALTER|DROP|TRUNCATE)\s+(?:TABLE|INDEX|TRIGGER|VIEW)\s | WITH\s+(?:RECURSIVE\s+)?\w+.*\sAS\s*\(
  | PRAGMA\s+\w | BEGIN\s+(?:IMMEDIATE|EXCLUSIVE|DEFERRED) | SAVEPOINT\s+\w | ROLLBACK\s+TO\s
"""
_SQL = re.compile(rf"^\s*(?:{_UPPER}|{_UPPER.lower()})", re.VERBOSE | re.DOTALL)


def check(source: Source) -> Iterator[Finding]:
    if source.path.endswith(".sql") and source.is_product and source.folders[-1] != "schema":
        yield Finding(source.path, 1, RULE, "SQL files belong in a schema/ folder")
    if not source.is_python or not source.is_product or may_hold_sql(source):
        return
    for line, text in source.literals():
        if _SQL.match(text):
            yield Finding(source.path, line, RULE, "SQL belongs in a store/ folder or schema/*.sql")


def may_hold_sql(source: Source) -> bool:
    return "store" in source.folders or source.path.startswith(CHASSIS)
