"""Plans alone: a district's plan counted anew with every unit's own days, and one unit's days in the whole country.

Paths of the largest tree are made one at a time and kept nowhere: as a service finds them, from the unit that asks.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from statistics import median

from infra.local.bench.page import Result
from services.kernel.workdays import WorkCalendar, calendar_versions, work_calendar
from services.schedule.domain.cascade import Cascade, Shares, cascade, unit_days
from services.schedule.domain.milestones import Template
from services.schedule.domain.plan import Given, Plan, make_plan
from services.schedule.domain.templates import shipped_template

UNITS = 3_000
UNITS_MS_MAX = 200
ROUNDS = 9
CONGRESS, TERM_END, TODAY = date(2026, 9, 22), date(2026, 10, 25), date(2026, 3, 2)
# Units under each unit, layer by layer below the issuer: about 600, and about 5.2 million.
SMALL, COUNTRY = (8, 8, 8), (31, 14, 10, 12, 10, 9)
PATHS = 20_000
TIMES_SLOWER_MAX = 1.5

Tell = Callable[[str], None]


def results(tell: Tell) -> list[Result]:
    """Both promises."""
    district, shared, apart = _units_ms()
    tell(
        f"a district's plan with {UNITS} units' days {district:.0f} ms; own plans {shared:.0f} ms, apart {apart:.0f} ms"
    )
    small, large = _paths_us()
    per_segment = (large / (len(COUNTRY) + 1)) / (small / (len(SMALL) + 1))
    tell(f"one unit's days {small:.1f} us of {size(SMALL):,}, {large:.1f} us of {size(COUNTRY):,}")
    return [
        Result(
            f"a plan for {UNITS:,} units counted anew: all milestones, all layers, every unit's own days",
            f"< {UNITS_MS_MAX} ms",
            f"{district:.0f} ms; {UNITS:,} electoral units' own plans {shared:.0f} ms where units that meet on one "
            f"day share one, {apart:.0f} ms counted one by one",
            max(district, shared) < UNITS_MS_MAX,
        ),
        Result(
            f"one unit's latest days among {size(COUNTRY):,} units, against {size(SMALL):,}",
            f"at most {TIMES_SLOWER_MAX} times a level of the tree",
            f"{large:.1f} µs at {len(COUNTRY)} layers, {small:.1f} µs at {len(SMALL)}: {per_segment:.2f} times a level",
            per_segment <= TIMES_SLOWER_MAX,
        ),
    ]


def size(shape: tuple[int, ...]) -> int:
    """How many units a tree of a shape has below its root."""
    total, layer = 0, 1
    for branching in shape:
        layer *= branching
        total += layer
    return total


def paths(shape: tuple[int, ...], chance: random.Random) -> Iterator[str]:
    """Paths of random units of the lowest layer, made when asked for."""
    while True:
        yield "/unit_root/" + "".join(f"unit_{chance.randrange(branching):03}/" for branching in shape)


def _units_ms() -> tuple[float, float, float]:
    """(the district's plan with all units' days, every unit's own plan shared by day, the same one by one), medians."""
    calendar = work_calendar(calendar_versions()[-1])
    district, unit = shipped_template("district_congress"), shipped_template("delegate_election")
    below = list(islice(paths(SMALL, random.Random(4)), UNITS))
    meetings = [calendar.next_workday(CONGRESS - timedelta(days=30 + number % 45)) for number in range(UNITS)]
    once, shared, apart = [], [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        plan = make_plan(district, Given(CONGRESS, TERM_END, TODAY), calendar)
        for of in cascades(district, plan, len(SMALL), calendar):
            for path in below:
                unit_days(of, "unit_root", path)
        once.append(time.perf_counter() - started)
        started = time.perf_counter()
        plans = {day: make_plan(unit, Given(day, TERM_END, TODAY), calendar) for day in set(meetings)}
        if not all(plans[day].rows for day in meetings):
            raise RuntimeError("a unit was left without a plan")
        shared.append(time.perf_counter() - started)
        started = time.perf_counter()
        for day in meetings:
            make_plan(unit, Given(day, TERM_END, TODAY), calendar)
        apart.append(time.perf_counter() - started)
    return median(once) * 1e3, median(shared) * 1e3, median(apart) * 1e3


def cascades(template: Template, plan: Plan, layers: int, calendar: WorkCalendar) -> list[Cascade]:
    """Of every directive that the plan's milestones issue."""
    rows = plan.by_id
    return [
        cascade(each.id, rows[each.id].earliest, rows[each.issues.done_by].latest, layers, Shares(), calendar)
        for each in template.milestones
        if each.issues
    ]


def _paths_us() -> tuple[float, float]:
    """Microseconds for one unit's days, of the small tree and of the country's; medians, rounds take turns."""
    calendar = work_calendar(calendar_versions()[-1])
    spans: dict[tuple[int, ...], list[float]] = {SMALL: [], COUNTRY: []}
    for number in range(ROUNDS):
        for shape, seen in spans.items():
            of = cascade("bench", TODAY, CONGRESS, len(shape), Shares(), calendar)
            asked = list(islice(paths(shape, random.Random(number)), PATHS))
            started = time.perf_counter()
            for path in asked:
                unit_days(of, "unit_root", path)
            seen.append((time.perf_counter() - started) / PATHS)
    return median(spans[SMALL]) * 1e6, median(spans[COUNTRY]) * 1e6
