"""Once a working day schedule says what of each plan is late, due or at risk, and says it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from huanjie.ledger.v1 import ledger_pb2
from services.chassis.store import Transaction
from services.kernel.workdays import calendar_versions, work_calendar
from services.schedule.commands.plan_digests import planned_digests
from services.schedule.domain.plan import Row
from services.schedule.domain.plan_digest import NEAR_WORKDAYS, Standing, standing
from services.schedule.loops import PlanDigestRound
from tests.schedule.bureau import Bureau, unit

T = TypeVar("T")
CALENDAR = work_calendar(calendar_versions()[-1])


class Running:
    """A desk as the loops see a running service."""

    def __init__(self, bureau: Bureau) -> None:
        self.recorder, self.store, self.writer = bureau.desk.recorder, bureau.desk.store, self
        self.read_only_reason = ""

    async def run(self, work: Callable[[Transaction], T]) -> T:
        with self.store.transaction() as tx:
            return work(tx)


def made(bureau: Bureau) -> list[Any]:
    codec = bureau.desk.recorder.codec
    return [
        codec.decode(stored.type, ledger_pb2.Entry.FromString(stored.entry).data)
        for stored in bureau.desk.events()
        if stored.type.endswith(".PlanDigestMade")
    ]


async def test_what_is_due_is_said_once_a_working_day_also_after_a_restart(bureau: Bureau) -> None:
    bureau.planned()
    running = Running(bureau)
    # A Saturday, then three working days; each day's round is begun anew.
    for day in ("2026-07-04", "2026-07-06", "2026-07-07", "2026-07-08"):
        bureau.at(day, hour=1)
        for _ in range(2):
            begun = PlanDigestRound(running)
            await begun.run()
            await begun.run()
    said = made(bureau)
    days = [each.day for each in said]
    assert days == ["2026-07-06", "2026-07-07", "2026-07-08"]
    assert {(each.turnover_id, each.unit_id) for each in said} == {(bureau.turnover, unit("D"))}
    bureau.at("2026-10-15", hour=1)
    await PlanDigestRound(running).run()
    late = made(bureau)[-1]
    assert "late" in {item.standing for item in late.items}
    assert [item.latest_day for item in late.items] == sorted(item.latest_day for item in late.items)


async def test_a_plan_with_nothing_to_say_says_nothing_and_what_is_done_is_not_said(bureau: Bureau) -> None:
    bureau.planned()
    bureau.at("2026-10-15", hour=1)
    with bureau.desk.store.snapshot() as reader:
        (all_late,) = planned_digests(reader, date(2026, 10, 15))
        assert planned_digests(reader, date(2021, 1, 4)) == []
    names = {item.milestone_id for item in all_late.items}
    assert "term_check" in names
    bureau.keep("filed", "term_check")
    bureau.complete("term_check")
    with bureau.desk.store.snapshot() as reader:
        (fewer,) = planned_digests(reader, date(2026, 10, 15))
    assert names - {item.milestone_id for item in fewer.items} == {"term_check"}


def test_how_a_step_stands_is_what_counting_day_by_day_says(seed: int) -> None:
    chance, today = Random(seed), date(2026, 4, 28)
    seen = set()
    for _ in range(400):
        latest = today + timedelta(days=chance.randint(-20, 20))
        row = Row("step", today, latest, chance.randint(-3, 10), critical=False, done=chance.random() < 0.2)
        left, day = 0, today
        while day < latest:
            day += timedelta(days=1)
            left += CALENDAR.is_workday(day)
        expected = None
        if not row.done:
            if latest < today:
                expected = Standing.LATE
            elif left <= NEAR_WORKDAYS:
                expected = Standing.DUE
            elif row.slack_workdays < 0:
                expected = Standing.AT_RISK
        assert standing(row, today, CALENDAR) is expected
        seen.add(expected)
    assert seen == {None, *Standing}
