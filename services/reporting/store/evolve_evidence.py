"""How events change what is kept as evidence, and what the present reports show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import evidence_events as ev


def _kept(tx: Transaction, fact: Fact, event: ev.EvidenceKept) -> None:
    tx.run(
        "INSERT INTO evidence_file VALUES (?, ?, ?, ?, ?)",
        (event.unit_id, event.file_sha256, event.media_type, event.size_bytes, fact.occurred_at_us),
    )


def report_shown(tx: Transaction, directive_id: str, unit_id: str, report_number: int, files: Sequence[str]) -> None:
    """The files of a report take the place of its predecessor's; a first report without any has nothing to replace."""
    if files:
        tx.run(
            "INSERT INTO report_evidence VALUES (?, ?, ?) "
            "ON CONFLICT (directive_id, unit_id) DO UPDATE SET files = excluded.files",
            (directive_id, unit_id, json.dumps(files)),
        )
    elif report_number > 1:
        tx.run("DELETE FROM report_evidence WHERE directive_id = ? AND unit_id = ?", (directive_id, unit_id))


EVIDENCE_EVOLVE: Mapping[type, Evolve] = {ev.EvidenceKept: _kept}
