"""Supervision orders (督办单). An operator issues one for what a unit owes; the unit accepts it and says what was done;
a reviewer who handled nothing of it closes it, only with evidence. As a ledger of rectification: 建账 (issued), 交账
(accepted), 督账 (answered, under review), 销账 (closed). Source: RULES 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.kernel.workdays import day_of
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignments import Now
from services.reporting.domain.campaign_errors import EvidenceMissing, HandlerReviews
from services.reporting.domain.machine import advanced
from services.reporting.domain.supervision_events import (
    OrderAccepted,
    OrderAnswered,
    OrderClosed,
    OrderIssued,
    OrderReturned,
    OrderWithdrawn,
)

ANSWER_WORKDAYS: Final = 3
ORDER_WORKDAYS_MAX: Final = 250
POLICY_VERSION: Final = "orders-1"
TEXT_CHARS_MAX: Final = 2_000
REFERENCE_CHARS_MAX: Final = 500


class OrderState(StrEnum):
    """How far an order has come."""

    ISSUED = "issued"  # 建账
    ACCEPTED = "accepted"  # 交账
    ANSWERED = "answered"  # 督账
    CLOSED = "closed"  # 销账
    WITHDRAWN = "withdrawn"


class OrderAction(StrEnum):
    """What may happen to it."""

    ACCEPT = "accept"
    ANSWER = "answer"
    RETURN = "return"
    CLOSE = "close"
    WITHDRAW = "withdraw"


_S, _A = OrderState, OrderAction
TRANSITIONS: Final[Mapping[tuple[OrderState, OrderAction], OrderState]] = {
    (_S.ISSUED, _A.ACCEPT): _S.ACCEPTED,
    # An answer from "issued" records the acceptance as well.
    (_S.ISSUED, _A.ANSWER): _S.ANSWERED,
    (_S.ISSUED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.ACCEPTED, _A.ANSWER): _S.ANSWERED,
    (_S.ACCEPTED, _A.WITHDRAW): _S.WITHDRAWN,
    # A correction before the review.
    (_S.ANSWERED, _A.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, _A.RETURN): _S.ACCEPTED,
    (_S.ANSWERED, _A.CLOSE): _S.CLOSED,
    (_S.ANSWERED, _A.WITHDRAW): _S.WITHDRAWN,
}
# Something is still owed.
OPEN: Final = (OrderState.ISSUED, OrderState.ACCEPTED, OrderState.ANSWERED)


Handled = OrderAccepted | OrderAnswered


@dataclass(frozen=True, slots=True)
class Order:
    """What decisions need of an order. ``handlers``: every account that accepted or answered it, whenever it was."""

    order_id: str
    turnover: str
    unit_id: str
    state: OrderState
    version: int
    due_us: int
    evidence: tuple[str, ...]
    evidence_reference: str
    handlers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """What is ordered, of whom, on which post."""

    issuer_unit_id: str
    unit_id: str
    post_id: str
    person_id: str
    directive_id: str
    stage: int
    text: str


def issue(order_id: str, sequence: int, task: Task, workdays: int, now: Now) -> OrderIssued:
    """``sequence``: the next number of the turnover in this year."""
    year = day_of(now.us).year
    return OrderIssued(
        order_id, f"督办〔{year}〕{sequence}号", year, sequence, task.issuer_unit_id, task.unit_id, task.post_id,
        task.person_id, task.directive_id, task.stage, task.text, due.after_workdays(now.calendar, now.us, workdays),
        now.calendar.version, POLICY_VERSION,
    )  # fmt: skip


def accept(order: Order) -> OrderAccepted:
    """The unit has it in hand."""
    state_after(order, OrderAction.ACCEPT)
    return OrderAccepted(order.order_id)


def answer(
    order: Order, summary: str, evidence: tuple[str, ...], evidence_reference: str, now: Now
) -> tuple[Handled, ...]:
    """What was done; from "issued" the acceptance too."""
    state_after(order, OrderAction.ANSWER)
    stamp = due.stamp(order.due_us, now.us, now.calendar)
    answered = OrderAnswered(
        order.order_id,
        summary,
        evidence,
        stamp.due_us,
        stamp.late_working_minutes,
        stamp.calendar_version,
        evidence_reference,
    )
    return (OrderAccepted(order.order_id), answered) if order.state is OrderState.ISSUED else (answered,)


def send_back(order: Order, account_id: str, unit_id: str, reason: str, workdays: int, now: Now) -> OrderReturned:
    """It will not do; the unit has so many working days more. Raises HandlerReviews."""
    state_after(order, OrderAction.RETURN)
    _check_reviewer(order, account_id, unit_id)
    due_us = due.after_workdays(now.calendar, now.us, workdays)
    return OrderReturned(order.order_id, unit_id, reason, due_us, now.calendar.version)


def close(order: Order, account_id: str, unit_id: str) -> OrderClosed:
    """Only with evidence, and by a reviewer who handled nothing of it. Raises HandlerReviews, EvidenceMissing."""
    state_after(order, OrderAction.CLOSE)
    _check_reviewer(order, account_id, unit_id)
    if not has_evidence(order):
        raise EvidenceMissing()
    return OrderClosed(order.order_id, unit_id)


def withdraw(order: Order, reason: str) -> OrderWithdrawn:
    """Taken back, with the reason."""
    state_after(order, OrderAction.WITHDRAW)
    return OrderWithdrawn(order.order_id, reason)


def has_evidence(order: Order) -> bool:
    """Files, or the place where paper is kept."""
    return bool(order.evidence or order.evidence_reference)


def state_after(order: Order, action: OrderAction) -> OrderState:
    """Where the action leads. Raises StepNotPossible."""
    return advanced("order", TRANSITIONS, order.state, action)


def _check_reviewer(order: Order, account_id: str, unit_id: str) -> None:
    if account_id in order.handlers or unit_id == order.unit_id:
        raise HandlerReviews()
