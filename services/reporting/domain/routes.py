"""Routes: which links make another tree over the same units. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.domain.roster.model import TREE_DEPTH_MAX
from services.reporting.domain.route_errors import (
    RouteCircle,
    RouteLinkRepeated,
    RouteLinkSame,
    RouteRootLinked,
    RouteTooDeep,
)
from services.reporting.domain.route_events import RouteLink

ROUTE_NAME_CHARS_MAX: Final = 50
ROUTE_BASIS_CHARS_MAX: Final = 500
# Each open route is one more tree that follows every change of a unit.
ROUTES_MAX: Final = 16
# A link may carry a whole subtree: a longer list is sent in several changes.
LINKS_MAX: Final = 500


class RouteKind(StrEnum):
    """Why units answer to somebody else: a working committee, a functional area, a line of work."""

    WORKING_COMMITTEE = "working_committee"
    FUNCTIONAL_AREA = "functional_area"
    LINE_OF_WORK = "line_of_work"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where units stand on a route before a change: all that are named, and whoever stands above them, now or then.

    `superiors`: on the route, empty for the root; `own`: in the unit tree; `linked`: to whom by a link of its own;
    `heights`: levels below each unit on the route.
    """

    route_name: str
    superiors: Mapping[str, str]
    own: Mapping[str, str]
    linked: Mapping[str, str]
    heights: Mapping[str, int]


def ordered(wanted: Iterable[RouteLink], ground: Ground) -> tuple[RouteLink, ...]:
    """The links in an order in which each can be made when its turn comes: superiors first.

    Raises RouteLinkRepeated, RouteRootLinked, RouteLinkSame, RouteCircle or RouteTooDeep.
    """
    links = list(wanted)
    after = dict(ground.superiors)
    seen: set[str] = set()
    for link in links:
        _check_link(link, ground, seen)
        after[link.unit_id] = link.superior_unit_id or ground.own[link.unit_id]
    depths = {link.unit_id: _depth(link.unit_id, after, ground.route_name) for link in links}
    for unit_id, depth in depths.items():
        if depth + ground.heights.get(unit_id, 0) > TREE_DEPTH_MAX:
            raise RouteTooDeep(unit_id=unit_id, limit=TREE_DEPTH_MAX)
    return tuple(sorted(links, key=lambda link: (depths[link.unit_id], link.unit_id)))


def _check_link(link: RouteLink, ground: Ground, seen: set[str]) -> None:
    unit_id = link.unit_id
    if unit_id in seen:
        raise RouteLinkRepeated(unit_id=unit_id)
    seen.add(unit_id)
    if not ground.own[unit_id]:
        raise RouteRootLinked(unit_id=unit_id)
    linked = ground.linked.get(unit_id, "")
    as_before = (linked,) if linked else ("", ground.superiors[unit_id])
    if link.superior_unit_id in as_before:
        raise RouteLinkSame(unit_id=unit_id)


def _depth(unit_id: str, superiors: Mapping[str, str], route_name: str) -> int:
    """How many stand above a unit; one that only hangs below a circle has more than there are. Raises RouteCircle for a
    unit of the circle itself: each has one whose link is new.
    """
    above, depth = superiors[unit_id], 0
    while above and depth <= len(superiors):
        if above == unit_id:
            raise RouteCircle(unit_id=unit_id, route_name=route_name)
        above, depth = superiors[above], depth + 1
    return depth


def check_no_circle(unit_id: str, superior_ids: Iterable[str], route_name: str) -> None:
    """A unit may go under another that stands under `superior_ids` on a route. Raises RouteCircle."""
    if unit_id in superior_ids:
        raise RouteCircle(unit_id=unit_id, route_name=route_name)


@dataclass(frozen=True, slots=True)
class Follows:
    """Where a unit would come on a route by a transfer in the unit tree: the superior with all above it, root first,
    and the levels below the unit there.
    """

    route_name: str
    above: tuple[str, ...]
    height: int


def check_follows(unit_id: str, place: Follows) -> None:
    """Raises RouteCircle, RouteTooDeep."""
    check_no_circle(unit_id, place.above, place.route_name)
    if len(place.above) + place.height > TREE_DEPTH_MAX:
        raise RouteTooDeep(unit_id=unit_id, limit=TREE_DEPTH_MAX)
