"""The FastAPI application: the table's operations as its routes, then the pages, then a refusal as a problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from gateway.api.answers import Answered
from gateway.api.context import Api
from gateway.api.edge import Edge, problem
from gateway.api.errors import MethodNotAllowed, RouteNotFound
from gateway.api.routes import OperationRoute
from gateway.api.static import Pages
from gateway.api.table import OPERATIONS
from services.kernel.refusal import Refusal

PATH_CHARS_MAX: Final = 128
METHOD_CHARS_MAX: Final = 16
# Paths are matched one after the other: what is asked most stands first.
HOT: Final = ("submit_report", "submit_reports", "receive_assignment", "get_alive")


def build(api: Api) -> FastAPI:
    """The application over an open Api."""
    app = FastAPI(
        routes=list(routes()),
        # The document is an operation of its own.
        openapi_url=None,
        redirect_slashes=False,
        # Spans and metrics are the chassis' own, sampled.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        exception_handlers={Refusal: _refused, HTTPException: _missed},
    )
    app.state.api = api
    app.add_middleware(Edge, api=api)
    if api.settings.static.is_dir():
        app.mount("/", Pages(directory=api.settings.static, html=True))
    return app


def routes() -> Sequence[OperationRoute]:
    """All operations, in the order in which they are matched."""
    return [OperationRoute(operation) for operation in sorted(OPERATIONS, key=lambda one: one.name not in HOT)]


async def _refused(request: Request, refusal: Exception) -> Answered:
    return problem(request.app.state.api, request.scope, cast(Refusal, refusal))


async def _missed(request: Request, error: Exception) -> Answered:
    """Neither an operation nor a page answers this."""
    api: Api = request.app.state.api
    if allowed := _methods(request.app, request.scope):
        refusal: Refusal = MethodNotAllowed(method=request.method[:METHOD_CHARS_MAX], allowed=", ".join(allowed))
    else:
        refusal = RouteNotFound(path=request.url.path[:PATH_CHARS_MAX])
    return problem(api, request.scope, refusal)


def _methods(app: FastAPI, scope: Scope) -> list[str]:
    """What the operations at a path are asked with."""
    here = (route for route in app.routes if isinstance(route, OperationRoute))
    return sorted(route.operation.method for route in here if route.matches(scope)[0] is not Match.NONE)
