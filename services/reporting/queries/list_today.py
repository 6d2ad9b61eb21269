"""What a caller must do for a unit now: a section after the other, each O(what it shows), none of it stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis import routes
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.tree import TreeUnit
from services.kernel.workdays import WorkCalendar
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.directives import Directive, DirectiveState
from services.reporting.domain.lights import light_of
from services.reporting.domain.matters import MatterState
from services.reporting.domain.orders import OrderState
from services.reporting.domain.owing import ON_DESK, Above, owed
from services.reporting.domain.public_questions import QuestionState
from services.reporting.permissions import ANSWERS, DOES, HANDLES, PASSES_ON, PUBLISHES, RAISES, SPEAKS, VERIFIES
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.list_directives import NEWEST, newest_first
from services.reporting.queries.list_published_answers import waiting_below
from services.reporting.queries.matter_messages import May, Names, short_light
from services.reporting.store import assignments, directives, matters, orders, reminders
from services.reporting.store.assignments import Cases
from services.reporting.store.orders import OrderRow

TODAY_ROWS_DEFAULT: Final = 50
TODAY_ROWS_MAX: Final = 200
SLICE_ROWS: Final = 100

K = TypeVar("K")
T = TypeVar("T")

_TASKS: Final = {
    State.DISPATCHED: "receive",
    State.RECEIVED: "name",
    State.NAMED: "start",
    State.STARTED: "report",
    State.RETURNED: "rectify",
}
_QUESTION_TASKS: Final = {
    QuestionState.ENTERED: "draft_public_answer",
    QuestionState.DRAFTED: "approve_public_answer",
    QuestionState.APPROVED: "publish_public_answer",
}

# Where a section goes on: a number and a text of its own order.
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Whose day it is."""

    ask: Ask
    unit: TreeUnit
    now_us: int
    calendar: WorkCalendar
    names: Names
    may: May

    def item(self, task: str, title: str, unit_id: str, due_us: int, **ids: str) -> pb.TodayItem:
        light = self._light(due_us, short="directive_id" not in ids) if due_us else ""
        return pb.TodayItem(
            task=task, title=title, unit_id=unit_id, unit_name=self.names.of(unit_id), due_us=due_us, light=light,
            reminded_us=0, **ids,
        )  # fmt: skip

    def _light(self, due_us: int, *, short: bool) -> str:
        if short:
            return short_light(due_us, self.now_us)
        return light_of(due_us, self.now_us, self.calendar)


Row = tuple[Key, pb.TodayItem]


def _each(read: Callable[[K], list[T]], first: K, key_of_row: Callable[[T], K]) -> Iterator[T]:
    """All rows behind a key, read in slices as they are asked for."""
    key = first
    while rows := read(key):
        yield from rows
        key = key_of_row(rows[-1])


def list_today(query: pb.ListTodayRequest, ask: Ask) -> pb.ListTodayResponse:
    """For whoever holds a role in the unit or above it; what the caller may not do is left out."""
    unit = seen_unit(ask, query.unit_id)
    section, number, text = key_of(query, 0, NEWEST, "")
    rows_max = rows_of(query, TODAY_ROWS_DEFAULT, TODAY_ROWS_MAX)
    desk = _Desk(ask, unit, ask.context.now_us(), due.newest_calendar(), Names(ask.reader), May(ask))
    rows = list(islice(_rows(desk, int(section), (min(int(number), NEWEST), str(text))), rows_max + 1))
    cursor = ""
    if len(rows) > rows_max:
        last_section, last_key, _ = rows[rows_max - 1]
        cursor = cursor_of(last_section, *last_key)
    return pb.ListTodayResponse(items=[row[2] for row in rows[:rows_max]], next_cursor=cursor)


def _rows(desk: _Desk, section: int, after: Key) -> Iterator[tuple[int, Key, pb.TodayItem]]:
    for number, (first, read) in enumerate(_SECTIONS):
        if number < section:
            continue
        start = after if number == section and after != (NEWEST, "") else first
        for key, item in read(desk, start):
            yield number, key, item


