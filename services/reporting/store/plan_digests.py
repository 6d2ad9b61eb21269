"""What schedule says each day of the plans of units, kept until it is told with the day's message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from huanjie.schedule.v1 import turnovers_pb2
from services.chassis.app import Projection
from services.chassis.ledger import Fact
from services.chassis.store import Reader, Transaction, int_of, text_of
from services.kernel.workdays import start_of_day

# App.listens: what the projections keep.
TABLES = ("plan_digest",)


def units_told_on(reader: Reader, day_us: int) -> list[str]:
    """Units with something of their plan to be told on a day."""
    rows = reader.all("SELECT DISTINCT unit_id FROM plan_digest WHERE day_us = ? ORDER BY unit_id", (day_us,))
    return [text_of(row[0]) for row in rows]


def items_of(reader: Reader, unit_id: str, day_us: int) -> int:
    """How many steps of the unit's plans are due or at risk on a day."""
    row = reader.one(
        "SELECT COALESCE(SUM(items), 0) FROM plan_digest WHERE day_us = ? AND unit_id = ?", (day_us, unit_id)
    )
    return int_of(row[0]) if row else 0


def _made(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = turnovers_pb2.PlanDigestMade.FromString(data)
    tx.run(
        "INSERT INTO plan_digest VALUES (?, ?, ?, ?) ON CONFLICT (turnover_id) DO UPDATE SET "
        "unit_id = excluded.unit_id, day_us = excluded.day_us, items = excluded.items",
        (event.turnover_id, event.unit_id, start_of_day(date.fromisoformat(event.day)), len(event.items)),
    )


PROJECTIONS: Mapping[str, Projection] = {str(turnovers_pb2.PlanDigestMade.DESCRIPTOR.full_name): _made}
