"""What happens to supervision orders, and what is told up the line. Instants are microseconds since 1970;
`late_working_minutes` is 0 when in time.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderIssued:
    """An order goes to a unit and its responsible person: the ledger of rectification is opened."""

    order_id: str
    number: str
    year: int
    sequence: int
    issuer_unit_id: str
    unit_id: str
    post_id: str
    person_id: str
    directive_id: str
    stage: int
    text: str
    due_us: int
    calendar_version: str
    policy_version: str


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The unit has it in hand."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderAnswered:
    """The unit says what was done, and what shows it."""

    order_id: str
    summary: str
    evidence: tuple[str, ...]
    due_us: int
    late_working_minutes: int
    calendar_version: str
    evidence_reference: str


@dataclass(frozen=True, slots=True)
class OrderReturned:
    """What was done does not do: the unit goes on."""

    order_id: str
    reviewer_unit_id: str
    reason: str
    due_us: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """Closed by a reviewer who handled nothing of it."""

    order_id: str
    reviewer_unit_id: str


@dataclass(frozen=True, slots=True)
class OrderWithdrawn:
    """The order is taken back."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """One thing that is overdue below the unit that is told."""

    directive_id: str
    unit_id: str
    due_us: int
    level: int


@dataclass(frozen=True, slots=True)
class DigestMade:
    """What is overdue below a unit in one stage, told once a day."""

    unit_id: str
    stage: int
    day_us: int
    items: tuple[OverdueItem, ...]
    left_out: int
    calendar_version: str
    policy_version: str


SUPERVISION_EVENTS: tuple[type, ...] = (
    OrderIssued,
    OrderAccepted,
    OrderAnswered,
    OrderReturned,
    OrderClosed,
    OrderWithdrawn,
    DigestMade,
)
