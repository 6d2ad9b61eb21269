"""Many assignments in one call: a receipt a row, as the call about one would have answered."""

from __future__ import annotations

from typing import Any

from huanjie.reporting.v1 import reporting_pb2
from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis.permissions import UNIT_SECRETARY, VERIFIER
from services.chassis.principals import AUDIENCE, Grant, Principal
from tests.chassis.desk import DISTRICT, principal
from tests.reporting.campaign import Campaign


def rows(campaign: Campaign, *units: str, **fields: Any) -> pb.AssignmentRowsRequest:
    return pb.AssignmentRowsRequest(
        rows=[
            pb.AssignmentRow(directive_id=campaign.directive, unit_id=campaign.ids.get(unit, unit), **fields)
            for unit in units
        ]
    )


def done(campaign: Campaign, method: str, request: pb.AssignmentRowsRequest, caller: Principal) -> list[str]:
    """A code a row, or what was accepted."""
    answer = campaign.office.desk.do(method, request, caller)
    return ["accepted" if receipt.accepted else receipt.code for receipt in answer.receipts]


def test_many_are_received_and_named_by_whoever_may_each(campaign: Campaign) -> None:
    campaign.issue()
    grants = (Grant(UNIT_SECRETARY, campaign.ids["A"]), Grant(UNIT_SECRETARY, campaign.ids["a1"]))
    both = Principal("account_both", DISTRICT, AUDIENCE, grants, 0, 1 << 62)
    request = rows(campaign, "A", "B", "a1", "A", "unit_unknown")
    assert done(campaign, "ReceiveAssignments", request, both) == [
        "accepted", "PERMISSION_DENIED", "NOT_DISPATCHED", "WRONG_STATE", "NOT_FOUND",
    ]  # fmt: skip
    assert campaign.states("A", "B", "a1") == ["named", "dispatched", "pending"]
    assert done(campaign, "NameResponsibles", rows(campaign, "A", expected_version=1), both) == ["STALE_VERSION"]
    assert done(campaign, "NameResponsibles", rows(campaign, "A", expected_version=2), both) == ["accepted"]
    assert campaign.events("AssignmentNamed", "A")[-1].post_id == campaign.posts["A"]


def test_many_reports_are_verified_and_never_ones_own(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.reported("a2")
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "a3")
    campaign.above(reporting_pb2.ReportOnBehalfRequest, "a3", by="A", due_count=1, done_count=1)
    verifier = principal(VERIFIER, campaign.ids["A"])
    request = rows(campaign, "a1", "a2", "a3", "b1")
    assert done(campaign, "VerifyReports", request, verifier) == [
        "accepted", "accepted", "OWN_REPORT_VERIFIED", "PERMISSION_DENIED",
    ]  # fmt: skip
    assert campaign.states("a1", "a2", "a3") == ["verified", "verified", "reported"]
    event = campaign.events("ReportVerified", "a1")[-1]
    assert (event.verifier_unit_id, event.report_number) == (campaign.ids["A"], 1)


def test_a_call_about_too_many_changes_nothing(campaign: Campaign) -> None:
    campaign.issue()
    request = rows(campaign, *["A"] * 501)
    before = campaign.office.desk.state()
    reply = campaign.office.desk.reply("ReceiveAssignments", request, campaign.secretary("A"))
    assert reply.refused.code == "BAD_REQUEST"
    assert campaign.office.desk.state() == before


def test_the_same_call_again_is_not_done_again(campaign: Campaign) -> None:
    campaign.issue()
    desk, request = campaign.office.desk, rows(campaign, "A")
    first = desk.reply("ReceiveAssignments", request, campaign.secretary("A"), "one")
    again = desk.reply("ReceiveAssignments", request, campaign.secretary("A"), "one")
    assert first.body == again.body
    assert len(campaign.events("AssignmentReceived", "A")) == 1
