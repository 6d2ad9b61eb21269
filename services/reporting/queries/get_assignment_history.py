"""Everything that happened to one assignment, oldest first."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import ledger
from services.chassis.ask import Ask
from services.reporting.domain.directives import subject_of
from services.reporting.queries.get_assignment import seen_on
from services.reporting.queries.history_items import HISTORY_ITEMS_MAX, history_items
from services.reporting.store import directives
from services.reporting.store.assignments import case_of


def get_assignment_history(query: pb.GetAssignmentHistoryRequest, ask: Ask) -> pb.GetAssignmentHistoryResponse:
    """The issue, the dispatch that reached the unit, and the unit's own. Raises NotFound, NotOnRoute."""
    directive = directives.load(ask.reader, query.directive_id)
    unit = seen_on(ask, directive, query.unit_id)
    reached = case_of(ask.reader, directive, unit).assignment.dispatch_position
    entries = ledger.read_subject(ask.reader, directive.directive_id)
    if reached:
        entries += ledger.read_page(ask.reader, reached - 1, 1)
    entries += ledger.read_subject(ask.reader, subject_of(directive, unit.unit_id), HISTORY_ITEMS_MAX)
    by_position = {stored.position: stored for stored in entries}
    return pb.GetAssignmentHistoryResponse(items=history_items(by_position[place] for place in sorted(by_position)))
