"""A report is corrected freely until it is verified, then by number and with the reason; then it is verified again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf.message import Message

from huanjie.reporting.v1 import forms_pb2, verification_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.reporting.v1 import supervision_pb2 as sup
from services.chassis.permissions import INSPECTOR, UNIT_REPORTER, VERIFIER
from services.chassis.principals import Principal
from services.kernel.refusal import Refusal
from tests.chassis.desk import principal
from tests.evidence_files import pdf
from tests.reporting.campaign import Campaign
from tests.reporting.shown import keep

FIGURES = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-09-30"}
BARE: dict[str, Any] = {"due_count": 0, "done_count": 0, "summary": ""}
RIGHT = FIGURES | {"problems_rectified": "2"}


@pytest.fixture
def verified(campaign: Campaign) -> Campaign:
    """a1's report of 10 of 10 is verified by the district; a2 has reported."""
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.reported("a2")
    campaign.above(pb.VerifyReportRequest, "a1")
    return campaign


def request(campaign: Campaign, unit: str = "a1", **changes: Any) -> pb.CorrectReportRequest:
    fields: dict[str, Any] = {"reason": "漏计一名请假党员", "due_count": 10, "done_count": 9, "summary": "已更正"}
    return pb.CorrectReportRequest(directive_id=campaign.directive, unit_id=campaign.ids[unit], **(fields | changes))


def correct(campaign: Campaign, unit: str = "a1", by: Principal | None = None, **changes: Any) -> Any:
    return campaign.office.do(request(campaign, unit, **changes), by or campaign.secretary(unit))


def refused(campaign: Campaign, asked: Message, by: Principal | None = None) -> Refusal:
    return campaign.office.refusal(asked, by or campaign.secretary("a1"))


def test_a_verified_report_is_corrected_by_number_and_waits_for_verification_again(verified: Campaign) -> None:
    answer = correct(verified)
    assert (answer.accepted, answer.state, answer.correction_number, answer.report_number) == (True, "reported", 1, 2)
    view = verified.view("a1")
    assert (view.state, view.done_count, view.report_number) == ("reported", 9, 2)
    assert (view.correction_number, view.correction_reason) == (1, "漏计一名请假党员")
    assert "VerifyReport" in view.actions
    verified.above(pb.VerifyReportRequest, "a1", report_number=2)
    assert correct(verified, done_count=8).correction_number == 2
    assert [event.correction_number for event in verified.events("ReportCorrected", "a1")] == [1, 2]


def test_until_it_is_verified_a_report_is_corrected_freely_and_never_by_number(verified: Campaign) -> None:
    assert refused(verified, request(verified, "a2"), verified.secretary("a2")).code == "WRONG_STATE"
    assert verified.report("a2", 10, 7).state == "reported"
    assert verified.refused(pb.SubmitReportRequest, "a1", due_count=1, done_count=1).code == "WRONG_STATE"
    correct(verified)
    assert verified.report("a1", 10, 8).state == "reported"
    view = verified.view("a1")
    assert (view.done_count, view.report_number, view.correction_number) == (8, 3, 1)


def test_the_history_shows_both_versions_the_reason_and_who_corrected(verified: Campaign) -> None:
    correct(verified)
    query = pb.GetAssignmentHistoryRequest(directive_id=verified.directive, unit_id=verified.ids["a1"])
    items = verified.office.ask(query, principal(INSPECTOR, verified.ids["D"])).items
    told = [(item.type.rpartition(".")[2], json.loads(item.event_json)) for item in items]
    (first,) = [event for name, event in told if name == "ReportSubmitted"]
    (second,) = [event for name, event in told if name == "ReportCorrected"]
    assert (first["done_count"], second["done_count"], second["reason"]) == (10, 9, "漏计一名请假党员")
    assert items[-1].actor_unit_id == verified.ids["a1"] and items[-1].actor_role == "unit_secretary"


def test_who_corrected_does_not_verify_and_a_superiors_correction_is_confirmed_by_the_unit(verified: Campaign) -> None:
    correct(verified, by=verified.operator("A"))
    assert verified.events("ReportCorrected", "a1")[0].on_behalf_by_unit_id == verified.ids["A"]
    assert verified.refused(pb.VerifyReportRequest, "a1", by="A").code == "OWN_REPORT_VERIFIED"
    verified.own(pb.ConfirmReportRequest, "a1")
    assert verified.view("a1").confirmed
    verified.above(pb.VerifyReportRequest, "a1", by="D")


