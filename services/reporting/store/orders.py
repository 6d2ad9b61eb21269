"""Supervision orders and digests, loaded for decisions and read for questions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, int_of, text_of
from services.reporting.domain.orders import OPEN, Order, OrderState
from services.reporting.domain.supervision_events import OverdueItem


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with what only readers need."""

    order: Order
    position: int
    number: str
    issuer_unit_id: str
    person_id: str
    directive_id: str
    stage: int
    text: str
    issued_us: int
    summary: str
    reason: str


_ORDER: Final = (
    "order_id, turnover, unit_id, state, version, due_us, evidence, evidence_reference, position, number, "
    "issuer_unit_id, person_id, directive_id, stage, text, issued_us, summary, reason"
)
_OPEN: Final = ", ".join(f"'{state}'" for state in OPEN)


def load_order(reader: Reader, order_id: str) -> Order:
    """Raises NotFound."""
    return load_order_row(reader, order_id).order


def load_order_row(reader: Reader, order_id: str) -> OrderRow:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_ORDER} FROM supervision_order WHERE order_id = ?", (order_id,))
    if row is None:
        raise NotFound(kind="order", id=order_id)
    return _order_of(reader, row)


def next_sequence(reader: Reader, turnover: str, year: int) -> int:
    """The next number of a turnover in a year."""
    row = reader.one(
        "SELECT COALESCE(MAX(sequence), 0) FROM supervision_order WHERE turnover = ? AND year = ?", (turnover, year)
    )
    return int_of(row[0]) + 1 if row else 1


def open_number(reader: Reader, directive_id: str, unit_id: str, stage: int) -> str:
    """The number of the open order about the same; empty when there is none."""
    row = reader.one(
        f"SELECT number FROM supervision_order WHERE directive_id = ? AND unit_id = ? AND stage = ? "
        f"AND state IN ({_OPEN})",
        (directive_id, unit_id, stage),
    )
    return text_of(row[0]) if row else ""


def ordered_after(reader: Reader, directive_id: str, unit_id: str, position: int) -> bool:
    """Whether an order that is still open was issued about the unit's part of a directive after a position."""
    row = reader.one(
        "SELECT 1 FROM supervision_order WHERE directive_id = ? AND unit_id = ? AND position > ? "
        f"AND state IN ({_OPEN}) LIMIT 1",
        (directive_id, unit_id, position),
    )
    return row is not None


def orders_of(
    reader: Reader, column: str, unit_id: str, states: Iterable[str], before_position: int, rows_max: int
) -> list[OrderRow]:
    """Orders to a unit (`unit_id`) or by one (`issuer_unit_id`), newest first."""
    wanted = list(states)
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(
        f"SELECT {_ORDER} FROM supervision_order WHERE {column} = ? AND state IN ({marks}) AND position < ? "
        "ORDER BY position DESC LIMIT ?",
        (unit_id, *wanted, before_position, rows_max),
    )
    return [_order_of(reader, row) for row in rows]


def _order_of(reader: Reader, row: Row) -> OrderRow:
    handlers = reader.all("SELECT account_id FROM order_handler WHERE order_id = ?", (text_of(row[0]),))
    return OrderRow(
        Order(
            text_of(row[0]), text_of(row[1]), text_of(row[2]), OrderState(text_of(row[3])), int_of(row[4]),
            int_of(row[5]), tuple(json.loads(text_of(row[6]))), text_of(row[7]),
            frozenset(text_of(one[0]) for one in handlers),
        ),
        int_of(row[8]), text_of(row[9]), text_of(row[10]), text_of(row[11]), text_of(row[12]), int_of(row[13]),
        text_of(row[14]), int_of(row[15]), text_of(row[16]), text_of(row[17]),
    )  # fmt: skip


# ---- digests ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DigestRow:
    """What a unit was told on one day about one stage."""

    unit_id: str
    day_us: int
    stage: int
    items: tuple[OverdueItem, ...]
    left_out: int


def digest_made(reader: Reader, unit_id: str, stage: int, day_us: int) -> bool:
    """Whether the unit was told that day."""
    row = reader.one("SELECT 1 FROM digest WHERE unit_id = ? AND day_us = ? AND stage = ?", (unit_id, day_us, stage))
    return row is not None


def digests_of(reader: Reader, unit_id: str, before: tuple[int, int], rows_max: int) -> list[DigestRow]:
    """Newest day first, then by stage from the last; before a key of (day, stage)."""
    rows = reader.all(
        "SELECT day_us, stage, items, left_out FROM digest WHERE unit_id = ? AND (day_us, stage) < (?, ?) "
        "ORDER BY day_us DESC, stage DESC LIMIT ?",
        (unit_id, *before, rows_max),
    )
    return [
        DigestRow(
            unit_id, int_of(row[0]), int_of(row[1]),
            tuple(OverdueItem(*item) for item in json.loads(text_of(row[2]))), int_of(row[3]),
        )
        for row in rows
    ]  # fmt: skip
