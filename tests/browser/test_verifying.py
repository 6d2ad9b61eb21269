"""Many at once, with a receipt a row and the way back; what waits to be verified; samples looked at on the spot."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.town import REPORT, Town
from tests.browser.people import PHONE, People, open_view
from tests.browser.test_desk import issued

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def reported(town: Town, title: str) -> str:
    """A directive that both branches have reported."""
    directive_id = await town.directive(title=title)
    for unit_id in (town.units.first, town.units.second):
        reporter = town.with_role("unit_reporter", unit_id)
        done = await reporter.post(f"{town.path(directive_id, unit_id)}/report", json=REPORT)
        assert done.status_code == 200, done.text
    return directive_id


def waiting(page: Page, unit_id: str) -> Locator:
    return page.locator(f"li.waits[data-unit='{unit_id}']")


async def test_many_are_verified_with_a_receipt_a_row_and_taken_back(people: People, town: Town) -> None:
    directive_id = await reported(town, "一并核验")
    page = await people.secretary(town.units.committee)
    # A page that hears of nothing by itself.
    await page.route("**/api/v1/stream*", lambda route: route.fulfill(content_type="text/event-stream", body=": \n\n"))
    await open_view(page, f"#/verify?d={directive_id}")
    await page.get_by_role("button", name="选中所列 2 项").click()
    operator = town.with_role("operator", town.units.root)
    body = {"report_number": 1, "reason": "缺少签到表"}
    returned = await operator.post(f"{town.path(directive_id, town.units.second)}/return", json=body)
    assert returned.status_code == 200, returned.text

    await page.get_by_role("button", name="核验通过（2）").click()
    receipts = page.locator(".receipts")
    await expect(receipts).to_contain_text("已办理 1 项，未办理 1 项")
    await expect(receipts.locator("tr", has_text="第一党支部")).to_contain_text("已办理")
    refused = receipts.locator("tr", has_text="第二党支部").locator(".wrong")
    await expect(refused).not_to_be_empty()
    await expect(refused).not_to_contain_text("unit_")
    await expect(page.locator(".empty")).to_contain_text("没有待核验的反馈")

    await receipts.get_by_role("button", name="撤销已办理的 1 项").click()
    await expect(receipts).to_contain_text("已撤销")
    await expect(waiting(page, town.units.first)).to_contain_text("一并核验")
    await expect(waiting(page, town.units.second)).to_have_count(0)


async def test_what_waits_is_returned_with_a_reason_from_the_queue_on_a_phone(people: People, town: Town) -> None:
    directive_id = await reported(town, "从队列退回")
    page = await people.secretary(town.units.committee, PHONE)
    await open_view(page, f"#/verify?d={directive_id}")
    line = waiting(page, town.units.second)
    await line.get_by_role("button", name="退回整改").click()
    await line.locator("[name=reason]").fill("数字与名册不符")
    await line.locator("form button").first.click()
    await expect(line).to_have_count(0)
    await waiting(page, town.units.first).get_by_role("button", name="核验通过").click()
    await expect(page.locator(".empty")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


async def test_a_sample_is_drawn_and_its_gap_said_with_bounds(people: People, town: Town) -> None:
    directive_id = await reported(town, "抽查两个单位")
    page = await people.secretary(town.units.committee)
    await open_view(page, f"#/verify?d={directive_id}&tab=samples")
    await page.locator("[name=size]").fill("3")
    people.expected.append("/samples")
    await page.get_by_role("button", name="抽取", exact=True).click()
    await expect(page.get_by_role("alert").filter(has_text="请减少抽查数")).to_be_visible()
    await page.locator("[name=size]").fill("2")
    await page.get_by_role("button", name="抽取", exact=True).click()
    sample = page.locator(".sample")
    await expect(sample.locator(".gap")).to_have_text("还没有核对。")
    first = sample.locator(f"li[data-unit='{town.units.first}']")
    await first.get_by_role("button", name="属实", exact=True).click()
    await expect(sample.locator(".gap")).to_contain_text("已核对 1 个单位，0 个与所报不符")
    second = sample.locator(f"li[data-unit='{town.units.second}']")
    await second.get_by_role("button", name="与所报不符").click()
    # One of two: Wilson's bounds at 95 %.
    await expect(sample.locator(".gap")).to_contain_text("差距 50.0%（按 95% 把握，在 9.5% 至 90.5% 之间）")


async def test_a_branch_receives_all_at_once_and_takes_it_back(people: People, town: Town) -> None:
    one, two = await issued(town, "一并签收甲"), await issued(town, "一并签收乙")
    page = await people.secretary(town.units.first)
    await open_view(page, "#/desk")
    await page.get_by_role("button", name="一并签收并责任到人").click()
    receipts = page.locator(".receipts")
    await expect(receipts.locator("tr", has_text="一并签收甲")).to_contain_text("已办理")
    for directive_id in (one, two):
        await expect(page.locator(f"article[data-key='{directive_id}'] header .chip")).to_have_text("待启动")
    await receipts.get_by_role("button", name="撤销已办理的").click()
    await expect(receipts).to_contain_text("已撤销")
    for directive_id in (one, two):
        await expect(page.locator(f"article[data-key='{directive_id}'] header .chip")).to_have_text("待签收")


async def test_units_are_reminded_once_a_day_by_their_superior(people: People, town: Town) -> None:
    directive_id = await town.directive(title="提醒下级")
    page = await people.secretary(town.units.committee)
    await open_view(page, f"#/desk?tab=below&d={directive_id}")
    for outcome in ("已办理 2 项", "未办理 2 项"):
        await page.get_by_role("button", name="选中所列 2 项").click()
        await page.get_by_role("button", name="提醒（2）").click()
        await expect(page.locator(".receipts")).to_contain_text(outcome)
        await expect(page.locator(".many-bar")).to_be_hidden()
    await expect(page.locator(".receipts .wrong").first).to_contain_text("今天已就该事项提醒过")
