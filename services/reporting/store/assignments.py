"""Assignments, loaded for decisions and read for questions. One that nothing happened to has no row: whether a
dispatch reached it follows from its parent's dispatch to all and from when it came under that parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.chassis import routes, tree
from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, StoreCorrupt, int_of, text_of
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments
from services.reporting.domain.assignment_machine import CLOSED, State
from services.reporting.domain.assignments import Assignment, Case
from services.reporting.domain.directive_errors import NotOnRoute
from services.reporting.domain.directives import Directive, layer_of, obliges
from services.reporting.store import directives

_COLUMNS = (
    "state, state_before, version, dispatch_position, shift_workdays, post_id, person_id, target_us, "
    "report_number, due_count, done_count, summary, on_behalf_by_unit_id, reporter_id, confirmed, verify_due_us, "
    "return_reason, rectify_due_us, asked_stage, asked_until_us, "
    "receive_until_us, name_until_us, start_until_us, report_until_us, correction_number, correction_reason"
)
ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Reached:
    """The dispatch that reached a unit; position 0 when none did."""

    position: int = 0
    shift_workdays: int = 0


def load_case(reader: Reader, directive: Directive, unit_id: str) -> Case:
    """One assignment, with what stands above it. Raises NotFound, or NotOnRoute."""
    unit = routes.find(reader, directive.route_id, unit_id)
    if unit is None:
        raise NotFound(kind="unit", id=unit_id)
    return case_of(reader, directive, unit)


def case_of(reader: Reader, directive: Directive, unit: TreeUnit) -> Case:
    """The same for a unit that is at hand. Raises NotOnRoute."""
    return Cases(reader).of(directive, unit)


class Cases:
    """Loads the cases of one act or question, reading once what siblings share: who above them was let off."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._withdrawn: dict[tuple[str, str], str] = {}

    def of(self, directive: Directive, unit: TreeUnit) -> Case:
        """The unit's case, wherever it was found. Raises NotOnRoute."""
        unit = routes.stand(self._reader, directive.route_id, unit)
        obliged = obliges(directive.reach, directive.issuer_unit_id, unit)
        if not obliged and not directives.on_route(self._reader, directive, unit):
            raise NotOnRoute(unit_id=unit.unit_id)
        layer = layer_of(directive.issuer_unit_id, unit.path)
        own = _own(self._reader, directive.directive_id, unit.unit_id)
        if not own.dispatch_position:
            own = reached_by(own, reached(self._reader, directive.directive_id, unit))
        return Case(directive, unit.unit_id, layer, obliged, self._withdrawn_above(directive, unit, layer), own)

    def _withdrawn_above(self, directive: Directive, unit: TreeUnit, layer: int) -> str:
        """The nearest unit above, below the issuer, whose assignment is withdrawn; empty when none is."""
        key = (directive.directive_id, unit.parent_id)
        if layer > 1 and key not in self._withdrawn:
            above = segments(unit.path)[-layer:-1]
            found = _withdrawn(self._reader, directive.directive_id, above)
            self._withdrawn[key] = next((unit_id for unit_id in reversed(above) if unit_id in found), "")
        return self._withdrawn.get(key, "")


def reached(reader: Reader, directive_id: str, unit: TreeUnit) -> Reached:
    """The parent's dispatch to all its children, if the unit stood under it by then."""
    sent = sent_to_all(reader, directive_id, unit.parent_id)
    return sent if sent.position and unit.joined <= sent.position else Reached()


def sent_to_all(reader: Reader, directive_id: str, parent_id: str) -> Reached:
    """A parent's dispatch to all its children."""
    row = reader.one(
        "SELECT position, shift_workdays FROM assignment_dispatch WHERE directive_id = ? AND parent_unit_id = ?",
        (directive_id, parent_id),
    )
    return Reached(int_of(row[0]), int_of(row[1])) if row else Reached()


def reached_by(own: Assignment, sent: Reached) -> Assignment:
    """An assignment that no dispatch by name reached, seen with its parent's dispatch to all."""
    if not sent.position:
        return own
    return replace(
        own,
        state=State.DISPATCHED if own.state is State.PENDING else own.state,
        state_before=State.DISPATCHED if own.state_before is State.PENDING else own.state_before,
        dispatch_position=sent.position,
        shift_workdays=sent.shift_workdays,
    )


def _withdrawn(reader: Reader, directive_id: str, unit_ids: Sequence[str]) -> set[str]:
    marks = ", ".join("?" * len(unit_ids))
    rows = reader.all(
        f"SELECT unit_id FROM assignment WHERE directive_id = ? AND state = 'withdrawn' AND unit_id IN ({marks})",
        (directive_id, *unit_ids),
    )
    return {text_of(row[0]) for row in rows}


def _own(reader: Reader, directive_id: str, unit_id: str) -> Assignment:
    row = reader.one(
        f"SELECT {_COLUMNS} FROM assignment WHERE directive_id = ? AND unit_id = ?", (directive_id, unit_id)
    )
    return _assignment_of(row) if row else Assignment()


