"""Many reports in one call: a receipt a row, no row half done, each for a unit that the caller answers for."""

from __future__ import annotations

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import UNIT_REPORTER
from services.chassis.refusals import Refusal
from tests.chassis.desk import principal
from tests.reporting.campaign import Campaign


@pytest.fixture
def ready(campaign: Campaign) -> Campaign:
    """Every branch of A has named somebody."""
    campaign.issue()
    campaign.open_way("A", "B")
    for branch in ("a1", "a2", "a3", "b1"):
        campaign.own(pb.ReceiveAssignmentRequest, branch)
    return campaign


def row(campaign: Campaign, unit: str, due: int = 5, done: int = 5, **fields: object) -> pb.SubmitReportRequest:
    request = pb.SubmitReportRequest(due_count=due, done_count=done, summary="批量", **fields)  # type: ignore[arg-type]
    request.directive_id, request.unit_id = campaign.directive, campaign.ids.get(unit, unit)
    return request


def test_each_row_has_its_receipt_and_a_refused_one_stops_nothing(ready: Campaign) -> None:
    rows = [
        row(ready, "a1"),
        row(ready, "a2", done=-1),
        row(ready, "b1"),
        row(ready, "nobody"),
        row(ready, "a3", expected_version=7),
        row(ready, "a3", expected_version=2),
    ]
    receipts = ready.office.do(pb.SubmitReportsRequest(rows=rows), ready.secretary("A")).receipts
    assert [receipt.code for receipt in receipts] == [
        "", "COUNT_IMPOSSIBLE", "PERMISSION_DENIED", "NOT_FOUND", "STALE_VERSION", ""
    ]  # fmt: skip
    assert [(r.accepted, r.version) for r in receipts] == [
        (True, 4), (False, 0), (False, 0), (False, 0), (False, 0), (True, 4)
    ]  # fmt: skip
    assert receipts[1].parameters == {"due": "5", "done": "-1", "limit": "10000000"}
    assert ready.states("a1", "a2", "a3", "b1") == ["reported", "named", "reported", "named"]


def test_a_refused_row_changes_nothing(ready: Campaign) -> None:
    head = ready.office.desk.recorder.ledger.head
    rows = [row(ready, "a1", done=6), row(ready, "A"), row(ready, "a2", evidence=["not a digest"])]
    receipts = ready.office.do(pb.SubmitReportsRequest(rows=rows), ready.secretary("A")).receipts
    assert [receipt.code for receipt in receipts] == ["COUNT_IMPOSSIBLE", "NOT_OBLIGED", "BAD_REQUEST"]
    assert ready.office.desk.recorder.ledger.head == head


def test_a_superior_s_row_is_marked_as_reported_on_behalf(ready: Campaign) -> None:
    ready.office.do(pb.SubmitReportsRequest(rows=[row(ready, "a1")]), ready.secretary("A"))
    assert ready.view("a1").on_behalf_by_unit_id == ready.ids["A"]
    own = principal(UNIT_REPORTER, ready.ids["a2"])
    ready.office.do(pb.SubmitReportsRequest(rows=[row(ready, "a2")]), own)
    assert ready.view("a2").on_behalf_by_unit_id == ""


def test_a_reporter_of_a_committee_does_not_report_for_its_branches(ready: Campaign) -> None:
    reporter = principal(UNIT_REPORTER, ready.ids["A"])
    receipts = ready.office.do(pb.SubmitReportsRequest(rows=[row(ready, "a1")]), reporter).receipts
    assert receipts[0].code == "PERMISSION_DENIED"


def test_a_unit_twice_in_one_batch_reports_and_corrects(ready: Campaign) -> None:
    rows = [row(ready, "a1", done=4), row(ready, "a1", done=5)]
    receipts = ready.office.do(pb.SubmitReportsRequest(rows=rows), ready.secretary("A")).receipts
    assert [receipt.version for receipt in receipts] == [4, 5]
    assert (ready.view("a1").report_number, ready.view("a1").done_count) == (2, 5)


def test_too_many_rows_are_refused_whole(ready: Campaign) -> None:
    with pytest.raises(Refusal) as caught:
        ready.office.do(pb.SubmitReportsRequest(rows=[row(ready, "a1")] * 501), ready.secretary("A"))
    assert caught.value.params() == {"field": "rows", "problem": "too_many"}
