"""Who answers for a unit: registered where the unit is looked at, and handed over with what is open."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_post_changes_hands_on_the_page_with_its_open_items(people: People, town: Town) -> None:
    unit = await people.new_unit("交接用党总支")
    page = await people.secretary(unit, PHONE)
    await open_view(page, "#/desk")
    await page.get_by_role("link", name="尚未登记责任人").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await fill(page, "示例甲", "登记责任人")
    held = page.get_by_role("dialog").locator("li[data-post]")
    await expect(held).to_contain_text("示例甲 书记 第一责任人")
    await held.get_by_text("职务交接").first.click()
    await held.get_by_label("姓名").fill("示例乙")
    await held.get_by_role("button", name="职务交接").click()
    await expect(page.locator("[data-post]")).to_contain_text("示例乙")
    found = (await town.machine.get(f"/api/v1/units/{unit}")).json()["holders"]
    assert [(each["person_name"], each["post_name"], each["first"]) for each in found] == [("示例乙", "书记", True)]


async def test_a_name_that_is_missing_is_asked_for_and_others_see_no_form(people: People, town: Town) -> None:
    unit = await people.new_unit("未填姓名党总支")
    page = await people.secretary(unit)
    await open_view(page, f"#/units/{unit}")
    before = await town.heads()
    await page.get_by_role("dialog").get_by_role("button", name="登记责任人").click()
    await expect(page.get_by_role("dialog").locator("[data-field=person_name] .wrong")).to_have_text("此项必须填写。")
    assert await town.heads() == before
    login, _ = await people.account(unit, "unit_reporter")
    reporter = await people.signed_in(login)
    await open_view(reporter, f"#/units/{unit}")
    await expect(reporter.get_by_role("dialog")).to_contain_text("尚未登记责任人")
    await expect(reporter.get_by_role("dialog").get_by_text("登记责任人", exact=True)).to_have_count(0)


async def fill(page: Page, person: str, act: str) -> None:
    panel = page.get_by_role("dialog")
    await panel.get_by_label("姓名").fill(person)
    await panel.get_by_role("button", name=act).click()
