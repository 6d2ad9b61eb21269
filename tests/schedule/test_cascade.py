"""From a milestone's latest day to every layer's, and to one unit's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from itertools import accumulate, islice
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.workdays import WorkCalendar, start_of_day
from services.reporting.domain.deadlines import Plan as ReportingPlan
from services.reporting.domain.deadlines import plan_deadlines
from services.schedule.domain.cascade import (
    DISPATCH,
    NAME,
    REPORT,
    STAGES,
    VERIFY,
    Shares,
    cascade,
    needed_workdays,
    unit_days,
)
from services.schedule.domain.plan_errors import WindowBelowLayers
from tests.schedule.plans import CALENDARS, DAYS, NEWEST

LAYERS = st.integers(1, 8)


@st.composite
def shares(draw: st.DrawFn) -> Shares:
    passing = draw(st.integers(0, 1000))
    starting = draw(st.integers(0, 1000 - passing))
    verifying = draw(st.integers(0, 1000 - passing - starting))
    weights = tuple(draw(st.lists(st.integers(1, 9), min_size=1, max_size=5)))
    return Shares(passing, starting, verifying, weights)


@given(launch=DAYS, spare=st.integers(0, 120), layers=LAYERS, policy=shares(), calendar=CALENDARS)
def test_days_rise_from_stage_to_stage_and_from_layer_to_layer_and_end_with_the_window(
    launch: date, spare: int, layers: int, policy: Shares, calendar: WorkCalendar
) -> None:
    done_by = calendar.add_workdays(launch, needed_workdays(layers) + spare)
    of = cascade("m", launch, done_by, layers, policy, calendar)
    assert of.latest(1, DISPATCH) == launch
    for layer in range(1, layers + 1):
        days = [of.latest(layer, stage) for stage in STAGES]
        assert days == sorted(days)
        assert of.latest(layer, VERIFY) == done_by
        # Somebody has at least a day for the work, and whoever verifies has one.
        assert calendar.workdays_between(of.latest(layer, NAME), of.latest(layer, REPORT)) >= 1
        assert calendar.workdays_between(of.latest(layer, REPORT), done_by) >= 1
        if layer > 1:
            assert of.latest(layer, DISPATCH) > of.latest(layer - 1, NAME)


@given(launch=DAYS, spare=st.integers(0, 60), layers=LAYERS, policy=shares())
def test_reporting_takes_the_days_as_a_directives_plan(launch: date, spare: int, layers: int, policy: Shares) -> None:
    launch = NEWEST.next_workday(launch)
    done_by = NEWEST.add_workdays(launch, needed_workdays(layers) + spare)
    of = cascade("m", launch, done_by, layers, policy, NEWEST)
    # The first dispatch is the launch itself.
    asked = [day for day in of.days() if (day.layer, day.stage) != (1, DISPATCH)]
    given_days = {(day.layer, day.stage): start_of_day(day.latest) for day in asked}
    deadlines = plan_deadlines(ReportingPlan(overrides=given_days), start_of_day(launch), layers, NEWEST)
    taken = {(each.layer, each.stage): each.due_us for each in deadlines}
    assert all(taken[place] == NEWEST.end_of_workday(of.latest(*place)) for place in given_days)


def test_the_shortest_window_leaves_every_layer_a_day() -> None:
    """Found by chance: a large share for verifying took the days that the layers need."""
    launch = date(2023, 6, 1)
    of = cascade("m", launch, NEWEST.add_workdays(launch, 10), 8, Shares(0, 0, 300), NEWEST)
    dispatches = [of.latest(layer, DISPATCH) for layer in range(1, 9)]
    assert sorted(set(dispatches)) == dispatches


def test_too_few_days_for_the_layers_are_refused() -> None:
    with pytest.raises(WindowBelowLayers) as refused:
        cascade("m", date(2026, 3, 2), date(2026, 3, 6), 3, Shares(), NEWEST)
    assert refused.value.params() == {"milestone": "m", "window_workdays": 4, "needed_workdays": 5}
    with pytest.raises(WindowBelowLayers):
        cascade("m", date(2026, 3, 6), date(2026, 3, 2), 1, Shares(), NEWEST)


def test_a_units_days_follow_from_its_path_and_its_own_extensions() -> None:
    of = cascade("m", date(2026, 3, 2), date(2026, 4, 17), 3, Shares(), NEWEST)
    later = date(2026, 4, 20)
    mine = unit_days(of, "unit_d", "/unit_d/unit_a/unit_b/", {"unit_b": {REPORT: later}})
    assert mine.layer == 2
    assert mine.latest[REPORT - 1] == later
    assert mine.latest[VERIFY - 1] == of.latest(2, VERIFY)
    deep = unit_days(of, "unit_d", "/unit_d/a/b/c/d/e/")
    assert (deep.layer, deep.latest) == (5, of.rows[-1])
    assert unit_days(of, "unit_d", "/unit_d/").layer == 0
    assert unit_days(of, "unit_d", "/elsewhere/unit_a/").latest == ()


@pytest.mark.parametrize(
    "broken", [{"passing_permille": 900}, {"layers": ()}, {"layers": (0,)}, {"starting_permille": -1}]
)
def test_shares_are_parts_of_one_whole(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="thousandths"):
        Shares(**broken)  # type: ignore[arg-type]


# Units under each unit, layer by layer: 584 below the root, and 5,264,885.
SMALL, COUNTRY = (8, 8, 8), (31, 14, 10, 12, 10, 9)


def size(shape: tuple[int, ...]) -> int:
    return sum(accumulate(shape, mul))


def paths(shape: tuple[int, ...], chance: random.Random) -> Iterator[str]:
    """Paths of random units of the lowest layer, made when asked for."""
    while True:
        yield "/unit_root/" + "".join(f"unit_{chance.randrange(branching):03}/" for branching in shape)


class Counted(dict[str, dict[int, date]]):
    """Extensions that count how often they are asked."""

    asked = 0

    def get(self, key: str, default: object = None) -> dict[int, date]:
        self.asked += 1
        return super().get(key) or {}


@pytest.mark.parametrize("shape", [SMALL, COUNTRY], ids=["600 units", "5.2 million units"])
def test_one_units_days_are_found_from_its_path_and_one_look_up_however_many_units_there_are(
    shape: tuple[int, ...], seed: int
) -> None:
    assert size(shape) in (584, 5_264_885)
    of = cascade("m", date(2026, 3, 2), date(2026, 6, 30), len(shape), Shares(), NEWEST)
    extended = Counted({"unit_elsewhere": {REPORT: date(2026, 7, 1)}})
    for path in islice(paths(shape, random.Random(seed)), 50):
        found = unit_days(of, "unit_root", path, extended)
        assert (found.layer, found.latest) == (len(shape), of.rows[-1])
    assert extended.asked == 50
