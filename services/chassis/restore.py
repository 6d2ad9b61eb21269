"""Backup and restore of one store: a restored ledger gets a new identity that names its parent position."""

from __future__ import annotations

from pathlib import Path

import apsw

from services.chassis.store import StoreCorrupt


def mark_restored(path: Path, reason: str) -> None:
    """Marks a store file that was put back, so that its next writer opens a new ledger.

    Raises StoreCorrupt when the file fails its integrity check.
    """
    connection = apsw.Connection(str(path))
    try:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            raise StoreCorrupt(f"{path.name}: {found[0][0]}")
        connection.execute(
            "INSERT INTO ledger_restored VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET reason = excluded.reason",
            (reason,),
        )
    finally:
        connection.close()
