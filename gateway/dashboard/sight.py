"""What a caller may see of the read model: their subtrees of the unit tree, and under a directive that takes a route
also what stands below their units there.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dashboard.store import directives
from services.chassis import routes, tree
from services.chassis.principals import Principal
from services.chassis.refusals import NotFound, PermissionDenied
from services.chassis.scope import Scope, subtrees_of
from services.chassis.store import Reader

ALL_DIRECTIVES = "all"
"""Stands for no directive, but all of them together: there the unit tree alone counts."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Subtrees of the unit tree, and of each route that a directive takes: (route, subtrees there)."""

    unit_tree: Scope
    routes: tuple[tuple[str, Scope], ...] = ()

    @property
    def ways(self) -> tuple[tuple[str, Scope], ...]:
        """The unit tree, and each route."""
        return ((routes.UNIT_TREE, self.unit_tree), *self.routes)


def sight_of(reader: Reader, caller: Principal) -> Sight:
    """All that a caller may see."""
    unit_tree = subtrees_of(reader, caller)
    if unit_tree.everything:
        return Sight(unit_tree)
    found = []
    for route_id in directives.routes_taken(reader):
        standing = [routes.find(reader, route_id, unit_id) for unit_id in unit_tree.unit_ids]
        found.append((route_id, Scope(tuple(unit.path for unit in standing if unit is not None))))
    return Sight(unit_tree, tuple(found))


def admit(reader: Reader, caller: Principal, unit_id: str, directive_id: str = ALL_DIRECTIVES) -> None:
    """The caller may see a unit, at least under a directive. Raises NotFound, PermissionDenied."""
    unit = tree.find(reader, unit_id)
    if unit is None:
        raise NotFound(kind="unit", id=unit_id)
    scope = subtrees_of(reader, caller)
    on_route = routes.stand(reader, directives.route_of(reader, directive_id), unit)
    if not (scope.sees(unit.path) or scope.sees_on_route(on_route.path)):
        raise PermissionDenied(action="read_figures")
