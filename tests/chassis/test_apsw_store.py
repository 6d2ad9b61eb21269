"""The embedded driver passes the suite, and keeps the settings that make it safe."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from services.chassis.apsw_store import ApswStore
from services.chassis.store import Migration, Store, StoreCorrupt, StoreTooOld, StoreUnusable, load_migrations
from tests.chassis.conformance import StoreConformance


class TestApswStore(StoreConformance):
    def make(self, folder: Path) -> Store:
        return ApswStore(folder / "store.sqlite3")

    def seize(self, folder: Path) -> Store:
        newer = ApswStore(folder / "store.sqlite3")
        newer.seize("stand-by")
        return newer

    def back_up(self, store: Store, folder: Path) -> None:
        store.backup_to(folder / "store.sqlite3")

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("recursive_triggers", 1), ("foreign_keys", 1)],
    )
    def test_the_writer_keeps_its_settings(self, store: ApswStore, pragma: str, value: object) -> None:
        with store.transaction() as tx:
            assert tx.one(f"PRAGMA {pragma}") == (value,)

    def test_a_snapshot_cannot_write(self, store: ApswStore) -> None:
        with store.snapshot() as reader, pytest.raises(StoreUnusable):
            reader.all("INSERT INTO note VALUES (1, 'a')")


def test_a_library_with_the_write_ahead_log_fault_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(StoreTooOld):
        ApswStore(tmp_path / "store.sqlite3")


def test_migrations_are_numbered_without_gaps(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1")
    assert load_migrations("x", tmp_path) == [Migration("x", 1, "a", "SELECT 1")]
    (tmp_path / "0003_c.sql").write_text("SELECT 3")
    with pytest.raises(StoreCorrupt):
        load_migrations("x", tmp_path)
    (tmp_path / "0003_c.sql").rename(tmp_path / "three.sql")
    with pytest.raises(StoreCorrupt):
        load_migrations("x", tmp_path)