def own_rows(reader: Reader, directive_id: str, unit_ids: Sequence[str]) -> dict[str, Assignment]:
    """What happened to the units' assignments so far, of those to which anything did."""
    found: dict[str, Assignment] = {}
    for start in range(0, len(unit_ids), ROWS_AT_ONCE):
        some = unit_ids[start : start + ROWS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = reader.all(
            f"SELECT {_COLUMNS}, unit_id FROM assignment WHERE directive_id = ? AND unit_id IN ({marks})",
            (directive_id, *some),
        )
        found |= {text_of(row[-1]): _assignment_of(row[:-1]) for row in rows}
    return found


_STATES: Final = {state.value: state for state in State}
_TYPES: Final = (str, str, *(int,) * 3, str, str, *(int,) * 4, str, str, str, int, int, str, *(int,) * 8, str)


def _assignment_of(row: Row) -> Assignment:
    # One comparison instead of one a column: every report of a batch passes here.
    if tuple(map(type, row)) != _TYPES:
        raise StoreCorrupt("an assignment's columns do not hold what they should")
    values: Any = row
    return Assignment(
        _STATES[values[0]], _STATES[values[1]], values[2], values[3], values[4], values[5], values[6], values[7],
        values[8], values[9], values[10], values[11], values[12], values[13], values[14] == 1, values[15], values[16],
        values[17], values[18], values[19], tuple(values[20:24]), values[24],
        values[25],
    )  # fmt: skip


# ---- a parent and its children ----------------------------------------------------------------------------


def child_cases(reader: Reader, directive: Directive, parent_id: str) -> list[Case]:
    """The assignments of a unit's children on the route, by the children's codes."""
    return cases_of(reader, directive, routes.children(reader, directive.route_id, parent_id))


def cases_of(reader: Reader, directive: Directive, units: Iterable[TreeUnit]) -> list[Case]:
    """Those of the units, as they stand on the directive's route, to which it comes; in their order."""
    cases = Cases(reader)
    return [cases.of(directive, unit) for unit in units if directives.on_route(reader, directive, unit)]


def dispatch_pending(reader: Reader, directive: Directive, parent_id: str) -> bool:
    """Whether a child on the route waits for the unit to pass the directive on."""
    sent = sent_to_all(reader, directive.directive_id, parent_id)
    below = routes.children(reader, directive.route_id, parent_id)
    late = [unit for unit in below if unit.joined > sent.position]
    return any(
        case_of(reader, directive, unit).assignment.state is State.PENDING
        for unit in late
        if directives.on_route(reader, directive, unit)
    )


_REPORTED = "c.state = 'active' AND a.state IN ('reported', 'rectified') AND (a.unit_id, a.directive_id) > (?, ?)"


def reported_children(reader: Reader, parent_id: str, after: str, rows_max: int) -> list[tuple[TreeUnit, str]]:
    """(child, directive id) of reports that wait for a verifier, after a key "unit id/directive id": of each
    directive's children on its own route.
    """
    unit_id, _, directive_id = after.partition("/")
    rows = reader.all(
        "SELECT a.unit_id, a.directive_id FROM tree_unit c JOIN assignment a ON a.unit_id = c.unit_id "
        "JOIN directive d ON d.directive_id = a.directive_id WHERE c.parent_id = ? AND NOT EXISTS "
        f"(SELECT 1 FROM route_unit r WHERE r.route_id = d.route_id AND r.unit_id = c.unit_id) AND {_REPORTED} "
        "UNION ALL SELECT a.unit_id, a.directive_id FROM route_unit r JOIN tree_unit c ON c.unit_id = r.unit_id "
        "JOIN assignment a ON a.unit_id = r.unit_id JOIN directive d ON d.directive_id = a.directive_id "
        f"AND d.route_id = r.route_id WHERE r.parent_id = ? AND {_REPORTED} ORDER BY 1, 2 LIMIT ?",
        (parent_id, unit_id, directive_id, parent_id, unit_id, directive_id, rows_max),
    )
    found = ((tree.find(reader, text_of(row[0])), text_of(row[1])) for row in rows)
    return [(unit, directive_id) for unit, directive_id in found if unit is not None]


# ---- what units and posts need to know --------------------------------------------------------------------


def open_count(reader: Reader, unit_id: str) -> int:
    """How many assignments the unit owes work under: obliged, dispatched, neither verified nor withdrawn."""
    count = 0
    for directive in directives.all_open(reader):
        unit = routes.find(reader, directive.route_id, unit_id)
        if unit is not None and obliges(directive.reach, directive.issuer_unit_id, unit):
            count += case_of(reader, directive, unit).state not in CLOSED
    return count


# An SQL condition with two parameters: what is open and named to a person on a post.
OPEN_ITEMS = (
    "post_id = ? AND person_id = ? AND state <> 'verified' "
    "AND directive_id IN (SELECT directive_id FROM directive WHERE state = 'open')"
)


def items_named(reader: Reader, post_id: str, person_id: str) -> int:
    """How many open assignments are named to that person on that post: what a hand-over moves."""
    row = reader.one(f"SELECT COUNT(*) FROM assignment WHERE {OPEN_ITEMS}", (post_id, person_id))
    return int_of(row[0]) if row else 0
