"""The inbox sees duplicates, gaps and forks from the entries alone, and parks what cannot be applied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huanjie.ledger.v1 import ledger_pb2 as pb
from services.chassis.apsw_store import ApswStore
from services.chassis.inbox import Forked, Gap, Read, apply_batch, mark_forked, parked_count, position_of, retry_parked
from services.chassis.ledger import OPENED_TYPE, Fact
from services.chassis.service import CHASSIS_SCHEMA
from services.chassis.store import Transaction, load_migrations

PRODUCER = "counters"


def entry(
    position: int, subject: str = "s", *, ledger: str = "ledger_a", epoch: int = 1, data: bytes = b"", kind: str = "t"
) -> bytes:
    return pb.Entry(
        ledger_id=ledger, writer_epoch=epoch, position=position, subject=subject, type=kind, data=data
    ).SerializeToString()


class Reading:
    """A consumer's store, and what its fold was given; subjects in ``sick`` cannot be applied."""

    def __init__(self, folder: Path) -> None:
        self.store = ApswStore(folder / "reader.sqlite3")
        self.store.claim("test")
        self.store.migrate(load_migrations("chassis", CHASSIS_SCHEMA))
        self.applied: list[int] = []
        self.sick: set[str] = set()

    def fold(self, tx: Transaction, fact: Fact, kind: str, data: bytes) -> None:
        if fact.subject in self.sick:
            raise RuntimeError("cannot be applied")
        self.applied.append(fact.position)

    def read(self, *entries: bytes) -> Read:
        with self.store.transaction() as tx:
            return apply_batch(tx, position_of(tx, PRODUCER), list(entries), self.fold)

    @property
    def at(self) -> Read:
        with self.store.snapshot() as reader:
            return position_of(reader, PRODUCER)

    @property
    def parked(self) -> int:
        with self.store.snapshot() as reader:
            return parked_count(reader, PRODUCER)


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    made = Reading(tmp_path)
    yield made
    made.store.close()


def test_contiguous_entries_are_applied_in_order_and_the_inbox_stands_at_the_last(reading: Reading) -> None:
    reading.read(entry(1), entry(2))
    reading.read(entry(3))
    assert (reading.applied, reading.at.position, reading.at.ledger_id) == ([1, 2, 3], 3, "ledger_a")


def test_duplicates_are_passed_over(reading: Reading) -> None:
    reading.read(entry(1), entry(2))
    reading.read(entry(1), entry(2), entry(2), entry(3))
    assert (reading.applied, reading.at.position) == ([1, 2, 3], 3)


def test_a_gap_is_named_and_nothing_of_its_batch_is_kept(reading: Reading) -> None:
    reading.read(entry(1))
    with pytest.raises(Gap) as gap:
        reading.read(entry(2), entry(4))
    assert (gap.value.after, reading.at.position) == (2, 1)
    reading.read(entry(2), entry(3), entry(4))
    assert reading.at.position == 4


@pytest.mark.parametrize(
    "other",
    [
        entry(2, data=b"other content at the position read"),
        entry(1, epoch=2),
        entry(3, ledger="ledger_b"),
        entry(3, epoch=0),
    ],
    ids=["other content", "newer epoch at an old position", "other ledger", "older epoch"],
)
def test_a_fork_is_seen_and_nothing_of_it_is_kept(reading: Reading, other: bytes) -> None:
    reading.read(entry(1), entry(2))
    with pytest.raises(Forked):
        reading.read(other)
    assert (reading.applied, reading.at.position) == ([1, 2], 2)


@pytest.mark.parametrize(("parent_position", "lawful"), [(2, True), (1, False)])
def test_a_new_ledger_is_read_on_only_where_it_names_what_was_read_as_its_parent(
    reading: Reading, parent_position: int, lawful: bool
) -> None:
    reading.read(entry(1), entry(2))
    opened = pb.LedgerOpened(parent_ledger_id="ledger_a", parent_position=parent_position).SerializeToString()
    new = entry(3, ledger="ledger_b", epoch=2, data=opened, kind=OPENED_TYPE)
    if lawful:
        assert reading.read(new).ledger_id == "ledger_b"
        return
    with pytest.raises(Forked):
        reading.read(new)


def test_a_fork_once_written_down_is_still_known_after_a_restart(reading: Reading) -> None:
    reading.read(entry(1))
    with reading.store.transaction() as tx:
        mark_forked(tx, PRODUCER, "why")
    assert reading.at.forked == "why"


def test_what_cannot_be_applied_waits_with_everything_of_its_subject_behind_it(reading: Reading) -> None:
    reading.sick = {"sick"}
    reading.read(entry(1, "sick"), entry(2, "well"), entry(3, "sick"))
    reading.sick = set()
    reading.read(entry(4, "sick"), entry(5, "well"))
    assert (reading.applied, reading.parked, reading.at.position) == ([2, 5], 3, 5)
    with reading.store.transaction() as tx:
        assert retry_parked(tx, PRODUCER, reading.fold) == 0
    assert reading.applied == [2, 5, 1, 3, 4]


def test_a_retry_that_fails_keeps_the_order_of_its_subject(reading: Reading) -> None:
    reading.sick = {"sick"}
    reading.read(entry(1, "sick"), entry(2, "sick"))
    with reading.store.transaction() as tx:
        assert retry_parked(tx, PRODUCER, reading.fold) == 2
    assert reading.applied == []
