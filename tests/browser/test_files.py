"""What is sent as a file from the pages: evidence with a report, forms as workbooks there and back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.api.test_form_workbooks import fill
from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view
from tests.evidence_files import pdf, photograph
from tests.papers.forms import changed

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def card(page: Page, directive_id: str) -> Locator:
    return page.locator(f"article[data-key='{directive_id}']")


def workbook(content: bytes, name: str = "填好.xlsx") -> FilePayload:
    return {"name": name, "mimeType": XLSX, "buffer": content}


async def saved(page: Page, button: Locator) -> bytes:
    """What a press of the button saves."""
    async with page.expect_download() as under_way:
        await button.click()
    path = await (await under_way.value).path()
    return await asyncio.to_thread(Path(path).read_bytes)


async def test_evidence_goes_up_with_a_report_from_a_phone_and_is_seen_above(people: People, town: Town) -> None:
    people.expected.append("/evidence")
    directive_id = await town.directive(title="附签到表", evidence_reason="示例文件第三条要求留存签到表")
    branch = await people.secretary(town.units.first, PHONE)
    await open_view(branch, "#/desk")
    task = card(branch, directive_id)
    await task.get_by_role("button", name="报告落实情况").click()
    await task.locator("[name=due_count]").fill("12")
    await task.locator("[name=done_count]").fill("12")
    await task.locator("form button.main").click()
    await expect(task.locator("[data-field=evidence] .wrong")).to_contain_text("必须填写")
    choose = task.locator("input[type=file]")
    await choose.set_input_files({"name": "图.svg", "mimeType": "image/png", "buffer": SVG})
    await expect(task.locator("[data-field=evidence] .wrong")).to_contain_text("不能作为佐证材料")
    await choose.set_input_files({"name": "签到表.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    await expect(task.locator(".kept a")).to_contain_text("照片")
    await task.locator("form button.main").click()
    await expect(task).to_contain_text("待核验")

    committee = await people.secretary(town.units.committee)
    await open_view(committee, f"#/verify?d={directive_id}")
    await committee.get_by_role("button", name="查看反馈").click()
    content = await saved(committee, committee.get_by_role("dialog").locator(".kept a"))
    assert content.startswith(b"\xff\xd8")


async def test_a_units_form_goes_out_as_a_workbook_and_comes_back(people: People, town: Town) -> None:
    directive_id = await town.directive(title="表格往返", form_id="rectification", turnover="370211/district/2031")
    page = await people.secretary(town.units.first)
    await open_view(page, "#/desk")
    await card(page, directive_id).get_by_role("button", name="电子表格").click()
    panel = page.get_by_role("dialog")
    empty = await saved(page, panel.get_by_role("button", name="本单位表格"))

    await panel.locator("input[type=file]").set_input_files(workbook(changed(empty, fill(problems_rectified="9"))))
    await expect(panel).to_contain_text("没有可以报送的内容")
    await expect(panel.locator("td .wrong").first).to_contain_text("不得多于查找出的问题")
    before = (await town.heads())["reporting"]
    await panel.locator("input[type=file]").set_input_files(workbook(changed(empty, fill())))
    await expect(panel).to_contain_text("1 个单位可以报送")
    assert (await town.heads())["reporting"] == before
    await panel.get_by_role("button", name="确认报送").click()
    await expect(panel).to_contain_text("已报送 1 个单位")
    await page.keyboard.press("Escape")
    await expect(page.locator(f".group.waiting article[data-key='{directive_id}']")).to_contain_text("待核验")


async def test_a_superior_brings_a_table_back_and_what_is_no_workbook_is_told_so(people: People, town: Town) -> None:
    directive_id = await town.directive(title="汇总填报", form_id="rectification", turnover="370211/district/2032")
    page = await people.secretary(town.units.committee)
    await open_view(page, f"#/desk?tab=below&d={directive_id}")
    await page.get_by_role("button", name="电子表格").click()
    panel = page.get_by_role("dialog")
    table = await saved(page, panel.get_by_role("button", name="下级汇总表"))
    assert table.startswith(b"PK")
    await panel.locator("input[type=file]").set_input_files(workbook(table, "汇总表.xlsx"))
    await expect(panel).to_contain_text("没有可以报送的内容")
    await expect(panel.locator("tbody tr")).to_have_count(2)
    await panel.locator("input[type=file]").set_input_files(workbook(b"no workbook", "坏.xlsx"))
    await expect(panel.locator(".verdict.bad")).to_contain_text("坏.xlsx")


async def test_a_method_goes_up_with_its_photograph_and_is_seen_before_it_is_published(
    people: People, town: Town
) -> None:
    people.expected.append("/practices")
    unit_id = await people.new_unit("示例党总支甲")
    unit = await people.secretary(unit_id, PHONE)
    await open_view(unit, "#/matters?tab=practice")
    handing = unit.locator("section", has=unit.get_by_role("heading", name="报送经验做法"))
    await handing.locator("[name=title]").fill("一张清单办到底")
    await handing.locator("[name=method]").fill("每项工作一张清单，完成一项勾一项。")
    await handing.locator("form button.main").click()
    # Nothing shows it yet: the refusal stands at the files.
    await expect(handing.locator("[data-field=evidence] .wrong")).to_contain_text("佐证")
    choose = handing.locator("input[type=file]")
    await choose.set_input_files({"name": "清单.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    await expect(handing.locator(".kept a")).to_contain_text("照片")
    await handing.locator("form button.main").click()
    own = unit.locator(".matter-line", has_text="一张清单办到底")
    await expect(own).to_contain_text("待审阅")
    assert await unit.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    operator = await people.operator()
    await open_view(operator, "#/matters?tab=practice")
    waiting = operator.locator(".matter-line", has_text="一张清单办到底")
    first = await saved(operator, waiting.get_by_role("link", name="材料"))
    assert first.startswith(b"\xff\xd8")
    await waiting.get_by_role("button", name="退回修改").click()
    await waiting.locator("[name=reason]").fill("请补充会议记录")
    await waiting.locator("form button.main").click()
    await expect(waiting).to_have_count(0)

    await unit.reload()
    await expect(own).to_contain_text("请补充会议记录")
    await own.get_by_role("button", name="报送").click()
    await expect(own.locator(".kept li")).to_have_count(1)
    await expect(own.locator("[name=title]")).to_have_value("一张清单办到底")
    record: FilePayload = {"name": "记录.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    await own.locator("input[type=file]").set_input_files(record)
    await expect(own.locator(".kept li")).to_have_count(2)
    await own.locator("form button.main").click()
    await expect(own).to_contain_text("待审阅")

    await operator.reload()
    links = waiting.get_by_role("link", name="材料")
    await expect(links).to_have_count(2)
    assert (await saved(operator, links.nth(1))).startswith(b"%PDF")
    await waiting.get_by_role("button", name="发布").click()
    published = operator.locator("section", has=operator.get_by_role("heading", name="已发布的经验做法"))
    await expect(published.locator(".matter-line", has_text="一张清单办到底")).to_contain_text("示例党总支甲")
    # Another unit reads it, and what shows it.
    other = await people.secretary(town.units.first)
    await open_view(other, "#/matters?tab=practice")
    read = other.locator(".matter-line", has_text="一张清单办到底").get_by_role("link", name="材料")
    assert await saved(other, read.first) == first
