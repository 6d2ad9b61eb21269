"""Messages and contacts, read for sending and for showing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.chassis.scope import Scope
from services.chassis.store import Reader, Row, Transaction, int_of, text_of
from services.reporting.domain.messages import Channel, MessageState, Outgoing, Told
from services.reporting.store.plan_digests import units_told_on
from services.reporting.store.reminders import units_waiting

_MESSAGE: Final = "message_id, channel, m.unit_id, post_id, m.state, attempts, queued_us, items, reminders, plan_items"


@dataclass(frozen=True, slots=True)
class Contact:
    """How the holder of a post is reached; empty where nobody said."""

    mail: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message with what only readers need."""

    message: Outgoing
    position: int
    day_us: int
    next_try_us: int
    problem: str


def set_contact(tx: Transaction, unit_id: str, post_id: str, contact: Contact) -> None:
    """Keeps it, or takes it away when both are empty; outside of the ledger, so that it can be erased."""
    if not contact.mail and not contact.phone:
        tx.run("DELETE FROM contact WHERE unit_id = ? AND post_id = ?", (unit_id, post_id))
        return
    tx.run(
        "INSERT INTO contact VALUES (?, ?, ?, ?) "
        "ON CONFLICT (unit_id, post_id) DO UPDATE SET mail = excluded.mail, phone = excluded.phone",
        (unit_id, post_id, contact.mail, contact.phone),
    )


def contact_of(reader: Reader, unit_id: str, post_id: str) -> Contact:
    """Empty where nobody said."""
    row = reader.one("SELECT mail, phone FROM contact WHERE unit_id = ? AND post_id = ?", (unit_id, post_id))
    return Contact(text_of(row[0]), text_of(row[1])) if row else Contact()


def told_on(reader: Reader, day_us: int) -> list[tuple[str, int]]:
    """(unit, how many things it was told to be overdue) of a day's digests, by unit."""
    rows = reader.all("SELECT unit_id, items, left_out FROM digest WHERE day_us = ? ORDER BY unit_id, stage", (day_us,))
    counts: dict[str, int] = {}
    for row in rows:
        unit_id = text_of(row[0])
        counts[unit_id] = counts.get(unit_id, 0) + len(json.loads(text_of(row[1]))) + int_of(row[2])
    return sorted(counts.items())


def overdue_below(reader: Reader, unit_id: str, day_us: int) -> int:
    """How many things a day's digests told one unit to be overdue."""
    rows = reader.all("SELECT items, left_out FROM digest WHERE unit_id = ? AND day_us = ?", (unit_id, day_us))
    return sum(len(json.loads(text_of(row[0]))) + int_of(row[1]) for row in rows)


def to_be_told(reader: Reader, day_us: int) -> list[tuple[str, int]]:
    """The same of units that were reminded or have a plan with something due, and of those alone."""
    units = {*units_waiting(reader), *units_told_on(reader, day_us)}
    return [(unit_id, overdue_below(reader, unit_id, day_us)) for unit_id in sorted(units)]


def queued(reader: Reader, person_id: str, channel: Channel, day_us: int) -> bool:
    """Whether the person has a message of that day by that channel."""
    row = reader.one(
        "SELECT 1 FROM message WHERE person_id = ? AND channel = ? AND day_us = ?", (person_id, channel, day_us)
    )
    return row is not None


def find(reader: Reader, message_id: str) -> Outgoing | None:
    """A message as it stands."""
    row = reader.one(f"SELECT {_MESSAGE} FROM message m WHERE message_id = ?", (message_id,))
    return _outgoing_of(row) if row else None


def due(reader: Reader, now_us: int, channels: Sequence[Channel], rows_max: int) -> list[Outgoing]:
    """What is to be tried now, longest waiting first, by the channels that there are."""
    marks = ", ".join("?" * len(channels))
    rows = reader.all(
        f"SELECT {_MESSAGE} FROM message m WHERE state = 'waiting' AND next_try_us <= ? AND channel IN ({marks}) "
        "ORDER BY next_try_us, message_id LIMIT ?",
        (now_us, *channels, rows_max),
    )
    return [_outgoing_of(row) for row in rows]


def below(reader: Reader, path: str, state: str, before_position: int, rows_max: int) -> list[MessageRow]:
    """To a unit and to those below it, newest first."""
    inside, params = Scope((path,)).where("t.path")
    rows = reader.all(
        f"SELECT {_MESSAGE}, m.position, day_us, next_try_us, problem FROM message m "
        f"JOIN tree_unit t ON t.unit_id = m.unit_id WHERE {inside} AND m.position < ? AND (? = '' OR m.state = ?) "
        "ORDER BY m.position DESC LIMIT ?",
        (*params, before_position, state, state, rows_max),
    )
    return [
        MessageRow(_outgoing_of(row), int_of(row[10]), int_of(row[11]), int_of(row[12]), text_of(row[13]))
        for row in rows
    ]


def _outgoing_of(row: Row) -> Outgoing:
    return Outgoing(
        text_of(row[0]), Channel(text_of(row[1])), text_of(row[2]), text_of(row[3]), MessageState(text_of(row[4])),
        int_of(row[5]), int_of(row[6]), Told(int_of(row[7]), int_of(row[8]), int_of(row[9])),
    )  # fmt: skip
