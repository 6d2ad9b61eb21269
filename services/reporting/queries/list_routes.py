"""Routes beside the unit tree, and whom each asks of whom."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import routes_pb2 as pb
from services.chassis import routes
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.routes import Route
from services.chassis.store import Reader
from services.reporting.queries.matter_messages import Names
from services.reporting.store import directives
from services.reporting.store.routes import LinkRow, links_after, load

LINKS_ROWS_DEFAULT: Final = 100
LINKS_ROWS_MAX: Final = 500


def list_routes(query: pb.ListRoutesRequest, ask: Ask) -> pb.ListRoutesResponse:
    """All of them, to whoever holds a role: by which way something comes is no secret."""
    return pb.ListRoutesResponse(routes=[_message(ask.reader, route) for route in routes.all_routes(ask.reader)])


def get_route(query: pb.GetRouteRequest, ask: Ask) -> pb.GetRouteResponse:
    """Its links in pages. Raises NotFound."""
    route = load(ask.reader, query.route_id)
    code, unit_id = key_of(query, "", "")
    rows_max = rows_of(query, LINKS_ROWS_DEFAULT, LINKS_ROWS_MAX)
    rows = links_after(ask.reader, route.route_id, ask.scope(), (str(code), str(unit_id)), rows_max + 1)
    shown, names = rows[:rows_max], Names(ask.reader)
    cursor = cursor_of(shown[-1].superior.code, shown[-1].unit.unit_id) if len(rows) > rows_max else ""
    return pb.GetRouteResponse(
        route=_message(ask.reader, route), links=[_link_message(row, names) for row in shown], next_cursor=cursor
    )


def _message(reader: Reader, route: Route) -> pb.Route:
    return pb.Route(
        route_id=route.route_id,
        name=route.name,
        kind=route.kind,
        basis=route.basis,
        state=route.state,
        version=route.version,
        links=route.links,
        open_directives=directives.open_on(reader, route.route_id),
    )


def _link_message(row: LinkRow, names: Names) -> pb.RouteLinkShown:
    return pb.RouteLinkShown(
        unit_id=row.unit.unit_id,
        unit_code=row.unit.code,
        unit_name=row.unit.name,
        parent_name=names.of(row.unit.parent_id),
        superior_unit_id=row.superior.unit_id,
        superior_code=row.superior.code,
        superior_name=row.superior.name,
    )
