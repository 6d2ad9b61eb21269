"""Acts are taken back where nothing has followed them; the ledger keeps both, and all is as it was before."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.reporting.v1 import supervision_pb2 as sup
from huanjie.reporting.v1 import verification_pb2 as ver
from services.chassis.permissions import OPERATOR, UNIT_SECRETARY
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from services.chassis.wording import Catalogue
from services.reporting.domain.directive_events import (
    DIRECTIVE_EVENTS,
    ActUndone,
    AssignmentsDispatched,
    ReminderUndone,
    UnitReminded,
)
from services.reporting.domain.undoing import _ACTIONS
from tests.chassis.desk import principal
from tests.reporting.campaign import Campaign
from tests.reporting.test_act_on_many import done, rows

STEPS = 150


def undo(campaign: Campaign, act: str, *units: str, by: Principal, **fields: Any) -> list[str]:
    request = sup.UndoActsRequest(act=act, rows=rows(campaign, *units, **fields).rows)
    answer = campaign.office.desk.do("UndoActs", request, by)
    return ["accepted" if receipt.accepted else receipt.code for receipt in answer.receipts]


def row(campaign: Campaign, unit: str) -> tuple[Any, ...]:
    """Everything that is kept of an assignment but its version."""
    with campaign.office.desk.store.snapshot() as reader:
        found = reader.one(
            "SELECT state, state_before, dispatch_position, shift_workdays, post_id, person_id, target_us, "
            "report_number, due_count, done_count, summary, on_behalf_by_unit_id, reporter_id, confirmed, "
            "verify_due_us, return_reason, rectify_due_us, asked_stage FROM assignment "
            "WHERE directive_id = ? AND unit_id = ?",
            (campaign.directive, campaign.ids[unit]),
        )
    return tuple(found or ())


def test_a_receipt_goes_with_the_naming_of_the_same_tap_and_can_be_given_again(campaign: Campaign) -> None:
    campaign.issue()
    secretary = campaign.secretary("A")
    assert done(campaign, "ReceiveAssignments", rows(campaign, "A"), secretary) == ["accepted"]
    assert undo(campaign, "receive", "A", by=secretary, expected_version=2) == ["accepted"]
    view = campaign.view("A")
    assert (view.state, view.version, view.person_name) == ("dispatched", 3, "")
    event = campaign.events("ActUndone", "A")[-1]
    assert (event.act, event.stages, event.state) == ("receive", (2, 3), "dispatched")
    assert [len(campaign.events(name, "A")) for name in ("AssignmentReceived", "AssignmentNamed")] == [1, 1]
    campaign.at(9)
    assert done(campaign, "ReceiveAssignments", rows(campaign, "A"), secretary) == ["accepted"]
    assert campaign.events("AssignmentReceived", "A")[-1].late_working_minutes > 0
    assert campaign.office.desk.refold_differences() == []


def test_a_naming_gives_way_to_the_one_before_it(campaign: Campaign) -> None:
    campaign.issue()
    secretary = campaign.secretary("A")
    campaign.own(pb.ReceiveAssignmentRequest, "A", receive_only=True)
    campaign.at(0, hours=1)
    campaign.own(pb.NameResponsibleRequest, "A")
    deputy = campaign.office.do(
        pb.AppointPostHolderRequest(unit_id=campaign.ids["A"], post_name="副书记", person_name="示例乙")
    )
    campaign.own(pb.NameResponsibleRequest, "A", post_id=deputy.post_id)
    assert undo(campaign, "name", "A", by=secretary) == ["accepted"]
    assert (campaign.state("A"), row(campaign, "A")[4]) == ("named", campaign.posts["A"])
    assert campaign.events("ActUndone", "A")[-1].stages == ()
    assert undo(campaign, "receive", "A", by=secretary) == ["UNDO_FOLLOWED"]
    assert undo(campaign, "name", "A", by=secretary) == ["accepted"]
    assert (campaign.state("A"), row(campaign, "A")[4]) == ("received", "")
    assert undo(campaign, "name", "A", by=secretary) == ["NOTHING_TO_UNDO"]
    assert undo(campaign, "receive", "A", by=secretary) == ["accepted"]
    assert campaign.state("A") == "dispatched"


def test_a_verification_is_taken_back_and_leaves_the_verifiers_record(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.reported("a2")
    campaign.at(60)
    operator = campaign.operator()
    assert done(campaign, "VerifyReports", rows(campaign, "a1", "a2"), operator) == ["accepted", "accepted"]
    assert undo(campaign, "verify", "a1", by=operator) == ["accepted"]
    assert campaign.states("a1", "a2") == ["reported", "verified"]
    record = campaign.office.ask(ver.GetVerificationRecordRequest(unit_id=campaign.ids["D"]), operator)
    assert (record.verified, record.verified_late) == (1, 1)
    campaign.above(pb.ReturnReportRequest, "a1", reason="补充")
    campaign.report("a1")
    campaign.above(pb.VerifyReportRequest, "a1")
    assert undo(campaign, "verify", "a1", by=operator) == ["accepted"]
    assert campaign.state("a1") == "rectified"
    assert campaign.office.desk.refold_differences() == []


def test_every_event_of_an_assignment_can_follow_an_act() -> None:
    own = {event for event in DIRECTIVE_EVENTS if "unit_id" in {field.name for field in dataclasses.fields(event)}}
    assert own - {ActUndone, UnitReminded, ReminderUndone} == set(_ACTIONS) - {AssignmentsDispatched}


def followed_by(campaign: Campaign, act: str, unit: str, by: Principal) -> str:
    """The words of the refusal."""
    request = sup.UndoActsRequest(act=act, rows=rows(campaign, unit).rows)
    head = campaign.office.desk.recorder.ledger.head
    (receipt,) = campaign.office.desk.do("UndoActs", request, by).receipts
    assert receipt.code == "UNDO_FOLLOWED"
    assert campaign.office.desk.recorder.ledger.head == head
    words = Catalogue.load("services.chassis", "services.reporting")
    return words.render(receipt.code, dict(receipt.parameters), "zh")


def test_what_something_followed_is_not_taken_back_and_the_refusal_names_it(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    assert "向下级下发" in followed_by(campaign, "receive", "A", campaign.secretary("A"))
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.own(pb.StartWorkRequest, "a1")
    assert "启动推进" in followed_by(campaign, "name", "a1", campaign.secretary("a1"))
    campaign.own(pb.ReceiveAssignmentRequest, "a2")
    hand_over = pb.HandOverPostRequest(unit_id=campaign.ids["a2"], post_id=campaign.posts["a2"], person_name="示例丙")
    campaign.office.do(hand_over)
    assert "职务交接" in followed_by(campaign, "receive", "a2", campaign.secretary("a2"))
    campaign.own(pb.ReceiveAssignmentRequest, "B", receive_only=True)
    order = sup.IssueOrderRequest(
        unit_id=campaign.ids["B"], directive_id=campaign.directive, stage=3, text="请明确责任人。"
    )
    campaign.office.do(order, campaign.operator())
    assert "督办单" in followed_by(campaign, "receive", "B", campaign.secretary("B"))


def test_only_who_did_it_takes_it_back_and_unknown_acts_are_refused(campaign: Campaign) -> None:
    campaign.issue()
    campaign.own(pb.ReceiveAssignmentRequest, "A")
    another = principal(UNIT_SECRETARY, campaign.ids["A"], "account_other")
    assert undo(campaign, "receive", "A", by=another) == ["UNDO_BY_ANOTHER"]
    assert undo(campaign, "receive", "A", by=campaign.secretary("B")) == ["PERMISSION_DENIED"]
    assert undo(campaign, "receive", "B", by=campaign.secretary("B")) == ["NOTHING_TO_UNDO"]
    assert undo(campaign, "receive", "A", by=campaign.secretary("A"), expected_version=1) == ["STALE_VERSION"]
    with pytest.raises(Refusal) as caught:
        campaign.office.desk.do("UndoActs", sup.UndoActsRequest(act="report"), campaign.secretary("A"))
    assert caught.value.code == "BAD_REQUEST"
    campaign.above(pb.WithdrawAssignmentRequest, "A", reason="暂缓")
    assert undo(campaign, "receive", "A", by=campaign.secretary("A")) == ["UNDO_FOLLOWED"]


def test_an_act_and_its_taking_back_leave_everything_as_it_was(campaign: Campaign, seed: int) -> None:
    chance = random.Random(seed)
    campaign.issue()
    campaign.open_way("A", "B")
    acts: list[tuple[str, Any, str]] = [
        ("receive", pb.ReceiveAssignmentRequest, "own"),
        ("name", pb.NameResponsibleRequest, "own"),
        ("", pb.StartWorkRequest, "own"),
        ("", pb.SubmitReportRequest, "own"),
        ("verify", pb.VerifyReportRequest, "above"),
        ("", pb.ReturnReportRequest, "above"),
    ]
    undone = 0
    for _ in range(STEPS):
        unit = chance.choice(("a1", "a2", "b1"))
        act, kind, way = chance.choice(acts)
        fields: dict[str, Any] = {"reason": "补充"} if kind is pb.ReturnReportRequest else {}
        fields |= {"due_count": 1, "done_count": 1} if kind is pb.SubmitReportRequest else {}
        before, head = row(campaign, unit), campaign.office.desk.recorder.ledger.head
        caller = campaign.secretary(unit) if way == "own" else principal(OPERATOR, campaign.ids["D"])
        try:
            campaign.office.do(campaign.message(kind, unit, **fields), caller)
        except Refusal:
            continue
        if act and chance.random() < 0.6:
            assert undo(campaign, act, unit, by=caller) == ["accepted"]
            assert row(campaign, unit) == before or (before == () and campaign.state(unit) == "dispatched")
            assert campaign.office.desk.recorder.ledger.head > head + 1
            undone += 1
    assert undone
    assert campaign.office.desk.refold_differences() == []
