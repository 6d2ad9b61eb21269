"""Reminders: what units were reminded of, and what of it has gone out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Reader, Row, Transaction, int_of, text_of
from services.reporting.domain import directive_events as ev

_COLUMNS = "directive_id, unit_id, day_us, position, stage, at_us, account_id, told_day_us"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder. `told_day_us` 0: it waits for the next digest."""

    directive_id: str
    unit_id: str
    day_us: int
    position: int
    stage: int
    at_us: int
    account_id: str
    told_day_us: int


def newest(reader: Reader, directive_id: str, unit_id: str) -> Reminder | None:
    """The last reminder of a unit under a directive."""
    row = reader.one(
        f"SELECT {_COLUMNS} FROM reminder WHERE directive_id = ? AND unit_id = ? ORDER BY day_us DESC LIMIT 1",
        (directive_id, unit_id),
    )
    return _reminder_of(row) if row else None


def for_digest(reader: Reader, unit_id: str, day_us: int) -> list[Reminder]:
    """What a unit's digest of a day carries: all that has not gone out before."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM reminder WHERE unit_id = ? AND told_day_us IN (0, ?) ORDER BY position",
        (unit_id, day_us),
    )
    return [_reminder_of(row) for row in rows]


def units_waiting(reader: Reader) -> list[str]:
    """Units with reminders that have not gone out."""
    return [text_of(row[0]) for row in reader.all("SELECT DISTINCT unit_id FROM reminder WHERE told_day_us = 0")]


def _reminder_of(row: Row) -> Reminder:
    return Reminder(
        text_of(row[0]), text_of(row[1]), int_of(row[2]), int_of(row[3]), int_of(row[4]), int_of(row[5]),
        text_of(row[6]), int_of(row[7]),
    )  # fmt: skip


# ---- how events change them -------------------------------------------------------------------------------


def _reminded(tx: Transaction, fact: Fact, event: ev.UnitReminded) -> None:
    tx.run(
        f"INSERT INTO reminder ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (
            event.directive_id, event.unit_id, event.day_us, fact.position, event.stage, fact.occurred_at_us,
            fact.actor_id,
        ),
    )  # fmt: skip


def _taken_back(tx: Transaction, fact: Fact, event: ev.ReminderUndone) -> None:
    tx.run(
        "DELETE FROM reminder WHERE directive_id = ? AND unit_id = ? AND day_us = ?",
        (event.directive_id, event.unit_id, event.day_us),
    )


def reminders_told(tx: Transaction, unit_id: str, day_us: int) -> None:
    """They went out with a digest."""
    tx.run("UPDATE reminder SET told_day_us = ? WHERE unit_id = ? AND told_day_us = 0", (day_us, unit_id))


REMINDER_EVOLVE: Mapping[type, Evolve] = {
    ev.UnitReminded: _reminded,
    ev.ReminderUndone: _taken_back,
}
