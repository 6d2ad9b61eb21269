"""The unit tree: one table for every service, kept by the folds of tree_folds.py, read here."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.store import Reader, Row, int_of, text_of
from services.kernel.paths import contains, prefix_range

STAGED, ACTIVE, MERGED, ABOLISHED = "staged", "active", "merged", "abolished"
ANCESTORS_MAX = 16


@dataclass(frozen=True, slots=True)
class TreeUnit:
    """A unit's place and attributes; ``path`` runs from the root to the unit itself."""

    unit_id: str
    parent_id: str
    path: str
    depth: int
    code: str
    name: str
    kind: str
    members: int
    state: str
    version: int
    position: int
    # Ledger position of the entry that gave the unit its present parent.
    joined: int

    @property
    def active(self) -> bool:
        """Neither staged nor ended."""
        return self.state == ACTIVE


COLUMNS = "unit_id, parent_id, path, depth, code, name, kind, members, state, version, position, joined"


def unit_of(row: Row) -> TreeUnit:
    """A row selected with the columns of ``COLUMNS``, in order."""
    return TreeUnit(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), int_of(row[3]), text_of(row[4]), text_of(row[5]),
        text_of(row[6]), int_of(row[7]), text_of(row[8]), int_of(row[9]), int_of(row[10]), int_of(row[11]),
    )  # fmt: skip


def find(reader: Reader, unit_id: str) -> TreeUnit | None:
    """The unit, also when it has ended; None when it never was."""
    row = reader.one(f"SELECT {COLUMNS} FROM tree_unit WHERE unit_id = ? AND state <> 'staged'", (unit_id,))
    return unit_of(row) if row else None


def find_code(reader: Reader, code: str) -> TreeUnit | None:
    """The active unit of that code."""
    row = reader.one(f"SELECT {COLUMNS} FROM tree_unit WHERE code = ? AND state = 'active'", (code,))
    return unit_of(row) if row else None


def root(reader: Reader) -> TreeUnit | None:
    """The district committee."""
    row = reader.one(f"SELECT {COLUMNS} FROM tree_unit WHERE parent_id = '' AND state = 'active'")
    return unit_of(row) if row else None


def children(reader: Reader, unit_id: str) -> list[TreeUnit]:
    """Active children, by code."""
    rows = reader.all(
        f"SELECT {COLUMNS} FROM tree_unit WHERE parent_id = ? AND state = 'active' ORDER BY code, unit_id", (unit_id,)
    )
    return [unit_of(r) for r in rows]


def subtree(reader: Reader, path: str) -> list[TreeUnit]:
    """Active units at and below a path, parents before children."""
    low, high = prefix_range(path)
    rows = reader.all(
        f"SELECT {COLUMNS} FROM tree_unit WHERE path >= ? AND path < ? AND state = 'active' ORDER BY path", (low, high)
    )
    return [unit_of(r) for r in rows]


def parents_page(reader: Reader, path: str, after_path: str, rows_max: int) -> list[TreeUnit]:
    """Active units with active children, at and below a path: the next so many by path, after one of them."""
    low, high = prefix_range(path)
    rows = reader.all(
        f"SELECT {COLUMNS} FROM tree_unit u WHERE path >= ? AND path < ? AND path > ? AND state = 'active' AND EXISTS "
        "(SELECT 1 FROM tree_unit c WHERE c.parent_id = u.unit_id AND c.state = 'active') ORDER BY path LIMIT ?",
        (low, high, after_path, rows_max),
    )
    return [unit_of(r) for r in rows]


def all_active(reader: Reader) -> list[TreeUnit]:
    """Every active unit, parents before children."""
    return [unit_of(r) for r in reader.all(f"SELECT {COLUMNS} FROM tree_unit WHERE state = 'active' ORDER BY path")]


def under(reader: Reader, unit_id: str, ancestor_id: str) -> bool:
    """The unit is the other, or lies below it."""
    unit = find(reader, unit_id)
    above = find(reader, ancestor_id)
    return unit is not None and above is not None and contains(above.path, unit.path)
