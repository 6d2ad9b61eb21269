"""What the reads read: rows as they stood at a position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.dashboard.deeds import Deed
from gateway.dashboard.sight import Sight
from gateway.dashboard.tree import Kinds
from services.chassis.routes import UNIT_TREE
from services.chassis.store import Reader, Row, Value, bytes_of, int_of, text_of
from services.kernel.transmission import FiguresRow

DEEDS_SCANNED_MAX = 5_000
"""Entries that one page of the feed looks through for those its reader may see."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stood. `counts`: what stood below it, packed; empty for a leaf."""

    unit_id: str
    parent_id: str
    kind: int
    active: bool
    counts: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit's figures row. `gone`: it had none any more."""

    unit_id: str
    gone: bool
    figures: FiguresRow
    layers: bytes


@dataclass(frozen=True, slots=True)
class Name:
    """What a unit is called now."""

    unit_id: str
    name: str
    code: str
    kind: str
    path: str


# ---- moments ------------------------------------------------------------------------------------------------


def newest_flush(reader: Reader, position: int) -> tuple[int, int] | None:
    """The last flush at or before a position: (position, business time)."""
    row = reader.one(
        "SELECT position, business_us FROM flush WHERE position <= ? ORDER BY position DESC LIMIT 1", (position,)
    )
    return (int_of(row[0]), int_of(row[1])) if row else None


def flush_at(reader: Reader, business_us: int) -> tuple[int, int] | None:
    """The last flush at or before a business time."""
    row = reader.one(
        "SELECT position, business_us FROM flush WHERE business_us <= ? "
        "ORDER BY business_us DESC, position DESC LIMIT 1",
        (business_us,),
    )
    return (int_of(row[0]), int_of(row[1])) if row else None


def parked(reader: Reader) -> int:
    """How many entries wait because they could not be applied."""
    row = reader.one("SELECT COUNT(*) FROM parked")
    return int_of(row[0]) if row else 0


# ---- units --------------------------------------------------------------------------------------------------


def kinds(reader: Reader) -> Kinds:
    """Kinds of units by number."""
    return Kinds(text_of(row[0]) for row in reader.all("SELECT name FROM kind ORDER BY number"))


def root(reader: Reader) -> str:
    """The district committee; empty before there is one."""
    row = reader.one("SELECT unit_id FROM tree_unit WHERE parent_id = '' AND state = 'active'")
    return text_of(row[0]) if row else ""


def place(reader: Reader, route_id: str, unit_id: str, position: int) -> Place | None:
    """Where a unit stood on a route, or in the unit tree; None before it was established."""
    for tree_id in dict.fromkeys((route_id, UNIT_TREE)):
        row = reader.one(
            f"SELECT {_PLACE} FROM place WHERE route_id = ? AND unit_id = ? AND position <= ? "
            "ORDER BY position DESC LIMIT 1",
            (tree_id, unit_id, position),
        )
        if row:
            return _place_of(row)
    return None


def children(reader: Reader, route_id: str, unit_id: str, position: int) -> list[Place]:
    """Active units that stood directly below."""
    below, params = _below(route_id, unit_id, position)
    return [_place_of(row) for row in reader.all(f"SELECT {_PLACE} FROM {below}", params)]


def children_by_code(
    reader: Reader, route_id: str, unit_id: str, position: int, after: tuple[str, str], rows_max: int
) -> list[tuple[Place, str]]:
    """A page of the same, with their codes, by code and unit id."""
    below, params = _below(route_id, unit_id, position)
    rows = reader.all(
        f"SELECT p.unit_id, p.parent_id, p.kind, p.active, p.counts, t.code FROM {below} p "
        "JOIN tree_unit t ON t.unit_id = p.unit_id "
        "WHERE (t.code, t.unit_id) > (?, ?) ORDER BY t.code, t.unit_id LIMIT ?",
        (*params, *after, rows_max),
    )
    return [(_place_of(row), text_of(row[5])) for row in rows]


