"""Routes, loaded for decisions and read for questions; where units stand on them is the chassis'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.chassis import routes, tree
from services.chassis.refusals import NotFound
from services.chassis.routes import Route
from services.chassis.scope import Scope
from services.chassis.store import Reader, int_of, text_of
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments
from services.reporting.domain.route_errors import RouteEndedAlready
from services.reporting.domain.route_events import RouteLink
from services.reporting.domain.routes import Follows, Ground


def load(reader: Reader, route_id: str) -> Route:
    """Raises NotFound."""
    route = routes.load(reader, route_id)
    if route is None:
        raise NotFound(kind="route", id=route_id)
    return route


def load_open(reader: Reader, route_id: str) -> Route:
    """A route that directives may take. Raises NotFound, RouteEndedAlready."""
    route = load(reader, route_id)
    if not route.open:
        raise RouteEndedAlready(route_name=route.name)
    return route


def ground(reader: Reader, route_id: str, route_name: str, links: Iterable[RouteLink]) -> Ground:
    """Where everybody stands whom these links are about. A route that is not there yet is the unit tree's shape."""
    superiors: dict[str, str] = {}
    own: dict[str, str] = {}
    linked: dict[str, str] = {}
    heights: dict[str, int] = {}
    for link in links:
        unit = _standing(reader, route_id, link.unit_id)
        in_tree = _standing(reader, routes.UNIT_TREE, link.unit_id)
        own[unit.unit_id] = in_tree.parent_id
        superior = routes.link_of(reader, route_id, unit.unit_id)
        if superior:
            linked[unit.unit_id] = superior
        heights[unit.unit_id] = _height(reader, route_id, unit)
        new_superior_id = link.superior_unit_id or in_tree.parent_id
        _note_chain(superiors, unit)
        if new_superior_id:
            _note_chain(superiors, _standing(reader, route_id, new_superior_id))
    return Ground(route_name, superiors, own, linked, heights)


def _note_chain(superiors: dict[str, str], unit: TreeUnit) -> None:
    above = ""
    for unit_id in segments(unit.path):
        superiors[unit_id] = above
        above = unit_id


def _standing(reader: Reader, route_id: str, unit_id: str) -> TreeUnit:
    unit = routes.find(reader, route_id, unit_id)
    if unit is None:
        raise NotFound(kind="unit", id=unit_id)
    return unit


def _height(reader: Reader, route_id: str, unit: TreeUnit) -> int:
    """Levels of active units below the unit on the route."""
    inside, params = routes.placed(route_id, unit.path)
    row = reader.one(f"SELECT MAX(depth) FROM {inside} WHERE state = 'active'", params)
    return int_of(row[0]) - unit.depth if row and row[0] is not None else 0


def names_below(reader: Reader, unit_id: str) -> list[str]:
    """Names of open routes on which other active units answer to the unit."""
    return [r.name for r in routes.open_routes(reader) if routes.children(reader, r.route_id, unit_id)]


def places_above(reader: Reader, unit_id: str, superior_id: str) -> list[Follows]:
    """Where a unit would come on each open route on which it follows the unit tree: where it has no link of its own."""
    found = []
    for route in routes.open_routes(reader):
        if not routes.link_of(reader, route.route_id, unit_id):
            above = segments(_standing(reader, route.route_id, superior_id).path)
            height = _height(reader, route.route_id, _standing(reader, route.route_id, unit_id))
            found.append(Follows(route.name, above, height))
    return found


def units_above(reader: Reader, unit_id: str) -> list[tuple[str, tuple[str, ...]]]:
    """(name, whoever stands above the unit there) of each open route."""
    return [
        (route.name, segments(_standing(reader, route.route_id, unit_id).path)[:-1])
        for route in routes.open_routes(reader)
    ]


# ---- links as they are read -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with both its ends."""

    unit: TreeUnit
    superior: TreeUnit


def links_after(reader: Reader, route_id: str, scope: Scope, after: tuple[str, str], rows_max: int) -> list[LinkRow]:
    """Links of which the caller may see an end, by the superior's code and then the unit's id."""
    sees_unit, unit_params = scope.where("u.path")
    sees_superior, superior_params = scope.where("s.path")
    rows = reader.all(
        "SELECT l.unit_id, l.superior_unit_id FROM route_link l JOIN tree_unit u ON u.unit_id = l.unit_id "
        "JOIN tree_unit s ON s.unit_id = l.superior_unit_id WHERE l.route_id = ? AND (s.code, l.unit_id) > (?, ?) "
        f"AND ({sees_unit} OR {sees_superior}) ORDER BY s.code, l.unit_id LIMIT ?",
        (route_id, *after, *unit_params, *superior_params, rows_max),
    )
    found = [(tree.find(reader, text_of(row[0])), tree.find(reader, text_of(row[1]))) for row in rows]
    return [LinkRow(unit, superior) for unit, superior in found if unit is not None and superior is not None]
