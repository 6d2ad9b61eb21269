"""Gates on a real store: they open on facts, name rule and article when they do not, and two people may override."""

from __future__ import annotations

import pytest

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.kernel.rules import rule
from tests.schedule.bureau import FILE, Bureau, unit


def formed(bureau: Bureau) -> None:
    """Up to the mobilisation's gate."""
    bureau.planned()
    bureau.keep("filed", "term_check")
    bureau.complete("term_check")
    bureau.at("2026-03-17")
    bureau.keep("decision", "leading_group", "committee")
    bureau.complete("leading_group_formed")
    bureau.at("2026-03-18")
    bureau.complete("leading_group_first_meeting")
    bureau.at("2026-03-25")
    bureau.keep("filed", "work_plan")
    bureau.complete("work_plan")
    bureau.at("2026-03-27")


def test_an_early_attempt_is_blocked_and_names_rule_and_article(bureau: Bureau) -> None:
    bureau.planned()
    refusal = bureau.refusal(pb.OpenMilestoneRequest(milestone_id="delegate_notice"))
    assert (refusal.code, refusal.rule) == ("GATE_CLOSED", "T-order")
    assert refusal.params()["citation"] == rule("T-order").sources[0].zh
    assert refusal.params()["missing"] == "approval:request_congress"


def test_facts_open_a_gate_and_the_milestone_asks_reporting_for_a_directive(bureau: Bureau) -> None:
    formed(bureau)
    assert bureau.plan()["mobilisation"].state == "ready"
    assert bureau.begin("mobilisation").state == "opened"
    event = bureau.events("MilestoneOpened")[-1]
    assert (event.milestone_id, event.directive.issuer_unit_id) == ("mobilisation", unit("D"))
    assert event.directive.scope.subtree_unit_id == unit("D")
    days = [day.day for day in event.directive.latest if day.layer == 3]
    assert {day.layer for day in event.directive.latest} == {1, 2, 3}
    assert days == sorted(days) and days[0] >= "2026-03-27"


def test_a_gate_on_units_opens_when_enough_of_them_are_verified(bureau: Bureau) -> None:
    formed(bureau)
    bureau.begin("mobilisation")
    bureau.complete("mobilisation")
    bureau.at("2026-04-15")
    refusal = bureau.refusal(pb.OpenMilestoneRequest(milestone_id="discipline_education"))
    assert refusal.params()["missing"] == "units:mobilisation"
    bureau.issued(f"milestone/{bureau.turnover}/mobilisation", "dir_1")
    shown = bureau.plan()["discipline_education"]
    assert [(each.fact, each.zh) for each in shown.missing] == [
        ("units:mobilisation", "各单位完成：召开换届工作部署会（0/6）")
    ]
    bureau.verified("dir_1", "W", "P", "A", "B", "a1")
    assert bureau.plan()["mobilisation"].units_done == 5
    assert bureau.refusal(pb.OpenMilestoneRequest(milestone_id="discipline_education")).code == "GATE_CLOSED"
    bureau.verified("dir_1", "a2")
    bureau.unverified("dir_1", "B")
    assert bureau.refusal(pb.OpenMilestoneRequest(milestone_id="discipline_education")).code == "GATE_CLOSED"
    bureau.verified("dir_1", "B")
    bureau.corrected("dir_1", "a1")
    assert bureau.refusal(pb.OpenMilestoneRequest(milestone_id="discipline_education")).code == "GATE_CLOSED"
    bureau.verified("dir_1", "a1")
    assert bureau.begin("discipline_education").state == "opened"


def test_a_milestone_is_done_when_what_it_brings_about_is_on_record(bureau: Bureau) -> None:
    bureau.planned()
    refusal = bureau.refusal(pb.CompleteMilestoneRequest(milestone_id="term_check"))
    assert (refusal.code, refusal.params()["missing"]) == ("MILESTONE_RECORD_MISSING", "filed:term_check")
    bureau.keep("filed", "term_check")
    assert bureau.complete("term_check").state == "done"
    assert bureau.plan()["term_check"].done_day == "2026-03-16"


def test_where_a_working_committee_and_a_committee_decide_both_records_are_needed(bureau: Bureau) -> None:
    bureau.planned()
    wanted = ["decision:working_committee/delegate_list", "decision:committee/delegate_list"]

    def missing() -> list[str]:
        facts = [each.fact for each in bureau.plan()["delegates_elected"].missing]
        return [fact for fact in wanted if fact in facts]

    assert missing() == wanted
    bureau.keep("decision", "delegate_list", "working_committee")
    assert missing() == wanted[1:]
    bureau.keep("decision", "delegate_list", "committee")
    assert missing() == []


def test_a_decision_needs_organ_number_and_file(bureau: Bureau) -> None:
    bureau.planned()
    words = {"kind": "decision", "matter": "leading_group", "organ": "committee", "number": "1", "file_sha256": FILE}
    for field in ("organ", "number", "file_sha256"):
        refusal = bureau.refusal(pb.KeepRecordRequest(**(words | {field: ""})))
        assert (refusal.code, refusal.params()["field"]) == ("BAD_REQUEST", field)