def _below(route_id: str, unit_id: str, position: int) -> tuple[str, tuple[Value, ...]]:
    """Places of the active units that stood directly below, as a table for an SQL statement, with its parameters."""
    on_route = (
        f"SELECT {_PLACE} FROM place p WHERE route_id = ? AND parent_id = ? AND active = 1 AND position = (SELECT "
        "MAX(position) FROM place n WHERE n.route_id = p.route_id AND n.unit_id = p.unit_id AND n.position <= ?)"
    )
    own: tuple[Value, ...] = (route_id, unit_id, position)
    if route_id == UNIT_TREE:
        return f"({on_route})", own
    as_in_tree = (
        f"{on_route} AND NOT EXISTS "
        "(SELECT 1 FROM place r WHERE r.route_id = ? AND r.unit_id = p.unit_id AND r.position <= ?)"
    )
    return f"({on_route} UNION ALL {as_in_tree})", (*own, UNIT_TREE, unit_id, position, route_id, position)


def names(reader: Reader, unit_ids: Iterable[str]) -> dict[str, Name]:
    """What units are called."""
    wanted = list(dict.fromkeys(unit_ids))
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(f"SELECT unit_id, name, code, kind, path FROM tree_unit WHERE unit_id IN ({marks})", wanted)
    found = [Name(text_of(r[0]), text_of(r[1]), text_of(r[2]), text_of(r[3]), text_of(r[4])) for r in rows]
    return {name.unit_id: name for name in found}


def by_route(route_id: str) -> str:
    """An SQL condition on a place, with the route as its parameter: of a route few units have one."""
    return "route_id = ?" if route_id == UNIT_TREE else "route_id = ? AND route_id <> ''"


_PLACE = "unit_id, parent_id, kind, active, counts"


def _place_of(row: Row) -> Place:
    return Place(text_of(row[0]), text_of(row[1]), int_of(row[2]), bool(row[3]), bytes_of(row[4]))


# ---- figures ------------------------------------------------------------------------------------------------


def shown(reader: Reader, directive_id: str, unit_id: str, position: int) -> Shown | None:
    """A unit's figures as they stood; None where nothing had happened to it."""
    row = reader.one(
        "SELECT unit_id, gone, mass, own, yield_e9, reach, detail, layers FROM figure "
        "WHERE directive_id = ? AND unit_id = ? AND position <= ? ORDER BY position DESC LIMIT 1",
        (directive_id, unit_id, position),
    )
    return _shown_of(row) if row else None


def shown_children(reader: Reader, directive_id: str, route_id: str, unit_id: str, position: int) -> list[Shown]:
    """The figures of all units that stood directly below, on the directive's route, and had any."""
    below, params = _below(route_id, unit_id, position)
    rows = reader.all(
        f"SELECT f.unit_id, f.gone, f.mass, f.own, f.yield_e9, f.reach, f.detail, f.layers FROM {below} p "
        "JOIN figure f ON f.directive_id = ? AND f.unit_id = p.unit_id AND f.position = "
        "(SELECT MAX(position) FROM figure g WHERE g.directive_id = ? AND g.unit_id = p.unit_id AND g.position <= ?)",
        (*params, directive_id, directive_id, position),
    )
    return [_shown_of(row) for row in rows]


def _shown_of(row: Row) -> Shown:
    figures = (int_of(row[2]), int_of(row[3]), int_of(row[4]), int_of(row[5]), bytes_of(row[6]))
    return Shown(text_of(row[0]), bool(row[1]), figures, bytes_of(row[7]))


def newest(reader: Reader, directive_id: str) -> Iterator[Shown]:
    """The newest row of every unit that has one."""
    for row in reader.each(
        "SELECT unit_id, gone, mass, own, yield_e9, reach, detail, layers FROM figure f WHERE directive_id = ? "
        "AND position = (SELECT MAX(position) FROM figure n "
        "WHERE n.directive_id = f.directive_id AND n.unit_id = f.unit_id)",
        (directive_id,),
    ):
        yield _shown_of(row)


