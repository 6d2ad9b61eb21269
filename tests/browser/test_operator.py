"""The operator's pages: a directive goes out, a roster comes in, accounts are printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from infra.local import sample
from tests.api.town import Town
from tests.browser.people import People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ROSTER = Path(sample.__path__[0]) / "roster-370211.xlsx"


async def test_an_operator_sees_whom_a_directive_reaches_and_issues_it(people: People, town: Town) -> None:
    page = await people.operator()
    await open_view(page, "#/issue")
    await expect(page.locator(".preview .sum")).to_contain_text("个单位须落实")
    await page.get_by_role("button", name="下发", exact=True).click()
    await expect(page.locator("[data-field=title] .wrong")).to_have_text("此项必须填写。")
    await page.locator("[name=title]").fill("核实党员花名册")
    await page.locator("[name=text]").fill("请核实。")
    await page.locator("[name=urgency]").select_option("urgent")
    await page.get_by_label("基层党委").check()
    await expect(page.locator(".preview dt")).to_have_count(2)
    await page.get_by_role("button", name="下发", exact=True).click()
    await expect(page.locator(".card.done")).to_contain_text("《核实党员花名册》已下发")
    await expect(page.locator(".card.done tbody tr")).not_to_have_count(0)
    desk = await people.secretary(town.units.committee)
    await open_view(desk, "#/desk")
    await expect(desk.locator("article", has_text="核实党员花名册").first).to_contain_text("紧急")


async def test_a_link_fills_in_a_directive_and_nothing_goes_out_by_itself(people: People, town: Town) -> None:
    page = await people.operator()
    before = await town.heads()
    await open_view(page, "#/issue?title=落实调度会决定&text=请按会议决定办理。&source=调度会")
    await expect(page.locator("[name=title]")).to_have_value("落实调度会决定")
    await expect(page.locator("[name=source]")).to_have_value("调度会")
    assert await town.heads() == before
    await page.get_by_role("button", name="下发", exact=True).click()
    await expect(page.locator(".card.done")).to_contain_text("《落实调度会决定》已下发")


async def test_what_the_asking_costs_stands_on_the_page_and_opens_onto_entries(people: People, town: Town) -> None:
    await town.directive()
    page = await people.operator()
    await open_view(page, "#/status")
    card = page.locator(".card.burden")
    await expect(card).to_contain_text("下达本身的成本")
    await expect(page.locator(".card.pack")).to_contain_text("PDF")
    await card.locator("button.why").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_a_plan_that_cannot_hold_is_said_at_its_field(people: People, town: Town) -> None:
    people.expected.append("/api/v1/directives")
    page = await people.operator()
    await open_view(page, "#/issue")
    await page.locator("[name=title]").fill("过短")
    await page.locator("[name=text]").fill("请办理。")
    await page.locator("[name='plan.report_workdays']").fill("1")
    await page.get_by_role("button", name="下发", exact=True).click()
    await expect(page.locator("[data-field='plan.report_workdays'] .wrong")).to_contain_text("反馈时限过短")


async def test_a_roster_is_looked_at_first_and_a_bad_one_is_not_imported(
    people: People, town: Town, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("名称,上级党组织\n孤立党支部,没有这个上级\n", encoding="utf-8")
    page = await people.operator()
    await open_view(page, "#/roster")
    await page.locator("input[type=file]").set_input_files(bad)
    before = await town.heads()
    await page.get_by_role("button", name="检查名册").click()
    await expect(page.locator(".verdict")).to_contain_text("未导入任何内容")
    await expect(page.locator("td.wide", has_text="没有这个上级")).to_be_visible()
    await expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    await page.locator("input[type=file]").set_input_files(ROSTER)
    await page.get_by_role("button", name="检查名册").click()
    await expect(page.locator(".numbers")).to_contain_text("558")
    assert await town.heads() == before


async def test_units_are_found_by_name_and_show_their_history(people: People, town: Town) -> None:
    page = await people.operator()
    await open_view(page, "#/units")
    await page.get_by_label("按名称查找").fill("第二")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_role("button", name="第二党支部").click()
    await expect(page.get_by_role("dialog")).to_contain_text("新设立")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_codes_are_issued_once_and_saved_as_a_sheet_to_print(people: People, town: Town, tmp_path: Path) -> None:
    unit_id = await people.new_unit("第九党总支")
    page = await people.operator()
    await open_view(page, f"#/accounts/{unit_id}")
    await page.get_by_role("button", name="开设并生成激活码").click()
    await expect(page.locator("tbody tr", has_text="第九党总支")).not_to_have_count(0)
    code = await page.locator("tbody tr", has_text="第九党总支").first.locator("td.code").last.inner_text()
    async with page.expect_download() as started:
        await page.get_by_role("button", name="保存账号启用单").click()
    saved = tmp_path / "sheet.html"
    await (await started.value).save_as(saved)
    sheet = saved.read_text()
    assert "第九党总支" in sheet and code in sheet


async def test_a_key_is_shown_once_and_listed_without_its_secret(people: People, town: Town) -> None:
    page = await people.operator()
    await open_view(page, f"#/accounts/{town.units.second}")
    await page.locator("summary", has_text="签发密钥").click()
    await page.locator("[name=label]").fill("办公系统")
    await page.get_by_role("button", name="签发密钥").click()
    secret = await page.locator("output.secret").inner_text()
    assert secret.startswith("hjk_")
    await page.reload()
    await expect(page.locator("tbody tr", has_text="办公系统")).to_be_visible()
    assert secret not in await page.content()