# ---- the unit's own assignments ---------------------------------------------------------------------------


def _own_steps(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(DOES, desk.unit.unit_id):
        return
    cases = Cases(desk.ask.reader)
    for directive in newest_first(desk.ask.reader, after[0], DirectiveState.OPEN):
        unit = routes.stand(desk.ask.reader, directive.route_id, desk.unit)
        if not directives.on_route(desk.ask.reader, directive, unit):
            continue
        case = cases.of(directive, unit)
        step = owed(case, Above(()), desk.calendar)
        if step is None:
            continue
        task = _TASKS[case.assignment.state]
        unit_id, directive_id = desk.unit.unit_id, directive.directive_id
        item = desk.item(task, directive.title, unit_id, step.due_us, directive_id=directive_id)
        reminder = reminders.newest(desk.ask.reader, directive_id, unit_id)
        if reminder is not None and reminder.stage == step.stage:
            item.reminded_us = reminder.at_us
        yield (directive.position, ""), item


def _to_pass_on(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(PASSES_ON, desk.unit.unit_id):
        return
    cases = Cases(desk.ask.reader)
    for directive in newest_first(desk.ask.reader, after[0], DirectiveState.OPEN):
        unit = routes.stand(desk.ask.reader, directive.route_id, desk.unit)
        if not directives.on_route(desk.ask.reader, directive, unit):
            continue
        case = cases.of(directive, unit)
        if case.state not in ON_DESK or not assignments.dispatch_pending(desk.ask.reader, directive, desk.unit.unit_id):
            continue
        due_us = _dispatch_due(desk, directive, case.layer, case.assignment.shift_workdays)
        ids = {"directive_id": directive.directive_id}
        yield (directive.position, ""), desk.item("pass_on", directive.title, desk.unit.unit_id, due_us, **ids)


def _dispatch_due(desk: _Desk, directive: Directive, layer: int, shift_workdays: int) -> int:
    """0 where it was passed on before: those who came later make nobody late."""
    if assignments.sent_to_all(desk.ask.reader, directive.directive_id, desk.unit.unit_id).position:
        return 0
    return due.shifted(directive.deadlines.common(layer + 1, due.DISPATCH), shift_workdays, desk.calendar.version)


def _to_verify(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(VERIFIES, desk.unit.unit_id):
        return
    cases = Cases(desk.ask.reader)
    found: dict[str, Directive] = {}
    reader, parent_id = desk.ask.reader, desk.unit.unit_id
    for unit, directive_id in _each(
        lambda key: assignments.reported_children(reader, parent_id, key, SLICE_ROWS),
        after[1],
        lambda row: f"{row[0].unit_id}/{row[1]}",
    ):
        if directive_id not in found:
            found[directive_id] = directives.load(desk.ask.reader, directive_id)
        directive = found[directive_id]
        unit = routes.stand(reader, directive.route_id, unit)
        # A merged or transferred unit may stand off the route by now.
        if directive.state is not DirectiveState.OPEN or not directives.on_route(desk.ask.reader, directive, unit):
            continue
        case = cases.of(directive, unit)
        if case.state is State.WITHDRAWN or case.assignment.on_behalf_by_unit_id == desk.unit.unit_id:
            continue
        if case.assignment.reporter_id == desk.ask.principal.account_id:
            continue
        due_us = case.due_us(due.VERIFY, desk.calendar)
        item = desk.item("verify", directive.title, unit.unit_id, due_us, directive_id=directive_id)
        yield (0, f"{unit.unit_id}/{directive_id}"), item


# ---- orders -----------------------------------------------------------------------------------------------


def _own_orders(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(HANDLES, desk.unit.unit_id):
        return
    states = (OrderState.ISSUED, OrderState.ACCEPTED)
    for row in _orders(desk, "unit_id", states, after[0]):
        task = "accept_order" if row.order.state is OrderState.ISSUED else "answer_order"
        item = desk.item(task, row.number, row.order.unit_id, row.order.due_us, order_id=row.order.order_id)
        yield (row.position, ""), item


def _orders_to_review(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(VERIFIES, desk.unit.unit_id):
        return
    states = (OrderState.ANSWERED,)
    for row in _orders(desk, "issuer_unit_id", states, after[0]):
        if desk.ask.principal.account_id not in row.order.handlers:
            item = desk.item("review_order", row.number, row.order.unit_id, 0, order_id=row.order.order_id)
            yield (row.position, ""), item


def _orders(desk: _Desk, column: str, states: Sequence[OrderState], before: int) -> Iterator[OrderRow]:
    def read(position: int) -> list[OrderRow]:
        return orders.orders_of(desk.ask.reader, column, desk.unit.unit_id, states, position, SLICE_ROWS)

    return _each(read, before, lambda row: row.position)


# ---- what comes up ----------------------------------------------------------------------------------------


def _owed_matters(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(ANSWERS, desk.unit.unit_id):
        return
    reader, unit_id = desk.ask.reader, desk.unit.unit_id
    for row in _each(
        lambda key: matters.owed_by(reader, unit_id, key, SLICE_ROWS),
        after,
        lambda row: (row.matter.due_us, row.matter.matter_id),
    ):
        matter = row.matter
        item = desk.item("answer_matter", row.text, matter.unit_id, matter.due_us, matter_id=matter.matter_id)
        yield (matter.due_us, matter.matter_id), item


def _answered_matters(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(RAISES, desk.unit.unit_id):
        return
    reader, unit_id = desk.ask.reader, desk.unit.unit_id
    for row in _each(
        lambda key: matters.answered_for(reader, unit_id, key, SLICE_ROWS), after[0], lambda row: row.position
    ):
        if row.matter.state is MatterState.ANSWERED:
            item = desk.item("settle_matter", row.text, row.matter.unit_id, 0, matter_id=row.matter.matter_id)
            yield (row.position, ""), item


def _public_questions(desk: _Desk, after: Key) -> Iterator[Row]:
    if not desk.may(SPEAKS, desk.unit.unit_id):
        return
    reader, unit_id = desk.ask.reader, desk.unit.unit_id
    for row in _each(
        lambda key: matters.questions_of(reader, unit_id, _QUESTION_TASKS, key, SLICE_ROWS),
        after[0],
        lambda row: row.position,
    ):
        question = row.question
        if question.state is QuestionState.DRAFTED and question.drafter_id == desk.ask.principal.account_id:
            continue
        task = _QUESTION_TASKS[question.state]
        item = desk.item(task, row.text, question.unit_id, question.due_us, question_id=question.question_id)
        yield (row.position, ""), item


def _practices(desk: _Desk, after: Key) -> Iterator[Row]:
    # Whoever may publish for a unit's children sees what they hand in.
    if not desk.may(SPEAKS, desk.unit.unit_id):
        return
    for row in _each(
        lambda key: waiting_below(desk.ask, desk.unit, key, SLICE_ROWS), after[0], lambda row: row.position
    ):
        if desk.may(PUBLISHES, row.practice.unit_id):
            practice_id = row.practice.practice_id
            item = desk.item("decide_practice", row.title, row.practice.unit_id, 0, practice_id=practice_id)
            yield (row.position, ""), item


_Section = Callable[[_Desk, Key], Iterator[Row]]
# Each with the key before its first row: some count down from the newest, some up.
_DOWN: Final[Key] = (NEWEST, "")
_UP: Final[Key] = (0, "")
_SECTIONS: Final[tuple[tuple[Key, _Section], ...]] = (
    (_DOWN, _own_orders),
    (_DOWN, _own_steps),
    (_DOWN, _to_pass_on),
    (_UP, _owed_matters),
    (_UP, _to_verify),
    (_DOWN, _orders_to_review),
    (_DOWN, _public_questions),
    (_UP, _answered_matters),
    (_DOWN, _practices),
)
