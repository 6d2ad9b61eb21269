"""What every driver of the store must do. A driver's test class inherits this and gives ``make``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.service import CHASSIS_SCHEMA
from services.chassis.store import (
    Migration,
    Store,
    StoreConstraint,
    StoreCorrupt,
    StoreFenced,
    StoreLocked,
    Transaction,
    load_migrations,
)

NOTES = Migration("test", 1, "notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;")


def append(tx: Transaction, position: int, entry: bytes = b"e") -> None:
    tx.run(
        "INSERT INTO ledger (position, subject, type, entry, leaf) VALUES (?, ?, ?, ?, ?)",
        (position, "s", "t", entry, b"l"),
    )


class StoreConformance:
    """The suite; ``make`` opens the same database each time it is called with the same folder."""

    def make(self, folder: Path) -> Store:
        raise TypeError("a driver's test gives make")

    def seize(self, folder: Path) -> Store:
        """A second writer that takes the lease while the first still lives."""
        raise TypeError("a driver's test gives seize")

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = self.make(tmp_path)
        store.claim("test")
        store.migrate([*load_migrations("chassis", CHASSIS_SCHEMA), NOTES])
        yield store
        store.close()

    def test_a_transaction_commits_as_a_whole(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.run_many("INSERT INTO note VALUES (?, ?)", [(1, "a"), (2, "b")])
        with store.snapshot() as reader:
            assert reader.all("SELECT id, text FROM note ORDER BY id") == [(1, "a"), (2, "b")]

    def test_a_transaction_that_raises_leaves_nothing(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.transaction() as tx:
            tx.run("INSERT INTO note VALUES (1, 'a')")
            raise ZeroDivisionError
        with store.snapshot() as reader:
            assert reader.one("SELECT id FROM note") is None

    def test_a_savepoint_that_raises_undoes_only_itself(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.run("INSERT INTO note VALUES (1, 'a')")
            with pytest.raises(ZeroDivisionError), tx.savepoint():
                tx.run("INSERT INTO note VALUES (2, 'b')")
                with tx.savepoint():
                    tx.run("INSERT INTO note VALUES (3, 'c')")
                raise ZeroDivisionError
            tx.run("INSERT INTO note VALUES (4, 'd')")
        with store.snapshot() as reader:
            assert reader.all("SELECT id FROM note ORDER BY id") == [(1,), (4,)]

    def test_run_tells_how_many_rows_changed(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.run_many("INSERT INTO note VALUES (?, ?)", [(1, "a"), (2, "b")])
            assert tx.run("UPDATE note SET text = 'x'") == 2
            assert tx.run("DELETE FROM note WHERE id = 9") == 0

    def test_a_constraint_is_a_named_error(self, store: Store) -> None:
        with pytest.raises(StoreConstraint), store.transaction() as tx:
            tx.run("INSERT INTO note VALUES (1, 'a')")
            tx.run("INSERT INTO note VALUES (1, 'b')")

    def test_a_snapshot_does_not_move_while_the_writer_commits(self, store: Store) -> None:
        with store.snapshot() as reader:
            assert reader.one("SELECT COUNT(*) FROM note") == (0,)
            with store.transaction() as tx:
                tx.run("INSERT INTO note VALUES (1, 'a')")
            assert reader.one("SELECT COUNT(*) FROM note") == (0,)
        with store.snapshot() as reader:
            assert reader.one("SELECT COUNT(*) FROM note") == (1,)

    def test_snapshots_can_be_read_from_many_threads(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.run_many("INSERT INTO note VALUES (?, ?)", [(n, "x") for n in range(200)])
        seen: list[int] = []

        def read() -> None:
            for _ in range(20):
                with store.snapshot() as reader:
                    seen.append(len(list(reader.each("SELECT id FROM note"))))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [200] * 80

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger SET entry = x'00' WHERE position = 1",
            "UPDATE ledger SET position = 9 WHERE position = 2",
            "DELETE FROM ledger WHERE position = 2",
            "DELETE FROM ledger",
            "INSERT OR REPLACE INTO ledger (position, subject, type, entry, leaf) VALUES (1, 's', 't', x'00', x'00')",
            "REPLACE INTO ledger (position, subject, type, entry, leaf) VALUES (2, 's', 't', x'00', x'00')",
            "INSERT INTO ledger (position, subject, type, entry, leaf) VALUES (1, 's', 't', x'00', x'00') "
            "ON CONFLICT (position) DO UPDATE SET entry = excluded.entry",
            "INSERT INTO ledger (position, subject, type, entry, leaf) VALUES (7, 's', 't', x'00', x'00')",
        ],
    )
    def test_the_ledger_refuses_to_be_rewritten(self, store: Store, statement: str) -> None:
        with store.transaction() as tx:
            append(tx, 1)
            append(tx, 2)
        with pytest.raises(StoreConstraint), store.transaction() as tx:
            tx.run(statement)
        with store.snapshot() as reader:
            assert reader.all("SELECT position, entry FROM ledger ORDER BY position") == [(1, b"e"), (2, b"e")]

    def test_a_second_claim_is_refused_while_the_first_writer_lives(self, store: Store, tmp_path: Path) -> None:
        other = self.make(tmp_path)
        with pytest.raises(StoreLocked):
            other.claim("other")
        other.close()

    def test_a_stale_writer_cannot_commit(self, store: Store, tmp_path: Path) -> None:
        newer = self.seize(tmp_path)
        with pytest.raises(StoreFenced), store.transaction() as tx:
            tx.run("INSERT INTO note VALUES (1, 'stale')")
        with newer.transaction() as tx:
            tx.run("INSERT INTO note VALUES (1, 'newer')")
        newer.close()
        with store.snapshot() as reader:
            assert reader.all("SELECT text FROM note") == [("newer",)]

    def test_each_claim_raises_the_epoch(self, tmp_path: Path) -> None:
        epochs = []
        for _ in range(3):
            store = self.make(tmp_path)
            epochs.append(store.claim("test"))
            store.close()
        assert epochs == [1, 2, 3]

    def test_migrations_run_once_and_may_not_change(self, store: Store) -> None:
        store.migrate([NOTES])
        changed = Migration("test", 1, "notes", NOTES.sql + " ")
        with pytest.raises(StoreCorrupt):
            store.migrate([changed])

    def test_a_failed_migration_leaves_nothing(self, store: Store) -> None:
        broken = Migration("test", 2, "broken", "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE note (x INTEGER);")
        with pytest.raises(Exception, match="note"):
            store.migrate([broken])
        with store.snapshot() as reader, pytest.raises(Exception, match="half"):
            reader.one("SELECT * FROM half")

    def test_a_backup_is_consistent_while_the_store_is_written(self, store: Store, tmp_path: Path) -> None:
        with store.transaction() as tx:
            append(tx, 1)
        copy = tmp_path / "copies"
        copy.mkdir()
        self.back_up(store, copy)
        with store.transaction() as tx:
            append(tx, 2)
        restored = self.make(copy)
        with restored.snapshot() as reader:
            assert reader.all("SELECT position FROM ledger") == [(1,)]
        restored.close()

    def back_up(self, store: Store, folder: Path) -> None:
        raise TypeError("a driver's test gives back_up")

    def test_close_may_be_called_twice(self, store: Store) -> None:
        store.close()
        store.close()
