"""Scopes follow the tree: whom a directive obliges and through whom it passes, while units come, move and end."""

from __future__ import annotations

import random
from typing import Any

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.reporting.domain.deadlines import newest_calendar, shifted
from services.reporting.store import assignments, directives
from tests.chassis.desk import START_US
from tests.reporting.campaign import Campaign


def listed(campaign: Campaign, unit: str) -> list[tuple[str, str]]:
    """(short name, state) of the children's assignments."""
    names = {unit_id: name for name, unit_id in campaign.ids.items()}
    request = pb.ListAssignmentsRequest(children_of_unit_id=campaign.ids[unit], directive_id=campaign.directive)
    found = campaign.office.ask(request, campaign.operator()).assignments
    return sorted((names[row.unit_id], row.state) for row in found)


def test_a_subtree_obliges_its_root_and_the_kinds_below(campaign: Campaign) -> None:
    answer = campaign.office.do(campaign.request(scope=campaign.scope(subtree="A")), campaign.operator())
    campaign.directive = answer.directive_id
    assert answer.units_in_scope == 4
    assert campaign.view("A").obliged
    assert campaign.refused(pb.ReceiveAssignmentRequest, "B").code == "NOT_ON_ROUTE"


def test_an_excluded_unit_is_left_out_but_not_what_is_below_it(campaign: Campaign) -> None:
    scope = campaign.scope(subtree="A", less=("A", "a2"))
    answer = campaign.office.do(campaign.request(scope=scope), campaign.operator())
    campaign.directive = answer.directive_id
    assert answer.units_in_scope == 2
    assert not campaign.view("A").obliged
    assert campaign.refused(pb.ReceiveAssignmentRequest, "a2").code == "NOT_ON_ROUTE"
    assert campaign.view("a1").obliged


def test_a_list_passes_only_through_those_above_its_units(campaign: Campaign) -> None:
    campaign.issue(scope=campaign.scope("a1", "b2", less=("b2",)))
    assert [campaign.view("A").obliged, campaign.view("a1").obliged] == [False, True]
    for unit in ("B", "b2", "a2"):
        assert campaign.refused(pb.ReceiveAssignmentRequest, unit).code == "NOT_ON_ROUTE"


def test_the_issuer_owes_nothing_itself(campaign: Campaign) -> None:
    campaign.issue(scope=campaign.scope(subtree="D"))
    request = pb.GetAssignmentRequest(directive_id=campaign.directive, unit_id=campaign.ids["D"])
    with pytest.raises(Exception, match="NOT_ON_ROUTE"):
        campaign.office.ask(request, campaign.operator())


def test_an_empty_scope_is_refused(campaign: Campaign) -> None:
    empty = campaign.request(scope=campaign.scope(kinds=("general_branch",)))
    assert campaign.office.refusal(empty, campaign.operator()).code == "EMPTY_SCOPE"
    gone = campaign.request(scope=campaign.scope("a1", less=("a1",)))
    assert campaign.office.refusal(gone, campaign.operator()).code == "EMPTY_SCOPE"