@pytest.mark.parametrize(
    ("kind", "matter", "code"),
    [
        ("approval", "request_congress", "FACT_NOT_KEPT"),
        ("result", "district_committee", "FACT_NOT_KEPT"),
        ("done", "term_check", "FACT_NOT_KEPT"),
        # That a request went up follows from the request.
        ("filed", "request_congress", "FACT_NOT_KEPT"),
        ("filed", "a_paper_that_nothing_asks_for", "FACT_UNKNOWN"),
    ],
)
def test_no_gate_is_opened_by_hand(bureau: Bureau, kind: str, matter: str, code: str) -> None:
    bureau.planned()
    request = pb.KeepRecordRequest(kind=kind, matter=matter, organ="committee", number="1", file_sha256=FILE)
    assert bureau.refusal(request).code == code


def test_a_record_names_a_file_that_is_kept(bureau: Bureau) -> None:
    bureau.planned()
    words = {"kind": "filed", "matter": "term_check", "number": "1"}
    refusal = bureau.refusal(pb.KeepRecordRequest(file_sha256="ab" * 32, **words))
    assert (refusal.code, refusal.params()["kind"]) == ("NOT_FOUND", "blob")
    assert bureau.refusal(pb.KeepRecordRequest(file_sha256="AB", **words)).code == "BAD_REQUEST"


def test_a_withdrawn_record_counts_for_nothing_and_stays_visible(bureau: Bureau) -> None:
    bureau.planned()
    record = bureau.keep("filed", "term_check")
    bureau.do(pb.WithdrawRecordRequest(record_id=record, reason="文号填写有误"))
    assert bureau.refusal(pb.CompleteMilestoneRequest(milestone_id="term_check")).code == "MILESTONE_RECORD_MISSING"
    assert [each.withdrawn for each in bureau.ask(pb.ListRecordsRequest()).records] == [True]


def test_what_has_not_happened_is_not_recorded(bureau: Bureau) -> None:
    bureau.planned()
    request = pb.KeepRecordRequest(kind="filed", matter="term_check", day="2026-03-17", number="1", file_sha256=FILE)
    assert bureau.refusal(request).params() == {"day": "2026-03-17", "today": "2026-03-16"}


def test_a_milestone_does_not_happen_before_its_predecessor(bureau: Bureau) -> None:
    bureau.planned()
    bureau.keep("filed", "term_check")
    bureau.complete("term_check")
    bureau.keep("decision", "leading_group", "committee")
    refusal = bureau.refusal(pb.CompleteMilestoneRequest(milestone_id="leading_group_formed"))
    assert refusal.code == "PLAN_DATE_BEFORE_PREDECESSOR"
    assert refusal.params()["first_day"] == "2026-03-17"


def test_the_silence_of_a_service_that_nobody_hears_opens_nothing(bureau: Bureau) -> None:
    bureau.planned()
    facts = [each.fact for each in bureau.plan()["delegate_proposed"].missing]
    assert "!hold:delegates" in facts


def test_an_override_takes_two_people_and_stays_visible(bureau: Bureau) -> None:
    bureau.planned()
    asked = bureau.do(
        pb.AskOverrideRequest(milestone_id="delegate_notice", reason="批复在途", document_number="示例〔2026〕7号")
    )
    confirm = pb.ConfirmOverrideRequest(override_id=asked.override_id)
    assert bureau.refusal(confirm).code == "OVERRIDE_SAME_PERSON"
    assert bureau.do(confirm, bureau.operator("account_second")).state == "confirmed"
    shown = bureau.plan()["delegate_notice"]
    assert (shown.state, shown.override_id) == ("opened", asked.override_id)
    (kept,) = bureau.ask(pb.ListOverridesRequest(), bureau.secretary("a1")).overrides
    assert (kept.state, kept.asked_by, kept.decided_by) == ("confirmed", "account_first", "account_second")
    assert "T-order" in kept.rules


def test_an_override_needs_reason_and_number_and_a_closed_gate(bureau: Bureau) -> None:
    bureau.planned()
    for field in ("reason", "document_number"):
        words = {"milestone_id": "delegate_notice", "reason": "批复在途", "document_number": "7号", field: ""}
        assert bureau.refusal(pb.AskOverrideRequest(**words)).params()["field"] == field
    request = pb.AskOverrideRequest(milestone_id="term_check", reason="无", document_number="7号")
    assert bureau.refusal(request).code == "OVERRIDE_NOT_NEEDED"


def test_a_refused_override_opens_nothing_and_is_kept(bureau: Bureau) -> None:
    bureau.planned()
    words = {"milestone_id": "delegate_notice", "reason": "批复在途", "document_number": "7号"}
    asked = bureau.do(pb.AskOverrideRequest(**words))
    assert bureau.refusal(pb.AskOverrideRequest(**words)).code == "OVERRIDE_WAITING"
    bureau.do(pb.RefuseOverrideRequest(override_id=asked.override_id, reason="等待书面批复"))
    assert bureau.plan()["delegate_notice"].state == "waiting"
    confirm = pb.ConfirmOverrideRequest(override_id=asked.override_id)
    assert bureau.refusal(confirm, bureau.operator("account_second")).code == "SCHEDULE_WRONG_STANDING"
