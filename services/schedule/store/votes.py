"""What schedule keeps of tally's ledger: declared votes, as far as gates wait for results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from huanjie.tally.v1 import sheets_pb2
from services.chassis.app import Projection
from services.chassis.ledger import Fact
from services.chassis.store import Reader, Transaction, text_of
from services.kernel.workdays import day_of
from services.schedule.domain.results import BEFORE_FORMAL, Declared

# App.listens: what the projections keep.
TABLES = ("declared_vote", "further_vote")


def declared(reader: Reader, turnover_id: str, unit_id: str) -> list[Declared]:
    """Votes of the turnover's own unit that left no seat open and have no further vote before them."""
    rows = reader.all(
        "SELECT d.body, d.post, d.day, d.election_id FROM declared_vote d "
        "WHERE d.turnover = ? AND d.unit_id = ? AND d.seats_open = 0 AND NOT EXISTS (SELECT 1 FROM further_vote f "
        "WHERE f.turnover = d.turnover AND f.unit_id = d.unit_id AND f.body = d.body AND f.post = d.post)",
        (turnover_id, unit_id),
    )
    return [
        Declared(text_of(row[0]), text_of(row[1]), date.fromisoformat(text_of(row[2])), text_of(row[3])) for row in rows
    ]


def _declared(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = sheets_pb2.ResultDeclared.FromString(data)
    tx.run("DELETE FROM further_vote WHERE election_id = ?", (event.election_id,))
    if event.round == BEFORE_FORMAL:
        return
    place = (fact.turnover, event.unit_id, event.body, event.post)
    tx.run(
        "INSERT OR IGNORE INTO declared_vote VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event.election_id, *place, day_of(fact.occurred_at_us).isoformat(), event.seats_open),
    )
    tx.run_many(
        "INSERT OR IGNORE INTO further_vote VALUES (?, ?, ?, ?, ?)",
        [(election_id, *place) for election_id in event.next_election_ids],
    )


PROJECTIONS: Mapping[str, Projection] = {str(sheets_pb2.ResultDeclared.DESCRIPTOR.full_name): _declared}
