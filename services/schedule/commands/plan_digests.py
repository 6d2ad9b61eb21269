"""What is due of each plan is worked out beside the writer, and recorded once a turnover and day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.chassis.act import Act
from services.chassis.store import Reader
from services.kernel.workdays import work_calendar
from services.schedule.domain.plan import make_plan
from services.schedule.domain.plan_digest import digest_items
from services.schedule.domain.planning import Wanted, given_of
from services.schedule.domain.turnover_events import PlanDigestMade
from services.schedule.domain.turnovers import Turnover
from services.schedule.store import turnovers


def planned_digests(reader: Reader, today: date) -> list[PlanDigestMade]:
    """Of every plan that is under way and has something to say today."""
    found = (_digest(reader, turnover, today) for turnover in turnovers.under_way(reader))
    return [digest for digest in found if digest.items]


def record_digests(act: Act, planned: Iterable[PlanDigestMade]) -> int:
    """Those that were not made yet that day; returns how many."""
    made = 0
    for event in planned:
        if not turnovers.told_on(act.tx, event.turnover_id, event.day):
            act.record(event, subject=event.turnover_id, turnover=event.turnover_id)
            made += 1
    return made


def _digest(reader: Reader, turnover: Turnover, today: date) -> PlanDigestMade:
    kept = turnovers.plan(reader, turnover)
    calendar = work_calendar(kept.calendar_version)
    wanted = Wanted(kept.template, kept.congress, kept.term_approval_number)
    done = turnovers.done_days(turnovers.milestones(reader, turnover.turnover_id))
    plan = make_plan(kept.template, given_of(turnover, wanted, done, today), calendar)
    items = digest_items(plan, today, calendar)
    return PlanDigestMade(turnover.turnover_id, turnover.unit_id, today.isoformat(), items, calendar.version)
