"""What the measurement of plans counts is what it says: six stages of each directive for each unit below."""

from __future__ import annotations

from datetime import date

from infra.local.bench.plans import ROOT, UNITS, count_days, plan_result
from services.schedule.domain.cascade import STAGES
from services.schedule.domain.templates import shipped_template


def test_every_unit_has_its_days_and_others_have_none() -> None:
    issuing = [each for each in shipped_template("district_congress").milestones if each.issues]
    congress = date(2026, 10, 12)
    assert count_days(congress, [f"/{ROOT}/unit_a/"]) == len(issuing) * len(STAGES)
    assert count_days(congress, [f"/{ROOT}/", "/elsewhere/unit_a/"]) == 0


def test_the_measurement_names_the_units_that_it_counted() -> None:
    told: list[str] = []
    assert f"{UNITS:,} units" in plan_result(told.append).promise
    assert len(told) == 1
