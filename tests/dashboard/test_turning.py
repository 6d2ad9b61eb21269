"""A latest time that passes: figures say when they change by themselves, and change at no other time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from gateway.dashboard.figures import Totals, overview, totals_of
from gateway.dashboard.moments import Moment
from gateway.dashboard.store import directives, reading
from gateway.dashboard.view import View
from services.chassis.refusals import NotFound
from services.chassis.store import Reader
from services.kernel.transmission import Account
from services.kernel.workdays import DAY_US
from tests.dashboard.campaigns import Campaign
from tests.dashboard.entries import Board

CAMPAIGNS = range(6)
STEPS = 120
SAMPLES = 6
TURNS_MAX = 500


@pytest.fixture(params=CAMPAIGNS)
def played(request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> Iterator[tuple[Reader, int, int]]:
    """A reader of what a campaign left, its last position, and its last business time."""
    campaign, board = Campaign(seed + request.param).play(STEPS), Board(tmp_path)
    board.follow(campaign.book)
    with board.store.snapshot() as reader:
        yield reader, board.read, campaign.book.now_us
    board.close()


def watched(reader: Reader, position: int) -> Iterator[tuple[View, str]]:
    """Every unit under every open directive."""
    for row in directives.open_at(reader, position):
        for shown in reading.newest(reader, row.directive_id):
            view = View(reader, row, position)
            try:
                view.standing(shown.unit_id)
            except NotFound:
                continue
            yield view, shown.unit_id


def stepped(totals: Totals) -> tuple[Account, int]:
    """What latest times decide; the lag grows by the minute."""
    return totals.account, totals.plan_e9


def test_between_two_latest_times_nothing_changes(played: tuple[Reader, int, int], seed: int) -> None:
    reader, position, now_us = played
    chance = Random(seed)
    for view, unit_id in watched(reader, position):
        at_us, turns = now_us - 60 * DAY_US, 0
        while True:
            totals = totals_of(view, unit_id, at_us)
            ends_us = totals.changes_at_us or at_us + 400 * DAY_US
            assert ends_us > at_us
            for _ in range(SAMPLES):
                between = chance.randrange(at_us, ends_us)
                where = f"{view.row.directive_id} {unit_id} at {between}"
                assert stepped(totals_of(view, unit_id, between)) == stepped(totals), where
            if not totals.changes_at_us:
                # Nothing is ahead: whatever is not done is overdue.
                assert totals.account.not_yet_due_e9 == 0
                break
            at_us, turns = ends_us, turns + 1
            assert turns < TURNS_MAX


def test_what_is_not_yet_due_becomes_overdue_at_the_times_that_were_said(played: tuple[Reader, int, int]) -> None:
    reader, position, now_us = played
    for view, unit_id in watched(reader, position):
        at_us = now_us - 60 * DAY_US
        overdue = [totals_of(view, unit_id, at_us).account.overdue_e9]
        while at_us := totals_of(view, unit_id, at_us).changes_at_us:
            overdue.append(totals_of(view, unit_id, at_us).account.overdue_e9)
        account = totals_of(view, unit_id, now_us + 4_000 * DAY_US).account
        assert overdue == sorted(overdue)
        assert overdue[-1] == account.overdue_e9


def test_the_overview_changes_when_the_first_of_its_directives_does(played: tuple[Reader, int, int]) -> None:
    reader, position, now_us = played
    root = reading.root(reader)
    for days in range(-60, 60, 7):
        moment = Moment("", position, now_us + days * DAY_US, True, 0)
        ahead = []
        for row in directives.open_at(reader, position):
            try:
                totals = totals_of(View(reader, row, position), root, moment.business_us)
            except NotFound:
                continue
            if totals.account.mass and totals.changes_at_us:
                ahead.append(totals.changes_at_us)
        assert overview(reader, root, moment).changes_at_us == min(ahead, default=0)
