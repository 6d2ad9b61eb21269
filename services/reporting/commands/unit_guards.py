"""What the permission table cannot say: a role over a second unit or over the whole tree, and what was seen before."""

from __future__ import annotations

from typing import Final

from services.chassis import tree
from services.chassis.permissions import MACHINE, OPERATOR, Where, allow, fit
from services.chassis.principals import Principal
from services.chassis.refusals import PermissionDenied, StaleVersion
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.reporting.domain.imports import ChangeEvent
from services.reporting.domain.route_errors import UnitOnRoute
from services.reporting.domain.routes import check_follows, check_no_circle
from services.reporting.domain.unit_events import UnitTransferred
from services.reporting.store.routes import names_below, places_above, units_above

_OVER: Final = allow(OPERATOR, MACHINE, where=Where.WITHIN)
_ADMINISTRATOR: Final = allow(MACHINE, where=Where.HELD)


def check_over(reader: Reader, principal: Principal, unit_id: str, action: str) -> None:
    """Raises PermissionDenied unless the caller is operator of the unit or above it."""
    if fit(reader, principal, _OVER, unit_id) is None:
        raise PermissionDenied(action=action)


def check_over_all(reader: Reader, principal: Principal, action: str) -> None:
    """Raises PermissionDenied unless the caller is operator of the root; before there is one, administrator."""
    root = tree.root(reader)
    if fit(reader, principal, _OVER if root else _ADMINISTRATOR, root.unit_id if root else "") is None:
        raise PermissionDenied(action=action)


def check_version(unit: TreeUnit, expected: int) -> None:
    """Raises StaleVersion when the unit changed since the caller saw it; 0 does not check."""
    if expected not in (0, unit.version):
        raise StaleVersion(expected=expected, actual=unit.version)


# ---- routes -----------------------------------------------------------------------------------------------


def check_routes(reader: Reader, unit_id: str, superior_id: str) -> None:
    """A unit may go under another in the unit tree: on every route where it follows, it can. Raises RouteCircle,
    RouteTooDeep.
    """
    for place in places_above(reader, unit_id, superior_id):
        check_follows(unit_id, place)


def check_routes_merged(reader: Reader, unit_id: str, into_id: str) -> None:
    """On no route does the unit that takes in stand below the one that ends. Raises RouteCircle."""
    for route_name, above in units_above(reader, into_id):
        check_no_circle(unit_id, above, route_name)


def check_nobody_on_route(reader: Reader, unit_id: str) -> None:
    """Raises UnitOnRoute while others answer to the unit on a route."""
    for route_name in names_below(reader, unit_id):
        raise UnitOnRoute(unit_id=unit_id, route_name=route_name)


def check_change(reader: Reader, event: ChangeEvent) -> None:
    """A change that a roster brings, just before it is recorded. Raises what `check_routes` raises."""
    if isinstance(event, UnitTransferred):
        check_routes(reader, event.unit_id, event.to_parent_id)
