"""Evidence: kept once by its content, for one unit, and asked only with a reason."""

from __future__ import annotations

import dataclasses
import time

import pytest

from huanjie.reporting.v1 import evidence_pb2 as ev
from huanjie.reporting.v1 import forms_pb2, matters_pb2, supervision_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from infra.local.check_folder import check_blobs
from services.chassis.permissions import INSPECTOR, MEMBER, OPERATOR, UNIT_REPORTER, UNIT_SECRETARY, VERIFIER
from services.chassis.refusals import NotFound, Refusal
from services.kernel.workdays import DAY_US
from services.reporting.app import APP
from services.reporting.commands import keep_evidence
from services.reporting.domain.evidence_events import EvidenceKept
from services.reporting.domain.evidence_files import FILE_BYTES_MAX, FOUND_TERMS
from tests.chassis.desk import principal
from tests.evidence_files import REFUSED, animated, pdf, photograph, scan
from tests.reporting.campaign import Campaign
from tests.reporting.shown import keep, store

REASON = "示例文件第三条要求留存签到表"


@pytest.fixture
def asking(campaign: Campaign) -> Campaign:
    """A directive that asks for evidence, with its reason; a1 and a2 have named somebody."""
    return _ready(campaign, REASON)


@pytest.fixture
def silent(campaign: Campaign) -> Campaign:
    """The same without a reason: it asks for none."""
    return _ready(campaign, "")


def _ready(campaign: Campaign, reason: str) -> Campaign:
    campaign.issue(evidence_reason=reason)
    campaign.open_way("A")
    for branch in ("a1", "a2"):
        campaign.own(pb.ReceiveAssignmentRequest, branch)
    return campaign


def kept(campaign: Campaign, sha256: str, unit: str = "a1") -> ev.KeepEvidenceRequest:
    return ev.KeepEvidenceRequest(unit_id=campaign.ids[unit], file_sha256=sha256)


# ---- keeping ----------------------------------------------------------------------------------------------


def test_a_file_is_kept_once_and_neither_its_name_nor_its_sender_stands_in_the_event(campaign: Campaign) -> None:
    sha256 = keep(campaign, "a1")
    assert keep(campaign, "a1") == sha256
    (event,) = campaign.events("EvidenceKept")
    assert event == EvidenceKept(campaign.ids["a1"], sha256, "image/jpeg", event.size_bytes)
    assert event.size_bytes == campaign.office.desk.blobs.size_bytes(sha256)
    assert [field.name for field in dataclasses.fields(event)] == ["unit_id", "file_sha256", "media_type", "size_bytes"]


def test_the_same_content_is_one_file_for_two_units_and_each_keeps_it_for_itself(campaign: Campaign) -> None:
    assert keep(campaign, "a1") == keep(campaign, "a2")
    assert len(campaign.events("EvidenceKept")) == 2
    assert len(list(campaign.office.desk.blobs.names())) == 1


@pytest.mark.parametrize(("content", "media"), [(scan(), "image/png"), (pdf(), "application/pdf")])
def test_what_a_file_is_follows_from_its_content(campaign: Campaign, content: bytes, media: str) -> None:
    sha256 = keep(campaign, "a1", content)
    query = ev.GetEvidenceRequest(unit_id=campaign.ids["a1"], file_sha256=sha256)
    file = campaign.office.ask(query, campaign.secretary("a1"))
    assert (file.media_type, file.tells_origin) == (media, media == "application/pdf")


@pytest.mark.parametrize("content", [photograph(), scan()], ids=["jpeg", "png"])
def test_a_picture_that_still_tells_its_place_is_not_kept_whoever_stored_it(campaign: Campaign, content: bytes) -> None:
    request = kept(campaign, store(campaign, content))
    assert campaign.office.refusal(request, campaign.secretary("a1")).code == "EVIDENCE_NOT_CLEANED"


