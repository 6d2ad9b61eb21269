"""What somebody must do today: each task for whoever may do it, gone when it is done, page by page."""

from __future__ import annotations

from huanjie.reporting.v1 import matters_pb2, reporting_pb2
from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis.permissions import OPERATOR, UNIT_REPORTER, VERIFIER
from services.chassis.principals import Principal
from tests.chassis.desk import START_US, principal
from tests.reporting.campaign import Campaign


def today(campaign: Campaign, unit: str, caller: Principal | None = None, rows_max: int = 50) -> list[pb.TodayItem]:
    found: list[pb.TodayItem] = []
    cursor = ""
    while True:
        request = pb.ListTodayRequest(unit_id=campaign.ids[unit], cursor=cursor, rows_max=rows_max)
        page = campaign.office.ask(request, caller or campaign.secretary(unit))
        assert len(page.items) <= rows_max
        found += page.items
        if not (cursor := page.next_cursor):
            return found


def tasks(campaign: Campaign, unit: str, caller: Principal | None = None) -> list[str]:
    return [item.task for item in today(campaign, unit, caller)]


def test_a_unit_sees_its_next_step_and_nothing_when_all_is_done(campaign: Campaign) -> None:
    campaign.issue()
    assert tasks(campaign, "a1") == []
    assert tasks(campaign, "A") == ["receive"]
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "A")
    assert tasks(campaign, "A") == ["pass_on"]
    campaign.dispatch("A")
    assert tasks(campaign, "A") == []
    assert tasks(campaign, "a1") == ["receive"]
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "a1", receive_only=True)
    assert tasks(campaign, "a1") == ["name"]
    campaign.own(reporting_pb2.NameResponsibleRequest, "a1")
    assert tasks(campaign, "a1") == ["start"]
    campaign.own(reporting_pb2.StartWorkRequest, "a1")
    assert tasks(campaign, "a1", principal(UNIT_REPORTER, campaign.ids["a1"])) == ["report"]
    campaign.report("a1")
    assert tasks(campaign, "a1") == []
    (item,) = today(campaign, "A")
    assert (item.task, item.unit_name, item.light) == ("verify", "a1", "green")
    campaign.above(reporting_pb2.ReturnReportRequest, "a1", by="A", reason="补充")
    assert tasks(campaign, "a1") == ["rectify"]
    campaign.at(30)
    assert today(campaign, "a1")[0].light == "red"


def test_a_verifier_sees_reports_and_a_reporter_of_the_unit_does_not(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.reported("a2")
    verifier = principal(VERIFIER, campaign.ids["A"])
    assert [item.unit_name for item in today(campaign, "A", verifier, rows_max=1)] == sorted(
        ["a1", "a2"], key=lambda name: campaign.ids[name]
    )
    assert tasks(campaign, "A", principal(UNIT_REPORTER, campaign.ids["A"])) == []
    campaign.above(reporting_pb2.VerifyReportRequest, "a1", by="A")
    assert [item.unit_name for item in today(campaign, "A", verifier)] == ["a2"]


def test_an_operator_sees_matters_drafts_of_others_and_methods(campaign: Campaign) -> None:
    office, d = campaign.office, campaign.ids["D"]
    raised = matters_pb2.RaiseMatterRequest(
        unit_id=campaign.ids["A"], topic="venue", kind="difficulty", text="会场不足"
    )
    matter_id = office.do(raised, campaign.secretary("A")).matter_id
    entered = matters_pb2.EnterPublicQuestionRequest(
        unit_id=d, topic="schedule", channel="visit", asked_us=START_US, question="何时开始？"
    )
    question_id = office.do(entered, campaign.operator()).question_id
    method = matters_pb2.SubmitPracticeRequest(
        unit_id=campaign.ids["a1"], topic="procedure", title="一张图", method="逐项核对", evidence_reference="档案室"
    )
    office.do(method, campaign.secretary("a1"))
    assert tasks(campaign, "D", campaign.operator()) == ["answer_matter", "draft_public_answer", "decide_practice"]
    draft = matters_pb2.DraftPublicAnswerRequest(question_id=question_id, answer="本月起。")
    office.do(draft, campaign.operator())
    assert "approve_public_answer" not in tasks(campaign, "D", campaign.operator())
    assert "approve_public_answer" in tasks(campaign, "D", principal(OPERATOR, d, "account_other"))
    office.do(matters_pb2.AnswerMatterRequest(matter_id=matter_id, answer="可借用。"), campaign.operator())
    assert "answer_matter" not in tasks(campaign, "D", campaign.operator())
    assert tasks(campaign, "A") == ["settle_matter"]


def test_orders_stand_first_and_go_to_their_reviewer(campaign: Campaign) -> None:
    campaign.issue()
    order = pb.IssueOrderRequest(unit_id=campaign.ids["A"], directive_id=campaign.directive, stage=2, text="请签收")
    order_id = campaign.office.do(order, campaign.operator()).order_id
    assert tasks(campaign, "A") == ["accept_order", "receive"]
    campaign.office.do(pb.AcceptOrderRequest(order_id=order_id), campaign.secretary("A"))
    assert tasks(campaign, "A") == ["answer_order", "receive"]
    campaign.office.do(pb.AnswerOrderRequest(order_id=order_id, summary="已办"), campaign.secretary("A"))
    assert tasks(campaign, "A") == ["receive"]
    assert tasks(campaign, "D", campaign.operator()) == ["review_order"]


def test_pages_join_to_the_whole_across_sections(campaign: Campaign) -> None:
    for number in range(4):
        campaign.issue(title=f"事项{number}")
        if number % 2:
            campaign.own(reporting_pb2.ReceiveAssignmentRequest, "A")
    for number in range(3):
        raised = matters_pb2.RaiseMatterRequest(
            unit_id=campaign.ids["a1"], topic="other", kind="concern", text=f"问题{number}"
        )
        campaign.office.do(raised, campaign.secretary("a1"))
    whole = today(campaign, "A")
    assert [item.task for item in whole] == ["receive"] * 2 + ["pass_on"] * 2 + ["answer_matter"] * 3
    for rows_max in (1, 2, 3, 5):
        assert today(campaign, "A", rows_max=rows_max) == whole
