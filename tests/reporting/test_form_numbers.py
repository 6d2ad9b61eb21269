"""A form says which report it was made for: what stands is not recorded twice, what came later is not overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.reporting.v1 import forms_pb2 as forms_pb
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.reporting.queries import list_forms
from tests.reporting.campaign import Campaign

GOOD = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-09-30"}
OTHER = GOOD | {"problems_found": "6"}


@pytest.fixture
def asked(campaign: Campaign) -> Campaign:
    """Two branches of A have named somebody for a directive with a form."""
    campaign.issue(form_id="rectification")
    campaign.open_way("A")
    for branch in ("a1", "a2"):
        campaign.own(pb.ReceiveAssignmentRequest, branch)
    return campaign


def receipts(asked: Campaign, *rows: tuple[str, int, dict[str, str]], by: str = "A", **extra: Any) -> list[Any]:
    """What becomes of rows (unit, number of the report, figures) that a superior sends."""
    sent = [
        forms_pb.ReportFiguresRequest(
            directive_id=asked.directive, unit_id=asked.ids[unit], report_number=number, figures=figures
        )
        for unit, number, figures in rows
    ]
    answer = asked.office.do(forms_pb.ReportFiguresBatchRequest(rows=sent, **extra), asked.secretary(by))
    return [(one.accepted, one.unchanged, one.code) for one in answer.receipts]


def test_the_same_rows_sent_again_record_nothing_and_say_so(asked: Campaign) -> None:
    rows = (("a1", 1, GOOD), ("a2", 1, GOOD))
    assert receipts(asked, *rows) == [(True, False, "")] * 2
    head = asked.office.desk.recorder.ledger.head
    assert receipts(asked, *rows) == [(True, True, "")] * 2
    assert receipts(asked, *rows, check_only=True) == [(True, True, "")] * 2
    assert asked.office.desk.recorder.ledger.head == head
    assert len(asked.events("FiguresReported", "a1")) == 1


def test_what_was_refused_is_taken_when_it_comes_again_put_right(asked: Campaign) -> None:
    assert receipts(asked, ("a1", 1, GOOD), ("a2", 1, GOOD | {"problems_found": ""}))[1][2] == "FIGURES_REFUSED"
    assert receipts(asked, ("a1", 1, GOOD), ("a2", 1, GOOD)) == [(True, True, ""), (True, False, "")]


def test_an_older_form_does_not_overwrite_what_was_reported_since(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=OTHER)
    refused = asked.refused(forms_pb.ReportFiguresRequest, "a1", figures=GOOD, report_number=1)
    assert (refused.code, refused.params()) == ("REPORTED_SINCE", {"number": 1, "standing": 2})
    assert receipts(asked, ("a1", 1, GOOD), ("a1", 2, GOOD), ("a1", 9, GOOD)) == [(False, False, "REPORTED_SINCE")] * 3
    assert asked.view("a1").due_count == 6


def test_a_form_taken_anew_corrects(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    assert receipts(asked, ("a1", 2, OTHER)) == [(True, False, "")]
    assert asked.view("a1").due_count == 6


def test_a_line_that_nobody_touched_is_no_correction_on_behalf(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    assert receipts(asked, ("a1", 2, GOOD)) == [(True, True, "")]
    assert asked.view("a1").on_behalf_by_unit_id == ""


def test_after_a_return_the_same_figures_are_a_new_report_by_a_new_form_only(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    asked.above(pb.ReturnReportRequest, "a1", by="A", report_number=1, reason="请核对", rectify_workdays=3)
    assert receipts(asked, ("a1", 1, GOOD), ("a1", 1, OTHER))[1][2] == "REPORTED_SINCE"
    assert asked.states("a1") == ["returned"]
    assert receipts(asked, ("a1", 2, GOOD)) == [(True, False, "")]
    assert asked.states("a1") == ["rectified"]


def test_what_is_verified_is_closed_but_says_that_it_stands(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    asked.above(pb.VerifyReportRequest, "a1", by="A", report_number=1)
    assert receipts(asked, ("a1", 1, GOOD), ("a1", 2, OTHER)) == [(True, True, ""), (False, False, "WRONG_STATE")]


def test_explanation_and_summary_are_part_of_what_stands(asked: Campaign) -> None:
    def send(explanation: str, summary: str) -> Any:
        return asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD | {"problems_overdue": "1"},
                         explanations={"overdue_explained": explanation}, summary=summary, report_number=1)  # fmt: skip

    assert not send("等待批复", "按计划").unchanged
    assert send("等待批复", " 按计划 ").unchanged
    changed = {"overdue_explained": "另有原因"}
    refused = asked.refused(forms_pb.ReportFiguresRequest, "a1", figures=GOOD | {"problems_overdue": "1"},
                            explanations=changed, summary="按计划", report_number=1)  # fmt: skip
    assert refused.code == "REPORTED_SINCE"


def test_a_row_finds_its_unit_by_its_code(asked: Campaign) -> None:
    with asked.office.desk.store.snapshot() as reader:
        found = tree.find(reader, asked.ids["a1"])
    assert found is not None
    codes = [found.code or asked.ids["a1"], asked.ids["a2"], "000000"]
    rows = [forms_pb.ReportFiguresRequest(directive_id=asked.directive, unit_code=code, figures=GOOD) for code in codes]
    answer = asked.office.do(forms_pb.ReportFiguresBatchRequest(rows=rows), asked.secretary("A"))
    assert [one.code for one in answer.receipts] == ["", "", "NOT_FOUND"]
    assert asked.states("a1", "a2") == ["reported", "reported"]


def test_the_rows_below_come_whole_however_small_the_pages_and_looks(
    asked: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(rows_max: int, unit: str) -> list[str]:
        found, cursor = [], ""
        while True:
            query = forms_pb.ListFormRowsRequest(
                directive_id=asked.directive, unit_id=asked.ids[unit], below=True, cursor=cursor, rows_max=rows_max
            )
            page = asked.office.ask(query, asked.operator())
            assert len(page.rows) <= rows_max
            found += [row.unit_name for row in page.rows]
            if not (cursor := page.next_cursor):
                return sorted(found)

    whole = {unit: names(500, unit) for unit in ("D", "A")}
    assert {"a1", "a2", "a3"} <= set(whole["A"]) < set(whole["D"])
    for looked_at, look in ((5_000, 1), (2, 1), (3, 2)):
        monkeypatch.setattr(list_forms, "LOOKED_AT_UNITS_MAX", looked_at)
        monkeypatch.setattr(list_forms, "LOOK_UNITS", look)
        for rows_max in (1, 2, 500):
            assert {unit: names(rows_max, unit) for unit in ("D", "A")} == whole


def test_a_superior_never_receives_by_a_form_for_its_unit(asked: Campaign) -> None:
    assert receipts(asked, ("a3", 1, GOOD))[0][0] is False
    assert asked.states("a3") == ["dispatched"]
