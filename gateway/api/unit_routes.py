"""Routes beside the unit tree: by whom a unit is asked where it is not by its own superior."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "routes"
_ONE: Final = "/routes/{route_id}"
_LINKS: Final = [{"unit": "370211.03.2", "superior": "370211.01"}]
_DRAWN: Final = {
    "name": "教育条线",
    "kind": "line_of_work",
    "basis": "换届办〔2026〕3号",
    "links": _LINKS,
}

OPERATIONS: Final[tuple[Operation, ...]] = (
    query("list_routes", "/routes", "reporting.ListRoutes",
          tag=_TAG, summary="Every route that a directive can take, or could", items="routes"),
    command("draw_route", "POST", "/routes", "reporting.DrawRoute",
            tag=_TAG, summary="Draw a route: units, by id or code, and to whom each answers on it", status=201,
            required=("name", "kind", "links"), example=_DRAWN),
    query("get_route", _ONE, "reporting.GetRoute",
          tag=_TAG, summary="One route with a page of its links, by superior"),
    command("change_route", "POST", _ONE + "/changes", "reporting.ChangeRoute",
            tag=_TAG, summary="Set whom units answer to on the route; without a superior, to their own again",
            required=("reason", "links"), example={"reason": "管理体制调整", "links": _LINKS}),
    command("end_route", "POST", _ONE + "/end", "reporting.EndRoute",
            tag=_TAG, summary="End a route that no open directive takes", required=("reason",),
            example={"reason": "专项工作结束"}),
)  # fmt: skip
