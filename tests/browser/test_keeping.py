"""What is typed for a plain report, as for one by a form, outlives the page and the connection, and goes up once."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view
from tests.evidence_files import photograph

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REPORTING = "报告落实情况"


def card(page: Page, directive_id: str) -> Locator:
    return page.locator(f"article[data-key='{directive_id}']")


async def begun(people: People, town: Town, title: str, **changes: str) -> tuple[Page, Locator]:
    """The desk of a branch that has begun a task, and the task."""
    directive_id = await town.directive(title=title, **changes)
    started = await town.with_role("unit_reporter", town.units.second).post(
        f"{town.path(directive_id, town.units.second)}/start"
    )
    assert started.status_code == 200, started.text
    page = await people.secretary(town.units.second, PHONE)
    await open_view(page, "#/desk")
    task = card(page, directive_id)
    await task.get_by_role("button", name=REPORTING).click()
    return page, task


async def test_a_report_half_typed_is_there_again_with_its_photograph(people: People, town: Town) -> None:
    page, task = await begun(people, town, "打字中断", evidence_reason="示例文件第三条要求留存签到表")
    await task.locator("[name=due_count]").fill("12")
    await task.locator("[name=summary]").fill("已办十二项中的九项")
    photo = task.locator("input[type=file]")
    await photo.set_input_files({"name": "签到表.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    await expect(task.locator(".kept a")).to_contain_text("照片")

    await page.reload()
    await expect(task.locator("footer .chip")).to_have_text("有未报送的内容")
    await task.get_by_role("button", name=REPORTING).click()
    await expect(task.locator(".notice")).to_contain_text("已恢复上次填写")
    await expect(task.locator("[name=due_count]")).to_have_value("12")
    await expect(task.locator("[name=summary]")).to_have_value("已办十二项中的九项")
    await expect(task.locator(".kept a")).to_contain_text("照片")
    await task.get_by_role("button", name="放弃，重新填写").click()
    await expect(task.locator("[name=due_count]")).to_have_value("")
    await expect(task.locator("[name=due_count]")).to_be_focused()
    await page.reload()
    await expect(task.get_by_role("button", name=REPORTING)).to_be_visible()
    await expect(task.locator("footer .chip")).to_have_count(0)


async def test_a_report_whose_answer_was_lost_goes_up_once(people: People, town: Town) -> None:
    people.expected += ["/report", "ERR_FAILED"]
    page, task = await begun(people, town, "断网报送")
    sent: list[str] = []

    async def lose_the_answer(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        await route.fetch()
        await route.abort()

    await page.route("**/report", lose_the_answer)
    await task.locator("[name=due_count]").fill("12")
    await task.locator("[name=done_count]").fill("9")
    await task.locator("form button.main").click()
    await expect(task.get_by_role("alert").filter(has_text="已存在本机")).to_be_visible()
    head = (await town.heads())["reporting"]
    await page.unroute("**/report")

    await page.reload()
    await task.get_by_role("button", name=REPORTING).click()
    await expect(task.locator("[name=done_count]")).to_have_value("9")
    async with page.expect_request(lambda asked: asked.url.endswith("/report")) as again:
        await task.locator("form button.main").click()
    await expect(task.locator("form")).to_have_count(0)
    assert [(await again.value).headers["idempotency-key"]] == sent
    assert (await town.heads())["reporting"] == head
    await task.get_by_role("button", name=REPORTING).click()
    await expect(task.locator("[name=done_count]")).to_have_value("9")
    await expect(task.locator(".notice")).to_have_count(0)


async def test_a_refused_report_stays_as_it_was_typed_and_can_be_put_right(people: People, town: Town) -> None:
    people.expected.append("/report")
    page, task = await begun(people, town, "填错再改")
    await task.locator("[name=due_count]").fill("9")
    await task.locator("[name=done_count]").fill("12")
    await task.locator("form button.main").click()
    await expect(task.locator("[data-field=done_count] .wrong")).not_to_be_empty()
    await page.reload()
    await task.get_by_role("button", name=REPORTING).click()
    await expect(task.locator("[name=done_count]")).to_have_value("12")
    await task.locator("[name=done_count]").fill("9")
    await task.locator("form button.main").click()
    await expect(task).to_contain_text("待核验")
