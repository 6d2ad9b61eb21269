"""Why a route is refused, or a change of the unit tree because of one.

Refusal (services.kernel.refusal)
├── the route      RouteNameTaken · RouteEndedAlready · RouteInUse · TooManyRoutes
├── its links      RouteLinkRepeated · RouteLinkSame · RouteRootLinked · RouteCircle · RouteTooDeep
└── the unit tree  UnitOnRoute
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "RouteCircle",
    "RouteEndedAlready",
    "RouteInUse",
    "RouteLinkRepeated",
    "RouteLinkSame",
    "RouteNameTaken",
    "RouteRootLinked",
    "RouteTooDeep",
    "TooManyRoutes",
    "UnitOnRoute",
]


class RouteNameTaken(Refusal):
    """An open route has this name."""

    code: ClassVar[str] = "ROUTE_NAME_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    name: str


class RouteEndedAlready(Refusal):
    """The route has ended: it takes no directive and no change."""

    code: ClassVar[str] = "ROUTE_ENDED"
    category: ClassVar[Category] = Category.RULE
    route_name: str


class RouteInUse(Refusal):
    """Open directives take the route."""

    code: ClassVar[str] = "ROUTE_IN_USE"
    category: ClassVar[Category] = Category.RULE
    route_name: str
    count: int


class TooManyRoutes(Refusal):
    """As many routes are open as there may be."""

    code: ClassVar[str] = "TOO_MANY_ROUTES"
    category: ClassVar[Category] = Category.RULE
    limit: int


class RouteLinkRepeated(Refusal):
    """A unit is given two superiors."""

    code: ClassVar[str] = "ROUTE_LINK_REPEATED"
    category: ClassVar[Category] = Category.INVALID
    unit_id: str


class RouteLinkSame(Refusal):
    """The unit answers to that superior already."""

    code: ClassVar[str] = "ROUTE_LINK_SAME"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class RouteRootLinked(Refusal):
    """The root answers to nobody."""

    code: ClassVar[str] = "ROUTE_ROOT_LINKED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class RouteCircle(Refusal):
    """By that, the unit would stand below itself on the route."""

    code: ClassVar[str] = "ROUTE_CIRCLE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    route_name: str


class RouteTooDeep(Refusal):
    """What hangs on the unit would stand more than `limit` levels below the root on the route."""

    code: ClassVar[str] = "ROUTE_TOO_DEEP"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    limit: int


class UnitOnRoute(Refusal):
    """Other units answer to the unit on a route."""

    code: ClassVar[str] = "UNIT_ON_ROUTE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    route_name: str
