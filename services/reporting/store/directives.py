"""Directives, loaded for decisions and read for questions; and whom a scope reaches in the tree of today."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from google.protobuf.message import Message

from services.chassis import routes
from services.chassis.refusals import NotFound
from services.chassis.scope import Scope
from services.chassis.store import Reader, Row, Value, int_of, text_of
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments
from services.reporting.domain.directives import Deadlines, Directive, DirectiveState, Reach, layer_of, obliges

DIRECTIVE_COLUMNS = (
    "directive_id, turnover, title, urgency, number, issuer_unit_id, subtree_unit_id, scope, deadlines, "
    "verify_workdays, issued_at_us, position, state, version, "
    "COALESCE((SELECT reason FROM directive_evidence e WHERE e.directive_id = directive.directive_id), ''), "
    "route_id"
)


def find(reader: Reader, directive_id: str) -> Directive | None:
    """The directive, also a withdrawn one; None when there is none."""
    row = reader.one(f"SELECT {DIRECTIVE_COLUMNS} FROM directive WHERE directive_id = ?", (directive_id,))
    return _directive_of(row) if row else None


def load(reader: Reader, directive_id: str) -> Directive:
    """Raises NotFound."""
    directive = find(reader, directive_id)
    if directive is None:
        raise NotFound(kind="directive", id=directive_id)
    return directive


def all_open(reader: Reader) -> list[Directive]:
    """Every directive that is not withdrawn, oldest first."""
    rows = reader.all(f"SELECT {DIRECTIVE_COLUMNS} FROM directive WHERE state = 'open' ORDER BY position")
    return [_directive_of(row) for row in rows]


def page(reader: Reader, before_position: int, state: str, rows_max: int) -> list[Directive]:
    """Newest first, issued before a position; of one state, or of any when it is empty."""
    rows = reader.all(
        f"SELECT {DIRECTIVE_COLUMNS} FROM directive WHERE position < ? AND (? = '' OR state = ?) "
        "ORDER BY position DESC LIMIT ?",
        (before_position, state, state, rows_max),
    )
    return [_directive_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a directive says, and what decisions do not need."""

    text: str
    basis: str
    source: str
    lead_unit_id: str
    assisting_unit_ids: tuple[str, ...]
    calendar_version: str
    policy_version: str


def wording(reader: Reader, directive_id: str) -> Wording:
    """Raises NotFound."""
    row = reader.one(
        "SELECT text, basis, source, lead_unit_id, assisting_unit_ids, calendar_version, policy_version "
        "FROM directive WHERE directive_id = ?",
        (directive_id,),
    )
    if row is None:
        raise NotFound(kind="directive", id=directive_id)
    return Wording(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), tuple(json.loads(text_of(row[4]))),
        text_of(row[5]), text_of(row[6]),
    )  # fmt: skip


def scope_json(kinds: Iterable[str], listed: Iterable[str], excluded: Iterable[str]) -> str:
    """How a scope's lists are kept."""
    return json.dumps([list(kinds), list(listed), list(excluded)])


def deadlines_json(deadlines: Deadlines) -> str:
    """How latest times are kept."""
    return json.dumps(deadlines.rows)


@lru_cache(maxsize=1_024)
def _scope_of(text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    kinds, listed, excluded = json.loads(text)
    return frozenset(kinds), frozenset(listed), frozenset(excluded)


@lru_cache(maxsize=1_024)
def _deadlines_of(text: str) -> Deadlines:
    return Deadlines(tuple(tuple(row) for row in json.loads(text)))


def _directive_of(row: Row) -> Directive:
    kinds, listed, excluded = _scope_of(text_of(row[7]))
    return Directive(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5]),
        Reach(text_of(row[6]), kinds, listed, excluded), _deadlines_of(text_of(row[8])), int_of(row[9]),
        int_of(row[10]), int_of(row[11]), DirectiveState(text_of(row[12])), int_of(row[13]),
        text_of(row[14]), text_of(row[15]),
    )  # fmt: skip


# ---- whom it reaches --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScopeSize:
    """How many units a scope obliges now, and how many layers below the issuer the deepest of them stands."""

    units: int
    layers: int