@pytest.mark.parametrize("name", [name for name in REFUSED if not name.startswith("animated")])
def test_a_hostile_file_is_refused_by_what_it_is(campaign: Campaign, name: str) -> None:
    content, found = REFUSED[name]
    refusal = campaign.office.refusal(kept(campaign, store(campaign, content)), campaign.secretary("a1"))
    assert (refusal.code, refusal.params()) == ("EVIDENCE_TYPE_REFUSED", {"found": found})
    assert found in FOUND_TERMS


def test_an_animated_picture_is_not_kept_even_if_it_was_stored(campaign: Campaign) -> None:
    for content in (animated("PNG"), animated("WEBP")):
        with pytest.raises(Refusal):
            campaign.office.do(kept(campaign, store(campaign, content)), campaign.secretary("a1"))


@pytest.mark.parametrize("cut", [10, 200, -2])
def test_half_a_picture_and_a_picture_with_a_tail_are_refused(campaign: Campaign, cut: int) -> None:
    whole = campaign.office.desk.blobs.open(keep(campaign, "a1")).read()
    for content in (whole[:cut], whole + b"PK\x03\x04"):
        refusal = campaign.office.refusal(kept(campaign, store(campaign, content)), campaign.secretary("a1"))
        assert refusal.code in ("EVIDENCE_UNREADABLE", "EVIDENCE_TYPE_REFUSED", "EVIDENCE_NOT_CLEANED")


def test_a_file_past_the_limit_and_one_that_is_not_there_are_refused(campaign: Campaign) -> None:
    large = kept(campaign, store(campaign, bytes(FILE_BYTES_MAX + 1)))
    assert campaign.office.refusal(large, campaign.secretary("a1")).params() == {"limit_bytes": FILE_BYTES_MAX}
    assert campaign.office.refusal(kept(campaign, "0" * 64), campaign.secretary("a1")).code == "NOT_FOUND"
    assert campaign.office.refusal(kept(campaign, "x"), campaign.secretary("a1")).code == "BAD_REQUEST"


