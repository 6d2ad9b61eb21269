"""What schedule keeps of reporting's ledger: directives that it caused, how far they have come, who leads a unit."""

from __future__ import annotations

import json
from collections.abc import Mapping

from huanjie.reporting.v1 import directives_pb2, units_pb2
from services.chassis.app import Projection
from services.chassis.ledger import Fact
from services.chassis.store import Reader, Transaction, text_of

# App.listens: what the projections keep.
TABLES = ("caused_directive", "caused_unit", "leader")
CAUSES = ("milestone/", "decision/", "requirement/")


def leader_post(reader: Reader, unit_id: str) -> tuple[str, str]:
    """The post of the unit's first responsible person and who holds it; both empty where nobody is registered."""
    row = reader.one("SELECT post_id, person_id FROM leader WHERE unit_id = ?", (unit_id,))
    return (text_of(row[0]), text_of(row[1])) if row else ("", "")


def _issued(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = directives_pb2.DirectiveIssued.FromString(data)
    if not event.cause.startswith(CAUSES):
        return
    scope = json.dumps([list(event.scope.kinds), list(event.scope.unit_ids), list(event.scope.excluded_unit_ids)])
    tx.run(
        "INSERT OR IGNORE INTO caused_directive VALUES (?, ?, ?, ?, ?, ?, 0)",
        (event.cause, event.directive_id, fact.turnover, event.issuer_unit_id, event.scope.subtree_unit_id, scope),
    )


def _withdrawn(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = directives_pb2.DirectiveWithdrawn.FromString(data)
    tx.run("UPDATE caused_directive SET withdrawn = 1 WHERE directive_id = ?", (event.directive_id,))


def _set_unit(tx: Transaction, directive_id: str, unit_id: str, column: str, value: int) -> None:
    known = tx.one("SELECT 1 FROM caused_directive WHERE directive_id = ?", (directive_id,))
    if known is None:
        return
    tx.run("INSERT OR IGNORE INTO caused_unit VALUES (?, ?, 0, 0)", (directive_id, unit_id))
    tx.run(
        f"UPDATE caused_unit SET {column} = ? WHERE directive_id = ? AND unit_id = ?", (value, directive_id, unit_id)
    )


def _verified(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = directives_pb2.ReportVerified.FromString(data)
    _set_unit(tx, event.directive_id, event.unit_id, "verified", 1)


def _corrected(tx: Transaction, fact: Fact, data: bytes) -> None:
    """A verified report was wrong: gates that have not opened yet wait until it is verified again."""
    event = directives_pb2.ReportCorrected.FromString(data)
    _set_unit(tx, event.directive_id, event.unit_id, "verified", 0)


def _undone(tx: Transaction, fact: Fact, data: bytes) -> None:
    """A verification was taken back: gates that have not opened yet count without it."""
    event = directives_pb2.ActUndone.FromString(data)
    if event.verifier_unit_id:
        _set_unit(tx, event.directive_id, event.unit_id, "verified", 0)


def _let_off(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = directives_pb2.AssignmentWithdrawn.FromString(data)
    _set_unit(tx, event.directive_id, event.unit_id, "withdrawn", 1)


def _restored(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = directives_pb2.AssignmentRestored.FromString(data)
    _set_unit(tx, event.directive_id, event.unit_id, "withdrawn", 0)


def _merged(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.UnitMerged.FromString(data)
    for column in ("issuer_unit_id", "subtree_unit_id"):
        tx.run(f"UPDATE caused_directive SET {column} = ? WHERE {column} = ?", (event.into_unit_id, event.unit_id))
    tx.run("DELETE FROM leader WHERE unit_id = ?", (event.unit_id,))


def _appointed(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.PostHolderAppointed.FromString(data)
    if not event.first:
        tx.run("DELETE FROM leader WHERE post_id = ?", (event.post_id,))
        return
    tx.run(
        "INSERT INTO leader VALUES (?, ?, ?) ON CONFLICT (unit_id) DO UPDATE SET post_id = excluded.post_id, "
        "person_id = excluded.person_id",
        (event.unit_id, event.post_id, event.person_id),
    )


def _handed_over(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.PostHandedOver.FromString(data)
    tx.run("UPDATE leader SET person_id = ? WHERE post_id = ?", (event.person_id, event.post_id))


PROJECTIONS: Mapping[str, Projection] = {
    str(message.DESCRIPTOR.full_name): fold
    for message, fold in (
        (directives_pb2.DirectiveIssued, _issued),
        (directives_pb2.DirectiveWithdrawn, _withdrawn),
        (directives_pb2.ReportVerified, _verified),
        (directives_pb2.ReportCorrected, _corrected),
        (directives_pb2.ActUndone, _undone),
        (directives_pb2.AssignmentWithdrawn, _let_off),
        (directives_pb2.AssignmentRestored, _restored),
        (units_pb2.UnitMerged, _merged),
        (units_pb2.PostHolderAppointed, _appointed),
        (units_pb2.PostHandedOver, _handed_over),
    )
}