def scope_size(reader: Reader, issuer: TreeUnit, reach: Reach, route_id: str) -> ScopeSize:
    """Counts without loading: a subtree may hold a million units. Lists are loaded unit by unit. The issuer as it
    stands on the route.
    """
    if reach.listed:
        found = (routes.find(reader, route_id, unit_id) for unit_id in reach.listed)
        units = [unit for unit in found if unit and obliges(reach, issuer.unit_id, unit)]
        return ScopeSize(len(units), max((u.depth for u in units), default=issuer.depth) - issuer.depth)
    subtree = routes.find(reader, route_id, reach.subtree_unit_id)
    if subtree is None:
        return ScopeSize(0, 0)
    inside, params = routes.placed(route_id, subtree.path)
    sql, more = _of_kinds(reach.kinds, "kind")
    left_out = [issuer.unit_id, *sorted(reach.excluded)]
    row = reader.one(
        f"SELECT COUNT(*), COALESCE(MAX(depth), 0) FROM {inside} WHERE state = 'active'{sql} "
        f"AND unit_id NOT IN ({_marks(left_out)})",
        (*params, *more, *left_out),
    )
    return ScopeSize(int_of(row[0]), int_of(row[1]) - issuer.depth) if row else ScopeSize(0, 0)


def on_route(reader: Reader, directive: Directive, unit: TreeUnit) -> bool:
    """Whether the unit, as it stands on the directive's route, is obliged or has an obliged unit below it; the issuer
    itself is transparent.
    """
    if not unit.active or not layer_of(directive.issuer_unit_id, unit.path):
        return False
    return obliges(directive.reach, directive.issuer_unit_id, unit) or obliged_below(reader, directive, unit)


def obliged_below(reader: Reader, directive: Directive, unit: TreeUnit) -> bool:
    """Whether an obliged unit stands at or below this one."""
    reach, route_id = directive.reach, directive.route_id
    area = unit.path if reach.listed else _common_path(reader, directive, unit)
    if not area:
        return False
    if reach.listed:
        inside, params = Scope((area,)).where("COALESCE(r.path, t.path)")
        row = reader.one(
            "SELECT 1 FROM directive_unit d JOIN tree_unit t ON t.unit_id = d.unit_id AND t.state = 'active' "
            "LEFT JOIN route_unit r ON r.route_id = ? AND r.unit_id = d.unit_id WHERE d.directive_id = ? "
            f"AND d.excluded = 0 AND {inside} LIMIT 1",
            (route_id, directive.directive_id, *params),
        )
        return row is not None
    inside, params = routes.placed(route_id, area)
    sql, more = _of_kinds(reach.kinds, "t.kind")
    row = reader.one(
        f"SELECT 1 FROM {inside} t WHERE t.state = 'active'{sql} AND t.unit_id <> ? "
        "AND NOT EXISTS (SELECT 1 FROM directive_unit d "
        "WHERE d.directive_id = ? AND d.unit_id = t.unit_id AND d.excluded = 1) LIMIT 1",
        (*params, *more, directive.issuer_unit_id, directive.directive_id),
    )
    return row is not None


def _common_path(reader: Reader, directive: Directive, unit: TreeUnit) -> str:
    """The smaller of the two subtrees when one holds the other; empty when they do not meet."""
    subtree_unit_id = directive.reach.subtree_unit_id
    if subtree_unit_id in segments(unit.path):
        return unit.path
    subtree = routes.find(reader, directive.route_id, subtree_unit_id)
    return subtree.path if subtree is not None and unit.unit_id in segments(subtree.path) else ""


def route_of(reader: Reader, directive_id: str) -> str:
    """The route that a directive takes; that of the unit tree for what is no directive."""
    row = reader.one("SELECT route_id FROM directive WHERE directive_id = ?", (directive_id,))
    return text_of(row[0]) if row else routes.UNIT_TREE


def route_of_call(reader: Reader, request: Message) -> str:
    """The route of the directive that a call is about: who is above a unit there, is above it in the call."""
    sample_id = getattr(request, "sample_id", "")
    if sample_id:
        row = reader.one(
            "SELECT d.route_id FROM sample s JOIN directive d ON d.directive_id = s.directive_id WHERE s.sample_id = ?",
            (sample_id,),
        )
        return text_of(row[0]) if row else routes.UNIT_TREE
    directive_id = getattr(request, "directive_id", "")
    return route_of(reader, directive_id) if directive_id else routes.UNIT_TREE


def open_on(reader: Reader, route_id: str) -> int:
    """How many open directives take a route."""
    row = reader.one("SELECT COUNT(*) FROM directive WHERE route_id = ? AND state = 'open'", (route_id,))
    return int_of(row[0]) if row else 0


def _of_kinds(kinds: frozenset[str], column: str) -> tuple[str, list[Value]]:
    if not kinds:
        return "", []
    wanted: list[Value] = [*sorted(kinds)]
    return f" AND {column} IN ({_marks(wanted)})", wanted


def _marks(values: Sequence[Value]) -> str:
    return ", ".join("?" * len(values))
