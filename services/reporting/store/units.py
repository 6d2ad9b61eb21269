"""Units and imports of rosters, loaded for decisions and read for questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.chassis import tree
from services.chassis.ledger import Stored
from services.chassis.refusals import NotFound
from services.chassis.scope import Scope
from services.chassis.store import Reader, Value, bytes_of, int_of, text_of
from services.chassis.tree import TreeUnit
from services.reporting.domain.shape import Node
from services.reporting.domain.unit_errors import ImportEnded, UnitEnded
from services.reporting.domain.units import Above

STAGED = "staged"
WAITING_IMPORTS_MAX = 20


def load_active(reader: Reader, unit_id: str) -> TreeUnit:
    """A unit that takes changes. Raises NotFound or UnitEnded."""
    unit = tree.find(reader, unit_id)
    if unit is None:
        raise NotFound(kind="unit", id=unit_id)
    if not unit.active:
        raise UnitEnded(unit_id=unit_id, state=unit.state)
    return unit


def load_above(reader: Reader, unit_id: str) -> Above:
    """A unit that others come under, with its children. Raises NotFound or UnitEnded."""
    return Above(load_active(reader, unit_id), tuple(tree.children(reader, unit_id)))


def height(reader: Reader, unit: TreeUnit) -> int:
    """Levels of active units below the unit; 0 without children."""
    return max(below.depth for below in tree.subtree(reader, unit.path)) - unit.depth


def tree_position(reader: Reader) -> int:
    """Ledger position of the tree's last change; 0 before the first."""
    row = reader.one("SELECT COALESCE(MAX(position), 0) FROM tree_change")
    return int_of(row[0]) if row else 0


# ---- imports ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterImport:
    """An import that has begun. ``position`` is that of its last entry."""

    import_id: str
    state: str
    units: int
    staged_us: int
    position: int


_IMPORT = "import_id, state, units, staged_us, position"


def load_waiting(reader: Reader, import_id: str) -> RosterImport | None:
    """An import that takes further steps; None when nothing was ever staged under that id. Raises ImportEnded."""
    row = reader.one(f"SELECT {_IMPORT} FROM roster_import WHERE import_id = ?", (import_id,))
    if row is None:
        return None
    begun = _import_of(row)
    if begun.state != STAGED:
        raise ImportEnded(import_id=import_id, state=begun.state)
    return begun


def waiting_imports(reader: Reader) -> list[RosterImport]:
    """What was staged and neither activated nor discarded, oldest first, at most WAITING_IMPORTS_MAX."""
    rows = reader.all(
        f"SELECT {_IMPORT} FROM roster_import WHERE state = 'staged' ORDER BY position LIMIT ?", (WAITING_IMPORTS_MAX,)
    )
    return [_import_of(row) for row in rows]


def _import_of(row: Sequence[Value]) -> RosterImport:
    return RosterImport(text_of(row[0]), text_of(row[1]), int_of(row[2]), int_of(row[3]), int_of(row[4]))


def staged_nodes(reader: Reader, import_id: str) -> list[Node]:
    """The units that an import has staged."""
    rows = reader.all(
        "SELECT unit_id, parent_id, code, name, kind FROM tree_unit WHERE import_id = ? AND state = 'staged'",
        (import_id,),
    )
    return [Node(*map(text_of, row)) for row in rows]


def active_nodes(reader: Reader) -> list[Node]:
    """Every active unit, as the shape of the tree is checked."""
    return [Node(u.unit_id, u.parent_id, u.code, u.name, u.kind) for u in tree.all_active(reader)]


def ids_in_use(reader: Reader, unit_ids: Iterable[str]) -> list[str]:
    """Those of the ids that a unit has or had, staged ones included."""
    wanted = list(unit_ids)
    rows = reader.all(f"SELECT unit_id FROM tree_unit WHERE unit_id IN ({_marks(wanted)}) ORDER BY unit_id", wanted)
    return [text_of(row[0]) for row in rows]


