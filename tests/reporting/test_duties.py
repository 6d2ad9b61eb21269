"""Duty lists: taken whole or not at all, linked to directives, and what nobody answers for is shown."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from huanjie.reporting.v1 import duties_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2
from services.chassis.permissions import OPERATOR
from services.chassis.principals import Principal
from services.chassis.wording import LANGUAGES, Catalogue
from services.reporting.domain import duties
from tests.chassis.desk import principal
from tests.reporting.campaign import Campaign

HEAD = "单位,职务,序号,责任事项,文号"
CATALOGUE = Catalogue.load("services.chassis", "services.reporting")


def imported(
    campaign: Campaign, content: bytes | str, *, name: str = "list.csv", by: str = "D", **fields: Any
) -> reporting_pb2.ImportDutiesResponse:
    data = content.encode() if isinstance(content, str) else content
    sha256 = campaign.office.desk.blobs.put([data], 1 << 20)
    request = pb.ImportDutiesRequest(file_sha256=sha256, file_name=name, **fields)
    answer: reporting_pb2.ImportDutiesResponse = campaign.office.do(request, principal(OPERATOR, campaign.ids[by]))
    return answer


def listed(campaign: Campaign, unit: str = "D", caller: Principal | None = None, **fields: Any) -> list[pb.DutyLine]:
    found: list[pb.DutyLine] = []
    cursor = ""
    while True:
        request = pb.ListDutiesRequest(unit_id=campaign.ids[unit], cursor=cursor, **fields)
        page = campaign.office.ask(request, caller or campaign.operator())
        found += page.duties
        if not (cursor := page.next_cursor):
            return found


def findings(answer: reporting_pb2.ImportDutiesResponse) -> list[tuple[int, str, str]]:
    return [(one.line, one.severity, one.code) for one in answer.findings]


def test_a_list_is_imported_linked_and_replaced(campaign: Campaign) -> None:
    directive = campaign.issue(number="督〔2026〕1号")
    rows = f"责任清单,,,,\n{HEAD}\nA,书记,1,主持换届工作,督〔2026〕1号\nA,组织委员,2,审核名册,\na1,书记,1,组织学习,\n"
    answer = imported(campaign, rows)
    assert (answer.imported, answer.units, answer.duties) == (True, 2, 3)
    assert findings(answer) == [(4, "warning", "DUTY_WITHOUT_POST")]
    lines = {(line.unit_name, line.text): line for line in listed(campaign)}
    led = lines["A", "主持换届工作"]
    assert (led.person_name, list(led.directive_ids), list(led.directive_titles), led.gap) == (
        "A书记", [directive], ["组织学习换届纪律"], "",
    )  # fmt: skip
    assert [line.text for line in listed(campaign, gaps_only=True)] == ["审核名册"]
    imported(campaign, f"{HEAD}\nA,书记,1,另一项,\n")
    assert sorted(line.text for line in listed(campaign)) == ["另一项", "组织学习"]


def test_a_gap_closes_when_somebody_is_appointed(campaign: Campaign) -> None:
    imported(campaign, f"{HEAD}\nA,组织委员,1,审核名册,\n")
    appoint = reporting_pb2.AppointPostHolderRequest(
        unit_id=campaign.ids["A"], post_name="组织委员", person_name="示例丙"
    )
    campaign.office.do(appoint)
    (line,) = listed(campaign)
    assert (line.person_name, line.gap) == ("示例丙", "")


def test_a_dry_run_and_a_list_with_an_error_change_nothing(campaign: Campaign) -> None:
    before = campaign.office.desk.state()
    assert not imported(campaign, f"{HEAD}\nA,书记,1,一,\n", dry_run=True).imported
    answer = imported(
        campaign,
        f"{HEAD}\nA,书记,1,一,\n没有,书记,1,二,\n,书记,1,三,\nA,书记,1,,\nA,书记,9,一,\nA,书记,1,=1+1,\nA,书记,2,六,无此文号\n",
    )
    assert (answer.refused, answer.imported) == (True, False)
    assert findings(answer) == [
        (3, "error", "DUTY_UNIT_UNKNOWN"), (4, "error", "DUTY_UNIT_MISSING"), (5, "error", "DUTY_TEXT_MISSING"),
        (6, "error", "DUTY_REPEATED"), (7, "error", "DUTY_FORMULA"), (8, "warning", "DUTY_DIRECTIVE_UNKNOWN"),
    ]  # fmt: skip
    after = campaign.office.desk.state()
    # An accepted call is remembered; nothing else is.
    assert {table for table in before if before[table] != after[table]} <= {"request"}
    assert listed(campaign) == []


def test_an_operator_imports_for_their_own_subtree_only(campaign: Campaign) -> None:
    answer = imported(campaign, f"{HEAD}\na1,书记,1,一,\nb1,书记,1,二,\n", by="A")
    assert findings(answer) == [(3, "error", "DUTY_UNIT_OUTSIDE")]
    request = pb.ImportDutiesRequest(file_sha256="0" * 64, file_name="x.csv")
    assert campaign.office.refusal(request, campaign.secretary("A")).code == "PERMISSION_DENIED"
    assert campaign.office.refusal(request, campaign.operator()).code == "NOT_FOUND"


def test_two_units_of_one_name_need_their_code(campaign: Campaign) -> None:
    campaign.office.establish(campaign.ids["A"], "同名支部", code="1.1")
    campaign.office.establish(campaign.ids["B"], "同名支部", code="2.1")
    assert findings(imported(campaign, f"{HEAD}\n同名支部,书记,1,一,\n")) == [(2, "error", "DUTY_UNIT_AMBIGUOUS")]
    assert imported(campaign, f"{HEAD}\n2.1,书记,1,一,\n").imported


def test_a_workbook_is_read_as_well_and_a_file_without_header_is_not(campaign: Campaign) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((HEAD.split(","), ["A", "书记", "1", "主持换届工作", ""])):
        sheet.write_row(number, 0, row)
    book.close()
    assert imported(campaign, buffer.getvalue(), name="list.xlsx").duties == 1
    assert findings(imported(campaign, "甲,乙\n丙,丁\n")) == [(0, "error", "DUTY_HEADER_MISSING")]


def test_pages_join_to_the_whole(campaign: Campaign) -> None:
    imported(
        campaign, f"{HEAD}\n" + "".join(f"{unit},书记,{n},事项{n},\n" for unit in ("A", "a1", "B") for n in range(4))
    )
    whole = listed(campaign)
    assert len(whole) == 12
    assert listed(campaign, rows_max=5) == whole
    assert len(listed(campaign, "A")) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_words(language: Any) -> None:
    source = Path(duties.__file__).read_text("utf-8")
    codes = {part.split('"')[0] for part in source.split('"DUTY_')[1:]}
    assert len(codes) == 12
    for code in codes:
        given = {"line", "column", "rows", "limit", "other", "post", "unit", "number"}
        assert CATALOGUE.placeholders(f"DUTY_{code}", language) <= given
