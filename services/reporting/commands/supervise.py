"""Supervision orders: issued for what a unit owes, handled by it, closed by another."""

from __future__ import annotations

from collections.abc import Iterable

from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.codec import Event
from services.chassis.permissions import Allow
from services.chassis.refusals import BadRequest, NotFound
from services.kernel.workdays import day_of
from services.reporting.commands.assignment_acts import acting_unit, responsible_of
from services.reporting.commands.campaign_acts import active_unit, acts_for, check_seen, evidence_of
from services.reporting.commands.directive_fields import line_of, reason_of, text_of, workdays_of
from services.reporting.domain import deadlines as due
from services.reporting.domain import orders as rules
from services.reporting.domain.assignments import Now
from services.reporting.domain.campaign_errors import OrderOpenAlready, StepNotOwed
from services.reporting.domain.orders import Order, OrderState, Task
from services.reporting.permissions import HANDLES, ORDERS, REVIEWS
from services.reporting.store import directives, orders
from services.reporting.store.evidence import check_kept
from services.reporting.store.owing import Owing


def issue_order(command: pb.IssueOrderRequest, act: Act) -> pb.IssueOrderResponse:
    """To a unit that owes this stage now, and to its responsible person."""
    text = text_of("text", command.text, rules.TEXT_CHARS_MAX, required=True)
    workdays = workdays_of("workdays", command.workdays, rules.ANSWER_WORKDAYS, rules.ORDER_WORKDAYS_MAX)
    if command.stage not in due.STAGES:
        raise BadRequest(field="stage", problem="out_of_range")
    unit = active_unit(act, command.unit_id)
    directive = directives.load(act.tx, command.directive_id)
    now = Now(act.now_us)
    if not Owing(act.tx, directive, now.calendar).owes(unit, command.stage):
        raise StepNotOwed(unit_id=unit.unit_id, stage=command.stage)
    if number := orders.open_number(act.tx, directive.directive_id, unit.unit_id, command.stage):
        raise OrderOpenAlready(number=number)
    person = responsible_of(act, unit.unit_id, command.post_id, 0)
    task = Task(
        acting_unit(act, "IssueOrder"), unit.unit_id, person.post_id, person.person_id, directive.directive_id,
        command.stage, text,
    )  # fmt: skip
    sequence = orders.next_sequence(act.tx, directive.turnover, day_of(now.us).year)
    order_id = act.new_id("order")
    event = rules.issue(order_id, sequence, task, workdays, now)
    act.record(event, subject=order_id, turnover=directive.turnover)
    return pb.IssueOrderResponse(order_id=order_id, number=event.number, due_us=event.due_us, version=1)


def accept_order(command: pb.AcceptOrderRequest, act: Act) -> pb.OrderResponse:
    """The unit has it in hand."""
    order, _ = _order(act, command.order_id, command.expected_version, HANDLES, "AcceptOrder")
    return _settle(act, order, [rules.accept(order)], OrderState.ACCEPTED)


def answer_order(command: pb.AnswerOrderRequest, act: Act) -> pb.OrderResponse:
    """What was done, and what shows it."""
    summary = text_of("summary", command.summary, rules.TEXT_CHARS_MAX, required=True)
    reference = line_of("evidence_reference", command.evidence_reference, rules.REFERENCE_CHARS_MAX)
    order, _ = _order(act, command.order_id, command.expected_version, HANDLES, "AnswerOrder")
    evidence = evidence_of(command.evidence)
    check_kept(act.tx, order.unit_id, evidence)
    events = rules.answer(order, summary, evidence, reference, Now(act.now_us))
    return _settle(act, order, events, OrderState.ANSWERED)


def return_order(command: pb.ReturnOrderRequest, act: Act) -> pb.OrderResponse:
    """What was done does not do."""
    reason = reason_of(command.reason)
    workdays = workdays_of("workdays", command.workdays, rules.ANSWER_WORKDAYS, rules.ORDER_WORKDAYS_MAX)
    order, unit_id = _order(act, command.order_id, command.expected_version, REVIEWS, "ReturnOrder")
    account_id = act.principal.account_id
    event = rules.send_back(order, account_id, unit_id, reason, workdays, Now(act.now_us))
    return _settle(act, order, [event], OrderState.ACCEPTED)


def close_order(command: pb.CloseOrderRequest, act: Act) -> pb.OrderResponse:
    """By a reviewer who handled nothing of it, only with evidence."""
    order, unit_id = _order(act, command.order_id, command.expected_version, REVIEWS, "CloseOrder")
    return _settle(act, order, [rules.close(order, act.principal.account_id, unit_id)], OrderState.CLOSED)


def withdraw_order(command: pb.WithdrawOrderRequest, act: Act) -> pb.OrderResponse:
    """Taken back, with the reason."""
    reason = reason_of(command.reason)
    order, _ = _order(act, command.order_id, command.expected_version, ORDERS, "WithdrawOrder")
    return _settle(act, order, [rules.withdraw(order, reason)], OrderState.WITHDRAWN)


def _order(act: Act, order_id: str, expected_version: int, ways: tuple[Allow, ...], action: str) -> tuple[Order, str]:
    """The order, and the unit for which the caller acts on it."""
    row = orders.load_order_row(act.tx, order_id)
    order = row.order
    if tree.find(act.tx, order.unit_id) is None:
        raise NotFound(kind="unit", id=order.unit_id)
    unit_id = acts_for(act, ways, order.unit_id, action, directives.route_of(act.tx, row.directive_id))
    check_seen(expected_version, order.version)
    return order, unit_id


def _settle(act: Act, order: Order, events: Iterable[Event], state: OrderState) -> pb.OrderResponse:
    version = order.version
    for event in events:
        act.record(event, subject=order.order_id, turnover=order.turnover)
        version += 1
    return pb.OrderResponse(state=state, version=version)