def test_a_unit_has_room_for_so_many_files(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(campaign, "a1")
    monkeypatch.setattr(keep_evidence, "UNIT_FILES_MAX", 1)
    request = kept(campaign, store(campaign, pdf()))
    assert campaign.office.refusal(request, campaign.secretary("a1")).params() == {"files_max": 1}
    keep(campaign, "a1")
    keep(campaign, "a2")


def test_what_may_be_sent_is_said_before_anything_is_sent(campaign: Campaign) -> None:
    query = ev.GetEvidenceTermsRequest(unit_id=campaign.ids["a1"])
    before = campaign.office.ask(query, campaign.secretary("a1"))
    keep(campaign, "a1")
    after = campaign.office.ask(query, campaign.secretary("a1"))
    assert (before.file_bytes_max, before.files_left - after.files_left) == (FILE_BYTES_MAX, 1)
    assert list(before.media_types) == ["image/jpeg", "image/png", "application/pdf"]


def test_a_kept_file_stays_and_one_that_nothing_names_is_swept(campaign: Campaign) -> None:
    desk = campaign.office.desk
    sha256, orphan = keep(campaign, "a1"), store(campaign, pdf())
    with desk.store.snapshot() as reader:
        named = {str(row[0]) for row in reader.all("SELECT sha256 FROM blob_reference")}
    assert desk.blobs.sweep(named.__contains__, 1, time.time_ns() // 1_000 + DAY_US).blobs == 1
    assert set(desk.blobs.names()) == {sha256} != {orphan}


def test_the_doctor_misses_a_kept_file_that_is_gone(campaign: Campaign) -> None:
    desk = campaign.office.desk
    sha256 = keep(campaign, "a1")
    assert [found.code for found in check_blobs(desk.folder, [APP])] == ["BLOBS_SOUND"]
    desk.blobs.delete(sha256)
    found = [(found.code, found.params["sha256"]) for found in check_blobs(desk.folder, [APP])]
    assert found == [("BLOB_MISSING", sha256)]


# ---- reports ----------------------------------------------------------------------------------------------


def test_a_report_brings_the_evidence_that_its_directive_gives_a_reason_for(asking: Campaign) -> None:
    sha256 = keep(asking, "a1")
    asking.own(pb.SubmitReportRequest, "a1", due_count=2, done_count=2, evidence=[sha256])
    view = asking.view("a1")
    assert (view.evidence_reason, [file.file_sha256 for file in view.evidence]) == (REASON, [sha256])
    assert asking.events("ReportSubmitted", "a1")[0].evidence == (sha256,)
    directive = asking.office.ask(pb.GetDirectiveRequest(directive_id=asking.directive), asking.operator())
    assert directive.evidence_reason == REASON


def test_what_is_reported_as_done_without_the_evidence_asked_for_is_refused_with_the_reason(asking: Campaign) -> None:
    refusal = asking.refused(pb.SubmitReportRequest, "a1", due_count=2, done_count=1)
    assert (refusal.code, refusal.params()) == ("EVIDENCE_REQUIRED", {"reason": REASON})
    refusal = asking.refused(pb.ReportOnBehalfRequest, "a1", by="D", due_count=2, done_count=1)
    assert refusal.code == "EVIDENCE_REQUIRED"
    assert asking.own(pb.SubmitReportRequest, "a1", due_count=2, done_count=0).state == "reported"


def test_nobody_sends_files_that_nobody_gave_a_reason_for(silent: Campaign) -> None:
    sha256 = keep(silent, "a1")
    refusal = silent.refused(pb.SubmitReportRequest, "a1", due_count=1, done_count=1, evidence=[sha256])
    assert refusal.code == "EVIDENCE_NOT_ASKED"
    silent.report("a1")
    silent.above(pb.ReturnReportRequest, "a1", report_number=1, reason="请附签到表")
    answer = silent.own(pb.SubmitReportRequest, "a1", due_count=1, done_count=1, evidence=[sha256])
    assert answer.state == "rectified"
    assert [file.file_sha256 for file in silent.view("a1").evidence] == [sha256]


def test_a_later_report_shows_its_own_files_only(asking: Campaign) -> None:
    first, second = keep(asking, "a1"), keep(asking, "a1", pdf())
    asking.own(pb.SubmitReportRequest, "a1", due_count=2, done_count=2, evidence=[first, second])
    asking.own(pb.SubmitReportRequest, "a1", due_count=2, done_count=2, evidence=[second])
    assert [file.file_sha256 for file in asking.view("a1").evidence] == [second]
    asking.own(pb.SubmitReportRequest, "a1", due_count=2, done_count=0)
    assert not asking.view("a1").evidence


@pytest.mark.parametrize("of", ["nobody", "another unit"])
def test_a_file_that_is_not_kept_for_the_unit_is_taken_nowhere(asking: Campaign, of: str) -> None:
    sha256 = "0" * 64 if of == "nobody" else keep(asking, "a2", pdf())
    refused = NotFound(kind="blob", id=sha256).params()
    own = pb.SubmitReportRequest(
        directive_id=asking.directive, unit_id=asking.ids["a1"], due_count=1, done_count=1, evidence=[sha256]
    )
    assert asking.office.refusal(own, asking.secretary("a1")).params() == refused
    batch = asking.office.do(pb.SubmitReportsRequest(rows=[own]), asking.secretary("a1"))
    assert batch.receipts[0].code == "NOT_FOUND" and asking.view("a1").state == "named"
    above = pb.ReportOnBehalfRequest(
        directive_id=asking.directive, unit_id=asking.ids["a1"], due_count=1, done_count=1, evidence=[sha256]
    )
    assert asking.office.refusal(above, asking.operator()).params() == refused
    method = matters_pb2.SubmitPracticeRequest(
        unit_id=asking.ids["a1"], topic="procedure", title="一张图", method="逐项核对", evidence=[sha256]
    )
    assert asking.office.refusal(method, asking.secretary("a1")).params() == refused
    asking.at(days=60)
    issue = supervision_pb2.IssueOrderRequest(
        unit_id=asking.ids["a1"], directive_id=asking.directive, stage=4, text="请抓紧推进。"
    )
    order_id = asking.office.do(issue, asking.operator()).order_id
    answer = supervision_pb2.AnswerOrderRequest(order_id=order_id, summary="已办。", evidence=[sha256])
    assert asking.office.refusal(answer, asking.secretary("a1")).params() == refused


def test_a_report_of_figures_brings_evidence_like_any_other(campaign: Campaign) -> None:
    campaign.issue(form_id="rectification", evidence_reason=REASON)
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    figures = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-09-30"}
    assert campaign.refused(forms_pb2.ReportFiguresRequest, "a1", figures=figures).code == "EVIDENCE_REQUIRED"
    other = keep(campaign, "a2", pdf())
    refusal = campaign.refused(forms_pb2.ReportFiguresRequest, "a1", figures=figures, evidence=[other])
    assert refusal.code == "NOT_FOUND"
    campaign.own(forms_pb2.ReportFiguresRequest, "a1", figures=figures, evidence=[keep(campaign, "a1")])
    assert len(campaign.view("a1").evidence) == 1


def test_a_superior_that_reports_for_a_unit_keeps_the_file_for_that_unit(asking: Campaign) -> None:
    sha256 = keep(asking, "a1", caller=asking.operator())
    asking.above(pb.ReportOnBehalfRequest, "a1", due_count=1, done_count=1, evidence=[sha256])
    assert [file.unit_id for file in asking.view("a1").evidence] == [asking.ids["a1"]]


# ---- who may -----------------------------------------------------------------------------------------------


def test_only_those_who_report_for_a_unit_keep_its_files(campaign: Campaign) -> None:
    request = kept(campaign, keep(campaign, "a1"))
    for role, unit in ((UNIT_SECRETARY, "a2"), (INSPECTOR, "D"), (VERIFIER, "D"), (OPERATOR, "B"), (MEMBER, "a1")):
        refusal = campaign.office.refusal(request, principal(role, campaign.ids[unit]))
        assert refusal.code == "PERMISSION_DENIED", role


def test_a_file_is_seen_by_its_unit_and_by_those_who_check_it(campaign: Campaign) -> None:
    query = ev.GetEvidenceRequest(unit_id=campaign.ids["a1"], file_sha256=keep(campaign, "a1"))
    for role, unit in (
        (UNIT_SECRETARY, "a1"), (UNIT_REPORTER, "a1"), (UNIT_SECRETARY, "A"), (VERIFIER, "A"), (OPERATOR, "D"),
        (INSPECTOR, "D"),
    ):  # fmt: skip
        assert campaign.office.ask(query, principal(role, campaign.ids[unit])).media_type == "image/jpeg"
    for role, unit in ((UNIT_SECRETARY, "a2"), (OPERATOR, "B"), (INSPECTOR, "B"), (MEMBER, "a1"), (MEMBER, "D")):
        with pytest.raises(NotFound):
            campaign.office.ask(query, principal(role, campaign.ids[unit]))


def test_what_a_published_method_shows_is_seen_by_all_units(campaign: Campaign) -> None:
    sha256 = keep(campaign, "a1", pdf())
    method = matters_pb2.SubmitPracticeRequest(
        unit_id=campaign.ids["a1"], topic="procedure", title="一张图", method="逐项核对", evidence=[sha256]
    )
    practice_id = campaign.office.do(method, campaign.secretary("a1")).practice_id
    query = ev.GetEvidenceRequest(unit_id=campaign.ids["a1"], file_sha256=sha256)
    with pytest.raises(NotFound):
        campaign.office.ask(query, campaign.secretary("b1"))
    campaign.office.do(matters_pb2.PublishPracticeRequest(practice_id=practice_id), campaign.operator())
    assert campaign.office.ask(query, campaign.secretary("b1")).file_sha256 == sha256


def test_a_summary_names_no_person(silent: Campaign) -> None:
    refusal = silent.refused(pb.SubmitReportRequest, "a1", due_count=1, done_count=1, summary="详询13800000000")
    assert (refusal.code, refusal.params()) == ("TEXT_SHOWS_PERSON", {"field": "summary", "found": "phone"})
