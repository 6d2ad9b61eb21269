"""Every operation is reached at its own path, whatever the order in which paths are tried."""

from __future__ import annotations

from starlette.routing import Match

from gateway.api.application import HOT, routes
from gateway.api.routes import OperationRoute
from gateway.api.table import OPERATIONS

ROUTES = routes()


def reached(method: str, path: str) -> tuple[OperationRoute, dict[str, str]]:
    """The route that answers, and its parameters."""
    for route in ROUTES:
        match, found = route.matches({"type": "http", "method": method, "path": path})
        if match is Match.FULL:
            return route, found["path_params"]
    raise AssertionError(f"nothing answers {method} {path}")


def test_every_operation_is_reached_at_its_path_with_its_parameters() -> None:
    for operation in OPERATIONS:
        path = operation.full_path.replace("{", "").replace("}", "_1")
        route, params = reached(operation.method, path)
        assert route.operation is operation
        assert params == {name: f"{name}_1" for name in params}
        assert operation.full_path.count("{") == len(params)


def test_no_two_operations_stand_at_one_place() -> None:
    places = [(operation.method, operation.full_path) for operation in OPERATIONS]
    assert len(places) == len(set(places))


def test_what_is_asked_most_is_tried_first() -> None:
    assert {route.operation.name for route in ROUTES[: len(HOT)]} == set(HOT)
