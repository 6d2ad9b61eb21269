"""Active units by code."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest
from services.kernel.text import name_text
from services.reporting.domain.roster import UnitKind
from services.reporting.domain.roster.model import NAME_CHARS_MAX
from services.reporting.queries.unit_messages import unit_messages
from services.reporting.store.units import UnitFilter, list_rows

UNITS_ROWS_DEFAULT: Final = 50
UNITS_ROWS_MAX: Final = 500


def list_units(query: pb.ListUnitsRequest, ask: Ask) -> pb.ListUnitsResponse:
    """Those that the caller may see, in pages."""
    code, unit_id = key_of(query.page, "", "")
    rows_max = rows_of(query.page, UNITS_ROWS_DEFAULT, UNITS_ROWS_MAX)
    # One row more than shown tells whether there is a next page.
    rows = list_rows(ask.reader, _filter(query), ask.scope(), (str(code), str(unit_id)), rows_max + 1)
    shown = rows[:rows_max]
    last = shown[-1].unit if len(rows) > rows_max else None
    return pb.ListUnitsResponse(
        units=unit_messages(ask.reader, shown),
        next_cursor=cursor_of(last.code, last.unit_id) if last else "",
    )


def _filter(query: pb.ListUnitsRequest) -> UnitFilter:
    if len(query.name_contains) > NAME_CHARS_MAX:
        raise BadRequest(field="name_contains", problem="too_long")
    kinds = tuple(sorted(set(query.kinds)))
    if not {kind.value for kind in UnitKind}.issuperset(kinds):
        raise BadRequest(field="kinds", problem="out_of_range")
    return UnitFilter(query.parent_id, name_text(query.name_contains), kinds, query.code)
