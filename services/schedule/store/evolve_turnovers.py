"""How events of turnovers, plans and gates change the tables."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.schedule.domain import turnover_events as ev


def bump(tx: Transaction, turnover_id: str, state: str = "") -> None:
    """The turnover has one more event; a state where it changes."""
    tx.run(
        "UPDATE turnover SET version = version + 1, state = CASE ? WHEN '' THEN state ELSE ? END WHERE turnover_id = ?",
        (state, state, turnover_id),
    )


def _opened(tx: Transaction, fact: Fact, event: ev.TurnoverOpened) -> None:
    tx.run(
        "INSERT INTO turnover VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, '', '', 1)",
        (
            event.turnover_id, fact.position, event.unit_id, event.level, event.name, event.last_congress_day,
            event.term_years, event.on_time_days,
        ),
    )  # fmt: skip


def _closed(tx: Transaction, fact: Fact, event: ev.TurnoverClosed) -> None:
    bump(tx, event.turnover_id, "closed")


def _adopted(tx: Transaction, fact: Fact, event: ev.PlanAdopted) -> None:
    tx.run(
        "INSERT INTO plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.turnover_id, event.version, event.template_id, event.template, event.adjustments,
            event.congress_day, event.reason, event.approver, event.document_number, event.term_approval_number,
            event.calendar_version, fact.occurred_at_us,
            json.dumps([(each.milestone_id, each.from_day, each.to_day) for each in event.moved]),
            json.dumps({each.milestone_id: each.latest_day for each in event.milestones}),
        ),
    )  # fmt: skip
    tx.run(
        "UPDATE turnover SET plan_version = ?, congress_day = ?, term_approval_number = ? WHERE turnover_id = ?",
        (event.version, event.congress_day, event.term_approval_number, event.turnover_id),
    )
    bump(tx, event.turnover_id)


def _milestone_opened(tx: Transaction, fact: Fact, event: ev.MilestoneOpened) -> None:
    stages = json.dumps([(each.layer, each.stage, each.day) for each in event.directive.latest])
    tx.run(
        "INSERT INTO milestone VALUES (?, ?, 'opened', ?, '', ?, '', ?)",
        (event.turnover_id, event.milestone_id, event.day, event.override_id, stages),
    )
    bump(tx, event.turnover_id)


def _milestone_completed(tx: Transaction, fact: Fact, event: ev.MilestoneCompleted) -> None:
    tx.run(
        "UPDATE milestone SET state = 'done', done_day = ?, note = ? WHERE turnover_id = ? AND milestone_id = ?",
        (event.day, event.note, event.turnover_id, event.milestone_id),
    )
    bump(tx, event.turnover_id)


def _kept(tx: Transaction, fact: Fact, event: ev.RecordKept) -> None:
    tx.run(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            event.record_id, event.turnover_id, fact.position, event.kind, event.matter, event.organ, event.number,
            event.day, event.until_day, event.file_sha256, event.text,
        ),
    )  # fmt: skip
    bump(tx, event.turnover_id)


def _record_withdrawn(tx: Transaction, fact: Fact, event: ev.RecordWithdrawn) -> None:
    tx.run("UPDATE record SET withdrawn = 1 WHERE record_id = ?", (event.record_id,))
    bump(tx, event.turnover_id)


def _override_asked(tx: Transaction, fact: Fact, event: ev.OverrideAsked) -> None:
    tx.run(
        "INSERT INTO override VALUES (?, ?, ?, ?, 'asked', ?, ?, ?, ?, ?, '', 0, '')",
        (
            event.override_id, event.turnover_id, fact.position, event.milestone_id, event.reason,
            event.document_number, json.dumps(event.rules), fact.actor_id, fact.occurred_at_us,
        ),
    )  # fmt: skip
    bump(tx, event.turnover_id)


def _decide(tx: Transaction, fact: Fact, override_id: str, state: str, reason: str) -> None:
    tx.run(
        "UPDATE override SET state = ?, decided_by = ?, decided_us = ?, refusal_reason = ? WHERE override_id = ?",
        (state, fact.actor_id, fact.occurred_at_us, reason, override_id),
    )


def _override_confirmed(tx: Transaction, fact: Fact, event: ev.OverrideConfirmed) -> None:
    _decide(tx, fact, event.override_id, "confirmed", "")
    bump(tx, event.turnover_id)


def _override_refused(tx: Transaction, fact: Fact, event: ev.OverrideRefused) -> None:
    _decide(tx, fact, event.override_id, "refused", event.reason)
    bump(tx, event.turnover_id)


def _digest_made(tx: Transaction, fact: Fact, event: ev.PlanDigestMade) -> None:
    # It changes nothing of the turnover.
    tx.run(
        "INSERT INTO plan_digest VALUES (?, ?) ON CONFLICT (turnover_id) DO UPDATE SET day = excluded.day",
        (event.turnover_id, event.day),
    )


TURNOVER_EVOLVE: Mapping[type, Evolve] = {
    ev.TurnoverOpened: _opened,
    ev.TurnoverClosed: _closed,
    ev.PlanAdopted: _adopted,
    ev.MilestoneOpened: _milestone_opened,
    ev.MilestoneCompleted: _milestone_completed,
    ev.RecordKept: _kept,
    ev.RecordWithdrawn: _record_withdrawn,
    ev.OverrideAsked: _override_asked,
    ev.OverrideConfirmed: _override_confirmed,
    ev.OverrideRefused: _override_refused,
    ev.PlanDigestMade: _digest_made,
}
