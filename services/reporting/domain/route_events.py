"""What happens to routes. Links stand in an order in which they can be made one by one: superiors first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteLink:
    """Of whom a unit is asked on a route; without a superior: of its own in the unit tree again."""

    unit_id: str
    superior_unit_id: str


@dataclass(frozen=True, slots=True)
class RouteDrawn:
    """Another tree over the same units stands beside the unit tree."""

    route_id: str
    name: str
    kind: str
    basis: str
    links: tuple[RouteLink, ...]


@dataclass(frozen=True, slots=True)
class RouteChanged:
    """Some units answer to other superiors on it than before."""

    route_id: str
    reason: str
    links: tuple[RouteLink, ...]


@dataclass(frozen=True, slots=True)
class RouteEnded:
    """No directive can take it any more."""

    route_id: str
    reason: str


ROUTE_EVENTS: tuple[type, ...] = (RouteDrawn, RouteChanged, RouteEnded)
