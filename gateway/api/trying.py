"""What-if: a plan is tried before it is adopted. A read, so its adjustments come as one JSON text in the address."""

from __future__ import annotations

from typing import Final

import orjson
from google.protobuf.json_format import ParseDict, ParseError
from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp

from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.rpc import shown
from gateway.api.shapes import output_model, plain_of
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.refusals import BadRequest

_PLAIN: Final = plain_of(pb.TriedPlan.DESCRIPTOR)


class TryPlanQuery(BaseModel):
    """What is left out stays as in the plan in force. `adjustments`: a JSON list, each as in adopting."""

    model_config = ConfigDict(extra="forbid")
    template_id: str = ""
    congress_day: str = ""
    term_approval_number: str = ""
    adjustments: str = ""


async def try_plan(incoming: Incoming) -> ASGIApp:
    """Every consequence of a date or an adjustment; nothing is changed."""
    asked = dict(incoming.query(TryPlanQuery))
    request = pb.TryPlanRequest(
        turnover_id=incoming.params["turnover_id"],
        adjustments=_adjustments(str(asked.pop("adjustments", ""))),
        **asked,
    )
    message = await incoming.ask("schedule.TryPlan", request, pb.TriedPlan)
    return shown(incoming, orjson.dumps(_PLAIN(message)))


def _adjustments(text: str) -> list[pb.Adjustment]:
    """Raises BadRequest."""
    if not text:
        return []
    try:
        rows = orjson.loads(text)
        return [ParseDict(row, pb.Adjustment()) for row in rows]
    except (ValueError, TypeError, AttributeError, ParseError):
        raise BadRequest(field="adjustments", problem="malformed") from None


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        "try_plan", "GET", "/turnovers/{turnover_id}/plan/trial", "plans",
        "See every consequence of a date or an adjustment before adopting it", try_plan,
        query=TryPlanQuery,
        answer=output_model(pb.TriedPlan.DESCRIPTOR),
        headers=("If-None-Match", "Hj-Not-Before"),
    ),
)  # fmt: skip
