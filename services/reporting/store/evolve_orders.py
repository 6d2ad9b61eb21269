"""How events change supervision orders and digests, and what hand-overs and mergers do to them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import supervision_events as ev
from services.reporting.domain.unit_events import PostHandedOver, UnitMerged


def _issued(tx: Transaction, fact: Fact, event: ev.OrderIssued) -> None:
    tx.run(
        "INSERT INTO supervision_order (order_id, position, turnover, number, year, sequence, issuer_unit_id, unit_id, "
        "post_id, person_id, directive_id, stage, text, due_us, issued_us, state, version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued', 1)",
        (
            event.order_id, fact.position, fact.turnover, event.number, event.year, event.sequence,
            event.issuer_unit_id, event.unit_id, event.post_id, event.person_id, event.directive_id, event.stage,
            event.text, event.due_us, fact.occurred_at_us,
        ),
    )  # fmt: skip


def _handled(tx: Transaction, fact: Fact, order_id: str) -> None:
    tx.run("INSERT OR IGNORE INTO order_handler VALUES (?, ?)", (order_id, fact.actor_id))


def _accepted(tx: Transaction, fact: Fact, event: ev.OrderAccepted) -> None:
    _handled(tx, fact, event.order_id)
    tx.run(
        "UPDATE supervision_order SET state = 'accepted', version = version + 1 WHERE order_id = ?", (event.order_id,)
    )


def _answered(tx: Transaction, fact: Fact, event: ev.OrderAnswered) -> None:
    _handled(tx, fact, event.order_id)
    tx.run(
        "UPDATE supervision_order SET state = 'answered', summary = ?, evidence = ?, evidence_reference = ?, "
        "reason = '', version = version + 1 WHERE order_id = ?",
        (event.summary, json.dumps(event.evidence), event.evidence_reference, event.order_id),
    )


def _returned(tx: Transaction, fact: Fact, event: ev.OrderReturned) -> None:
    tx.run(
        "UPDATE supervision_order SET state = 'accepted', reason = ?, due_us = ?, version = version + 1 "
        "WHERE order_id = ?",
        (event.reason, event.due_us, event.order_id),
    )


def _closed(tx: Transaction, fact: Fact, event: ev.OrderClosed) -> None:
    tx.run("UPDATE supervision_order SET state = 'closed', version = version + 1 WHERE order_id = ?", (event.order_id,))


def _withdrawn(tx: Transaction, fact: Fact, event: ev.OrderWithdrawn) -> None:
    tx.run(
        "UPDATE supervision_order SET state = 'withdrawn', reason = ?, version = version + 1 WHERE order_id = ?",
        (event.reason, event.order_id),
    )


def _digest_made(tx: Transaction, fact: Fact, event: ev.DigestMade) -> None:
    tx.run(
        "INSERT INTO digest VALUES (?, ?, ?, ?, ?, ?)",
        (
            event.unit_id, event.day_us, event.stage, fact.position,
            json.dumps([dataclasses.astuple(item) for item in event.items]), event.left_out,
        ),
    )  # fmt: skip


def orders_handed_over(tx: Transaction, event: PostHandedOver) -> None:
    """Open orders to the old holder of the post are the new holder's."""
    tx.run(
        "UPDATE supervision_order SET person_id = ? WHERE post_id = ? AND person_id = ? "
        "AND state IN ('issued', 'accepted', 'answered')",
        (event.person_id, event.post_id, event.from_person_id),
    )


def orders_merged(tx: Transaction, event: UnitMerged) -> None:
    """What the unit was ordered, or had issued, is its successor's."""
    for column in ("unit_id", "issuer_unit_id"):
        tx.run(f"UPDATE supervision_order SET {column} = ? WHERE {column} = ?", (event.into_unit_id, event.unit_id))


SUPERVISION_EVOLVE: Mapping[type, Evolve] = {
    ev.OrderIssued: _issued,
    ev.OrderAccepted: _accepted,
    ev.OrderAnswered: _answered,
    ev.OrderReturned: _returned,
    ev.OrderClosed: _closed,
    ev.OrderWithdrawn: _withdrawn,
    ev.DigestMade: _digest_made,
}
