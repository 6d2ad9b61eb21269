"""Everything that happened to one assignment, oldest first."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import ledger
from services.chassis.ask import Ask
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.history_items import HISTORY_ITEMS_MAX, history_items
from services.reporting.store import directives
from services.reporting.store.assignments import case_of


def get_assignment_history(query: pb.GetAssignmentHistoryRequest, ask: Ask) -> pb.GetAssignmentHistoryResponse:
    """The issue, the dispatch that reached the unit, and the unit's own. Raises NotFound, NotOnRoute."""
    unit = seen_unit(ask, query.unit_id)
    directive = directives.load(ask.reader, query.directive_id)
    case = case_of(ask.reader, directive, unit)
    reader = ask.reader
    entries = {stored.position: stored for stored in ledger.read_subject(reader, directive.directive_id)}
    for position in (case.assignment.dispatch_position,) if case.assignment.dispatch_position else ():
        entries |= {stored.position: stored for stored in ledger.read_page(reader, position - 1, 1)}
    subject = f"{directive.directive_id}/{unit.unit_id}"
    own = ledger.read_subject(reader, subject, HISTORY_ITEMS_MAX)
    entries |= {stored.position: stored for stored in own}
    return pb.GetAssignmentHistoryResponse(items=history_items(entries[position] for position in sorted(entries)))
