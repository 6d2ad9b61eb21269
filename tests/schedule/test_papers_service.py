"""What goes up: one matter each, signed by the main leader, in time and in order; what comes down, and goes back."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.kernel.rules import rule
from tests.schedule.bureau import FILE, Bureau, unit


def drafting(*matters: str, **fields: Any) -> pb.DraftPaperRequest:
    words: dict[str, Any] = {"kind": "request", "title": "关于召开区党代表大会的请示", "addressee": "市委", **fields}
    return pb.DraftPaperRequest(matters=matters, **words)


def test_a_request_is_drafted_signed_sent_and_answered_and_opens_gates(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting("request_congress")).paper_id
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    bureau.do(pb.SendPaperRequest(paper_id=paper, number="区委〔2026〕9号", file_sha256=FILE))
    bureau.at("2026-03-30")
    words: dict[str, Any] = {"number": "市委〔2026〕88号", "organ": "市委", "file_sha256": FILE}
    bureau.do(pb.AnswerRequestRequest(paper_id=paper, approved=True, day="2026-03-30", **words))
    shown = bureau.ask(pb.GetPaperRequest(paper_id=paper))
    assert (shown.state, shown.approved, shown.reply_number, shown.reply_day) == (
        "answered", True, "市委〔2026〕88号", "2026-03-30",
    )  # fmt: skip
    missing = [each.fact for each in bureau.plan()["delegate_notice"].missing]
    assert "approval:request_congress" not in missing


def test_a_refused_request_opens_nothing_and_may_be_sent_again(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting("request_congress")).paper_id
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    bureau.do(pb.SendPaperRequest(paper_id=paper, number="9号", file_sha256=FILE))
    answer = pb.AnswerRequestRequest(
        paper_id=paper, approved=False, number="88号", day="2026-03-16", organ="市委", file_sha256=FILE
    )
    bureau.do(answer)
    assert "approval:request_congress" in [each.fact for each in bureau.plan()["delegate_notice"].missing]
    assert bureau.do(drafting("request_congress")).state == "drafted"


def test_one_request_holds_one_matter(bureau: Bureau) -> None:
    bureau.planned()
    refusal = bureau.refusal(drafting("request_congress", "request_candidates"))
    assert (refusal.code, refusal.rule) == ("REQUEST_MATTERS_MIXED", "T5")
    assert refusal.params() == {"matters": 2, "citation": rule("T5").sources[0].zh}
    # The T3 list and the T4 contents are each one matter, however much they hold.
    assert bureau.do(drafting("request_congress", "request_congress")).state == "drafted"


@pytest.mark.parametrize(
    ("request_", "code", "rule_id"),
    [
        (drafting(), "REQUEST_MATTER_MISSING", "T5"),
        (drafting("a_matter_of_nobody"), "REQUEST_MATTER_UNKNOWN", ""),
        (drafting("request_congress", kind="periodic_report"), "REPORT_HOLDS_REQUEST", "T5"),
        (drafting(kind="result_report", text="现将有关情况报告如下。妥否，请批示。"), "REPORT_HOLDS_REQUEST", "T5"),
        # T3 is not asked for before T2 is answered.
        (drafting("request_candidates"), "REQUEST_TOO_EARLY", "T-order"),
        (drafting("request_congress", kind="letter"), "BAD_REQUEST", ""),
        (drafting("request_congress", addressee=""), "BAD_REQUEST", ""),
    ],
)
def test_a_paper_that_may_not_be_is_refused(
    bureau: Bureau, request_: pb.DraftPaperRequest, code: str, rule_id: str
) -> None:
    bureau.planned()
    refusal = bureau.refusal(request_)
    assert (refusal.code, refusal.rule) == (code, rule_id)


def test_an_approval_older_than_its_request_is_refused(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting("request_congress")).paper_id
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    bureau.do(pb.SendPaperRequest(paper_id=paper, number="9号", file_sha256=FILE))
    answer = pb.AnswerRequestRequest(
        paper_id=paper, approved=True, number="88号", day="2026-03-13", organ="市委", file_sha256=FILE
    )
    refusal = bureau.refusal(answer)
    assert (refusal.code, refusal.params()["sent_day"]) == ("REPLY_BEFORE_REQUEST", "2026-03-16")


def test_only_the_main_leader_signs_and_nothing_unsigned_is_sent(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting("request_congress")).paper_id
    send = pb.SendPaperRequest(paper_id=paper, number="9号", file_sha256=FILE)
    assert bureau.refusal(send).code == "SCHEDULE_WRONG_STANDING"
    refusal = bureau.refusal(pb.SignPaperRequest(paper_id=paper, post_id="post_W"))
    assert (refusal.code, refusal.rule) == ("PAPER_SIGNER_NOT_LEADER", "T5")
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    (event,) = bureau.events("PaperSigned")
    assert event.person_id == "person_D"


def test_what_is_sent_after_its_lead_time_is_sent_and_warned(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting("request_congress")).paper_id
    latest = bureau.ask(pb.GetPaperRequest(paper_id=paper)).latest_day
    assert latest == bureau.plan()["request_congress"].latest_day
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    bureau.at("2026-08-31")
    answer = bureau.do(pb.SendPaperRequest(paper_id=paper, number="9号", file_sha256=FILE))
    assert [(each.code, each.rule) for each in answer.warnings] == [("LEAD_TIME_SHORT", "T2")]
    assert bureau.ask(pb.GetPaperRequest(paper_id=paper)).late_days > 0


def test_a_report_is_drafted_from_figures_at_a_frozen_position_and_not_answered(bureau: Bureau) -> None:
    bureau.planned()
    bureau.keep("filed", "term_check")
    bureau.complete("term_check")
    head = bureau.desk.recorder.ledger.head
    paper = bureau.do(drafting(kind="periodic_report", title="换届进展情况报告")).paper_id
    shown = bureau.ask(pb.GetPaperRequest(paper_id=paper))
    figures = {each.name: (each.value, each.service, each.position) for each in shown.figures}
    assert figures["milestones_done"] == (1, "schedule", head)
    assert (
        shown.text == "截至2026年3月16日，计划节点共 52 项，已完成 1 项，应落实单位 0 个（次），已核验完成 0 个（次）。"
    )
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    bureau.do(pb.SendPaperRequest(paper_id=paper, number="10号", file_sha256=FILE))
    answer = pb.AnswerRequestRequest(
        paper_id=paper, approved=True, number="88号", day="2026-03-16", organ="市委", file_sha256=FILE
    )
    assert bureau.refusal(answer).code == "SCHEDULE_WRONG_STANDING"


def test_a_sudden_event_is_reported_at_once(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting(kind="sudden_report", title="突发情况报告")).paper_id
    assert bureau.ask(pb.GetPaperRequest(paper_id=paper)).latest_day == "2026-03-16"
    bureau.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
    bureau.at("2026-03-18")
    answer = bureau.do(pb.SendPaperRequest(paper_id=paper, number="11号", file_sha256=FILE))
    assert [(each.code, each.rule) for each in answer.warnings] == [("LEAD_TIME_SHORT", "T6")]


def test_texts_stay_outside_the_ledger(bureau: Bureau) -> None:
    bureau.planned()
    bureau.do(drafting("request_congress", text="拟任示例乙同志"))
    assert not [each for each in bureau.desk.events() if "示例乙".encode() in each.entry]


def test_a_units_own_request_uses_the_same_form(bureau: Bureau) -> None:
    bureau.planned()
    secretary = bureau.secretary("A")
    paper = bureau.do(drafting("other", unit_id=unit("A"), addressee="区委"), secretary).paper_id
    bureau.do(pb.SignPaperRequest(paper_id=paper, unit_id=unit("A"), post_id="post_A"), secretary)
    bureau.do(pb.SendPaperRequest(paper_id=paper, unit_id=unit("A"), number="1号", file_sha256=FILE), secretary)
    # The superior answers, and what a unit below was granted opens no gate of the district.
    answer = pb.AnswerRequestRequest(
        paper_id=paper, unit_id=unit("A"), approved=True, number="5号", day="2026-03-16", organ="区委",
        file_sha256=FILE,
    )  # fmt: skip
    assert bureau.do(answer).state == "answered"


def test_the_same_matter_is_not_asked_for_twice_at_once(bureau: Bureau) -> None:
    bureau.planned()
    paper = bureau.do(drafting("request_congress")).paper_id
    assert bureau.refusal(drafting("request_congress")).params() == {"paper_id": paper}
    bureau.do(pb.WithdrawPaperRequest(paper_id=paper, reason="内容需调整"))
    assert bureau.do(drafting("request_congress")).state == "drafted"


# ---- requirements -----------------------------------------------------------------------------------------


def required(bureau: Bureau, **fields: Any) -> str:
    words: dict[str, Any] = {
        "source": "市委组织部", "number": "市组〔2026〕5号", "day": "2026-03-10", "text": "每两周报送换届进展。",
        "due_day": "2026-03-24", "every_workdays": 10, **fields,
    }  # fmt: skip
    return str(bureau.do(pb.ReceiveRequirementRequest(**words)).requirement_id)


def test_a_requirement_keeps_its_source_and_what_was_done_goes_back(bureau: Bureau) -> None:
    bureau.open()
    requirement = required(bureau)
    directive = pb.DirectiveAsked(title="报送换届进展", text="请报送。", done_by_day="2026-04-30")
    bureau.do(pb.AssignRequirementRequest(requirement_id=requirement, directive=directive))
    (event,) = bureau.events("RequirementAssigned")
    assert event.directive.source == "市委组织部市组〔2026〕5号"
    bureau.issued(f"requirement/{requirement}", "dir_9", "branch")
    bureau.verified("dir_9", "a1")
    bureau.at("2026-03-24")
    bureau.do(pb.ReportRequirementRequest(requirement_id=requirement, text="已部署。", number="区委办〔2026〕6号"))
    (report,) = bureau.events("RequirementReported")
    assert {each.name: each.value for each in report.figures} == {"units_due": 2, "units_done": 1}
    (shown,) = bureau.ask(pb.ListRequirementsRequest()).requirements
    assert (shown.source, shown.state, shown.progress.units_done) == ("市委组织部", "reported_back", 1)


def test_a_report_with_a_cadence_is_owed_again(bureau: Bureau) -> None:
    bureau.open()
    requirement = required(bureau)

    def next_day() -> str:
        return str(bureau.ask(pb.ListRequirementsRequest()).requirements[0].next_day)

    assert next_day() == "2026-03-24"
    bureau.at("2026-03-24")
    bureau.do(pb.ReportRequirementRequest(requirement_id=requirement, text="第一次报告"))
    # Ten working days on, past the Qingming holiday.
    assert next_day() == "2026-04-08"


def test_a_requirement_that_cannot_be_is_refused(bureau: Bureau) -> None:
    bureau.open()
    words: dict[str, Any] = {"source": "市委", "day": "2026-03-10", "text": "报送。", "due_day": "2026-03-09"}
    assert bureau.refusal(pb.ReceiveRequirementRequest(**words)).code == "SCHEDULE_DAY_BEFORE"
    ahead = words | {"day": "2026-03-20", "due_day": "2026-03-30"}
    assert bureau.refusal(pb.ReceiveRequirementRequest(**ahead)).code == "SCHEDULE_DAY_AHEAD"
    assert (
        bureau.refusal(pb.ReceiveRequirementRequest(**(words | {"source": "", "due_day": "2026-03-24"}))).code
        == "BAD_REQUEST"
    )
