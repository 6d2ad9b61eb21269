"""The life of assignments on a real store: what each act leads to, and what is refused without a trace."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import OPERATOR, UNIT_REPORTER, UNIT_SECRETARY, VERIFIER
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.kernel.workdays import DAY_US
from tests.chassis.desk import DISTRICT, START_US, principal
from tests.reporting.campaign import Campaign


def test_a_directive_goes_down_three_layers_and_a_report_comes_up(campaign: Campaign) -> None:
    campaign.issue()
    assert campaign.states("A", "a1") == ["dispatched", "pending"]
    answer = campaign.own(pb.ReceiveAssignmentRequest, "A")
    assert (answer.state, answer.version) == ("named", 2)
    campaign.dispatch("A")
    assert campaign.states("a1", "a2", "a3", "b1") == ["dispatched", "dispatched", "dispatched", "pending"]
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.own(pb.StartWorkRequest, "a1")
    campaign.report("a1", 12, 9)
    answer = campaign.above(pb.VerifyReportRequest, "a1", by="A", report_number=1)
    assert answer.state == "verified"
    view = campaign.view("a1")
    assert (view.due_count, view.done_count, view.person_name, view.version) == (12, 9, "a1书记", 5)


def test_issuing_writes_two_entries_and_no_row_however_many_units(campaign: Campaign) -> None:
    before = campaign.office.desk.recorder.ledger.head
    campaign.issue()
    assert campaign.office.desk.recorder.ledger.head == before + 2
    with campaign.office.desk.store.snapshot() as reader:
        assert reader.one("SELECT COUNT(*) FROM assignment") == (0,)


def test_a_receipt_alone_names_nobody(campaign: Campaign) -> None:
    campaign.issue()
    assert campaign.own(pb.ReceiveAssignmentRequest, "A", receive_only=True).state == "received"
    assert campaign.own(pb.NameResponsibleRequest, "A", target_us=START_US + 3 * DAY_US).state == "named"
    view = campaign.view("A")
    assert (view.post_id, view.target_us) == (campaign.posts["A"], START_US + 3 * DAY_US)


def test_a_unit_without_a_responsible_person_can_only_receive(campaign: Campaign) -> None:
    campaign.add("C", "D", "primary_committee", person=False)
    campaign.add("c1", "C")
    campaign.issue()
    assert campaign.refused(pb.ReceiveAssignmentRequest, "C").code == "NO_RESPONSIBLE"
    assert campaign.own(pb.ReceiveAssignmentRequest, "C", receive_only=True).state == "received"


def test_a_post_of_another_unit_cannot_be_named(campaign: Campaign) -> None:
    campaign.issue()
    assert campaign.refused(pb.ReceiveAssignmentRequest, "A", post_id=campaign.posts["B"]).code == "NOT_FOUND"


def test_a_target_in_the_past_is_refused(campaign: Campaign) -> None:
    campaign.issue()
    refusal = campaign.refused(pb.ReceiveAssignmentRequest, "A", target_us=START_US - DAY_US)
    assert (refusal.code, refusal.params()) == ("DEADLINE_IN_PAST", {"day": "2026-03-15"})


def test_nobody_acts_before_the_unit_above_passed_it_on(campaign: Campaign) -> None:
    campaign.issue()
    assert campaign.refused(pb.ReceiveAssignmentRequest, "a1").code == "NOT_DISPATCHED"
    assert campaign.refused(pb.DispatchAssignmentsRequest, "A").params() == {"state": "dispatched", "action": "pass_on"}


def test_a_unit_that_only_passes_on_owes_no_report(campaign: Campaign) -> None:
    campaign.issue()
    campaign.own(pb.ReceiveAssignmentRequest, "A")
    assert campaign.refused(pb.StartWorkRequest, "A").code == "NOT_OBLIGED"
    assert campaign.refused(pb.SubmitReportRequest, "A").code == "NOT_OBLIGED"
    assert not campaign.view("A").obliged


def test_a_second_report_corrects_the_first_until_it_is_verified(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    assert campaign.report("a1", 10, 8).state == "reported"
    view = campaign.view("a1")
    assert (view.report_number, view.done_count) == (2, 8)
    assert campaign.refused(pb.VerifyReportRequest, "a1", by="A", report_number=1).code == "WRONG_REPORT"
    campaign.above(pb.VerifyReportRequest, "a1", by="A", report_number=2)
    assert campaign.refused(pb.SubmitReportRequest, "a1").code == "WRONG_STATE"


def test_a_report_from_named_records_the_start_as_well(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    assert len(campaign.events("WorkStarted", "a1")) == 1
    assert campaign.view("a1").version == 4


@pytest.mark.parametrize(("due", "done"), [(-1, 0), (5, -1), (5, 6), (10_000_001, 1), (1 << 62, 1)])
def test_impossible_counts_are_refused(campaign: Campaign, due: int, done: int) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    refusal = campaign.refused(pb.SubmitReportRequest, "a1", due_count=due, done_count=done)
    assert refusal.params() == {"due": due, "done": done, "limit": 10_000_000}


def test_a_returned_report_is_rectified_and_verified(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.at(1)
    returned = campaign.above(pb.ReturnReportRequest, "a1", by="A", reason="数字不实", rectify_workdays=2)
    assert returned.state == "returned"
    assert campaign.refused(pb.VerifyReportRequest, "a1", by="A").code == "WRONG_STATE"
    campaign.at(6)
    assert campaign.report("a1").state == "rectified"
    assert campaign.state("a1") == "rectified"
    event = campaign.events("ReportSubmitted", "a1")[-1]
    # From the end of Thursday the 19th to Sunday morning: Friday, and the minute begun.
    assert (event.rectifies, event.report_number, event.late_working_minutes) == (True, 2, 1441)
    assert campaign.above(pb.VerifyReportRequest, "a1", by="A").state == "verified"


def test_a_superior_reports_for_a_unit_which_confirms_it(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.above(pb.ReportOnBehalfRequest, "a1", by="A", due_count=3, done_count=3)
    view = campaign.view("a1")
    assert (view.on_behalf_by_unit_id, view.confirmed) == (campaign.ids["A"], False)
    assert campaign.refused(pb.VerifyReportRequest, "a1", by="A").code == "OWN_REPORT_VERIFIED"
    campaign.own(pb.ConfirmReportRequest, "a1")
    assert campaign.view("a1").confirmed
    assert campaign.refused(pb.ConfirmReportRequest, "a1").code == "NOTHING_TO_CONFIRM"
    campaign.above(pb.ReportOnBehalfRequest, "a1", by="A", due_count=3, done_count=2)
    assert not campaign.view("a1").confirmed
    assert campaign.above(pb.VerifyReportRequest, "a1", by="D").state == "verified"


def test_nobody_verifies_what_they_reported_in_another_role(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    grants = (Grant(UNIT_SECRETARY, campaign.ids["a1"]), Grant(VERIFIER, campaign.ids["A"]))
    both = Principal("account_both", DISTRICT, AUDIENCE, grants, 0, 1 << 62)
    office = campaign.office
    office.do(campaign.message(pb.ReceiveAssignmentRequest, "a1"), both)
    office.do(campaign.message(pb.SubmitReportRequest, "a1"), both)
    assert office.refusal(campaign.message(pb.VerifyReportRequest, "a1"), both).code == "OWN_REPORT_VERIFIED"


def test_nobody_acts_for_a_unit_in_which_they_hold_no_role(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    report = campaign.message(pb.SubmitReportRequest, "a1")
    for caller in (campaign.secretary("a2"), campaign.secretary("A"), campaign.operator(), principal(VERIFIER, "x")):
        assert campaign.office.refusal(report, caller).code == "PERMISSION_DENIED"
    campaign.office.do(report, principal(UNIT_REPORTER, campaign.ids["a1"]))
    verify = campaign.message(pb.VerifyReportRequest, "a1")
    for caller in (campaign.secretary("a1"), principal(OPERATOR, campaign.ids["B"])):
        assert campaign.office.refusal(verify, caller).code == "PERMISSION_DENIED"


def test_an_old_version_is_refused(campaign: Campaign) -> None:
    campaign.issue()
    campaign.own(pb.ReceiveAssignmentRequest, "A")
    refusal = campaign.refused(pb.NameResponsibleRequest, "A", expected_version=1)
    assert refusal.params() == {"expected": 1, "actual": 2}
    campaign.own(pb.NameResponsibleRequest, "A", expected_version=2)


def test_a_withdrawn_assignment_takes_everything_below_with_it_until_restored(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.above(pb.WithdrawAssignmentRequest, "A", reason="合并前暂缓")
    assert campaign.states("A", "a1", "b1") == ["withdrawn", "withdrawn", "pending"]
    assert campaign.refused(pb.SubmitReportRequest, "a1").params() == {"unit_id": campaign.ids["A"]}
    assert campaign.refused(pb.RestoreAssignmentRequest, "a1", by="D").code == "WITHDRAWN_ABOVE"
    assert campaign.above(pb.RestoreAssignmentRequest, "A").state == "named"
    assert campaign.states("A", "a1") == ["named", "named"]


def test_an_assignment_withdrawn_before_its_dispatch_is_reached_by_it_when_restored(campaign: Campaign) -> None:
    campaign.issue()
    campaign.above(pb.WithdrawAssignmentRequest, "a1", reason="暂缓")
    campaign.open_way("A")
    assert campaign.state("a1") == "withdrawn"
    assert campaign.above(pb.RestoreAssignmentRequest, "a1").state == "dispatched"
    assert campaign.own(pb.ReceiveAssignmentRequest, "a1").state == "named"


def test_an_extension_moves_the_latest_time_of_its_stage(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    before = campaign.due("a1", 5)
    campaign.own(pb.AskExtensionRequest, "a1", stage=5, workdays=2, reason="汛期")
    view = campaign.view("a1")
    assert (view.extension_stage, campaign.due("a1", 5)) == (5, before)
    campaign.above(pb.GrantExtensionRequest, "a1", by="A")
    # Ten working days after Monday the 16th is Monday the 30th; two more is Wednesday.
    assert campaign.due("a1", 5) - before == 2 * DAY_US
    assert campaign.view("a1").extension_stage == 0
    assert campaign.refused(pb.GrantExtensionRequest, "a1", by="A").code == "EXTENSION_NOT_ASKED"


def test_an_extension_of_a_rectification_moves_its_day(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.above(pb.ReturnReportRequest, "a1", by="A", reason="补充", rectify_workdays=1)
    before = campaign.due("a1", 5)
    campaign.own(pb.AskExtensionRequest, "a1", stage=5, workdays=1, reason="外出")
    campaign.above(pb.GrantExtensionRequest, "a1", by="A")
    assert campaign.due("a1", 5) - before == DAY_US


def test_an_extension_of_what_is_done_or_that_lies_back_is_refused(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    words: dict[str, Any] = {"workdays": 1, "reason": "汛期"}
    assert campaign.refused(pb.AskExtensionRequest, "a1", stage=2, **words).params() == {"stage": 2}
    assert campaign.refused(pb.AskExtensionRequest, "a1", stage=6, **words).code == "BAD_REQUEST"
    assert campaign.refused(pb.AskExtensionRequest, "A", stage=5, **words).code == "NOT_OBLIGED"
    campaign.at(30)
    assert campaign.refused(pb.AskExtensionRequest, "a1", stage=5, **words).code == "EXTENSION_BACKWARDS"
    campaign.own(pb.AskExtensionRequest, "a1", stage=5, workdays=20, reason="汛期")
    campaign.above(pb.RefuseExtensionRequest, "a1", by="A", reason="不同意")
    assert campaign.view("a1").extension_stage == 0


def test_a_withdrawn_directive_takes_no_more_acts(campaign: Campaign) -> None:
    directive = campaign.issue()
    campaign.open_way("A")
    withdraw = pb.WithdrawDirectiveRequest(directive_id=directive, reason="另行部署")
    assert campaign.office.refusal(withdraw, campaign.operator("A")).code == "PERMISSION_DENIED"
    stale = pb.WithdrawDirectiveRequest(directive_id=directive, reason="另行部署", expected_version=9)
    assert campaign.office.refusal(stale, campaign.operator()).code == "STALE_VERSION"
    campaign.office.do(withdraw, campaign.operator())
    assert campaign.refused(pb.ReceiveAssignmentRequest, "a1").code == "DIRECTIVE_WITHDRAWN"
    assert campaign.refused(pb.DispatchAssignmentsRequest, "A").code == "DIRECTIVE_WITHDRAWN"
    assert campaign.office.refusal(withdraw, campaign.operator()).code == "DIRECTIVE_WITHDRAWN"


def test_withdrawing_and_returning_need_a_reason(campaign: Campaign) -> None:
    campaign.issue()
    refusal = campaign.refused(pb.WithdrawAssignmentRequest, "A", by="D")
    assert refusal.params() == {"field": "reason", "problem": "required"}


def test_a_parent_may_dispatch_to_some_children_and_later_to_the_rest(campaign: Campaign) -> None:
    campaign.issue()
    campaign.own(pb.ReceiveAssignmentRequest, "A")
    campaign.dispatch("A", "a2")
    assert campaign.states("a1", "a2") == ["pending", "dispatched"]
    ids = campaign.ids
    refusal = campaign.refused(pb.DispatchAssignmentsRequest, "A", child_unit_ids=[ids["a2"], ids["a1"]])
    assert refusal.params() == {"unit_id": ids["a2"]}
    assert campaign.refused(pb.DispatchAssignmentsRequest, "A", child_unit_ids=[ids["b1"]]).code == "NOT_ON_ROUTE"
    campaign.dispatch("A")
    assert campaign.states("a1", "a2", "a3") == ["dispatched"] * 3
    assert campaign.refused(pb.DispatchAssignmentsRequest, "A").code == "NOTHING_TO_DISPATCH"


def test_a_branch_has_nobody_to_dispatch_to(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    assert campaign.refused(pb.DispatchAssignmentsRequest, "a1").code == "NOTHING_TO_DISPATCH"


def test_a_late_dispatch_moves_every_later_time_of_its_subtree(campaign: Campaign) -> None:
    campaign.issue()
    planned = [campaign.due("a1", stage) for stage in range(2, 7)]
    # Layer 2 is due to be dispatched on Thursday the 19th; Monday at 9 is one working day and nine hours late.
    campaign.own(pb.ReceiveAssignmentRequest, "A")
    campaign.at(7)
    campaign.dispatch("A")
    event = campaign.events("AssignmentsDispatched")[-1]
    assert (event.late_working_minutes, event.shift_workdays) == (1440 + 9 * 60 + 1, 2)
    moved = [campaign.due("a1", stage) for stage in range(2, 7)]
    calendar_days = [(after - before) // DAY_US for before, after in zip(planned, moved, strict=True)]
    # L2 Fri 20 → Tue 24, L3 Mon 23 → Wed 25, L4 Wed 25 → Fri 27, L5 Mon 30 → Wed 1, L6 Thu 2 → Tue 7: Mon 6 is off.
    assert calendar_days == [4, 2, 2, 2, 5]
    assert campaign.due("b1", 2) == planned[0]
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    assert campaign.events("AssignmentReceived", "a1")[-1].late_working_minutes == 0


def test_a_report_is_verified_in_time_counted_from_when_it_came(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.own(pb.ReceiveAssignmentRequest, "a2")
    campaign.report("a1")
    assert campaign.due("a1", 6) == campaign.due("a2", 6)
    campaign.at(28)
    campaign.report("a2")
    assert campaign.events("ReportSubmitted", "a2")[-1].late_working_minutes > 0
    # Monday 13 April and three working days.
    assert campaign.due("a2", 6) == START_US - 9 * DAY_US // 24 + 32 * DAY_US - 1
    campaign.above(pb.VerifyReportRequest, "a2", by="A")
    assert campaign.events("ReportVerified", "a2")[-1].late_working_minutes == 0


def test_a_second_directive_lives_its_own_life(campaign: Campaign) -> None:
    first = campaign.issue()
    campaign.open_way("A")
    campaign.issue(title="第二件", scope=campaign.scope("b1", "b2"))
    assert campaign.states("B", "b1") == ["dispatched", "pending"]
    assert campaign.refused(pb.ReceiveAssignmentRequest, "a1").code == "NOT_ON_ROUTE"
    campaign.directive = first
    assert campaign.state("a1") == "dispatched"


def test_unit_secretaries_issue_to_their_own_subtree_only(campaign: Campaign) -> None:
    request = campaign.request(issuer_unit_id=campaign.ids["A"])
    assert campaign.office.refusal(request, campaign.secretary("B")).code == "PERMISSION_DENIED"
    answer = campaign.office.do(request, campaign.secretary("A"))
    assert answer.units_in_scope == 3
    elsewhere = directives_pb2.Scope(unit_ids=[campaign.ids["b1"]])
    below = campaign.request(issuer_unit_id=campaign.ids["A"], scope=elsewhere)
    assert campaign.office.refusal(below, campaign.secretary("A")).code == "UNIT_NOT_BELOW_ISSUER"
