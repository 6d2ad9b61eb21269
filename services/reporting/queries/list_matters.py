"""Matters: what a unit raised, or what waits for its answer."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import matters_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2
from services.chassis import ledger, tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest, NotFound
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.history_items import HISTORY_ITEMS_MAX, history_items
from services.reporting.queries.list_directives import NEWEST
from services.reporting.queries.matter_messages import matter_messages
from services.reporting.store import matters
from services.reporting.store.matters import MatterRow

MATTERS_ROWS_DEFAULT: Final = 50
MATTERS_ROWS_MAX: Final = 500


def get_matter(query: pb.GetMatterRequest, ask: Ask) -> pb.Matter:
    """Raises NotFound, also for what the caller may not see."""
    return matter_messages(ask, [_seen(ask, query.matter_id)], ask.context.now_us())[0]


def get_matter_history(query: pb.GetMatterRequest, ask: Ask) -> reporting_pb2.GetAssignmentHistoryResponse:
    """Oldest first; by unit and role, never by account: a matter is its unit's."""
    row = _seen(ask, query.matter_id)
    items = history_items(ledger.read_subject(ask.reader, row.matter.matter_id, HISTORY_ITEMS_MAX))
    for item in items:
        item.actor_id = ""
    return reporting_pb2.GetAssignmentHistoryResponse(items=items)


def list_matters(query: pb.ListMattersRequest, ask: Ask) -> pb.ListMattersResponse:
    """Raised by a unit, newest first; or waiting for a unit's answer, due first."""
    if bool(query.unit_id) == bool(query.owner_unit_id):
        raise BadRequest(field="unit_id", problem="required")
    rows_max = rows_of(query, MATTERS_ROWS_DEFAULT, MATTERS_ROWS_MAX)
    if query.unit_id:
        unit = seen_unit(ask, query.unit_id)
        (before,) = key_of(query, NEWEST)
        rows = matters.raised_by(ask.reader, unit.unit_id, min(int(before), NEWEST), rows_max + 1)
        cursor = cursor_of(rows[rows_max - 1].position) if len(rows) > rows_max else ""
    else:
        unit = seen_unit(ask, query.owner_unit_id)
        due_us, matter_id = key_of(query, 0, "")
        after = (min(int(due_us), NEWEST), str(matter_id))
        rows = matters.owed_by(ask.reader, unit.unit_id, after, rows_max + 1)
        cursor = _owed_cursor(rows[rows_max - 1]) if len(rows) > rows_max else ""
    shown = matter_messages(ask, rows[:rows_max], ask.context.now_us())
    return pb.ListMattersResponse(matters=shown, next_cursor=cursor)


def _owed_cursor(row: MatterRow) -> str:
    return cursor_of(row.matter.due_us, row.matter.matter_id)


def _seen(ask: Ask, matter_id: str) -> MatterRow:
    row = matters.load_matter_row(ask.reader, matter_id)
    scope = ask.scope()
    # The unit that raised it, those above it, and whoever owes the answer.
    for unit_id in (row.matter.unit_id, row.matter.owner_unit_id):
        unit = tree.find(ask.reader, unit_id)
        if unit is not None and scope.sees(unit.path):
            return row
    raise NotFound(kind="matter", id=matter_id)
