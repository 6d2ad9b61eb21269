"""One unit."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.reporting.queries.unit_messages import unit_messages
from services.reporting.store.units import find_row


def get_unit(query: pb.GetUnitRequest, ask: Ask) -> pb.Unit:
    """Also one that has ended. Raises NotFound, also for what the caller may not see."""
    row = find_row(ask.reader, query.unit_id, ask.scope())
    if row is None:
        raise NotFound(kind="unit", id=query.unit_id)
    return unit_messages(ask.reader, [row])[0]