def test_only_those_who_report_for_the_unit_correct(verified: Campaign) -> None:
    for role, unit in ((INSPECTOR, "D"), (VERIFIER, "D"), (UNIT_REPORTER, "a2"), (UNIT_REPORTER, "A")):
        caller = principal(role, verified.ids[unit])
        assert refused(verified, request(verified), caller).code == "PERMISSION_DENIED"
    assert "CorrectReport" in verified.view("a1", verified.secretary("a1")).actions
    assert "CorrectReport" not in verified.view("a2", verified.secretary("a2")).actions


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "BAD_REQUEST"),
        ({"reason": "详询13800000000"}, "TEXT_SHOWS_PERSON"),
        ({"summary": "详询13800000000"}, "TEXT_SHOWS_PERSON"),
        ({"done_count": 11}, "COUNT_IMPOSSIBLE"),
        ({"done_count": 10, "summary": "已完成"}, "NOTHING_CORRECTED"),
        ({"figures": FIGURES}, "FORM_NOT_ASKED"),
        ({"expected_version": 1}, "STALE_VERSION"),
        ({"evidence": ["0" * 64]}, "NOT_FOUND"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_the_report_stays_verified(
    verified: Campaign, changes: dict[str, Any], code: str
) -> None:
    assert refused(verified, request(verified, **changes)).code == code
    assert verified.state("a1") == "verified"


def test_a_check_records_nothing(verified: Campaign) -> None:
    head = verified.office.desk.recorder.ledger.head
    answer = correct(verified, check_only=True)
    assert (answer.accepted, answer.state, list(answer.problems)) == (False, "verified", [])
    assert verified.office.desk.recorder.ledger.head == head


def test_a_withdrawn_directive_is_not_corrected_any_more(verified: Campaign) -> None:
    withdraw = pb.WithdrawDirectiveRequest(directive_id=verified.directive, reason="暂缓")
    verified.office.do(withdraw, verified.operator())
    assert refused(verified, request(verified)).code == "DIRECTIVE_WITHDRAWN"


def test_the_verifier_gets_the_ordinary_time_again_and_it_stands_in_the_queue(verified: Campaign) -> None:
    verified.at(60)
    correct(verified)
    event = verified.events("ReportCorrected", "a1")[0]
    assert event.verify_due_us > verified.office.desk.clock.us
    queue = verification_pb2.ListVerificationQueueRequest(unit_id=verified.ids["D"])
    waiting = verified.office.ask(queue, verified.operator()).reports
    assert {item.unit_id for item in waiting} == {verified.ids["a1"], verified.ids["a2"]}
    verified.at(61)
    verified.above(pb.VerifyReportRequest, "a1")
    assert verified.events("ReportVerified", "a1")[-1].late_working_minutes == 0


def test_what_was_verified_again_can_be_taken_back_and_stands_as_reported(verified: Campaign) -> None:
    undo = sup.UndoActsRequest(act="verify")
    undo.rows.add(directive_id=verified.directive, unit_id=verified.ids["a1"])
    correct(verified)
    (receipt,) = verified.office.do(undo, verified.operator()).receipts
    assert (receipt.code, receipt.parameters["action"]) == ("UNDO_FOLLOWED", "correct")
    verified.above(pb.VerifyReportRequest, "a1")
    (receipt,) = verified.office.do(undo, verified.operator()).receipts
    assert receipt.accepted and verified.state("a1") == "reported"


# ---- figures and files --------------------------------------------------------------------------------------


@pytest.fixture
def counted(campaign: Campaign) -> Campaign:
    """a1's figures are verified."""
    campaign.issue(form_id="rectification")
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    campaign.own(forms_pb2.ReportFiguresRequest, "a1", figures=FIGURES)
    campaign.above(pb.VerifyReportRequest, "a1")
    return campaign


def test_corrected_figures_are_checked_by_the_form_and_filled_in_from_then_on(counted: Campaign) -> None:
    wrong = request(counted, **BARE, figures=FIGURES | {"problems_rectified": "9"})
    assert refused(counted, wrong).code == "FIGURES_REFUSED"
    answer = correct(counted, **BARE, figures=RIGHT)
    assert (answer.correction_number, counted.view("a1").done_count) == (1, 2)
    assert counted.events("FiguresReported", "a1")[-1].report_number == answer.report_number == 2
    query = forms_pb2.GetReportFormRequest(directive_id=counted.directive, unit_id=counted.ids["a1"])
    shown = counted.office.ask(query, counted.secretary("a1"))
    assert {figure.field_id: figure.value for figure in shown.figures} == RIGHT
    counted.issue(form_id="rectification", title="再次报送整改进展")
    query.directive_id = counted.directive
    assert {each.field_id: each.value for each in counted.office.ask(query, counted.secretary("a1")).figures} == RIGHT


def test_a_check_of_corrected_figures_names_every_problem(counted: Campaign) -> None:
    answer = correct(counted, **BARE, figures=FIGURES | {"problems_overdue": "x"}, check_only=True)
    assert [problem.code for problem in answer.problems] == ["FORM_NOT_A_COUNT"]
    assert counted.state("a1") == "verified"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "FORM_REQUIRED"),
        ({"figures": RIGHT}, "BAD_REQUEST"),
        ({"figures": FIGURES, "due_count": 0, "done_count": 0, "summary": ""}, "NOTHING_CORRECTED"),
    ],
)
def test_where_a_form_asks_a_correction_brings_its_figures_and_nothing_else(
    counted: Campaign, changes: dict[str, Any], code: str
) -> None:
    assert refused(counted, request(counted, **changes)).code == code


def test_a_correction_shows_its_own_files(campaign: Campaign) -> None:
    campaign.issue(evidence_reason="示例文件要求留存签到表")
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    first, second = keep(campaign, "a1"), keep(campaign, "a1", pdf())
    campaign.own(pb.SubmitReportRequest, "a1", due_count=10, done_count=9, summary="已更正", evidence=[first])
    campaign.above(pb.VerifyReportRequest, "a1")
    assert refused(campaign, request(campaign)).code == "EVIDENCE_REQUIRED"
    assert refused(campaign, request(campaign, evidence=[first])).code == "NOTHING_CORRECTED"
    correct(campaign, evidence=[second])
    assert [file.file_sha256 for file in campaign.view("a1").evidence] == [second]