def test_a_unit_established_later_waits_for_the_next_dispatch(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.add("a4", "A")
    reached = [(unit, "dispatched") for unit in ("a1", "a2", "a3")]
    assert listed(campaign, "A") == [*reached, ("a4", "pending")]
    assert campaign.refused(pb.ReceiveAssignmentRequest, "a4").code == "NOT_DISPATCHED"
    assert "DispatchAssignments" in campaign.view("A", campaign.secretary("A")).actions
    campaign.dispatch("A")
    assert campaign.state("a4") == "dispatched"
    assert campaign.events("AssignmentsDispatched")[-1].unit_ids == (campaign.ids["a4"],)
    assert "DispatchAssignments" not in campaign.view("A", campaign.secretary("A")).actions


def test_a_unit_that_came_later_still_waits_after_a_withdrawal_was_taken_back(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.add("a4", "A")
    campaign.above(pb.WithdrawAssignmentRequest, "a4", reason="筹建中")
    assert campaign.above(pb.RestoreAssignmentRequest, "a4").state == "pending"
    assert campaign.state("a4") == "pending"
    campaign.dispatch("A")
    assert campaign.state("a4") == "dispatched"


def test_a_new_committee_is_reached_by_the_issuer_s_next_dispatch(campaign: Campaign) -> None:
    campaign.issue()
    campaign.add("C", "D", "primary_committee")
    campaign.add("c1", "C")
    assert campaign.state("C") == "pending"
    campaign.at(3)
    answer = campaign.own(pb.DispatchAssignmentsRequest, "D")
    assert (answer.state, campaign.state("C")) == ("open", "dispatched")
    # Three working days late from the first layer's point of view: they have all their time.
    moved = campaign.events("AssignmentsDispatched")[-1].shift_workdays
    assert moved == 3
    for stage in (2, 3):
        assert campaign.due("C", stage) == shifted(campaign.due("A", stage), moved, newest_calendar().version)


def test_what_had_reached_a_unit_goes_with_it_to_its_new_parent(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a2")
    for unit in ("a1", "a2"):
        move = pb.TransferUnitRequest(unit_id=campaign.ids[unit], to_parent_id=campaign.ids["B"], reason="调整隶属")
        campaign.office.do(move)
    assert campaign.states("a1", "a2", "b1") == ["dispatched", "named", "pending"]
    assert campaign.own(pb.ReceiveAssignmentRequest, "a1").state == "named"
    assert campaign.refused(pb.VerifyReportRequest, "a1", by="A").code == "PERMISSION_DENIED"
    campaign.report("a1")
    assert campaign.above(pb.VerifyReportRequest, "a1", by="B").state == "verified"


def test_a_unit_that_nothing_had_reached_waits_for_its_new_parent(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("B")
    move = pb.TransferUnitRequest(unit_id=campaign.ids["a1"], to_parent_id=campaign.ids["B"], reason="调整隶属")
    campaign.office.do(move)
    assert campaign.states("a1", "b1") == ["pending", "dispatched"]
    campaign.dispatch("B")
    assert campaign.state("a1") == "dispatched"


def test_a_whole_committee_moves_with_what_it_passed_on(campaign: Campaign) -> None:
    campaign.add("E", "D", "working_committee")
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    due_us = campaign.due("a1", 5)
    move = pb.TransferUnitRequest(unit_id=campaign.ids["A"], to_parent_id=campaign.ids["E"], reason="调整隶属")
    campaign.office.do(move)
    # E came onto the route only now, but stood under the dispatch to all.
    assert campaign.states("A", "a1", "a2", "E") == ["named", "reported", "dispatched", "dispatched"]
    assert campaign.due("a1", 5) == due_us


def test_a_merged_unit_s_own_assignment_ends_and_its_children_keep_theirs(campaign: Campaign) -> None:
    campaign.issue(scope=campaign.scope(kinds=("branch", "primary_committee")))
    campaign.open_way("A")
    campaign.reported("a1")
    merge = pb.MergeUnitRequest(unit_id=campaign.ids["A"], into_unit_id=campaign.ids["B"], reason="合并")
    campaign.office.do(merge)
    assert campaign.states("a1", "a2", "b1") == ["reported", "dispatched", "pending"]
    assert campaign.refused(pb.SubmitReportRequest, "A").code == "NOT_ON_ROUTE"
    assert campaign.above(pb.VerifyReportRequest, "a1", by="B").state == "verified"


def test_a_scope_and_an_issuer_follow_a_merger(campaign: Campaign) -> None:
    campaign.office.do(campaign.request(issuer_unit_id=campaign.ids["A"]), campaign.secretary("A"))
    under_a = campaign.events("DirectiveIssued")[-1].directive_id
    campaign.issue(scope=campaign.scope(subtree="A", kinds=("branch",)))
    campaign.office.do(pb.MergeUnitRequest(unit_id=campaign.ids["A"], into_unit_id=campaign.ids["B"], reason="合并"))
    assert campaign.states("a1", "b1") == ["pending", "pending"]
    campaign.directive = under_a
    assert campaign.states("a1", "b1") == ["dispatched", "pending"]
    assert campaign.own(pb.DispatchAssignmentsRequest, "B").state == "open"
    assert campaign.states("a1", "b1") == ["dispatched", "dispatched"]


def test_a_unit_with_open_work_cannot_be_abolished(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    abolish = pb.AbolishUnitRequest(unit_id=campaign.ids["a1"], reason="撤销")
    assert campaign.office.refusal(abolish).code == "UNIT_HAS_OPEN_ASSIGNMENTS"
    campaign.reported("a1")
    campaign.above(pb.VerifyReportRequest, "a1", by="A")
    campaign.office.do(abolish)
    campaign.office.do(pb.AbolishUnitRequest(unit_id=campaign.ids["b1"], reason="撤销"))


def test_a_hand_over_moves_the_open_items_of_the_post(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.issue(title="第二件")
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.above(pb.VerifyReportRequest, "a1", by="A")
    hand_over = pb.HandOverPostRequest(unit_id=campaign.ids["a1"], post_id=campaign.posts["a1"], person_name="新书记")
    answer = campaign.office.do(hand_over)
    assert answer.items_moved == 1
    campaign.directive = campaign.events("DirectiveIssued")[0].directive_id
    assert campaign.view("a1").person_name == "新书记"


def test_route_and_scope_agree_with_a_walk_over_random_trees(campaign: Campaign, seed: int) -> None:
    chance = random.Random(seed)
    names = list(campaign.ids)[1:]
    for number in range(6):
        campaign.add(f"n{number}", chance.choice(["A", "B"]), chance.choice(["branch", "general_branch"]))
        names.append(f"n{number}")
    for _ in range(12):
        subtree = chance.choice(["", "A", "B", "D"])
        less = tuple(chance.sample(names, chance.randint(0, 4)))
        kinds = tuple(chance.sample(["branch", "primary_committee", "general_branch"], chance.randint(0, 2)))
        scope = campaign.scope(subtree=subtree, kinds=kinds, less=less)
        if chance.random() < 0.4:
            scope = campaign.scope(*chance.sample(names, 4), less=less)
        answer = campaign.office.desk.reply("IssueDirective", campaign.request(scope=scope), campaign.operator())
        if answer.HasField("refused"):
            assert answer.refused.code == "EMPTY_SCOPE"
            continue
        _compare(campaign, pb.IssueDirectiveResponse.FromString(answer.body), scope)
        if chance.random() < 0.5:
            unit, target = chance.choice([n for n in names if n.startswith("n")]), chance.choice(["A", "B"])
            move = pb.TransferUnitRequest(unit_id=campaign.ids[unit], to_parent_id=campaign.ids[target], reason="调整")
            campaign.office.desk.reply("TransferUnit", move, campaign.operator())


def _compare(campaign: Campaign, answer: pb.IssueDirectiveResponse, scope: Any) -> None:
    """Obliged and on the route, by walking from every unit to the top."""
    with campaign.office.desk.store.snapshot() as reader:
        directive = directives.load(reader, answer.directive_id)
        units = {unit.unit_id: unit for unit in tree.all_active(reader)}
        wanted = {unit_id for unit_id in units if _obliged(scope, unit_id, units, campaign.ids["D"])}
        route = {above for unit_id in wanted for above in _line(unit_id, units)} - {campaign.ids["D"]}
        assert answer.units_in_scope == len(wanted)
        assert {u for u, unit in units.items() if directives.on_route(reader, directive, unit)} == route
        for unit_id in route:
            assert assignments.case_of(reader, directive, units[unit_id]).obliged == (unit_id in wanted)


def _line(unit_id: str, units: dict[str, tree.TreeUnit]) -> list[str]:
    line = []
    while unit_id:
        line.append(unit_id)
        unit_id = units[unit_id].parent_id
    return line


def _obliged(scope: Any, unit_id: str, units: dict[str, tree.TreeUnit], issuer: str) -> bool:
    if unit_id == issuer or unit_id in scope.excluded_unit_ids:
        return False
    if scope.unit_ids:
        return unit_id in scope.unit_ids
    inside = (scope.subtree_unit_id or issuer) in _line(unit_id, units)
    kinds = list(scope.kinds)
    return inside and (not kinds or units[unit_id].kind in kinds)


def test_the_launch_time_is_when_the_first_layer_is_due_to_be_dispatched(campaign: Campaign) -> None:
    campaign.issue()
    event = campaign.events("AssignmentsDispatched")[0]
    assert (event.due_us, event.late_working_minutes, event.shift_workdays) == (START_US, 0, 0)


def test_lateness_above_adds_up_on_the_way_down(campaign: Campaign) -> None:
    campaign.issue()
    campaign.add("C", "D", "primary_committee")
    campaign.add("c1", "C")
    campaign.at(3)
    campaign.own(pb.DispatchAssignmentsRequest, "D")
    campaign.own(pb.ReceiveAssignmentRequest, "C")
    campaign.dispatch("C")
    first, second = campaign.events("AssignmentsDispatched")[1:]
    assert (first.shift_workdays, second.shift_workdays, second.late_working_minutes) == (3, 0, 0)
    campaign.open_way("A")
    assert campaign.due("c1", 5) == shifted(campaign.due("a1", 5), 3, newest_calendar().version)
    # Passed on again, to a newcomer, eight working days after the shifted time to do so.
    campaign.add("c2", "C")
    campaign.at(19)
    campaign.dispatch("C")
    third = campaign.events("AssignmentsDispatched")[-1]
    assert third.due_us == second.due_us
    total = 3 + third.shift_workdays
    assert campaign.due("c2", 5) == shifted(campaign.due("a1", 5), total, newest_calendar().version)
