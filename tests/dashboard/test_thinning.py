"""After thirty days one version a day is left, and what stands now is untouched."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gateway.dashboard import recount, thinning
from gateway.dashboard.store import reading
from services.kernel.workdays import DAY_US, day_of
from tests.dashboard.campaigns import Campaign
from tests.dashboard.comparing import check_model
from tests.dashboard.entries import Board
from tests.dashboard.naive_board import NaiveBoard


def test_old_days_keep_their_last_version_and_the_rest_keeps_all(tmp_path: Path, seed: int) -> None:
    campaign, board = Campaign(seed).play(200), Board(tmp_path)
    board.follow(campaign.book, 3, Random(seed))
    now_us = campaign.book.now_us + DAY_US
    while thinning.thin(board.store, now_us):
        continue
    kept: dict[int, list[int]] = {}
    with board.store.snapshot() as reader:
        for flushed in board.flushed:
            found = reading.newest_flush(reader, flushed.position)
            if found is not None and found[0] == flushed.position:
                kept.setdefault(day_of(flushed.business_us).toordinal(), []).append(flushed.position)
        old = [day for day in kept if (day_of(now_us).toordinal() - day) > thinning.KEPT_DAYS]
        assert old and all(len(kept[day]) == 1 for day in old)
        for positions in kept.values():
            for position in positions:
                check_model(reader, NaiveBoard(campaign.book.entries[:position]), position)
        assert recount.differences(reader) == []
    board.close()
