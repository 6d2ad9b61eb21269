"""A plan counted again, with every latest day of every unit: what a moved date costs before anybody adopts it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Final

from infra.local.bench.page import Result
from services.kernel.workdays import calendar_versions, work_calendar
from services.schedule.domain.cascade import unit_days
from services.schedule.domain.plan import Given, make_plan
from services.schedule.domain.planning import cascade_of
from services.schedule.domain.templates import shipped_template

UNITS: Final = 3_000
LAYERS: Final = 3
ROUNDS: Final = 5
PLAN_MS_MAX: Final = 200
MS: Final = 1_000
ROOT: Final = "unit_d"

Tell = Callable[[str], None]


def plan_result(tell: Tell) -> Result:
    """The shipped plan of a district, the best of some rounds."""
    paths = [f"/{ROOT}/unit_w{number % 20}/unit_p{number % 200}/unit_b{number}/" for number in range(UNITS)]
    congress = date(2026, 10, 12)
    seen = []
    days = 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        days = count_days(congress, paths)
        seen.append((time.perf_counter() - began) * MS)
    best = min(seen)
    tell(f"plan with {days} days of {UNITS} units {best:.0f} ms")
    return Result(
        f"a district's plan counted again with every latest day of {UNITS:,} units",
        f"< {PLAN_MS_MAX} ms",
        f"{best:.0f} ms ({days:,} days)",
        best < PLAN_MS_MAX,
    )


def count_days(congress: date, paths: list[str]) -> int:
    """How many latest days the units at these paths have under a plan made for a congress date."""
    template, calendar = shipped_template("district_congress"), work_calendar(calendar_versions()[-1])
    plan = make_plan(template, Given(congress, congress, date(congress.year, 3, 16)), calendar)
    cascades = [of for each in template.milestones if (of := cascade_of(plan, each, LAYERS, calendar))]
    return sum(len(unit_days(of, ROOT, path).latest) for of in cascades for path in paths)
