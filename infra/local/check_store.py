"""Looks a store over: pages, ledger, checkpoints, and whether the state is what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw

from infra.local.findings import NOTE, OK, WARNING, WRONG, Finding
from infra.local.store import facts
from infra.local.store.facts import LedgerIdentity
from services.chassis import ledger
from services.chassis.app import App
from services.chassis.apsw_store import ApswStore
from services.chassis.checkpoints import CheckpointMalformed, NoteError, VerifierKey, verify
from services.chassis.doctor import broken_entries, differences
from services.chassis.folder import DataFolder
from services.chassis.keys import KeyMissing, load_key
from services.chassis.merkle import Frontier
from services.chassis.store import Reader, StoreError

POSITIONS_SHOWN_MAX = 5
# After these nothing else can be read of the store.
UNREADABLE = frozenset({"STORE_UNREADABLE", "STORE_DAMAGED"})


def store_path(folder: DataFolder, app: App) -> Path:
    """Where a service keeps its store."""
    return folder.stores / f"{app.name}.sqlite3"


def check_store(folder: DataFolder, app: App, scratch: Path) -> Iterator[Finding]:
    """Everything that can be seen in one store; ``scratch`` is a folder for the second fold."""
    path = store_path(folder, app)
    if not path.is_file():
        yield Finding(NOTE, app.name, "STORE_NOT_YET")
        return
    store = ApswStore(path)
    try:
        yield from _check(folder, app, store, scratch)
    except (apsw.Error, StoreError, ValueError) as error:
        yield Finding(WRONG, app.name, "STORE_UNREADABLE", {"detail": f"{type(error).__name__}: {error}"})
    finally:
        store.close()


def _check(folder: DataFolder, app: App, store: ApswStore, scratch: Path) -> Iterator[Finding]:
    with store.snapshot() as reader:
        pages = facts.integrity(reader)
        if pages != "ok":
            yield Finding(WRONG, app.name, "STORE_DAMAGED", {"detail": pages})
            return
        opened = facts.identities(reader)
        if not opened:
            yield Finding(NOTE, app.name, "STORE_NOT_YET")
            return
        head = ledger.head_position(reader)
        found = [*_check_identity(folder, app, opened), *_check_ledger(app, reader)]
        found += _check_checkpoints(folder, app, reader, opened)
    found += [Finding(WRONG, app.name, "STATE_DIFFERS", {"table": t}) for t in _differing(app, store, scratch)]
    yield from found or [Finding(OK, app.name, "STORE_SOUND", {"head": head})]


def _check_identity(folder: DataFolder, app: App, opened: list[LedgerIdentity]) -> Iterator[Finding]:
    for identity in opened:
        if identity.kind != folder.clock.kind:
            yield Finding(WRONG, app.name, "CLOCK_KIND", {"ledger": identity.kind, "folder": folder.clock.kind})
        if identity.service != app.name:
            yield Finding(WRONG, app.name, "STORE_OF_ANOTHER", {"other": identity.service})


def _check_ledger(app: App, reader: Reader) -> Iterator[Finding]:
    broken = broken_entries(reader)
    if broken:
        shown = ", ".join(map(str, broken[:POSITIONS_SHOWN_MAX]))
        yield Finding(WRONG, app.name, "LEDGER_BROKEN", {"count": len(broken), "positions": shown})


def _differing(app: App, store: ApswStore, scratch: Path) -> list[str]:
    return differences(store, app, scratch / f"{app.name}-refold.sqlite3")


def _check_checkpoints(folder: DataFolder, app: App, reader: Reader, opened: list[LedgerIdentity]) -> Iterator[Finding]:
    """Each signed root must be the root of the leaves that are here now."""
    try:
        public = load_key(folder.keys, f"ledger-{app.name}").public_key().public_bytes_raw()
    except KeyMissing:
        yield Finding(WARNING, app.name, "LEDGER_KEY_MISSING")
        return
    trusted = [VerifierKey(identity.ledger_id, public) for identity in opened]
    frontier = Frontier()
    for signed in facts.checkpoints(reader):
        frontier.extend(ledger.leaves(reader, frontier.size, signed.position))
        try:
            checkpoint, _ = verify(signed.note, trusted)
        except (NoteError, CheckpointMalformed):
            yield Finding(WRONG, app.name, "CHECKPOINT_INVALID", {"position": signed.position})
            continue
        if (checkpoint.size, checkpoint.root) != (signed.position, frontier.root()):
            yield Finding(WRONG, app.name, "CHECKPOINT_DIFFERS", {"position": signed.position})
            return
