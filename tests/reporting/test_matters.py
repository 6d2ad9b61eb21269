"""Matters on a real store: raised, passed up, answered once, published without a name, reopened if it did not help."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message

from huanjie.reporting.v1 import matters_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2
from services.chassis.permissions import OPERATOR, UNIT_REPORTER, UNIT_SECRETARY
from services.chassis.refusals import Refusal
from services.kernel.workdays import DAY_US
from tests.chassis.desk import START_US, principal
from tests.reporting.campaign import Campaign

WORDS: dict[str, Any] = {"topic": "materials", "kind": "question", "text": "选举办法草案是否须先报上级审阅？"}


def raised(campaign: Campaign, unit: str = "a1", **changes: Any) -> pb.RaiseMatterResponse:
    request = pb.RaiseMatterRequest(unit_id=campaign.ids[unit], **(WORDS | changes))
    answer: pb.RaiseMatterResponse = campaign.office.do(request, campaign.secretary(unit))
    return answer


def refused(campaign: Campaign, request: Message, caller: Any) -> Refusal:
    return campaign.office.refusal(request, caller)


def seen(campaign: Campaign, matter_id: str, unit: str = "a1") -> pb.Matter:
    matter: pb.Matter = campaign.office.ask(pb.GetMatterRequest(matter_id=matter_id), campaign.secretary(unit))
    return matter


def owed(campaign: Campaign, unit: str) -> list[str]:
    request = pb.ListMattersRequest(owner_unit_id=campaign.ids[unit])
    return [matter.matter_id for matter in campaign.office.ask(request, campaign.operator()).matters]


def test_a_matter_is_raised_answered_and_settled(campaign: Campaign) -> None:
    matter = raised(campaign)
    # Three working days from Monday the 16th: the end of Thursday.
    assert (matter.owner_unit_id, matter.due_us) == (campaign.ids["A"], START_US - 9 * DAY_US // 24 + 4 * DAY_US - 1)
    answer = pb.AnswerMatterRequest(matter_id=matter.matter_id, answer="须先报审。")
    assert campaign.office.do(answer, campaign.secretary("A")).state == "answered"
    view = seen(campaign, matter.matter_id)
    assert (view.answer, view.answered_by_unit_id, list(view.actions)) == (
        "须先报审。", campaign.ids["A"], ["SettleMatter", "ReopenMatter"],
    )  # fmt: skip
    settled = pb.SettleMatterRequest(matter_id=matter.matter_id)
    assert campaign.office.do(settled, principal(UNIT_REPORTER, campaign.ids["a1"])).state == "settled"
    assert refused(campaign, settled, campaign.secretary("a1")).code == "STEP_NOT_POSSIBLE"


def test_of_two_who_answer_the_second_is_refused_and_told_who_was_first(campaign: Campaign) -> None:
    matter = raised(campaign)
    first = pb.AnswerMatterRequest(matter_id=matter.matter_id, answer="甲", expected_version=1)
    second = pb.AnswerMatterRequest(matter_id=matter.matter_id, answer="乙", expected_version=1)
    campaign.office.do(first, campaign.secretary("A"))
    refusal = refused(campaign, second, campaign.operator())
    assert (refusal.code, refusal.params()) == ("MATTER_ANSWERED_ALREADY", {"by_unit_id": campaign.ids["A"]})
    assert seen(campaign, matter.matter_id).answer == "甲"


def test_what_a_level_cannot_settle_goes_up_and_the_clock_starts_anew(campaign: Campaign) -> None:
    matter = raised(campaign)
    campaign.at(7)
    up = pb.PassMatterUpRequest(matter_id=matter.matter_id, note="涉及全区口径")
    campaign.office.do(up, campaign.secretary("A"))
    event = campaign.events("MatterPassedUp")[-1]
    # Due at the end of Thursday the 19th, passed up on Monday the 23rd at 9: Friday, nine hours, and the minute begun.
    assert event.late_working_minutes == 1440 + 9 * 60 + 1
    view = seen(campaign, matter.matter_id)
    assert (view.owner_unit_id, view.times_passed_up, view.light) == (campaign.ids["D"], 1, "green")
    assert view.due_us == START_US - 9 * DAY_US // 24 + 11 * DAY_US - 1
    assert owed(campaign, "A") == [] and owed(campaign, "D") == [matter.matter_id]
    assert refused(campaign, up, campaign.secretary("A")).code == "PERMISSION_DENIED"
    assert refused(campaign, up, campaign.operator()).params() == {"unit_id": campaign.ids["D"]}


def test_an_answer_that_did_not_help_is_owed_again(campaign: Campaign) -> None:
    matter = raised(campaign)
    reopen = pb.ReopenMatterRequest(matter_id=matter.matter_id, reason="未说明时限")
    assert refused(campaign, reopen, campaign.secretary("a1")).params() == {
        "now": "matter.waiting", "step": "matter.reopen",
    }  # fmt: skip
    campaign.office.do(pb.AnswerMatterRequest(matter_id=matter.matter_id, answer="是。"), campaign.operator("A"))
    campaign.at(3)
    assert refused(campaign, reopen, campaign.secretary("A")).code == "PERMISSION_DENIED"
    assert campaign.office.do(reopen, campaign.secretary("a1")).state == "waiting"
    view = seen(campaign, matter.matter_id)
    assert (view.times_reopened, view.owner_unit_id, view.light) == (1, campaign.ids["A"], "green")
    # Reopened on Thursday the 19th: due at the end of Tuesday the 24th.
    campaign.at(7)
    assert seen(campaign, matter.matter_id).light == "yellow"
    campaign.at(20)
    assert seen(campaign, matter.matter_id).light == "red"


def test_a_published_answer_is_read_by_all_units_and_names_none_that_asked(campaign: Campaign) -> None:
    matter = raised(campaign, text="我支部的草案是否须先报审？")
    publish = pb.PublishMatterAnswerRequest(matter_id=matter.matter_id, question="草案是否须先报审？")
    assert refused(campaign, publish, campaign.operator()).code == "STEP_NOT_POSSIBLE"
    campaign.office.do(pb.AnswerMatterRequest(matter_id=matter.matter_id, answer="是。"), campaign.secretary("A"))
    assert refused(campaign, publish, campaign.secretary("A")).code == "PERMISSION_DENIED"
    campaign.office.do(publish, campaign.operator())
    request = pb.ListPublishedAnswersRequest(topic="materials")
    (answer,) = campaign.office.ask(request, campaign.secretary("b2")).answers
    assert (answer.question, answer.answer, answer.by_unit_name) == ("草案是否须先报审？", "是。", "D")
    assert campaign.ids["a1"] not in str(answer)
    assert not campaign.office.ask(pb.ListPublishedAnswersRequest(topic="venue"), campaign.secretary("b2")).answers


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "请打 13800000000"}, "TEXT_SHOWS_PERSON"),
        ({"text": "身份证110101199001011234"}, "TEXT_SHOWS_PERSON"),
        ({"text": ""}, "BAD_REQUEST"),
        ({"text": "长" * 1_001}, "BAD_REQUEST"),
        ({"topic": "rumours"}, "BAD_REQUEST"),
        ({"kind": "complaint"}, "BAD_REQUEST"),
    ],
)
def test_what_does_not_belong_in_a_matter_is_refused(campaign: Campaign, changes: dict[str, str], code: str) -> None:
    request = pb.RaiseMatterRequest(unit_id=campaign.ids["a1"], **(WORDS | changes))
    assert refused(campaign, request, campaign.secretary("a1")).code == code


def test_only_the_unit_itself_raises_and_the_top_has_nobody_to_ask(campaign: Campaign) -> None:
    request = pb.RaiseMatterRequest(unit_id=campaign.ids["a1"], **WORDS)
    for caller in (campaign.secretary("A"), campaign.operator(), campaign.secretary("a2")):
        assert refused(campaign, request, caller).code == "PERMISSION_DENIED"
    top = pb.RaiseMatterRequest(unit_id=campaign.ids["D"], **WORDS)
    assert refused(campaign, top, campaign.secretary("D")).code == "NO_LEVEL_ABOVE"


def test_others_beside_see_nothing_and_histories_name_no_account(campaign: Campaign) -> None:
    matter = raised(campaign)
    request = pb.GetMatterRequest(matter_id=matter.matter_id)
    with pytest.raises(Refusal) as caught:
        campaign.office.ask(request, campaign.secretary("b1"))
    assert caught.value.code == "NOT_FOUND"
    history = campaign.office.desk.ask("GetMatterHistory", request, campaign.operator())
    assert isinstance(history, reporting_pb2.GetAssignmentHistoryResponse)
    assert [(item.actor_id, item.actor_unit_id) for item in history.items] == [("", campaign.ids["a1"])]


def test_lists_go_on_where_the_last_page_ended(campaign: Campaign) -> None:
    ids = [raised(campaign, text=f"问题{number}").matter_id for number in range(5)]
    for field, expected in (("unit_id", ids[::-1]), ("owner_unit_id", sorted(ids))):
        unit = "a1" if field == "unit_id" else "A"
        found: list[str] = []
        cursor = ""
        while True:
            request = pb.ListMattersRequest(**{field: campaign.ids[unit]}, cursor=cursor, rows_max=2)
            page = campaign.office.ask(request, campaign.operator())
            found += [matter.matter_id for matter in page.matters]
            if not (cursor := page.next_cursor):
                break
        assert found == expected


def test_what_a_unit_owes_goes_with_a_merger_and_up_with_its_end(campaign: Campaign) -> None:
    first = raised(campaign, "a1")
    office = campaign.office
    office.do(reporting_pb2.MergeUnitRequest(unit_id=campaign.ids["A"], into_unit_id=campaign.ids["B"]))
    assert owed(campaign, "B") == [first.matter_id]
    office.do(reporting_pb2.MergeUnitRequest(unit_id=campaign.ids["a1"], into_unit_id=campaign.ids["b1"]))
    assert seen(campaign, first.matter_id, "b1").unit_id == campaign.ids["b1"]
    campaign.add("C", "D", "primary_committee")
    campaign.add("c1", "C")
    second = raised(campaign, "c1")
    office.do(reporting_pb2.TransferUnitRequest(unit_id=campaign.ids["c1"], to_parent_id=campaign.ids["B"]))
    office.do(reporting_pb2.AbolishUnitRequest(unit_id=campaign.ids["C"]))
    assert owed(campaign, "D") == [second.matter_id]


# ---- questions of the public ------------------------------------------------------------------------------


def entered(campaign: Campaign, **changes: Any) -> str:
    fields: dict[str, Any] = {
        "topic": "schedule",
        "channel": "hotline",
        "asked_us": START_US - DAY_US // 2,
        "question": "何时开始？",
    }
    request = pb.EnterPublicQuestionRequest(unit_id=campaign.ids["D"], **(fields | changes))
    return str(campaign.office.do(request, campaign.operator()).question_id)


def questions(campaign: Campaign, caller: Any = None) -> list[pb.PublicQuestion]:
    request = pb.ListPublicQuestionsRequest(unit_id=campaign.ids["D"])
    return list(campaign.office.ask(request, caller or campaign.operator()).questions)


def test_a_question_of_the_public_needs_four_eyes_and_its_time_is_counted(campaign: Campaign) -> None:
    question_id = entered(campaign)
    other = principal(OPERATOR, campaign.ids["D"], "account_other")
    draft = pb.DraftPublicAnswerRequest(question_id=question_id, answer="自本月起分批进行。")
    campaign.office.do(draft, campaign.operator())
    approve = pb.ApprovePublicAnswerRequest(question_id=question_id)
    publish = pb.PublishPublicAnswerRequest(question_id=question_id)
    assert refused(campaign, approve, campaign.operator()).code == "OWN_DRAFT_APPROVED"
    assert "ApprovePublicAnswer" not in questions(campaign)[0].actions
    assert "ApprovePublicAnswer" in questions(campaign, other)[0].actions
    assert refused(campaign, publish, other).code == "STEP_NOT_POSSIBLE"
    campaign.office.do(pb.SendBackPublicAnswerRequest(question_id=question_id, reason="补充依据"), other)
    campaign.office.do(draft, campaign.operator())
    assert campaign.office.do(approve, other).state == "approved"
    # Other words than those approved need another approval.
    campaign.office.do(draft, campaign.operator())
    assert refused(campaign, publish, other).code == "STEP_NOT_POSSIBLE"
    campaign.office.do(approve, other)
    campaign.office.do(publish, campaign.operator())
    (question,) = questions(campaign)
    # Asked on Sunday, published on Monday at 9.
    assert (question.state, question.taken_working_minutes, question.light) == ("published", 9 * 60, "")
    (answer,) = campaign.office.ask(pb.ListPublishedAnswersRequest(), campaign.secretary("b1")).answers
    assert (answer.answer_id, answer.answer) == (question_id, "自本月起分批进行。")


def test_only_the_day_of_a_question_is_kept(campaign: Campaign) -> None:
    entered(campaign, asked_us=START_US)
    (event,) = campaign.events("PublicQuestionEntered")
    assert event.asked_us == START_US - 9 * DAY_US // 24
    assert {field for field in event.__dataclass_fields__ if "name" in field or "account" in field} == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"question": "网友 @sample 问何时开始"}, "TEXT_SHOWS_PERSON"),
        ({"question": "见 https://example.org/post/1"}, "TEXT_SHOWS_PERSON"),
        ({"channel": "someone"}, "BAD_REQUEST"),
        ({"asked_us": START_US + DAY_US}, "BAD_REQUEST"),
        ({"asked_us": 0}, "BAD_REQUEST"),
    ],
)
def test_who_asked_has_no_place(campaign: Campaign, changes: dict[str, Any], code: str) -> None:
    fields: dict[str, Any] = {"topic": "schedule", "channel": "network", "asked_us": START_US, "question": "何时开始？"}
    fields |= changes
    request = pb.EnterPublicQuestionRequest(unit_id=campaign.ids["D"], **fields)
    assert refused(campaign, request, campaign.operator()).code == code


# ---- good practice ----------------------------------------------------------------------------------------


def method(campaign: Campaign, **changes: Any) -> pb.SubmitPracticeRequest:
    fields: dict[str, Any] = {
        "topic": "procedure", "title": "程序一张图", "method": "会前逐项核对。", "evidence_reference": "档案室",
    }  # fmt: skip
    return pb.SubmitPracticeRequest(unit_id=campaign.ids["a1"], **(fields | changes))


def test_a_method_is_returned_handed_in_again_and_published(campaign: Campaign) -> None:
    office = campaign.office
    practice_id = office.do(method(campaign), campaign.secretary("a1")).practice_id
    waiting = pb.ListPracticesRequest(waiting_below_unit_id=campaign.ids["D"])
    assert [one.practice_id for one in office.ask(waiting, campaign.operator()).practices] == [practice_id]
    beside = pb.ListPracticesRequest(waiting_below_unit_id=campaign.ids["B"])
    assert not office.ask(beside, campaign.operator()).practices
    office.do(pb.ReturnPracticeRequest(practice_id=practice_id, reason="请补充"), campaign.operator())
    again = method(campaign, practice_id=practice_id, title="程序一张表")
    office.do(again, campaign.secretary("a1"))
    assert refused(campaign, again, campaign.secretary("a1")).code == "STEP_NOT_POSSIBLE"
    publish = pb.PublishPracticeRequest(practice_id=practice_id)
    assert refused(campaign, publish, campaign.operator("B")).code == "PERMISSION_DENIED"
    office.do(publish, campaign.operator("A"))
    (shown,) = office.ask(pb.ListPracticesRequest(), campaign.secretary("b2")).practices
    assert (shown.title, shown.unit_name, shown.version) == ("程序一张表", "a1", 4)


def test_persons_are_shown_only_with_recorded_consent_and_nothing_without_evidence(campaign: Campaign) -> None:
    caller = campaign.secretary("a1")
    assert refused(campaign, method(campaign, shows_persons=True), caller).code == "CONSENT_MISSING"
    assert refused(campaign, method(campaign, evidence_reference=""), caller).code == "EVIDENCE_MISSING"
    assert refused(campaign, method(campaign, evidence=["x"]), caller).code == "BAD_REQUEST"
    assert refused(campaign, method(campaign, method="电话13800000000"), caller).code == "TEXT_SHOWS_PERSON"
    consented = method(campaign, shows_persons=True, consent="书面同意，存支部")
    campaign.office.do(consented, caller)
    other = method(campaign, practice_id=campaign.events("PracticeSubmitted")[-1].practice_id)
    other.unit_id = campaign.ids["a2"]
    assert refused(campaign, other, principal(UNIT_SECRETARY, campaign.ids["a2"])).code == "NOT_FOUND"


def test_a_method_has_no_score_to_choose_it_by() -> None:
    fields = {field.name for field in pb.Practice.DESCRIPTOR.fields} | {f.name for f in pb.Matter.DESCRIPTOR.fields}
    assert not fields & {"score", "points", "rank", "views", "likes", "clicks"}