def newest_places(reader: Reader, route_id: str) -> Iterator[Place]:
    """Where units stand: every unit in the unit tree, on a route those that have a row of their own there."""
    for row in reader.each(
        f"SELECT {_PLACE} FROM place p WHERE {by_route(route_id)} AND position = "
        "(SELECT MAX(position) FROM place n WHERE n.route_id = p.route_id AND n.unit_id = p.unit_id)",
        (route_id,),
    ):
        yield _place_of(row)


def directive_ids(reader: Reader) -> list[str]:
    """Every directive, withdrawn ones too, oldest first."""
    return [text_of(row[0]) for row in reader.all("SELECT directive_id FROM directive ORDER BY position")]


# ---- deeds --------------------------------------------------------------------------------------------------

_DEED = "position, ordinal, ledger_id, type, directive_id, unit_id, stage, to_all, at_us, due_us, late_minutes"


def deeds(reader: Reader, directive_id: str, unit_id: str, position: int) -> list[Deed]:
    """What was done about a unit under a directive, oldest first."""
    rows = reader.all(
        f"SELECT {_DEED} FROM deed WHERE directive_id = ? AND unit_id = ? AND position <= ? ORDER BY position, ordinal",
        (directive_id, unit_id, position),
    )
    return [deed_of(row) for row in rows]


def _in_sight(sight: Sight) -> tuple[str, tuple[Value, ...]]:
    """An SQL condition on a deed d about a unit t, with its parameters."""
    inside, params = sight.unit_tree.where("t.path")
    for route_id, scope in sight.routes:
        there, more = scope.where("r.path")
        inside += (
            " OR EXISTS (SELECT 1 FROM directive x JOIN route_unit r ON r.route_id = x.route_id AND r.unit_id = "
            f"d.unit_id WHERE x.directive_id = d.directive_id AND x.route_id = ? AND {there})"
        )
        params += (route_id, *more)
    return f"({inside})", params


def feed(reader: Reader, sight: Sight, after: int, rows_max: int) -> tuple[list[Deed], int]:
    """Entries after a position that somebody may see, oldest first, and the position that was looked through to."""
    inside, params = _in_sight(sight)
    last = reader.one(
        "SELECT MAX(position) FROM "
        "(SELECT position FROM deed WHERE position > ? AND ordinal = 0 ORDER BY position LIMIT ?)",
        (after, DEEDS_SCANNED_MAX),
    )
    if last is None or last[0] is None:
        return [], after
    rows = reader.all(
        f"SELECT {columns_of_deed('d.')} FROM deed d JOIN tree_unit t ON t.unit_id = d.unit_id "
        f"WHERE d.position > ? AND d.position <= ? AND d.ordinal = 0 AND {inside} ORDER BY d.position LIMIT ?",
        (after, last[0], *params, rows_max),
    )
    found = [deed_of(row) for row in rows]
    return found, found[-1].position if len(found) == rows_max else int_of(last[0])


def newest_feed(reader: Reader, sight: Sight, rows_max: int) -> list[Deed]:
    """The newest entries that somebody may see, oldest of them first."""
    inside, params = _in_sight(sight)
    row = reader.one(
        "SELECT MIN(position) FROM (SELECT position FROM deed WHERE ordinal = 0 ORDER BY position DESC LIMIT ?)",
        (DEEDS_SCANNED_MAX,),
    )
    if row is None or row[0] is None:
        return []
    rows = reader.all(
        f"SELECT {columns_of_deed('d.')} FROM deed d JOIN tree_unit t ON t.unit_id = d.unit_id "
        f"WHERE d.position >= ? AND d.ordinal = 0 AND {inside} ORDER BY d.position DESC LIMIT ?",
        (row[0], *params, rows_max),
    )
    return [deed_of(found) for found in reversed(rows)]


def columns_of_deed(prefix: str = "") -> str:
    """The columns that `deed_of` reads."""
    return ", ".join(f"{prefix}{column}" for column in _DEED.split(", "))


def deed_of(row: Row) -> Deed:
    """A line of the table."""
    return Deed(
        int_of(row[0]), int_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5]),
        int_of(row[6]), int_of(row[7]), int_of(row[8]), int_of(row[9]), int_of(row[10]),
    )  # fmt: skip
