"""A route is drawn, changed and ended: another tree over the same units, for directives that take it."""

from __future__ import annotations

from collections.abc import Iterable

from huanjie.reporting.v1 import routes_pb2 as pb
from services.chassis import routes, tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest, NotFound
from services.chassis.store import Reader
from services.reporting.commands.campaign_acts import check_seen, term_of
from services.reporting.commands.directive_fields import line_of, reason_of, text_of
from services.reporting.commands.unit_guards import check_over
from services.reporting.domain import routes as rules
from services.reporting.domain.route_errors import RouteInUse, RouteNameTaken, TooManyRoutes
from services.reporting.domain.route_events import RouteChanged, RouteDrawn, RouteEnded, RouteLink
from services.reporting.domain.routes import LINKS_MAX, ROUTES_MAX, RouteKind
from services.reporting.store import directives
from services.reporting.store.routes import ground, load, load_open


def draw_route(command: pb.DrawRouteRequest, act: Act) -> pb.DrawRouteResponse:
    """By an operator of both ends of every link."""
    name = line_of("name", command.name, rules.ROUTE_NAME_CHARS_MAX, required=True)
    kind = term_of("kind", command.kind, RouteKind)
    basis = text_of("basis", command.basis, rules.ROUTE_BASIS_CHARS_MAX)
    known = routes.all_routes(act.tx)
    if any(route.open and route.name == name for route in known):
        raise RouteNameTaken(name=name)
    if sum(route.open for route in known) >= ROUTES_MAX:
        raise TooManyRoutes(limit=ROUTES_MAX)
    links = _links(command.links, act, "DrawRoute", take_back=False)
    ordered = rules.ordered(links, ground(act.tx, routes.UNIT_TREE, name, links))
    route_id = act.new_id("route")
    act.record(RouteDrawn(route_id, name, kind.value, basis, ordered), subject=route_id)
    return pb.DrawRouteResponse(route_id=route_id, version=1)


def change_route(command: pb.ChangeRouteRequest, act: Act) -> pb.RouteResponse:
    """Units answer to others from now on; what had reached them stays with them."""
    reason = reason_of(command.reason)
    route = load_open(act.tx, command.route_id)
    check_seen(command.expected_version, route.version)
    links = _links(command.links, act, "ChangeRoute", take_back=True)
    _check_over_present(links, route.route_id, act)
    ordered = rules.ordered(links, ground(act.tx, route.route_id, route.name, links))
    act.record(RouteChanged(route.route_id, reason, ordered), subject=route.route_id)
    return pb.RouteResponse(version=route.version + 1)


def end_route(command: pb.EndRouteRequest, act: Act) -> pb.RouteResponse:
    """Only when no open directive takes it; by an operator of the root, for it concerns everybody."""
    reason = reason_of(command.reason)
    route = load(act.tx, command.route_id)
    root = tree.root(act.tx)
    check_over(act.tx, act.principal, root.unit_id if root else "", "EndRoute")
    load_open(act.tx, route.route_id)
    check_seen(command.expected_version, route.version)
    if count := directives.open_on(act.tx, route.route_id):
        raise RouteInUse(route_name=route.name, count=count)
    act.record(RouteEnded(route.route_id, reason), subject=route.route_id)
    return pb.RouteResponse(version=route.version + 1)


def _links(asked: Iterable[pb.RouteLinkAsked], act: Act, action: str, *, take_back: bool) -> list[RouteLink]:
    """Each with its ends found, by id or code. Raises BadRequest, NotFound, PermissionDenied."""
    rows = list(asked)
    if not rows:
        raise BadRequest(field="links", problem="required")
    if len(rows) > LINKS_MAX:
        raise BadRequest(field="links", problem="too_many")
    found = []
    for row in rows:
        if not row.superior and not take_back:
            raise BadRequest(field="superior", problem="required")
        unit_id = _unit_id(act.tx, row.unit)
        superior_id = _unit_id(act.tx, row.superior) if row.superior else ""
        for end_id in filter(None, (unit_id, superior_id)):
            check_over(act.tx, act.principal, end_id, action)
        found.append(RouteLink(unit_id, superior_id))
    return found


def _check_over_present(links: Iterable[RouteLink], route_id: str, act: Act) -> None:
    """Who takes a unit away from a superior is operator of that one too."""
    for link in links:
        present_id = routes.link_of(act.tx, route_id, link.unit_id)
        if present_id:
            check_over(act.tx, act.principal, present_id, "ChangeRoute")


def _unit_id(reader: Reader, written: str) -> str:
    """An active unit by its id or its code. Raises BadRequest, NotFound."""
    text = written.strip()
    if not text:
        raise BadRequest(field="unit", problem="required")
    unit = tree.find(reader, text) or tree.find_code(reader, text)
    if unit is None or not unit.active:
        raise NotFound(kind="unit", id=text)
    return unit.unit_id
