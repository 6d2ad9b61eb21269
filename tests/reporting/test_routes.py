"""Directives that take another route than the unit tree: a school answers to the education working committee there."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.api.pictures import cleaned
from huanjie.reporting.v1 import evidence_pb2, forms_pb2, routes_pb2, supervision_pb2, verification_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import VERIFIER
from services.chassis.refusals import Refusal
from services.reporting.commands.digest_acts import planned_digests
from tests.chassis.desk import principal
from tests.evidence_files import photograph
from tests.reporting.campaign import Campaign
from tests.reporting.shown import store


@pytest.fixture
def schools(campaign: Campaign) -> Campaign:
    """E is an education working committee without units of its own; on the route a1 and b1 answer to it."""
    campaign.add("E", "D", "working_committee")
    campaign.route = draw(campaign, {"a1": "E", "b1": "E"})
    return campaign


def links(campaign: Campaign, superiors: dict[str, str]) -> list[routes_pb2.RouteLinkAsked]:
    return [
        routes_pb2.RouteLinkAsked(unit=campaign.ids[unit], superior=campaign.ids.get(superior, ""))
        for unit, superior in superiors.items()
    ]


def draw(campaign: Campaign, superiors: dict[str, str], name: str = "教育条线") -> str:
    request = routes_pb2.DrawRouteRequest(name=name, kind="line_of_work", links=links(campaign, superiors))
    return str(campaign.office.do(request, campaign.operator()).route_id)


def change(campaign: Campaign, superiors: dict[str, str], **fields: Any) -> routes_pb2.ChangeRouteRequest:
    asked = links(campaign, superiors)
    return routes_pb2.ChangeRouteRequest(route_id=campaign.route, reason="调整分工", links=asked, **fields)


def relink(campaign: Campaign, superiors: dict[str, str]) -> None:
    campaign.office.do(change(campaign, superiors), campaign.operator())


def issue(campaign: Campaign, **fields: Any) -> str:
    """To the units below E, by the route."""
    scope = fields.pop("scope", None) or campaign.scope(subtree="E", kinds=("branch",))
    return campaign.issue(route_id=campaign.route, scope=scope, **fields)


def transfer(campaign: Campaign, unit: str, to: str) -> pb.TransferUnitRequest:
    return pb.TransferUnitRequest(unit_id=campaign.ids[unit], to_parent_id=campaign.ids[to], reason="调整隶属")


def children(campaign: Campaign, unit: str, directive: bool = True) -> list[str]:
    names = {unit_id: name for name, unit_id in campaign.ids.items()}
    request = pb.ListAssignmentsRequest(
        children_of_unit_id=campaign.ids[unit], directive_id=campaign.directive if directive else ""
    )
    found = campaign.office.ask(request, campaign.secretary(unit)).assignments
    return sorted(names[row.unit_id] for row in found)


# ---- a directive on its way -------------------------------------------------------------------------------


def test_a_directive_reaches_schools_through_the_committee_that_they_answer_to(schools: Campaign) -> None:
    issue(schools)
    assert schools.events("DirectiveIssued")[-1].route_id == schools.route
    assert schools.states("E", "a1", "b1") == ["dispatched", "pending", "pending"]
    assert schools.refused(pb.ReceiveAssignmentRequest, "A").code == "NOT_ON_ROUTE"
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    assert schools.states("a1", "b1") == ["dispatched", "dispatched"]
    schools.reported("a1")
    seen = schools.view("a1", schools.secretary("E"))
    assert (seen.route_name, seen.superior_name, seen.state) == ("教育条线", "E", "reported")
    assert "VerifyReport" in seen.actions
    assert schools.above(pb.VerifyReportRequest, "a1", by="E").state == "verified"


def test_who_is_above_in_the_unit_tree_alone_sees_but_does_nothing(schools: Campaign) -> None:
    issue(schools)
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    schools.reported("a1")
    assert schools.view("a1", schools.secretary("A")).actions == []
    for kind in (pb.VerifyReportRequest, pb.ReportOnBehalfRequest):
        assert schools.refused(kind, "a1", by="A").code == "PERMISSION_DENIED"
    assert children(schools, "A") == []
    assert children(schools, "E") == ["a1", "b1"]


def test_what_is_asked_by_the_unit_tree_goes_on_as_before(schools: Campaign) -> None:
    schools.issue(scope=schools.scope("a1"))
    schools.open_way("A")
    schools.reported("a1")
    assert schools.refused(pb.VerifyReportRequest, "a1", by="E").code == "PERMISSION_DENIED"
    with pytest.raises(Refusal, match="NOT_FOUND"):
        schools.view("a1", schools.secretary("E"))
    assert schools.above(pb.VerifyReportRequest, "a1", by="A").state == "verified"


def test_lists_of_a_day_follow_each_directives_route(schools: Campaign) -> None:
    by_tree = schools.issue(scope=schools.scope("a1", "b1"))
    schools.open_way("A", "B")
    by_route = issue(schools)
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    for directive in (by_tree, by_route):
        schools.directive = directive
        schools.reported("a1")

    def tasks(unit: str) -> list[tuple[str, str]]:
        request = supervision_pb2.ListTodayRequest(unit_id=schools.ids[unit])
        items = schools.office.ask(request, schools.secretary(unit)).items
        return [(item.task, item.directive_id) for item in items]

    def queue(unit: str) -> list[str]:
        request = verification_pb2.ListVerificationQueueRequest(unit_id=schools.ids[unit])
        return [row.directive_id for row in schools.office.ask(request, schools.secretary(unit)).reports]

    assert ("verify", by_tree) in tasks("A")
    assert ("verify", by_route) in tasks("E")
    assert ("verify", by_route) not in tasks("A")
    assert (queue("A"), queue("E"), sorted(queue("D"))) == ([by_tree], [by_route], sorted([by_tree, by_route]))


def test_a_superior_on_the_route_reminds_samples_and_orders(schools: Campaign) -> None:
    issue(schools)
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    row = supervision_pb2.AssignmentRow(directive_id=schools.directive, unit_id=schools.ids["b1"])
    request = supervision_pb2.AssignmentRowsRequest(rows=[row])
    receipts = schools.office.desk.do("RemindUnits", request, schools.operator("E")).receipts
    assert [receipt.accepted for receipt in receipts] == [True]
    assert schools.events("UnitReminded")[-1].by_unit_id == schools.ids["E"]
    receipts = schools.office.desk.do("RemindUnits", request, schools.operator("B")).receipts
    assert [receipt.code for receipt in receipts] == ["PERMISSION_DENIED"]
    schools.reported("a1")
    sample = verification_pb2.DrawSampleRequest(unit_id=schools.ids["E"], directive_id=schools.directive, size=1)
    caller = principal(VERIFIER, schools.ids["E"])
    drawn = schools.office.do(sample, caller)
    assert list(drawn.unit_ids) == [schools.ids["a1"]]
    check = verification_pb2.CheckSampleRequest(sample_id=drawn.sample_id, unit_id=schools.ids["a1"], found_true=True)
    assert schools.office.refusal(check, principal(VERIFIER, schools.ids["A"])).code == "PERMISSION_DENIED"
    assert schools.office.do(check, caller).found_true == 1
    schools.at(60)
    order = supervision_pb2.IssueOrderRequest(
        directive_id=schools.directive, unit_id=schools.ids["b1"], stage=2, text="请尽快签收。"
    )
    assert schools.office.refusal(order, schools.operator("B")).code == "PERMISSION_DENIED"
    issued = schools.office.do(order, schools.operator("E"))
    shown = schools.office.ask(supervision_pb2.GetOrderRequest(order_id=issued.order_id), schools.operator("E"))
    assert "WithdrawOrder" in shown.actions


def test_overdue_work_is_told_up_the_route(schools: Campaign) -> None:
    issue(schools)
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    schools.at(60)
    proposals = supervision_pb2.ListOrderProposalsRequest(unit_id=schools.ids["E"])
    items = schools.office.ask(proposals, schools.operator("E")).items
    assert {item.unit_id for item in items} >= {schools.ids["a1"], schools.ids["b1"]}
    proposals = supervision_pb2.ListOrderProposalsRequest(unit_id=schools.ids["A"])
    assert list(schools.office.ask(proposals, schools.operator("A")).items) == []


def test_a_superior_on_the_route_reports_for_a_school_with_its_evidence_and_sees_it(schools: Campaign) -> None:
    issue(schools, evidence_reason="示例文件第三条要求留存签到表")
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    schools.own(pb.ReceiveAssignmentRequest, "a1")
    sha256 = store(schools, cleaned(photograph()))
    request = evidence_pb2.KeepEvidenceRequest(unit_id=schools.ids["a1"], file_sha256=sha256)
    assert schools.office.refusal(request, schools.operator("E")).code == "PERMISSION_DENIED"
    request.directive_id = schools.directive
    assert schools.office.refusal(request, schools.operator("B")).code == "PERMISSION_DENIED"
    schools.office.do(request, schools.operator("E"))
    seen = evidence_pb2.GetEvidenceRequest(unit_id=schools.ids["a1"], file_sha256=sha256)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        schools.office.ask(seen, schools.operator("E"))
    schools.above(pb.ReportOnBehalfRequest, "a1", by="E", due_count=1, done_count=1, evidence=[sha256])
    assert schools.office.ask(seen, schools.operator("E")).media_type == "image/jpeg"
    with pytest.raises(Refusal, match="NOT_FOUND"):
        schools.office.ask(seen, schools.operator("B"))


def test_a_table_of_a_form_holds_the_units_below_on_the_route(schools: Campaign) -> None:
    issue(schools, form_id="rectification")
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    request = forms_pb2.ListFormRowsRequest(directive_id=schools.directive, unit_id=schools.ids["E"], below=True)
    rows = schools.office.ask(request, schools.secretary("E")).rows
    assert sorted((row.unit_name, row.parent_name) for row in rows) == [("a1", "E"), ("b1", "E")]
    schools.own(pb.ReceiveAssignmentRequest, "a1")
    figures = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-09-30"}
    sent = forms_pb2.ReportFiguresRequest(
        directive_id=schools.directive, unit_id=schools.ids["a1"], report_number=1, figures=figures
    )
    batch = forms_pb2.ReportFiguresBatchRequest(rows=[sent])
    assert schools.office.do(batch, schools.secretary("A")).receipts[0].code == "PERMISSION_DENIED"
    assert schools.office.do(batch, schools.secretary("E")).receipts[0].accepted
    assert schools.view("a1").on_behalf_by_unit_id == schools.ids["E"]


def test_digests_go_up_the_route(schools: Campaign) -> None:
    issue(schools)
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    schools.at(60)
    names = {unit_id: name for name, unit_id in schools.ids.items()}
    with schools.office.desk.store.snapshot() as reader:
        planned = list(planned_digests(reader, schools.office.desk.clock.us))
    told = {(names[event.unit_id], names[item.unit_id]) for event in planned for item in event.items}
    assert told >= {("E", "a1"), ("E", "b1"), ("D", "a1")}
    assert not any(superior in "AB" for superior, _ in told)


# ---- links ------------------------------------------------------------------------------------------------


def test_a_unit_that_is_linked_keeps_its_superior_and_others_follow_the_tree(schools: Campaign) -> None:
    issue(schools, scope=schools.scope(kinds=("branch",)))
    schools.office.do(transfer(schools, "a1", "B"))
    schools.office.do(transfer(schools, "a2", "B"))
    assert schools.view("a1").superior_name == "E"
    assert schools.view("a2").superior_name == "B"


def test_what_hangs_below_a_linked_unit_hangs_with_it(campaign: Campaign) -> None:
    campaign.add("E", "D", "working_committee")
    campaign.route = draw(campaign, {"A": "E"})
    issue(campaign)
    campaign.add("a4", "A")
    assert [campaign.view(unit).deadlines[0].layer for unit in ("E", "A", "a1", "a4")] == [1, 2, 3, 3]
    assert campaign.events("RouteDrawn")[-1].links[0].unit_id == campaign.ids["A"]


def test_what_had_reached_a_unit_stays_with_it_when_it_is_linked_elsewhere(schools: Campaign) -> None:
    schools.add("F", "D", "working_committee")
    issue(schools, scope=schools.scope(kinds=("branch",)))
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    relink(schools, {"a1": "F", "b1": ""})
    assert schools.states("a1", "b1", "b2") == ["dispatched", "dispatched", "pending"]
    schools.reported("a1")
    assert schools.refused(pb.VerifyReportRequest, "a1", by="E").code == "PERMISSION_DENIED"
    assert schools.above(pb.VerifyReportRequest, "a1", by="F").state == "verified"
    assert schools.view("b1").superior_name == "B"


def test_a_merger_hands_on_whoever_answered_to_the_unit(schools: Campaign) -> None:
    schools.add("F", "D", "working_committee")
    issue(schools, scope=schools.scope(kinds=("branch",)))
    schools.own(pb.ReceiveAssignmentRequest, "E")
    schools.dispatch("E")
    merge = pb.MergeUnitRequest(unit_id=schools.ids["E"], into_unit_id=schools.ids["F"], reason="合并")
    schools.office.do(merge)
    assert schools.view("a1").superior_name == "F"
    assert schools.states("a1", "b1") == ["dispatched", "dispatched"]
    shown = schools.office.ask(routes_pb2.GetRouteRequest(route_id=schools.route), schools.operator())
    assert {(link.unit_name, link.superior_name) for link in shown.links} == {("a1", "F"), ("b1", "F")}


def test_links_may_be_named_by_code(campaign: Campaign) -> None:
    campaign.ids["E"] = campaign.office.establish(campaign.ids["D"], "教育工委", "working_committee", code="0009")
    asked = [routes_pb2.RouteLinkAsked(unit=campaign.ids["a1"], superior=" 0009 ")]
    request = routes_pb2.DrawRouteRequest(name="教育条线", kind="line_of_work", links=asked)
    route = campaign.office.do(request, campaign.operator()).route_id
    shown = campaign.office.ask(routes_pb2.GetRouteRequest(route_id=route), campaign.operator())
    assert [(link.unit_name, link.parent_name, link.superior_code) for link in shown.links] == [("a1", "A", "0009")]
    assert shown.route.links == 1


# ---- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("superiors", "code"),
    [
        ({"E": "a1"}, "ROUTE_CIRCLE"),
        ({"a1": "E"}, "ROUTE_LINK_SAME"),
        ({"a2": "A"}, "ROUTE_LINK_SAME"),
        ({"a2": ""}, "ROUTE_LINK_SAME"),
        ({"D": "E"}, "ROUTE_ROOT_LINKED"),
        ({"A": "B", "B": "a3"}, "ROUTE_CIRCLE"),
    ],
)
def test_links_that_make_no_tree_are_refused(schools: Campaign, superiors: dict[str, str], code: str) -> None:
    assert schools.office.refusal(change(schools, superiors), schools.operator()).code == code


def test_a_circle_is_laid_to_a_unit_that_stands_in_it(schools: Campaign) -> None:
    refusal = schools.office.refusal(change(schools, {"A": "b2", "B": "b2"}), schools.operator())
    assert refusal.params() == {"unit_id": schools.ids["B"], "route_name": "教育条线"}


def test_a_link_that_makes_room_for_another_may_come_with_it(schools: Campaign) -> None:
    relink(schools, {"a1": "B", "E": "a1", "b1": ""})
    event = schools.events("RouteChanged")[-1]
    names = {unit_id: name for name, unit_id in schools.ids.items()}
    order = [names[link.unit_id] for link in event.links]
    assert order.index("a1") < order.index("E")
    assert schools.office.ask(routes_pb2.GetRouteRequest(route_id=schools.route), schools.operator()).route.links == 2


def test_a_link_named_twice_a_stale_version_and_empty_changes_are_refused(schools: Campaign) -> None:
    twice = change(schools, {"a1": "A"})
    twice.links.append(twice.links[0])
    assert schools.office.refusal(twice, schools.operator()).code == "ROUTE_LINK_REPEATED"
    stale = change(schools, {"a1": ""}, expected_version=7)
    assert schools.office.refusal(stale, schools.operator()).code == "STALE_VERSION"
    assert schools.office.refusal(change(schools, {}), schools.operator()).code == "BAD_REQUEST"
    no_superior = routes_pb2.DrawRouteRequest(name="另一条", kind="line_of_work", links=links(schools, {"a1": ""}))
    assert schools.office.refusal(no_superior, schools.operator()).code == "BAD_REQUEST"


def test_only_an_operator_of_both_ends_draws(schools: Campaign) -> None:
    request = change(schools, {"a2": "E"})
    assert schools.office.refusal(request, schools.operator("A")).code == "PERMISSION_DENIED"
    assert schools.office.refusal(request, schools.secretary("D")).code == "PERMISSION_DENIED"
    within = routes_pb2.DrawRouteRequest(name="功能区", kind="functional_area", links=links(schools, {"a2": "a3"}))
    schools.office.do(within, schools.operator("A"))


def test_a_route_that_is_used_does_not_end_and_one_that_ended_takes_nothing(schools: Campaign) -> None:
    end = routes_pb2.EndRouteRequest(route_id=schools.route, reason="不再使用")
    issue(schools)
    assert schools.office.refusal(end, schools.operator()).code == "ROUTE_IN_USE"
    assert schools.office.refusal(end, schools.operator("E")).code == "PERMISSION_DENIED"
    withdraw = pb.WithdrawDirectiveRequest(directive_id=schools.directive, reason="撤回")
    schools.office.do(withdraw, schools.operator())
    schools.office.do(end, schools.operator())
    assert schools.office.refusal(end, schools.operator()).code == "ROUTE_ENDED"
    assert schools.office.refusal(change(schools, {"a2": "E"}), schools.operator()).code == "ROUTE_ENDED"
    again = schools.request(route_id=schools.route)
    assert schools.office.refusal(again, schools.operator()).code == "ROUTE_ENDED"
    shown = schools.office.ask(routes_pb2.ListRoutesRequest(), schools.operator()).routes
    assert [(route.name, route.state, route.open_directives) for route in shown] == [("教育条线", "ended", 0)]


def test_a_name_stands_once_among_open_routes(schools: Campaign) -> None:
    request = routes_pb2.DrawRouteRequest(name="教育条线", kind="line_of_work", links=links(schools, {"a2": "E"}))
    assert schools.office.refusal(request, schools.operator()).code == "ROUTE_NAME_TAKEN"


def test_the_unit_tree_makes_no_circle_and_no_orphan_on_a_route(campaign: Campaign) -> None:
    campaign.add("E", "D", "working_committee")
    campaign.add("F", "D", "working_committee")
    campaign.add("G", "D", "working_committee")
    campaign.route = draw(campaign, {"F": "E"})
    assert campaign.office.refusal(transfer(campaign, "E", "F")).code == "ROUTE_CIRCLE"
    merge = pb.MergeUnitRequest(unit_id=campaign.ids["E"], into_unit_id=campaign.ids["F"], reason="合并")
    assert campaign.office.refusal(merge).code == "ROUTE_CIRCLE"
    abolish = pb.AbolishUnitRequest(unit_id=campaign.ids["E"], reason="撤销")
    assert campaign.office.refusal(abolish).code == "UNIT_ON_ROUTE"
    relink(campaign, {"F": "G"})
    campaign.office.do(abolish)


def test_a_directive_on_an_unknown_route_or_to_units_not_below_there_is_refused(schools: Campaign) -> None:
    unknown = schools.request(route_id="route_nobody")
    assert schools.office.refusal(unknown, schools.operator()).code == "NOT_FOUND"
    by_e = schools.request(route_id=schools.route, issuer_unit_id=schools.ids["E"], scope=schools.scope("a2"))
    assert schools.office.refusal(by_e, schools.operator()).code == "UNIT_NOT_BELOW_ISSUER"
    by_e = schools.request(route_id=schools.route, issuer_unit_id=schools.ids["E"], scope=schools.scope("a1"))
    schools.office.do(by_e, schools.operator())
