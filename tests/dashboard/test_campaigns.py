"""The read model against a naive recount of the ledger: after every batch, however entries were batched."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random

import pytest

from gateway.dashboard import recount
from gateway.dashboard.projection import PRODUCER
from gateway.dashboard.store import directives, reading
from services.chassis import inbox
from tests.dashboard.campaigns import Campaign
from tests.dashboard.comparing import check_model
from tests.dashboard.entries import Board
from tests.dashboard.naive_board import NaiveBoard

STEPS = 120
CAMPAIGNS = range(14)
RESTARTED = range(6)


def has_figures(campaign: Campaign) -> bool:
    """At its end a directive is open that reaches somebody."""
    naive = NaiveBoard(campaign.book.entries)
    open_ones = [key for key, asked in naive.asked.items() if asked.open]
    return any(naive.directive(key)[1] for key in open_ones)


@pytest.fixture(params=CAMPAIGNS)
def campaign(request: pytest.FixtureRequest, seed: int) -> Campaign:
    """The first of a run of seeds whose campaign leaves something to compare: now and then all is withdrawn."""
    return next(filter(has_figures, (Campaign(n).play(STEPS) for n in count(seed + request.param, len(CAMPAIGNS)))))


def check_all(board: Board, campaign: Campaign) -> int:
    """Every flush, as of its position."""
    with board.store.snapshot() as reader:
        assert reading.parked(reader) == 0
        entries = campaign.book.entries
        return sum(
            check_model(reader, NaiveBoard(entries[: flushed.position]), flushed.position) for flushed in board.flushed
        )


def test_as_of_every_flush_the_model_is_the_recount_of_the_prefix(
    tmp_path: Path, campaign: Campaign, seed: int
) -> None:
    board = Board(tmp_path)
    board.follow(campaign.book, 40, Random(seed))
    assert check_all(board, campaign) > 0
    board.close()


def test_entry_by_entry_gives_the_same_as_all_at_once(tmp_path: Path, seed: int) -> None:
    campaign = Campaign(seed).play(STEPS)
    slowly, at_once = Board(tmp_path, "slowly"), Board(tmp_path, "at_once")
    slowly.follow(campaign.book, 1)
    at_once.follow(campaign.book)
    check_all(slowly, campaign)
    with slowly.store.snapshot() as one, at_once.store.snapshot() as other:
        for directive_id in reading.directive_ids(one):
            ours = {row.unit_id: row for row in reading.newest(one, directive_id)}
            for row in reading.newest(other, directive_id):
                assert ours[row.unit_id] == row
    slowly.close()
    at_once.close()


@pytest.mark.parametrize("number", RESTARTED)
def test_a_restart_anywhere_changes_nothing(tmp_path: Path, number: int, seed: int) -> None:
    campaign = Campaign(seed + number).play(STEPS)
    board, chance = Board(tmp_path), Random(seed)
    while board.read < len(campaign.book.entries):
        size = chance.randint(1, 25)
        _, flushed = board.sink.apply_now(PRODUCER, campaign.book.entries[board.read : board.read + size])
        board.flushed.append(flushed)
        board.read = flushed.position
        board.close()
        board.open()
    check_all(board, campaign)
    with board.store.snapshot() as reader:
        # Nor do the recounts take it for damage.
        assert recount.differences(reader) == []
        assert recount.differences_from(reader, campaign.book.entries, tmp_path / "scratch.sqlite3") == []
    board.close()


def test_the_nightly_recounts_agree_and_find_what_was_changed(tmp_path: Path, seed: int) -> None:
    campaign = Campaign(seed).play(STEPS)
    board = Board(tmp_path)
    board.follow(campaign.book, 30, Random(seed))
    with board.store.snapshot() as reader:
        assert recount.differences(reader) == []
        assert recount.differences_from(reader, campaign.book.entries, tmp_path / "scratch.sqlite3") == []
        directive_id = next(row.directive_id for row in directives.open_at(reader, board.read))
    with board.store.transaction() as tx:
        tx.run("UPDATE figure SET reach = reach + 1 WHERE gone = 0 AND directive_id = ?", (directive_id,))
    with board.store.snapshot() as reader:
        found = recount.differences_from(reader, campaign.book.entries, tmp_path / "again.sqlite3")
        assert found and all(name.startswith(directive_id) for name in found)
    board.close()


def test_a_transaction_that_does_not_commit_leaves_memory_no_further_than_the_store(tmp_path: Path, seed: int) -> None:
    campaign = Campaign(seed).play(STEPS)
    board, entries = Board(tmp_path), campaign.book.entries
    board.sink.apply_now(PRODUCER, entries[:60])
    board.store.seize("another projector")
    fence = board.store.epoch
    board.store._epoch = 0
    with pytest.raises(Exception, match="epoch"):
        board.sink.apply_now(PRODUCER, entries[60:90])
    board.store._epoch = fence
    board.read = 60
    board.flushed.clear()
    board.follow(campaign.book, 20)
    check_all(board, campaign)
    board.close()


def test_an_entry_that_cannot_be_applied_is_parked_and_the_rest_goes_on(tmp_path: Path, seed: int) -> None:
    campaign = Campaign(seed).play(30)
    book, unknown = campaign.book, "unit_unknown"
    # All may be withdrawn by now: then this issues another.
    directive_id = campaign.open()[0]
    before = list(book.entries)
    book.stage(directive_id, unknown, 2)
    book.stage(directive_id, unknown, 3)
    book.establish("late", "root", "branch")
    board = Board(tmp_path)
    board.follow(book, 1_000)
    with board.store.snapshot() as reader:
        assert inbox.position_of(reader, PRODUCER).position == len(book.entries)
        assert inbox.parked_count(reader, PRODUCER) == 2
        assert reading.place(reader, "", "late", len(book.entries)) is not None
        causes = reader.all("SELECT error FROM parked ORDER BY position")
    assert "TreeBroken" in str(causes[0][0])
    assert causes[1][0] == "behind an entry of the same subject"
    assert len(before) + 3 == len(book.entries)
    board.close()
