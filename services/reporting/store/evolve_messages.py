"""How events change messages. A contact's address comes with the command and never stands in an event."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import message_events as ev
from services.reporting.domain.unit_events import PostHandedOver
from services.reporting.store.reminders import reminders_told


def _contact_changed(tx: Transaction, fact: Fact, event: ev.ContactChanged) -> None:
    """Says that it happened; the address was written beside it."""


def _queued(tx: Transaction, fact: Fact, event: ev.MessageQueued) -> None:
    tx.run(
        "INSERT INTO message (message_id, position, channel, unit_id, post_id, person_id, day_us, items, reminders, "
        "plan_items, queued_us, state, next_try_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
        (
            event.message_id, fact.position, event.channel, event.unit_id, event.post_id, event.person_id,
            event.day_us, event.items, event.reminders, event.plan_items, fact.occurred_at_us, fact.occurred_at_us,
        ),
    )  # fmt: skip
    if event.reminders:
        reminders_told(tx, event.unit_id, event.day_us)


def _deferred(tx: Transaction, fact: Fact, event: ev.MessageDeferred) -> None:
    tx.run(
        "UPDATE message SET attempts = ?, problem = ?, next_try_us = ? WHERE message_id = ?",
        (event.attempt, event.problem, event.next_try_us, event.message_id),
    )


def _sent(tx: Transaction, fact: Fact, event: ev.MessageSent) -> None:
    tx.run(
        "UPDATE message SET state = 'sent', attempts = ?, problem = '' WHERE message_id = ?",
        (event.attempt, event.message_id),
    )


def _failed(tx: Transaction, fact: Fact, event: ev.MessageFailed) -> None:
    tx.run(
        "UPDATE message SET state = 'failed', attempts = ?, problem = ? WHERE message_id = ?",
        (event.attempt, event.problem, event.message_id),
    )


def contact_ended(tx: Transaction, event: PostHandedOver) -> None:
    """Who held the post before is not written to in the successor's place."""
    tx.run("DELETE FROM contact WHERE post_id = ?", (event.post_id,))


MESSAGE_EVOLVE: Mapping[type, Evolve] = {
    ev.ContactChanged: _contact_changed,
    ev.MessageQueued: _queued,
    ev.MessageDeferred: _deferred,
    ev.MessageSent: _sent,
    ev.MessageFailed: _failed,
}
