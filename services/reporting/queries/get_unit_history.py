"""Everything that happened to one unit, oldest first."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.reporting.queries.history_items import HISTORY_ITEMS_MAX, history_items
from services.reporting.store.units import find_row, history


def get_unit_history(query: pb.GetUnitHistoryRequest, ask: Ask) -> pb.GetUnitHistoryResponse:
    """Its own acts, its posts, and the imports and mergers that changed it. Raises NotFound."""
    if find_row(ask.reader, query.unit_id, ask.scope()) is None:
        raise NotFound(kind="unit", id=query.unit_id)
    return pb.GetUnitHistoryResponse(items=history_items(history(ask.reader, query.unit_id, HISTORY_ITEMS_MAX)))