def parent_kinds(reader: Reader, import_id: str, unit_ids: Iterable[str]) -> dict[str, str]:
    """The kinds of those units that stand in the tree or are staged in the same import, by id."""
    wanted = sorted(set(unit_ids))
    rows = reader.all(
        f"SELECT unit_id, kind FROM tree_unit WHERE unit_id IN ({_marks(wanted)}) "
        "AND (state = 'active' OR (state = 'staged' AND import_id = ?))",
        [*wanted, import_id],
    )
    return {text_of(row[0]): text_of(row[1]) for row in rows}


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


# ---- questions --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Which units are listed; empty fields do not filter."""

    parent_id: str
    name_contains: str
    kinds: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it is shown."""

    unit: TreeUnit
    parent_name: str
    children: int


_UNIT_ROW = """
SELECT u.unit_id, u.parent_id, u.path, u.depth, u.code, u.name, u.kind, u.members, u.state, u.version, u.position,
       u.joined, COALESCE((SELECT p.name FROM tree_unit p WHERE p.unit_id = u.parent_id), ''),
       (SELECT COUNT(*) FROM tree_unit c WHERE c.parent_id = u.unit_id AND c.state = 'active')
FROM tree_unit u
"""


def find_row(reader: Reader, unit_id: str, scope: Scope) -> UnitRow | None:
    """The unit, also when it has ended; None when there is none or it lies outside the scope."""
    seen, params = scope.where("u.path")
    row = reader.one(f"{_UNIT_ROW} WHERE u.unit_id = ? AND u.state <> 'staged' AND {seen}", (unit_id, *params))
    return _row_of(row) if row else None


def list_rows(reader: Reader, wanted: UnitFilter, scope: Scope, after: tuple[str, str], rows_max: int) -> list[UnitRow]:
    """Active units by code and id, after such a pair."""
    conditions, params = _conditions(wanted)
    seen, scope_params = scope.where("u.path")
    rows = reader.all(
        f"{_UNIT_ROW} WHERE u.state = 'active' AND (u.code, u.unit_id) > (?, ?) AND {seen}{conditions} "
        "ORDER BY u.code, u.unit_id LIMIT ?",
        [*after, *scope_params, *params, rows_max],
    )
    return [_row_of(row) for row in rows]


def _conditions(wanted: UnitFilter) -> tuple[str, list[Value]]:
    sql = ""
    params: list[Value] = []
    for column, value in (("parent_id", wanted.parent_id), ("code", wanted.code)):
        if value:
            sql += f" AND u.{column} = ?"
            params.append(value)
    if wanted.kinds:
        sql += f" AND u.kind IN ({_marks(wanted.kinds)})"
        params += wanted.kinds
    if wanted.name_contains:
        sql += " AND u.name LIKE ? ESCAPE '!'"
        params.append(f"%{_literally(wanted.name_contains)}%")
    return sql, params


def _literally(text: str) -> str:
    """The text with what LIKE takes for wildcards escaped."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _row_of(row: Sequence[Value]) -> UnitRow:
    return UnitRow(tree.unit_of(tuple(row[:12])), text_of(row[12]), int_of(row[13]))


def history(reader: Reader, unit_id: str, entries_max: int) -> list[Stored]:
    """The newest entries about a unit, oldest first: its own, and those of imports and mergers that changed it."""
    rows = reader.all(
        "SELECT position, type, entry, traceparent FROM ledger WHERE position IN ("
        "SELECT position FROM ledger WHERE subject = ? UNION SELECT position FROM tree_change WHERE unit_id = ?"
        ") ORDER BY position DESC LIMIT ?",
        (unit_id, unit_id, entries_max),
    )
    return [Stored(int_of(r[0]), text_of(r[1]), bytes_of(r[2]), text_of(r[3])) for r in reversed(rows)]
