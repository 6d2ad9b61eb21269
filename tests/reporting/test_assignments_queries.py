"""What units and those above them are shown of directives and assignments, and what they are not."""

from __future__ import annotations

import json

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from tests.reporting.campaign import Campaign


def actions(campaign: Campaign, unit: str, caller: Principal) -> list[str]:
    return list(campaign.view(unit, caller).actions)


def page(campaign: Campaign, request: pb.ListAssignmentsRequest, caller: Principal) -> list[str]:
    """All pages, as "title unit state"."""
    names = {unit_id: name for name, unit_id in campaign.ids.items()}
    found: list[str] = []
    while True:
        answer = campaign.office.ask(request, caller)
        found += [f"{a.directive_title} {names[a.unit_id]} {a.state}" for a in answer.assignments]
        if not answer.next_cursor:
            return found
        request.page.cursor = answer.next_cursor


def test_a_unit_is_offered_exactly_what_it_may_do_now(campaign: Campaign) -> None:
    campaign.issue()
    secretary, committee = campaign.secretary("a1"), campaign.secretary("A")
    assert actions(campaign, "A", committee) == ["ReceiveAssignment", "AskExtension"]
    assert actions(campaign, "a1", secretary) == []
    campaign.own(pb.ReceiveAssignmentRequest, "A")
    assert actions(campaign, "A", committee) == ["NameResponsible", "DispatchAssignments"]
    campaign.dispatch("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    assert actions(campaign, "a1", secretary) == ["NameResponsible", "StartWork", "SubmitReport", "AskExtension"]
    assert actions(campaign, "a1", committee) == ["ReportOnBehalf", "WithdrawAssignment"]
    campaign.above(pb.ReportOnBehalfRequest, "a1", by="A", due_count=1)
    assert actions(campaign, "a1", secretary) == ["SubmitReport", "ConfirmReport"]
    assert "VerifyReport" not in actions(campaign, "a1", committee)
    assert {"VerifyReport", "ReturnReport"} <= set(actions(campaign, "a1", campaign.operator()))


def test_what_is_not_offered_is_refused(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    fields = {
        "ReceiveAssignment": {}, "NameResponsible": {}, "StartWork": {}, "SubmitReport": {}, "ConfirmReport": {},
        "AskExtension": {"stage": 5, "workdays": 1, "reason": "汛期"}, "DispatchAssignments": {},
    }  # fmt: skip
    secretary = campaign.secretary("a1")
    offered = set(actions(campaign, "a1", secretary))
    for method in set(fields) - offered:
        request = campaign.message(getattr(pb, f"{method}Request"), "a1", **fields[method])
        campaign.office.refusal(request, secretary)


def test_a_unit_lists_what_was_dispatched_to_it_newest_first(campaign: Campaign) -> None:
    for title in ("第一件", "第二件", "第三件"):
        campaign.issue(title=title)
    campaign.open_way("A")
    own = pb.ListAssignmentsRequest(unit_id=campaign.ids["A"], page=pb.Page(rows_max=2))
    shown = page(campaign, own, campaign.secretary("A"))
    assert shown == ["第三件 A named", "第二件 A dispatched", "第一件 A dispatched"]
    branch = pb.ListAssignmentsRequest(unit_id=campaign.ids["a1"])
    assert page(campaign, branch, campaign.secretary("a1")) == ["第三件 a1 dispatched"]


def test_a_parent_lists_its_children_in_pages_that_fit_together(campaign: Campaign) -> None:
    campaign.issue(title="第一件")
    campaign.issue(title="第二件", scope=campaign.scope("a1", "a2"))
    campaign.open_way("A")
    whole = page(campaign, _children(campaign, 500), campaign.secretary("A"))
    assert sorted(whole) == [
        "第一件 a1 pending", "第一件 a2 pending", "第一件 a3 pending", "第二件 a1 dispatched", "第二件 a2 dispatched"
    ]  # fmt: skip
    for rows_max in (1, 2, 3):
        assert page(campaign, _children(campaign, rows_max), campaign.secretary("A")) == whole
    pending = _children(campaign, 500)
    pending.states.append("pending")
    assert sorted(page(campaign, pending, campaign.secretary("A"))) == sorted(whole)[:3]


def _children(campaign: Campaign, rows_max: int) -> pb.ListAssignmentsRequest:
    return pb.ListAssignmentsRequest(children_of_unit_id=campaign.ids["A"], page=pb.Page(rows_max=rows_max))


def test_a_withdrawn_directive_is_no_longer_listed_but_still_found(campaign: Campaign) -> None:
    directive = campaign.issue()
    withdraw = pb.WithdrawDirectiveRequest(directive_id=directive, reason="另行部署")
    campaign.office.do(withdraw, campaign.operator())
    request = pb.ListAssignmentsRequest(unit_id=campaign.ids["A"])
    assert page(campaign, request, campaign.secretary("A")) == []
    assert actions(campaign, "A", campaign.secretary("A")) == []
    found = campaign.office.ask(pb.GetDirectiveRequest(directive_id=directive), campaign.operator())
    assert (found.state, found.version) == ("withdrawn", 2)


def test_nobody_sees_what_lies_outside_their_subtrees(campaign: Campaign) -> None:
    directive = campaign.issue(scope=campaign.scope(subtree="A", kinds=("branch",)))
    campaign.open_way("A")
    outsider = campaign.secretary("b1")
    for request in (
        pb.GetAssignmentRequest(directive_id=directive, unit_id=campaign.ids["a1"]),
        pb.GetAssignmentHistoryRequest(directive_id=directive, unit_id=campaign.ids["a1"]),
        pb.ListAssignmentsRequest(unit_id=campaign.ids["a1"]),
        pb.GetDirectiveRequest(directive_id=directive),
    ):
        with pytest.raises(Refusal) as caught:
            campaign.office.ask(request, outsider)
        assert caught.value.code == "NOT_FOUND"
    assert not campaign.office.ask(pb.ListDirectivesRequest(), outsider).directives
    for insider in ("a1", "A", "D"):
        listed = campaign.office.ask(pb.ListDirectivesRequest(), campaign.secretary(insider)).directives
        assert [found.directive_id for found in listed] == [directive]


def test_a_unit_does_not_see_a_directive_before_it_was_passed_on(campaign: Campaign) -> None:
    campaign.issue()
    assert not campaign.office.ask(pb.ListDirectivesRequest(), campaign.secretary("a1")).directives


def test_directives_come_in_pages(campaign: Campaign) -> None:
    issued = [campaign.issue(title=f"第{number}件") for number in range(5)]
    found, cursor = [], ""
    while True:
        request = pb.ListDirectivesRequest(state="open", page=pb.Page(cursor=cursor, rows_max=2))
        answer = campaign.office.ask(request, campaign.operator())
        found += [directive.directive_id for directive in answer.directives]
        if not (cursor := answer.next_cursor):
            break
    assert found == issued[::-1]


def test_a_history_begins_with_the_issue_and_the_dispatch_that_reached_the_unit(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    request = pb.GetAssignmentHistoryRequest(directive_id=campaign.directive, unit_id=campaign.ids["a1"])
    items = campaign.office.ask(request, campaign.secretary("a1")).items
    assert [item.type.rpartition(".")[2] for item in items] == [
        "DirectiveIssued", "AssignmentsDispatched", "AssignmentReceived", "AssignmentNamed", "WorkStarted",
        "ReportSubmitted",
    ]  # fmt: skip
    assert json.loads(items[1].event_json)["parent_unit_id"] == campaign.ids["A"]
    assert items[-1].actor_unit_id == campaign.ids["a1"]


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "WzEsMiwzXQ"])
def test_a_cursor_that_we_did_not_give_is_refused(campaign: Campaign, cursor: str) -> None:
    request = pb.ListAssignmentsRequest(unit_id=campaign.ids["A"], page=pb.Page(cursor=cursor))
    with pytest.raises(Refusal) as caught:
        campaign.office.ask(request, campaign.operator())
    assert caught.value.code == "BAD_REQUEST"


def test_a_list_is_of_a_unit_or_of_its_children(campaign: Campaign) -> None:
    for request in (pb.ListAssignmentsRequest(), pb.ListAssignmentsRequest(unit_id="a", children_of_unit_id="b")):
        with pytest.raises(Refusal) as caught:
            campaign.office.ask(request, campaign.operator())
        assert caught.value.code == "BAD_REQUEST"
