"""Backup, restore, and going on from there."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from huanjie.ledger.v1 import ledger_pb2
from infra.local.archive import (
    MANIFEST,
    ArchiveDamaged,
    ArchiveUnreadable,
    behind,
    copy_stores,
    readers_first,
    restore_archive,
    write_archive,
)
from infra.local.commands.doctor import examine
from infra.local.findings import Level
from services.chassis.blobs import FolderBlobStore
from services.chassis.folder import DataFolder
from services.chassis.ledger import OPENED_TYPE, read_page
from tests.brokers import NatsServer
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import Scene
from tests.chassis.test_way import mirrored, open_and_add

APPS = (COUNTERS, MIRROR)


def silent(step: str) -> None:
    """Tells nobody."""


@pytest.fixture
def archive(worked: DataFolder, tmp_path: Path) -> Path:
    FolderBlobStore(worked.blob_area("counters")).put([b"evidence"], 100)
    target = tmp_path / "backup.tar"
    write_archive(worked, APPS, target, silent)
    return target


def altered(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with each file's content replaced, or left out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            content = change(member.name, file.read() if file else b"")
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return target


def test_a_backup_holds_everything_but_what_can_be_made_anew(archive: Path, worked: DataFolder) -> None:
    with tarfile.open(archive) as tar:
        names = set(tar.getnames())
    assert {"clock.json", "district.json", "keys/machine.key", "keys/ledger-counters.key", MANIFEST} <= names
    assert {"stores/counters.sqlite3", "stores/mirror.sqlite3"} <= names
    assert len([name for name in names if name.startswith("blobs/")]) == 2
    assert not any(name.startswith(("logs/", "run/", "broker/")) or "-wal" in name for name in names)
    assert archive.stat().st_mode & 0o077 == 0
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith(".huanjie")] == []


def test_readers_are_copied_before_those_they_read() -> None:
    assert [app.name for app in readers_first(APPS)] == ["mirror", "counters"]
    assert [app.name for app in readers_first(APPS[::-1])] == ["mirror", "counters"]


def test_a_producer_copied_too_early_is_copied_again(worked: DataFolder, tmp_path: Path) -> None:
    copies = copy_stores(worked, APPS, tmp_path, silent)
    assert behind(copies) == set()
    import apsw

    connection = apsw.Connection(str(copies["counters"]))
    connection.execute("DROP TRIGGER ledger_no_delete")
    connection.execute("DELETE FROM ledger WHERE position > 5")
    connection.close()
    assert behind(copies) == {"counters"}


def test_a_restored_folder_is_sound(archive: Path, tmp_path: Path, worked: DataFolder) -> None:
    root = tmp_path / "new" / "data"
    restore_archive(archive, root, "backup.tar", silent)
    restored = DataFolder.open(root)
    assert restored.identity == worked.identity
    assert [f for f in examine(restored, APPS, "") if f.level is Level.WRONG] == []
    assert {path.stat().st_mode & 0o077 for path in (root, *root.rglob("*"))} == {0}


async def test_work_goes_on_after_a_restore_under_new_ledgers_that_name_their_parents(
    archive: Path, worked: DataFolder, tmp_path: Path
) -> None:
    root = tmp_path / "restored"
    restore_archive(archive, root, "backup.tar", silent)
    server = NatsServer(tmp_path / "new-nats").start()
    async with Scene(server, tmp_path / "scratch") as scene:
        scene.folder = DataFolder.open(root)
        from services.chassis.permissions import MACHINE
        from services.chassis.principals import Grant
        from tests.chassis.scene import sign

        scene.machine = sign(scene.folder, (Grant(MACHINE, ""),), "machine")
        counters = await scene.start(COUNTERS)
        mirror = await scene.start(MIRROR)
        await open_and_add(scene, "c2", [3, 4])
        await scene.settled("mirror", "counters")
        assert (await mirrored(scene, "c2")).total == 7
        assert (await mirrored(scene, "c1")).total == 10
        assert not mirror.consumers["counters"].at.forked
        with counters.store.snapshot() as reader:
            opened = [e for e in read_page(reader, 0, 100) if e.type == OPENED_TYPE]
        last = ledger_pb2.LedgerOpened.FromString(ledger_pb2.Entry.FromString(opened[-1].entry).data)
        assert (len(opened), last.parent_position, last.reason) == (2, opened[-1].position - 1, "backup.tar")
        assert [f for f in examine(scene.folder, APPS, server.monitor_url) if f.level is Level.WRONG] == []
    server.stop()


async def test_a_backup_taken_while_services_work_fits_itself(nats_server: NatsServer, tmp_path: Path) -> None:
    import asyncio

    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        working = asyncio.create_task(open_and_add(scene, "c2", [1] * 200))
        await asyncio.to_thread(write_archive, scene.folder, APPS, tmp_path / "busy.tar", silent)
        await working
    root = tmp_path / "restored"
    restore_archive(tmp_path / "busy.tar", root, "busy.tar", silent)
    assert [f for f in examine(DataFolder.open(root), APPS, "") if f.level is Level.WRONG] == []


@pytest.mark.parametrize("wrong", ["changed", "missing", "added"])
def test_a_damaged_backup_restores_nothing(archive: Path, tmp_path: Path, wrong: str) -> None:
    def change(name: str, content: bytes) -> bytes | None:
        if name == "keys/trust.json" and wrong != "added":
            return None if wrong == "missing" else content + b" "
        if name == MANIFEST and wrong == "added":
            manifest = json.loads(content)
            del manifest["files"]["keys/trust.json"]
            return json.dumps(manifest).encode()
        return content

    bad = altered(archive, tmp_path / "bad.tar", change)
    with pytest.raises(ArchiveDamaged):
        restore_archive(bad, tmp_path / "new" / "data", "bad.tar", silent)
    assert list((tmp_path / "new").iterdir()) == []


def test_what_is_no_whole_backup_restores_nothing(archive: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.tar"
    short.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    noise = tmp_path / "noise.tar"
    noise.write_bytes(os.urandom(5_000))
    unsigned = altered(archive, tmp_path / "plain.tar", lambda n, c: None if n == MANIFEST else c)
    newer = altered(
        archive,
        tmp_path / "newer.tar",
        lambda n, c: c.replace(b'"format": 1', b'"format": 9') if n == MANIFEST else c,
    )
    for bad in (short, noise, unsigned, newer):
        with pytest.raises(ArchiveUnreadable):
            restore_archive(bad, tmp_path / "new" / "data", bad.name, silent)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("name", ["../outside", "/outside", "keys/../../outside", "etc/passwd"])
def test_a_backup_cannot_write_outside_its_folder(tmp_path: Path, name: str) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(ArchiveUnreadable):
        restore_archive(bad, tmp_path / "new" / "data", "bad.tar", silent)
    assert not (tmp_path / "outside").exists()


def test_links_in_a_backup_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as tar:
        link = tarfile.TarInfo("keys/machine.key")
        link.type, link.linkname = tarfile.SYMTYPE, "/outside"
        tar.addfile(link)
    with pytest.raises(ArchiveUnreadable):
        restore_archive(bad, tmp_path / "new" / "data", "bad.tar", silent)
