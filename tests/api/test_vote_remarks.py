"""What people write about a count, and how sheets came in, stands on the papers over HTTP; results go out as tables."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
import pytest_asyncio
from pypdf import PdfReader

from services.tally.domain.finding_numbers import FINDINGS
from tests.api.congress import Congress
from tests.api.town import Town
from tests.tally.hall import sample_names

pytestmark = pytest.mark.asyncio(loop_scope="session")

GROUPS = ("第一计票组", "第二计票组", "第三计票组", "第四计票组")
UNREADABLE = {"code": "W.303", "text": "示例：有三张选票被水浸湿"}
NOT_RETURNED = {"code": "W.401", "text": "示例：一名代表未投票，选票已收存"}
FEWER_ISSUED = {"code": "W.402", "text": "示例：一名代表临时离会，未领票"}
SERIAL = "437B4D-02"


def text(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def counted(town: Town) -> Congress:
    """A declared count of four groups, of 12, 9, 4 and 3 ballots.

    One group's marks were partly unreadable, one came from a spare paper, one was signed by two in the place of one.
    """
    congress = Congress(town, 1)
    await congress.opens()
    await congress.votes(29, 28, GROUPS)
    told = ((11, 1, 3), (8, 0, 0), (4, 0, 0), (3, 0, 0))
    for sheet, (valid, invalid, unreadable) in zip(congress.sheets, told, strict=True):
        cells = await congress.cells([valid - unreadable, valid, valid, 0], valid, invalid, unreadable)
        second = sheet == congress.sheets[1]
        spare: dict[str, Any] = {"paper_first": True, "paper_serial": SERIAL} if second else {}
        why = [UNREADABLE, {"code": "W.302", "text": "示例：一张选票多选"}] if unreadable else []
        if second:
            cells = await congress.cells([8, 8, 8, 0], 8, 1)
            why = [{"code": "W.302", "text": "示例：一张选票为空白涂改"}]
        await congress.reads(sheet, cells, why, **spare)
        await congress.signs(sheet, without_scrutineer="示例：平板遗失" if second else "")
    early = await congress.refused(congress.chief, f"/elections/{congress.vote}/close-count")
    assert (early["code"], early["params"]["finding"]) == ("TALLY_WARNING_UNEXPLAINED", "W.401")
    assert "收回选票少于发出选票（28 < 29）" in early["detail"]
    await congress.closes([NOT_RETURNED, FEWER_ISSUED])
    await congress.declares()
    return congress


async def test_a_result_leaves_as_a_table_only_after_its_announcement(town: Town) -> None:
    congress = Congress(town, 4)
    await congress.opens()
    await congress.votes(30, 30, GROUPS[:1])
    await congress.reads(congress.sheets[0], await congress.cells([20, 20, 20, 0], 30))
    await congress.signs(congress.sheets[0])
    await congress.closes()
    shown = await congress.get(congress.chief, f"/elections/{congress.vote}/result")
    assert shown.status_code == 200
    for table in ("result.csv", "groups.csv", "result.xlsx"):
        refused = await congress.get(congress.chief, f"/elections/{congress.vote}/{table}")
        assert (refused.status_code, refused.json()["code"]) == (422, "RESULT_NOT_ANNOUNCED")
        assert "尚未宣布" in refused.json()["detail"]
        refused = await congress.get(congress.first, f"/elections/{congress.vote}/{table}")
        assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
    await congress.declares()
    for table, kind in (("result.csv", "text/csv"), ("groups.csv", "text/csv"), ("result.xlsx", "application/vnd")):
        given = await congress.get(congress.first, f"/elections/{congress.vote}/{table}")
        assert given.status_code == 200, given.text
        assert given.headers["content-type"].startswith(kind)


async def test_a_sheet_says_what_was_explained_and_how_it_came_in(counted: Congress) -> None:
    first = text((await counted.get(counted.watcher, f"/sheets/{counted.sheets[0]}/paper")).content)
    assert "某候选人无法辨认的票偏多（100×3>5×11）。说明：示例：有三张选票被水浸湿" in first
    assert "备用纸质单" not in first
    second = text((await counted.get(counted.watcher, f"/sheets/{counted.sheets[1]}/paper")).content)
    assert f"本单先填写在备用纸质单（编号{SERIAL}）上，后录入系统；纸质单为原件" in second
    assert "监票人的签名由另外两名工作人员共同代签，原因已记录" in second
    shown = (await counted.get(counted.watcher, f"/sheets/{counted.sheets[1]}")).json()
    assert (shown["paper_first"], shown["paper_serials"]) == (True, [SERIAL])
    assert shown["substituted_roles"] == ["scrutineer"]


async def test_the_reports_tell_every_explanation_but_no_figure_of_a_small_group(counted: Congress) -> None:
    papers = f"/elections/{counted.vote}/papers"
    result = text((await counted.get(counted.first, f"{papers}/result")).content)
    for said in (UNREADABLE, NOT_RETURNED, FEWER_ISSUED):
        assert "".join(said["text"].split()) in result
    assert f"有1张计票单先填写在备用纸质单（编号{SERIAL}）上" in result
    assert "第一计票组，" in result
    # The second group has nine ballots: what was written is told, its name and figures are not.
    assert "示例：一张选票为空白涂改" in result
    assert "第二计票组" not in result
    assert "100×1>5×9" not in result
    issued = text((await counted.get(counted.first, f"{papers}/ballots-issued")).content)
    assert "发出选票少于实到人数（29<30）。说明：示例：一名代表临时离会，未领票" in issued
    assert "被水浸湿" not in issued


async def test_the_tables_show_everybody_and_of_small_groups_only_what_all_have_together(counted: Congress) -> None:
    given = await counted.get(counted.first, f"/elections/{counted.vote}/result.csv")
    assert given.content.startswith(b"\xef\xbb\xbf")
    persons = list(csv.DictReader(io.StringIO(given.content.decode("utf-8-sig"))))
    assert [(each["赞成"], each["无法辨认"], each["当选"]) for each in persons] == [
        ("23", "3", "是"), ("26", "0", "是"), ("26", "0", "是"), ("0", "0", "否"),
    ]  # fmt: skip
    groups = await counted.get(counted.first, f"/elections/{counted.vote}/groups.csv")
    rows = list(csv.reader(io.StringIO(groups.content.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"第一计票组", "不单独公布的各组合计"}
    # Three groups of 9, 4 and 3 ballots stand together: neither marks nor figures of one can be worked out.
    assert rows[-1] == ["不单独公布的各组合计", "16", "15", "1", "人数较少，不单独公布", "", "", "", ""]
    book = openpyxl.load_workbook(
        io.BytesIO((await counted.get(counted.first, f"/elections/{counted.vote}/result.xlsx")).content)
    )
    assert book.sheetnames == ["得票情况", "各组计票"]
    shown = [[cell.value for cell in row] for row in book["得票情况"].iter_rows(min_row=5)]
    assert [row[3] for row in shown] == [23, 26, 26, 0]
    told = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    assert not told & {"第二计票组", "第三计票组", "第四计票组"}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_findings_are_given_in_words_for_teller_and_scrutineer(town: Town, language: str) -> None:
    teller = town.with_role("teller", town.units.first)
    listed = await teller.get("/api/v1/tally/findings", headers={"accept-language": language})
    assert [each["code"] for each in listed.json()["items"]] == list(FINDINGS)
    assert all(each["teller"] != each["scrutineer"] and each["finding"] for each in listed.json()["items"])
    assert [each["error"] for each in listed.json()["items"]] == [each.startswith("F") for each in FINDINGS]


async def test_spare_papers_are_printed_beforehand_with_numbered_sheets(town: Town) -> None:
    congress = Congress(town, 2)
    await congress.opens(candidates=5, seats=4)
    printed = await congress.get(congress.first, f"/elections/{congress.vote}/spare-papers?sheets=3")
    assert printed.headers["content-type"] == "application/pdf"
    pages = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(printed.content)).pages]
    sheets = [page for page in pages if "计票组：" in page]
    assert len(sheets) == 3
    numbers = {page.partition("备用单编号")[2][:9] for page in sheets}
    assert {number[-3:] for number in numbers} == {"-01", "-02", "-03"}
    assert all(name in page for page in sheets for name in sample_names(5))
    told = "".join(pages)
    for paper in ("选举会议记录单", "清点到会人数报告单", "分发、收回选票情况报告单", "计票结果汇总单", "代签记录单"):
        assert paper in told
    assert "到会代表须超过应到会有选举权人数的半数" in told
    assert "得赞成票超过应到会有选举权人数的半数的" in told
    many = await congress.get(congress.first, f"/elections/{congress.vote}/spare-papers?sheets=61")
    assert (many.status_code, many.json()["params"]["field"]) == (400, "sheets")


async def test_a_serial_without_a_paper_that_came_first_is_refused(town: Town) -> None:
    congress = Congress(town, 3)
    await congress.opens()
    await congress.votes(30, 30, GROUPS[:1])
    cells = await congress.cells([20, 20, 20, 0], 30)
    before = await town.heads()
    refused = await congress.refused(
        congress.tellers[0], f"/sheets/{congress.sheets[0]}/entry", cells=cells, paper_serial=SERIAL
    )
    assert (refused["code"], refused["params"]["field"]) == ("BAD_REQUEST", "paper_first")
    assert await town.heads() == before
