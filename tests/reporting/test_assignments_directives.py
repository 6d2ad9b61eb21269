"""Issuing: what a directive must say, and what is refused before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.kernel.workdays import DAY_US
from tests.chassis.desk import START_US
from tests.reporting.campaign import Campaign


def deadline(layer: int, stage: int, days: int) -> directives_pb2.StageDeadline:
    return directives_pb2.StageDeadline(layer=layer, stage=stage, due_us=START_US + days * DAY_US)


def out_of_range(field: str) -> dict[str, Any]:
    return {"field": field, "problem": "out_of_range"}


BAD: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"turnover": ""}, "BAD_REQUEST", {"field": "turnover", "problem": "required"}),
    ({"title": "  "}, "BAD_REQUEST", {"field": "title", "problem": "required"}),
    ({"title": "长" * 201}, "BAD_REQUEST", {"field": "title", "problem": "too_long"}),
    ({"text": ""}, "BAD_REQUEST", {"field": "text", "problem": "required"}),
    ({"text": "长" * 20_001}, "BAD_REQUEST", {"field": "text", "problem": "too_long"}),
    ({"urgency": "whenever"}, "BAD_REQUEST", out_of_range("urgency")),
    ({"scope": directives_pb2.Scope(kinds=["club"])}, "BAD_REQUEST", out_of_range("scope.kinds")),
    ({"plan": pb.StagePlan(name_workdays=501)}, "BAD_REQUEST", out_of_range("plan.name_workdays")),
    ({"plan": pb.StagePlan(overrides=[deadline(1, 1, 1)])}, "BAD_REQUEST", out_of_range("plan.overrides")),
    ({"plan": pb.StagePlan(overrides=[deadline(3, 2, 1)])}, "BAD_REQUEST", out_of_range("plan.overrides")),
    ({"plan": pb.StagePlan(overrides=[deadline(1, 7, 1)])}, "BAD_REQUEST", out_of_range("plan.overrides")),
    ({"plan": pb.StagePlan(overrides=[deadline(1, 2, 40_000)])}, "BAD_REQUEST", out_of_range("plan")),
    ({"plan": pb.StagePlan(overrides=[deadline(1, 2, -1)])}, "DEADLINE_IN_PAST", {"day": "2026-03-15"}),
    ({"plan": pb.StagePlan(report_workdays=2)}, "PLAN_TOO_SHORT", {"missing_workdays": 5}),
    ({"lead_unit_id": "unit_nobody"}, "NOT_FOUND", {"kind": "unit", "id": "unit_nobody"}),
    ({"issuer_unit_id": "unit_nobody"}, "NOT_FOUND", {"kind": "unit", "id": "unit_nobody"}),
    ({"scope": directives_pb2.Scope(unit_ids=["unit_nobody"])}, "NOT_FOUND", {"kind": "unit", "id": "unit_nobody"}),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "code", "params"), BAD)
def test_a_directive_that_cannot_be_meant_is_refused(
    campaign: Campaign, fields: dict[str, Any], code: str, params: dict[str, Any]
) -> None:
    refusal = campaign.office.refusal(campaign.request(**fields), campaign.operator())
    assert (refusal.code, refusal.params()) == (code, params)


def test_a_list_stands_alone_and_below_the_issuer(campaign: Campaign) -> None:
    ids = campaign.ids
    both = directives_pb2.Scope(unit_ids=[ids["a1"]], kinds=["branch"])
    assert campaign.office.refusal(campaign.request(scope=both), campaign.operator()).code == "BAD_REQUEST"
    itself = campaign.request(scope=directives_pb2.Scope(unit_ids=[ids["D"]]))
    assert campaign.office.refusal(itself, campaign.operator()).params() == {"unit_id": ids["D"]}


def test_lead_and_assisting_units_are_all_different(campaign: Campaign) -> None:
    ids = campaign.ids
    for lead, assisting in (("A", ["A"]), ("", ["D"]), ("A", ["B", "B"])):
        request = campaign.request(lead_unit_id=ids.get(lead, ""), assisting_unit_ids=[ids[unit] for unit in assisting])
        assert campaign.office.refusal(request, campaign.operator()).code == "LEADS_REPEATED"


def test_a_directive_is_kept_as_it_was_issued(campaign: Campaign) -> None:
    ids = campaign.ids
    campaign.issue(
        number="示组〔2026〕3号", basis="《中国共产党地方组织选举工作条例》", source="区委常委会", urgency="urgent",
        lead_unit_id=ids["A"], assisting_unit_ids=[ids["B"]], scope=campaign.scope(kinds=("branch",), less=("b1",)),
    )  # fmt: skip
    found = campaign.office.ask(pb.GetDirectiveRequest(directive_id=campaign.directive), campaign.operator())
    assert (found.turnover, found.number, found.urgency) == ("示例区委2026", "示组〔2026〕3号", "urgent")
    assert (found.lead_unit_id, list(found.assisting_unit_ids)) == (ids["A"], [ids["B"]])
    assert found.scope.subtree_unit_id == ids["D"]
    assert list(found.scope.excluded_unit_ids) == [ids["b1"]]
    assert len(found.deadlines) == 12
    assert found.issued_at_us == START_US


def test_years_not_announced_yet_are_told(campaign: Campaign) -> None:
    request = campaign.request(plan=pb.StagePlan(report_workdays=260))
    assert list(campaign.office.do(request, campaign.operator()).unannounced_years) == [2027]


def test_only_operators_above_and_the_issuer_s_secretary_issue(campaign: Campaign) -> None:
    request = campaign.request(issuer_unit_id=campaign.ids["A"])
    for caller in (campaign.secretary("D"), campaign.secretary("a1"), campaign.operator("B")):
        assert campaign.office.refusal(request, caller).code == "PERMISSION_DENIED"
    campaign.office.do(request, campaign.operator("D"))


def test_the_same_request_id_issues_once(campaign: Campaign) -> None:
    desk = campaign.office.desk
    first = desk.reply("IssueDirective", campaign.request(), campaign.operator(), "same")
    again = desk.reply("IssueDirective", campaign.request(), campaign.operator(), "same")
    assert (again.body, again.repeated_request) == (first.body, True)
    other = desk.reply("IssueDirective", campaign.request(title="另一件"), campaign.operator(), "same")
    assert other.refused.code == "REQUEST_ID_REUSED"


def test_a_directive_may_name_the_superior_s_one_that_it_follows(campaign: Campaign) -> None:
    above = campaign.issue()
    request = campaign.request(issuer_unit_id=campaign.ids["A"], parent_directive_id=above)
    campaign.office.do(request, campaign.secretary("A"))
    assert [event.parent_directive_id for event in campaign.events("DirectiveIssued")] == ["", above]


def test_a_directive_follows_only_an_open_one_from_above(campaign: Campaign) -> None:
    def refused(parent_id: str) -> str:
        request = campaign.request(issuer_unit_id=campaign.ids["A"], parent_directive_id=parent_id)
        return campaign.office.refusal(request, campaign.secretary("A")).code

    own = campaign.office.do(campaign.request(issuer_unit_id=campaign.ids["A"]), campaign.secretary("A")).directive_id
    sibling = campaign.office.do(campaign.request(issuer_unit_id=campaign.ids["B"]), campaign.secretary("B"))
    assert refused("dir_nobody") == "NOT_FOUND"
    assert refused(own) == refused(sibling.directive_id) == "PARENT_NOT_ABOVE"
    above = campaign.issue()
    campaign.office.do(pb.WithdrawDirectiveRequest(directive_id=above, reason="另行安排"), campaign.operator())
    assert refused(above) == "DIRECTIVE_WITHDRAWN"
