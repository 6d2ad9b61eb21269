"""Reporting by an indicator form: checked at its fields, explained where unusual, kept until it has gone up, once."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SOUND = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-12-30"}


def card(page: Page, directive_id: str) -> Locator:
    return page.locator(f"article[data-key='{directive_id}']")


async def opened(page: Page, directive_id: str) -> Locator:
    """The form of a task that has begun, in its panel."""
    await card(page, directive_id).get_by_role("button", name="报告落实情况").click()
    panel = page.get_by_role("dialog")
    await expect(panel.locator("[name=problems_found]")).to_be_focused()
    return panel


async def fill(panel: Locator, figures: dict[str, str]) -> None:
    for name, value in figures.items():
        await panel.locator(f"[name={name}]").fill(value)


async def begun(people: People, town: Town, title: str, unit_id: str, size: tuple[int, int]) -> tuple[Page, str]:
    # A turnover of its own: nothing is carried over from another test.
    directive_id = await town.directive(title=title, form_id="rectification", turnover=f"370211/district/{title}")
    started = await town.with_role("unit_reporter", unit_id).post(f"{town.path(directive_id, unit_id)}/start")
    assert started.status_code == 200, started.text
    page = await people.secretary(unit_id, size)
    await open_view(page, "#/desk")
    return page, directive_id


async def test_figures_are_checked_explained_and_reported_on_a_phone(people: People, town: Town) -> None:
    page, directive_id = await begun(people, town, "整改进展", town.units.first, PHONE)
    panel = await opened(page, directive_id)
    await fill(panel, SOUND | {"problems_found": "１０", "problems_rectified": "12", "problems_overdue": "2％"})
    await panel.get_by_role("button", name="报告落实情况").click()
    await expect(panel.locator("[data-field=problems_overdue] .wrong")).to_contain_text("不填百分比")
    await expect(panel.locator("[name=problems_overdue]")).to_be_focused()
    # Once it was checked, what is corrected is checked again by itself.
    await panel.locator("[name=problems_overdue]").fill("2")
    await expect(panel.locator("[data-field=problems_rectified] .wrong")).to_contain_text("不得多于查找出的问题")
    await panel.locator("[name=problems_rectified]").fill("6")
    await expect(panel.locator("[data-field=problems_rectified] .wrong")).to_be_empty()
    await panel.get_by_label("有超期未整改的问题").fill("场地维修延期，已另定日期。")
    await panel.get_by_role("button", name="报告落实情况").click()
    await expect(panel).to_have_count(0)
    waiting = page.locator(f".group.waiting article[data-key='{directive_id}']")
    await expect(waiting).to_contain_text("应完成 10")
    await waiting.get_by_role("button", name="查看反馈").click()
    await expect(page.get_by_role("dialog")).to_contain_text("场地维修延期")
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


async def test_what_was_typed_outlives_a_lost_connection_and_goes_up_once(people: People, town: Town) -> None:
    people.expected += ["/figures", "ERR_FAILED"]
    page, directive_id = await begun(people, town, "断网再报", town.units.second, (1366, 768))
    panel = await opened(page, directive_id)
    sent: list[str] = []

    async def lose_the_answer(route: Route) -> None:
        if '"check_only"' in (route.request.post_data or ""):
            await route.continue_()
            return
        sent.append(route.request.headers["idempotency-key"])
        await route.fetch()
        await route.abort()

    await page.route("**/figures", lose_the_answer)
    await fill(panel, SOUND)
    await panel.get_by_role("button", name="报告落实情况").click()
    await expect(panel.get_by_role("alert")).to_contain_text("已存在本机")
    head = (await town.heads())["reporting"]
    await page.unroute("**/figures")

    await page.reload()
    # The report arrived, though nobody heard so: sent again, it is the same one.
    await card(page, directive_id).get_by_role("button", name="报告落实情况").click()
    await expect(panel).to_contain_text("已恢复上次填写")
    await expect(panel.locator("[name=problems_rectified]")).to_have_value("3")
    async with page.expect_request(lambda asked: asked.url.endswith("/figures")) as again:
        await panel.get_by_role("button", name="报告落实情况").click()
    await expect(panel).to_have_count(0)
    assert [(await again.value).headers["idempotency-key"]] == sent
    assert (await town.heads())["reporting"] == head
    await card(page, directive_id).get_by_role("button", name="报告落实情况").click()
    await expect(panel.locator("[name=problems_rectified]")).to_have_value("3")
    await expect(panel).not_to_contain_text("已恢复上次填写")


async def test_enter_goes_from_figure_to_figure_and_an_empty_form_says_what_is_missing(
    people: People, town: Town
) -> None:
    page, directive_id = await begun(people, town, "键盘填报", town.units.first, (1366, 768))
    panel = await opened(page, directive_id)
    await page.keyboard.type("4")
    await page.keyboard.press("Enter")
    await expect(panel.locator("[name=problems_rectified]")).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(panel.locator("[data-field=problems_rectified] .wrong")).to_contain_text("必须填写")
    await expect(panel.locator("[name=problems_rectified]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(card(page, directive_id).get_by_role("button", name="报告落实情况")).to_be_focused()


async def test_an_operator_asks_for_a_form_and_the_branch_gets_it(people: People, town: Town) -> None:
    operator = await people.operator()
    await open_view(operator, "#/issue")
    await operator.locator("[name=title]").fill("报送谈心谈话情况")
    await operator.locator("[name=text]").fill("请按报表填报。")
    await operator.locator("[name=form_id]").select_option(label="谈心谈话开展情况")
    await operator.locator("[name=evidence_reason]").fill("示例文件第三条要求留存记录")
    await operator.get_by_role("button", name="下发", exact=True).click()
    await expect(operator.get_by_text("《报送谈心谈话情况》已下发")).to_be_visible()
    directives = (await (await operator.request.get("/api/v1/directives")).json())["items"]
    asked = [(row["form_id"], row["evidence_reason"]) for row in directives if row["title"] == "报送谈心谈话情况"]
    assert asked == [("talks", "示例文件第三条要求留存记录")]


async def test_what_was_verified_is_corrected_with_a_reason_and_waits_again(people: People, town: Town) -> None:
    people.expected.append("/correct")
    page, directive_id = await begun(people, town, "更正数字", town.units.first, (1366, 768))
    path = town.path(directive_id, town.units.first)
    done = await town.with_role("unit_reporter", town.units.first).post(f"{path}/figures", json={"figures": SOUND})
    assert done.status_code == 200, done.text
    committee = town.with_role("unit_secretary", town.units.committee)
    assert (await committee.post(f"{path}/verify", json={"report_number": 1})).status_code == 200
    task = card(page, directive_id)
    await expect(task.locator("header .chip")).to_have_text("已核验")
    await task.get_by_role("button", name="更正已核验的反馈").click()
    panel = page.get_by_role("dialog")
    await panel.locator("[name=problems_rectified]").fill("4")
    await panel.get_by_role("button", name="更正已核验的反馈").click()
    await expect(panel.locator("[data-field=reason] .wrong")).not_to_be_empty()
    await panel.locator("[name=reason]").fill("漏计一项")
    await panel.get_by_role("button", name="更正已核验的反馈").click()
    await expect(panel).to_have_count(0)
    await expect(task).to_contain_text("第 1 次更正")
    await expect(task.locator("header .chip")).to_have_text("待核验")
