"""Looks the rest of a data folder over: who can read it, its keys, its files, its disk, its broker."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.request import urlopen

import psutil
from google.protobuf.message import Message

from huanjie.ledger.v1 import ledger_pb2
from infra.local.check_store import store_path
from infra.local.findings import NOTE, OK, WARNING, WRONG, Finding
from infra.local.store import facts
from infra.nats.permissions import OTHERS
from infra.nats.seeds import seed_file
from services.chassis import ledger
from services.chassis.app import App
from services.chassis.apsw_store import ApswStore
from services.chassis.binding import message_class
from services.chassis.blobs import FolderBlobStore
from services.chassis.codec import names_blob
from services.chassis.folder import DataFolder
from services.chassis.health import MONITOR_TIMEOUT_SECONDS, broker_facts
from services.chassis.keys import PRINCIPAL_KEYS, trusted_keys
from services.chassis.settings import DISK_FREE_BYTES_MIN
from services.chassis.wire import Subjects

OTHERS_MASK = 0o077


def check_access(folder: DataFolder) -> Iterator[Finding]:
    """Nobody but its owner may read the folder."""
    open_to_others = [path for path in (folder.root, folder.keys, *folder.keys.iterdir()) if _open(path)]
    for path in open_to_others:
        yield Finding(WRONG, path.name, "OPEN_TO_OTHERS", {"path": str(path)})
    if not open_to_others:
        yield Finding(OK, "folder", "ACCESS_SOUND", {"kind": folder.clock.kind})


def _open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & OTHERS_MASK)


def check_keys(folder: DataFolder, apps: Sequence[App]) -> Iterator[Finding]:
    """Every key that a process needs is here and trusted."""
    trusted = trusted_keys(folder.keys)
    for key_id in PRINCIPAL_KEYS:
        if key_id not in trusted or not (folder.keys / f"{key_id}.key").is_file():
            yield Finding(WRONG, "keys", "KEY_NOT_HERE", {"key": key_id})
    for name in (*(app.name for app in apps), *OTHERS):
        if not seed_file(folder.keys, name).is_file():
            yield Finding(NOTE, "keys", "SEED_NOT_YET", {"name": name})


def check_disk(folder: DataFolder) -> Iterator[Finding]:
    """A full disk stops the ledgers."""
    free = psutil.disk_usage(str(folder.root)).free
    params: dict[str, str | int] = {"free_mib": free // 1024**2, "needed_mib": DISK_FREE_BYTES_MIN // 1024**2}
    low = free < DISK_FREE_BYTES_MIN
    yield Finding(WRONG if low else OK, "disk", "DISK_LOW" if low else "DISK_SOUND", params)


def check_inboxes(folder: DataFolder, apps: Sequence[App]) -> Iterator[Finding]:
    """Nobody has read more, or other things, than its producer holds."""
    stores = {app.name: ApswStore(store_path(folder, app)) for app in apps if store_path(folder, app).is_file()}
    try:
        for name, store in stores.items():
            with store.snapshot() as reader:
                rows = facts.inboxes(reader)
            for row in rows:
                yield from _check_inbox(name, row, stores)
    finally:
        for store in stores.values():
            store.close()


def _check_inbox(name: str, row: facts.InboxRow, stores: Mapping[str, ApswStore]) -> Iterator[Finding]:
    params: dict[str, str | int] = {"producer": row.producer, "position": row.position}
    if row.forked:
        yield Finding(WRONG, name, "INBOX_FORKED", params | {"detail": row.forked})
    if row.parked:
        yield Finding(WARNING, name, "ENTRIES_PARKED", params | {"count": row.parked})
    if row.producer not in stores or not row.position:
        return
    with stores[row.producer].snapshot() as reader:
        leaf = facts.leaf_at(reader, row.position)
    if leaf is None:
        yield Finding(WRONG, name, "INBOX_AHEAD", params)
    elif leaf != row.leaf:
        yield Finding(WRONG, name, "INBOX_OTHER_ENTRY", params)


def check_blobs(folder: DataFolder, apps: Sequence[App]) -> Iterator[Finding]:
    """Every file has its name's hash, and every file that an entry names is here."""
    count = wrong = 0
    for app in apps:
        blobs = FolderBlobStore(folder.blob_area(app.name))
        for sha256 in blobs.names():
            count += 1
            if not blobs.verify(sha256):
                wrong += 1
                yield Finding(WRONG, "blobs", "BLOB_DAMAGED", {"sha256": sha256})
        for sha256, position in _named_blobs(folder, app).items():
            if not blobs.exists(sha256):
                wrong += 1
                yield Finding(WRONG, "blobs", "BLOB_MISSING", {"sha256": sha256, "at": f"{app.name}/{position}"})
    if not wrong:
        yield Finding(OK, "blobs", "BLOBS_SOUND", {"count": count})


def _named_blobs(folder: DataFolder, app: App) -> dict[str, int]:
    """Each file that the ledger names, with the first position that names it."""
    path = store_path(folder, app)
    if not path.is_file():
        return {}
    described = (d for module in app.messages for d in module.DESCRIPTOR.message_types_by_name.values())
    messages = {str(each.full_name): message_class(each) for each in described}
    named: dict[str, int] = {}
    store = ApswStore(path)
    try:
        with store.snapshot() as reader:
            for stored in ledger.read_all(reader):
                if stored.type in messages:
                    entry = ledger_pb2.Entry.FromString(stored.entry)
                    for sha256 in blob_names(messages[stored.type].FromString(entry.data)):
                        named.setdefault(sha256, stored.position)
    finally:
        store.close()
    return named


def blob_names(message: Message) -> Iterator[str]:
    """Files that an event names: its fields ``…_sha256`` and ``evidence``."""
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in value if field.is_repeated else (value,):
                if isinstance(inner, Message):
                    yield from blob_names(inner)
        elif names_blob(field.name):
            yield from value if field.is_repeated else (value,)


def check_broker(folder: DataFolder, apps: Sequence[App], monitor_url: str) -> Iterator[Finding]:
    """The broker keeps what it acknowledges, and its streams are no longer than the ledgers."""
    known = broker_facts(monitor_url)
    if not known.known:
        yield Finding(NOTE, "broker", "BROKER_NOT_SEEN")
        return
    if not known.sync_always:
        yield Finding(WRONG, "broker", "BROKER_NOT_SYNCED")
    subjects = Subjects(folder.identity.district_code)
    lasts = _stream_ends(monitor_url)
    for app in apps:
        path = store_path(folder, app)
        last = lasts.get(subjects.stream(app.name), 0)
        if path.is_file() and last > (head := _head(path)):
            yield Finding(WRONG, "broker", "STREAM_AHEAD", {"service": app.name, "last": last, "head": head})
    if known.sync_always:
        yield Finding(OK, "broker", "BROKER_SOUND", {"version": known.version})


def _stream_ends(monitor_url: str) -> dict[str, int]:
    """The last sequence of each stream. OSError is let pass: the broker answered a moment ago."""
    with urlopen(f"{monitor_url}/jsz?streams=true", timeout=MONITOR_TIMEOUT_SECONDS) as answer:
        accounts = json.load(answer).get("account_details", [])
    return {
        stream["name"]: int(stream["state"]["last_seq"])
        for account in accounts
        for stream in account.get("stream_detail", [])
    }


def _head(path: Path) -> int:
    store = ApswStore(path)
    try:
        with store.snapshot() as reader:
            return ledger.head_position(reader)
    finally:
        store.close()
