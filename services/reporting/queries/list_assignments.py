"""A unit's assignments, or those of its children for whoever passes on and verifies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.assignments import Case
from services.reporting.domain.directives import Directive, DirectiveState
from services.reporting.queries.assignment_messages import Row, assignment_messages
from services.reporting.queries.get_assignment import seen_on, seen_unit
from services.reporting.queries.list_directives import NEWEST, newest_first
from services.reporting.store import directives
from services.reporting.store.assignments import case_of

ASSIGNMENTS_ROWS_DEFAULT: Final = 50
ASSIGNMENTS_ROWS_MAX: Final = 500
# A page that finds little stops looking here and says where to go on.
LOOKED_AT_ROWS_MAX: Final = 5_000

# (position of the directive, code and id of the unit): the order of the list.
Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which assignments are listed: all states but "pending" for a unit itself, all for its children."""

    unit: TreeUnit
    children: bool
    directive_id: str
    states: frozenset[str]

    def lists(self, case: Case) -> bool:
        if self.states:
            return case.state.value in self.states
        return self.children or case.state is not State.PENDING


def list_assignments(query: pb.ListAssignmentsRequest, ask: Ask) -> pb.ListAssignmentsResponse:
    """Newest directive first, children by code; of open directives, or of the one named."""
    wanted = _wanted(query, ask)
    position, code, unit_id = key_of(query.page, NEWEST, "", "")
    rows_max = rows_of(query.page, ASSIGNMENTS_ROWS_DEFAULT, ASSIGNMENTS_ROWS_MAX)
    rows: list[Row] = []
    last: Key = (min(int(position), NEWEST), str(code), str(unit_id))
    for looked_at, (key, row) in enumerate(_after(ask.reader, wanted, last)):
        if len(rows) == rows_max or looked_at == LOOKED_AT_ROWS_MAX:
            return pb.ListAssignmentsResponse(assignments=assignment_messages(ask, rows), next_cursor=cursor_of(*last))
        last = key
        if row is not None:
            rows.append(row)
    return pb.ListAssignmentsResponse(assignments=assignment_messages(ask, rows))


def _wanted(query: pb.ListAssignmentsRequest, ask: Ask) -> _Wanted:
    if bool(query.unit_id) == bool(query.children_of_unit_id):
        raise BadRequest(field="unit_id", problem="required")
    if not {state.value for state in State}.issuperset(query.states):
        raise BadRequest(field="states", problem="out_of_range")
    unit_id = query.unit_id or query.children_of_unit_id
    if query.directive_id:
        unit = seen_on(ask, directives.load(ask.reader, query.directive_id), unit_id)
    else:
        unit = seen_unit(ask, unit_id)
    return _Wanted(unit, bool(query.children_of_unit_id), query.directive_id, frozenset(query.states))


def _after(reader: Reader, wanted: _Wanted, after: Key) -> Iterator[tuple[Key, Row | None]]:
    """What lies after a key in the order of the list; None stands for what is not listed."""
    units: dict[str, list[TreeUnit]] = {}
    for directive in _directives(reader, wanted, after[0]):
        if directive.route_id not in units:
            units[directive.route_id] = _units(reader, wanted, directive.route_id)
        for unit in units[directive.route_id]:
            key = (directive.position, unit.code, unit.unit_id)
            if key[0] == after[0] and key[1:] <= after[1:]:
                continue
            yield key, _row(reader, wanted, directive, unit)


def _units(reader: Reader, wanted: _Wanted, route_id: str) -> list[TreeUnit]:
    """As they stand on a route."""
    if wanted.children:
        return routes.children(reader, route_id, wanted.unit.unit_id)
    return [routes.stand(reader, route_id, wanted.unit)]


def _directives(reader: Reader, wanted: _Wanted, position: int) -> Iterator[Directive]:
    if wanted.directive_id:
        yield directives.load(reader, wanted.directive_id)
        return
    # The directive that the last page ended in is looked at again.
    yield from newest_first(reader, position + 1, DirectiveState.OPEN)


def _row(reader: Reader, wanted: _Wanted, directive: Directive, unit: TreeUnit) -> Row | None:
    if not directives.on_route(reader, directive, unit):
        return None
    case = case_of(reader, directive, unit)
    return (unit, case) if wanted.lists(case) else None
