"""What an operator may change in a copy of a template, and what not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.schedule.domain.adjust import (
    AddLink,
    AddMilestone,
    Adjustment,
    RemoveLink,
    RemoveMilestone,
    SetDay,
    SetGap,
    SetGate,
    SetTitle,
    SetWorkday,
    adjust,
)
from services.schedule.domain.gates import AllOf, AnyOf, NoticeElapsed, Present, UnitsDone
from services.schedule.domain.milestones import Anchor, Gap, Measure, Offset, Owner, Words
from services.schedule.domain.plan_errors import (
    AdjustmentEmpty,
    ConditionUnknownFact,
    LinkUnknown,
    MilestoneRepeated,
    MilestonesCircular,
    MilestoneUnbounded,
    MilestoneUnknown,
    ReasonMissing,
    RuleWeakened,
    WindowBelowNotice,
)
from services.schedule.domain.templates import shipped_template
from tests.schedule.plans import step

DISTRICT = shipped_template("district_congress")
WHY = "示例：上级要求提前"
APPROVED = Present("approval:request_congress", "T-order")


def workdays(count: int) -> Gap:
    return Gap(count, Measure.WORKDAYS)


def months(count: int) -> Gap:
    return Gap(count, Measure.MONTHS)


def test_a_custom_gap_is_shortened_with_a_reason() -> None:
    shorter = adjust(DISTRICT, [SetGap("approval_congress", "request_congress", workdays(3), WHY)])
    assert str(shorter.by_id["approval_congress"].after[0].gap) == "3 workdays"
    assert str(DISTRICT.by_id["approval_congress"].after[0].gap) == "10 workdays"


def test_a_longer_gap_needs_no_reason_even_where_a_rule_fixes_the_least() -> None:
    longer = adjust(DISTRICT, [SetGap("congress", "request_congress", months(3))])
    assert str(longer.by_id["congress"].after[0].gap) == "3 months"


@pytest.mark.parametrize(
    ("refusal", "adjustment"),
    [
        (RuleWeakened, SetGap("congress", "request_congress", months(1), WHY)),
        (RuleWeakened, SetGap("congress", "request_congress", Gap(62, Measure.DAYS), WHY)),
        (RuleWeakened, SetGap("personnel_notice_ended", "personnel_notice", workdays(5), WHY)),
        (RuleWeakened, RemoveLink("congress", "request_candidates", WHY)),
        (RuleWeakened, RemoveMilestone("request_candidates", WHY)),
        (RuleWeakened, RemoveMilestone("term_check", WHY)),
        (RuleWeakened, SetGate("delegate_notice", None, WHY)),
        (RuleWeakened, SetGate("delegate_notice", AnyOf((APPROVED, Present("list:x"))), WHY)),
        (RuleWeakened, SetGate("personnel_notice_ended", NoticeElapsed("notice:candidates", 4, "V-5"), WHY)),
        (RuleWeakened, SetDay("standing_committee_studies", None, reason=WHY)),
        (RuleWeakened, SetDay("standing_committee_studies", Offset(Anchor.TERM_END, -1, Measure.MONTHS), reason=WHY)),
        (ReasonMissing, SetGap("approval_congress", "request_congress", workdays(3))),
        (ReasonMissing, SetGap("approval_congress", "request_congress", workdays(3), "  ")),
        (ReasonMissing, RemoveMilestone("primary_round")),
        (ReasonMissing, RemoveLink("congress", "staff_training")),
        (ReasonMissing, SetWorkday("congress", False)),
        (ReasonMissing, SetGate("discipline_education", UnitsDone("mobilisation", Fraction(1, 2)))),
        (ReasonMissing, SetDay("results_reported", Offset(Anchor.CONGRESS, 8, Measure.WORKDAYS))),
        (LinkUnknown, SetGap("congress", "term_check", workdays(1))),
        (LinkUnknown, RemoveLink("congress", "term_check", WHY)),
        (MilestoneUnknown, SetGap("nowhere", "term_check", workdays(1))),
        (MilestoneUnknown, RemoveMilestone("nowhere", WHY)),
        (MilestoneUnknown, AddLink("congress", "nowhere", workdays(1))),
        (MilestoneRepeated, AddMilestone(step("congress"))),
        (MilestoneRepeated, AddLink("congress", "staff_training", workdays(2))),
        (MilestonesCircular, AddLink("term_check", "congress", workdays(1))),
        (WindowBelowNotice, SetGap("delegate_notice_ended", "delegate_notice_posted", workdays(5), WHY)),
        (AdjustmentEmpty, SetGap("congress", "staff_training", workdays(1))),
        (AdjustmentEmpty, SetTitle("congress")),
    ],
)  # fmt: skip
def test_an_adjustment_that_may_not_be_is_refused(refusal: type[Exception], adjustment: Adjustment) -> None:
    with pytest.raises(refusal):
        adjust(DISTRICT, [adjustment])


def test_the_refusal_names_the_rule_that_cannot_be_weakened() -> None:
    with pytest.raises(RuleWeakened) as refused:
        adjust(DISTRICT, [SetGap("congress", "request_candidates", workdays(10), WHY)])
    assert refused.value.rule == "T3"
    assert refused.value.params() == {"milestone": "congress", "given": "10 workdays", "fixed": "1 months"}


def test_a_step_that_is_left_out_leaves_no_hole() -> None:
    without = adjust(DISTRICT, [RemoveMilestone("primary_round", WHY)])
    before = [link.predecessor for link in without.by_id["congress_election"].after]
    assert before == ["candidates_deliberated", "method_adopted"]


def test_a_gate_may_ask_for_more() -> None:
    gate = AllOf((Present("approval:request_congress", "T-order"), Present("filed:work_plan")))
    assert adjust(DISTRICT, [SetGate("delegate_notice", gate)]).by_id["delegate_notice"].gate == gate
    longer = NoticeElapsed("notice:candidates", 7, "V-5")
    changes: list[Adjustment] = [
        SetGap("personnel_notice_ended", "personnel_notice", workdays(8)),
        SetGate("personnel_notice_ended", longer),
    ]
    assert adjust(DISTRICT, changes).by_id["personnel_notice_ended"].gate == longer


def test_an_earlier_day_to_be_done_by_needs_no_reason() -> None:
    earlier = Offset(Anchor.TERM_END, -4, Measure.MONTHS)
    bound = adjust(DISTRICT, [SetDay("standing_committee_studies", earlier)]).by_id["standing_committee_studies"].by
    assert bound and bound.offset == earlier and bound.citation.rule_id == "T1"


def test_a_districts_own_step_with_its_own_words() -> None:
    own = replace(step("rehearsal"), phase="papers")
    changes: list[Adjustment] = [
        AddMilestone(own),
        AddLink("rehearsal", "staff_training", workdays(1)),
        AddLink("congress", "rehearsal", workdays(2)),
        SetTitle("rehearsal", Words("示例：全流程演练", "sample: full rehearsal"), Owner.ORGANISATION),
    ]
    with pytest.raises(MilestoneUnbounded):
        adjust(DISTRICT, changes[:1])
    found = adjust(DISTRICT, changes).by_id["rehearsal"]
    assert (found.title.zh, found.owner) == ("示例：全流程演练", Owner.ORGANISATION)


def test_a_result_is_checked_like_any_template() -> None:
    stricter = adjust(DISTRICT, [SetGap("congress", "request_congress", months(4))])
    # The rule itself would be content with two months; this copy has promised four under its citation.
    with pytest.raises(RuleWeakened):
        adjust(stricter, [SetGap("congress", "request_congress", months(2), WHY)])


def test_what_a_gate_waits_for_by_custom_alone_may_go_with_a_reason() -> None:
    vetted = Present("filed:vetting", "V-4")
    kept = DISTRICT.by_id["proposed_candidates"].gate
    assert isinstance(kept, AllOf)
    fewer = AllOf(tuple(part for part in kept.parts if part != Present("filed:joint_review")))
    changes: list[Adjustment] = [
        SetGate("personnel_notice", vetted, WHY),
        SetGate("proposed_candidates", fewer, WHY),
        RemoveMilestone("joint_review", WHY),
    ]
    assert "joint_review" not in adjust(DISTRICT, changes).by_id
    with pytest.raises(ConditionUnknownFact):
        adjust(DISTRICT, changes[2:])
    with pytest.raises(RuleWeakened):
        adjust(DISTRICT, [SetGate("personnel_notice", Present("filed:joint_review"), WHY)])
