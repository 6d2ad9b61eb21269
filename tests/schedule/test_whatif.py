"""What a change of plan means, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.schedule.domain.adjust import RemoveMilestone, SetGap, adjust
from services.schedule.domain.cascade import Shares, cascade
from services.schedule.domain.milestones import Gap, Measure, Owner
from services.schedule.domain.plan import Given, make_plan
from services.schedule.domain.templates import shipped_template
from services.schedule.domain.whatif import ChangeKind, compare
from tests.schedule.plans import NEWEST

DISTRICT = shipped_template("district_congress")
GIVEN = Given(date(2026, 9, 22), date(2026, 10, 25), date(2026, 3, 2))
PLAN = make_plan(DISTRICT, GIVEN, NEWEST)


def test_the_same_plan_changes_nothing_for_anybody() -> None:
    found = compare((DISTRICT, PLAN), (DISTRICT, PLAN), NEWEST)
    assert (found.changes, found.layer_changes, found.owners) == ((), (), frozenset())


@given(workdays=st.integers(-40, 40))
def test_exactly_the_milestones_whose_latest_day_moved_are_named(workdays: int) -> None:
    congress = NEWEST.add_workdays(GIVEN.congress, workdays) if workdays else GIVEN.congress
    other = make_plan(DISTRICT, replace(GIVEN, congress=congress), NEWEST)
    found = compare((DISTRICT, PLAN), (DISTRICT, other), NEWEST)
    moved = {row.milestone for row in PLAN.rows if other.by_id[row.milestone].latest != row.latest}
    assert {change.milestone for change in found.changes} == moved
    assert found.owners == {DISTRICT.by_id[each].owner for each in moved}
    for change in found.changes:
        assert change.kind is ChangeKind.MOVED
        assert change.before and change.after
        assert change.moved_workdays == NEWEST.workdays_between(change.before, change.after)


def test_one_milestones_change_reaches_only_those_before_it() -> None:
    shorter = adjust(
        DISTRICT, [SetGap("report_consultation", "report_drafting", Gap(5, Measure.WORKDAYS), "示例：压缩")]
    )
    found = compare((DISTRICT, PLAN), (shorter, make_plan(shorter, GIVEN, NEWEST)), NEWEST)
    assert [change.milestone for change in found.changes] == ["report_drafting"]
    assert found.changes[0].moved_workdays == 5
    assert found.owners == {Owner.OFFICE}
    assert found.for_owner(Owner.SUPERIOR) == ()


def test_a_step_that_is_gone_is_told_to_who_would_have_done_it() -> None:
    without = adjust(
        DISTRICT,
        [RemoveMilestone("staff_training", "示例：合并办理")],
    )
    found = compare((DISTRICT, PLAN), (without, make_plan(without, GIVEN, NEWEST)), NEWEST)
    gone = [change for change in found.changes if change.kind is ChangeKind.REMOVED]
    assert [(change.milestone, change.owner, change.after) for change in gone] == [
        ("staff_training", Owner.ORGANISATION, None)
    ]
    back = compare((without, make_plan(without, GIVEN, NEWEST)), (DISTRICT, PLAN), NEWEST)
    assert [change.milestone for change in back.changes if change.kind is ChangeKind.ADDED] == ["staff_training"]


def test_units_are_told_by_layer_what_moved_for_them() -> None:
    before = cascade("mobilisation", date(2026, 3, 16), date(2026, 5, 20), 3, Shares(), NEWEST)
    after = cascade("mobilisation", date(2026, 3, 16), date(2026, 5, 27), 3, Shares(), NEWEST)
    found = compare((DISTRICT, PLAN), (DISTRICT, PLAN), NEWEST, {"mobilisation": before}, {"mobilisation": after})
    third = {change.stage: (change.before, change.after) for change in found.for_layer(3, 3)}
    assert third[6] == (date(2026, 5, 20), date(2026, 5, 27))
    assert found.for_layer(9, 3) == found.for_layer(3, 3)
    # The launch did not move, so the first layer's dispatch is not among what changed.
    assert 1 not in {change.stage for change in found.for_layer(1, 3)}
