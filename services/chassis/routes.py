"""Routes: other trees over the same units. By a route some units answer to another superior than in the unit tree, with
all below them; everybody else stands on it as in the unit tree. The unit tree itself is the route without a name.

A unit as it stands on a route is a TreeUnit whose parent, path, depth and ``joined`` are those of the route.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from services.chassis import tree
from services.chassis.store import Reader, Row, Value, int_of, text_of
from services.chassis.tree import COLUMNS, TreeUnit, unit_of
from services.kernel.paths import prefix_range

UNIT_TREE: Final = ""
"""The id of no route: the unit tree."""
OPEN, ENDED = "open", "ended"


@dataclass(frozen=True, slots=True)
class Route:
    """A route as it is kept. `links`: how many units answer to another superior."""

    route_id: str
    name: str
    kind: str
    basis: str
    state: str
    version: int
    links: int

    @property
    def open(self) -> bool:
        """Directives may take it."""
        return self.state == OPEN


_ROUTE = (
    "route_id, name, kind, basis, state, version, (SELECT COUNT(*) FROM route_link l WHERE l.route_id = route.route_id)"
)


def load(reader: Reader, route_id: str) -> Route | None:
    """The route, also one that has ended; None when there is none."""
    row = reader.one(f"SELECT {_ROUTE} FROM route WHERE route_id = ?", (route_id,))
    return _route_of(row) if row else None


def all_routes(reader: Reader) -> list[Route]:
    """Open ones first, by name."""
    return [_route_of(row) for row in reader.all(f"SELECT {_ROUTE} FROM route ORDER BY state DESC, name, route_id")]


def open_routes(reader: Reader) -> list[Route]:
    """The routes that directives may take."""
    return [_route_of(row) for row in reader.all(f"SELECT {_ROUTE} FROM route WHERE state = 'open' ORDER BY route_id")]


def open_ids(reader: Reader) -> list[str]:
    """Their ids alone: every change of a unit asks for them."""
    return [text_of(row[0]) for row in reader.all("SELECT route_id FROM route WHERE state = 'open' ORDER BY route_id")]


def _route_of(row: Row) -> Route:
    return Route(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), int_of(row[5]),
        int_of(row[6]),
    )  # fmt: skip


# ---- where units stand ------------------------------------------------------------------------------------

_ON_ROUTE = (
    "t.unit_id, r.parent_id, r.path, r.depth, t.code, t.name, t.kind, t.members, t.state, t.version, t.position, "
    "r.joined FROM route_unit r JOIN tree_unit t ON t.unit_id = r.unit_id"
)
_AS_IN_TREE = "NOT EXISTS (SELECT 1 FROM route_unit r WHERE r.route_id = ? AND r.unit_id = t.unit_id)"


def find(reader: Reader, route_id: str, unit_id: str) -> TreeUnit | None:
    """The unit as it stands on the route, also when it has ended; None when it never was."""
    unit = tree.find(reader, unit_id)
    return None if unit is None else stand(reader, route_id, unit)


def stand(reader: Reader, route_id: str, unit: TreeUnit) -> TreeUnit:
    """The same unit as it stands on the route."""
    if route_id == UNIT_TREE:
        return unit
    row = reader.one(
        "SELECT parent_id, path, depth, joined FROM route_unit WHERE route_id = ? AND unit_id = ?",
        (route_id, unit.unit_id),
    )
    if row is None:
        return unit
    return replace(unit, parent_id=text_of(row[0]), path=text_of(row[1]), depth=int_of(row[2]), joined=int_of(row[3]))


def children(reader: Reader, route_id: str, unit_id: str) -> list[TreeUnit]:
    """Active units directly below on the route, by code."""
    if route_id == UNIT_TREE:
        return tree.children(reader, unit_id)
    rows = reader.all(
        f"SELECT {COLUMNS} FROM tree_unit t WHERE parent_id = ? AND state = 'active' AND {_AS_IN_TREE} "
        f"UNION ALL SELECT {_ON_ROUTE} WHERE r.route_id = ? AND r.parent_id = ? AND t.state = 'active' "
        "ORDER BY code, unit_id",
        (unit_id, route_id, route_id, unit_id),
    )
    return [unit_of(row) for row in rows]


def placed(route_id: str, path: str) -> tuple[str, tuple[Value, ...]]:
    """The units at and below a path on the route, as a table for an SQL statement, with its parameters: the columns of
    COLUMNS. Staged units are not among them.
    """
    low, high = prefix_range(path)
    inside = f"SELECT {COLUMNS} FROM tree_unit t WHERE t.path >= ? AND t.path < ? AND t.state <> 'staged'"
    if route_id == UNIT_TREE:
        return f"({inside})", (low, high)
    return (
        f"({inside} AND {_AS_IN_TREE} UNION ALL SELECT {_ON_ROUTE} "
        "WHERE r.route_id = ? AND r.path >= ? AND r.path < ?)",
        (low, high, route_id, route_id, low, high),
    )


def parents_page(reader: Reader, route_id: str, path: str, after_path: str, rows_max: int) -> list[TreeUnit]:
    """Active units with active children, at and below a path: the next so many by path, after one of them."""
    if route_id == UNIT_TREE:
        return tree.parents_page(reader, path, after_path, rows_max)
    low, high = prefix_range(path)
    first, last = max(low, after_path), high
    has_children = (
        "(EXISTS (SELECT 1 FROM tree_unit c WHERE c.parent_id = t.unit_id AND c.state = 'active' AND NOT EXISTS "
        "(SELECT 1 FROM route_unit o WHERE o.route_id = ? AND o.unit_id = c.unit_id)) OR EXISTS "
        "(SELECT 1 FROM route_unit c JOIN tree_unit u ON u.unit_id = c.unit_id "
        "WHERE c.route_id = ? AND c.parent_id = t.unit_id AND u.state = 'active'))"
    )
    # Two ordered reads of so many rows each, instead of sorting all that lies below for every page.
    as_in_tree = reader.all(
        f"SELECT {COLUMNS} FROM tree_unit t WHERE path >= ? AND path < ? AND path > ? AND state = 'active' "
        f"AND {_AS_IN_TREE} AND {has_children} ORDER BY path LIMIT ?",
        (first, last, after_path, route_id, route_id, route_id, rows_max),
    )
    elsewhere = reader.all(
        f"SELECT {_ON_ROUTE} WHERE r.route_id = ? AND r.path >= ? AND r.path < ? AND r.path > ? "
        f"AND t.state = 'active' AND {has_children} ORDER BY r.path LIMIT ?",
        (route_id, first, last, after_path, route_id, route_id, rows_max),
    )
    found = sorted(map(unit_of, chain(as_in_tree, elsewhere)), key=lambda unit: unit.path)
    return found[:rows_max]


def came_at(reader: Reader, route_id: str, parent_id: str, position: int) -> list[str]:
    """The units that came under a superior by the entry at a position."""
    return [unit.unit_id for unit in children(reader, route_id, parent_id) if unit.joined == position]


# ---- links ------------------------------------------------------------------------------------------------


def link_of(reader: Reader, route_id: str, unit_id: str) -> str:
    """The superior that the unit answers to by a link of its own; empty without one."""
    row = reader.one("SELECT superior_unit_id FROM route_link WHERE route_id = ? AND unit_id = ?", (route_id, unit_id))
    return text_of(row[0]) if row else ""


def names_of(reader: Reader, route_ids: Iterable[str]) -> dict[str, str]:
    """What routes are called."""
    wanted = [route_id for route_id in dict.fromkeys(route_ids) if route_id != UNIT_TREE]
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(f"SELECT route_id, name FROM route WHERE route_id IN ({marks})", wanted) if wanted else []
    return {text_of(row[0]): text_of(row[1]) for row in rows}
