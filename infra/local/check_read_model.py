"""Looks the read model over: it must be what reporting's ledger says, bit for bit, up to where it has read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.dashboard.model import current_file
from gateway.dashboard.projection import PRODUCER
from gateway.dashboard.recount import differences_from
from infra.local.findings import NOTE, OK, WRONG, Finding
from services.chassis import inbox, ledger
from services.chassis.apsw_store import ApswStore
from services.chassis.folder import DataFolder

PLACE = "dashboard"


def check_read_model(folder: DataFolder, scratch: Path) -> Iterator[Finding]:
    """A whole rebuild beside it, compared; nothing is changed."""
    model, reporting = current_file(folder.stores), folder.stores / f"{PRODUCER}.sqlite3"
    if not model.is_file() or not reporting.is_file():
        yield Finding(NOTE, PLACE, "READ_MODEL_NOT_YET")
        return
    ours, theirs = ApswStore(model), ApswStore(reporting)
    try:
        with ours.snapshot() as reader, theirs.snapshot() as source:
            position = inbox.position_of(reader, PRODUCER).position
            entries = (stored.entry for stored in ledger.read_all(source, position))
            differing = differences_from(reader, entries, scratch / "recount.sqlite3")
    finally:
        ours.close()
        theirs.close()
    for name in differing[:1]:
        yield Finding(WRONG, PLACE, "READ_MODEL_DIFFERS", {"first": name, "count": len(differing)})
    if not differing:
        yield Finding(OK, PLACE, "READ_MODEL_SOUND", {"position": position})
