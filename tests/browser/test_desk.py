"""A unit's desk and its superior's: the life of an assignment, done in pages."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def issued(town: Town, title: str) -> str:
    """A directive that both branches have still to receive."""
    issuer = town.with_role("operator", town.units.root)
    body = {
        "turnover": "370211/district/2026", "title": title, "text": "请办理。", "issuer_unit_id": town.units.root,
        "scope": {"subtree_unit_id": town.units.root, "kinds": ["branch"]}, "lead_unit_id": town.units.root,
    }  # fmt: skip
    answer = await issuer.post("/api/v1/directives", json=body)
    assert answer.status_code == 201, answer.text
    directive_id: str = answer.json()["directive_id"]
    committee = town.with_role("unit_secretary", town.units.committee)
    for step in ("receive", "dispatch"):
        assert (await committee.post(f"{town.path(directive_id, town.units.committee)}/{step}")).status_code == 200
    return directive_id


def card(page: Page, directive_id: str) -> Locator:
    return page.locator(f"article[data-key='{directive_id}']")


async def begin(task: Locator) -> None:
    await task.get_by_role("button", name="开始推进").click()
    await expect(task.locator("header .chip")).to_have_text("推进中")


async def report(place: Locator, due: int, done: int) -> None:
    await place.locator("[name=due_count]").fill(str(due))
    await place.locator("[name=done_count]").fill(str(done))
    await place.locator("form button.main").click()


async def test_a_branch_receives_begins_and_reports_on_a_phone(people: People, town: Town) -> None:
    directive_id = await issued(town, "报送教育情况")
    page = await people.secretary(town.units.first, PHONE)
    await open_view(page, "#/desk")
    task = card(page, directive_id)
    await task.get_by_role("button", name="签收并责任到人").click()
    await expect(task.locator("dd").first).to_have_text("李乙")
    await begin(task)
    await task.get_by_role("button", name="报告落实情况").click()
    await report(task, 12, 12)
    await expect(page.locator(f".group.waiting article[data-key='{directive_id}']")).to_contain_text("待核验")


async def test_what_is_impossible_is_said_in_words_at_its_field_and_changes_nothing(people: People, town: Town) -> None:
    directive_id = await town.directive(title="数字有误")
    people.expected.append("/report")
    page = await people.secretary(town.units.first)
    await open_view(page, "#/desk")
    task = card(page, directive_id)
    await begin(task)
    await task.get_by_role("button", name="报告落实情况").click()
    before = await town.heads()
    await report(task, 10, 12)
    await expect(task.locator("[data-field=done_count] .wrong")).to_contain_text("已完成不得多于应完成")
    assert await town.heads() == before
    await report(task, 12, 12)
    await expect(page.locator(f".group.waiting article[data-key='{directive_id}']")).to_be_visible()


async def test_a_superior_returns_a_report_with_a_reason_and_verifies_the_next(people: People, town: Town) -> None:
    directive_id = await town.directive(title="退回再报")
    branch = await people.secretary(town.units.first)
    committee = await people.secretary(town.units.committee)
    await open_view(branch, "#/desk")
    task = card(branch, directive_id)
    await begin(task)
    await task.get_by_role("button", name="报告落实情况").click()
    await report(task, 12, 11)
    await expect(task).to_contain_text("待核验")

    await open_view(committee, f"#/desk?tab=below&d={directive_id}")
    line = committee.locator(f"li[data-unit='{town.units.first}']")
    await line.get_by_role("button", name="退回整改").click()
    await line.locator("[name=reason]").fill("缺少签到表")
    await line.locator("form button").first.click()
    await expect(line).to_contain_text("缺少签到表")

    await branch.reload()
    await expect(task.locator(".returned")).to_contain_text("缺少签到表")
    await task.get_by_role("button", name="报告整改情况").click()
    await report(task, 12, 12)
    await expect(task).to_contain_text("整改后待核验")

    await committee.reload()
    await line.get_by_role("button", name="核验通过").click()
    await expect(line.locator(".chip").first).to_have_text("已核验")


async def test_two_clicks_are_one_act(people: People, town: Town) -> None:
    directive_id = await issued(town, "点两次")
    page = await people.secretary(town.units.second)
    await open_view(page, "#/desk")
    button = card(page, directive_id).get_by_role("button", name="签收并责任到人")
    await expect(button).to_be_visible()
    before = (await town.heads())["reporting"]
    await button.evaluate("button => { button.click(); button.click(); }")
    await expect(card(page, directive_id)).to_contain_text("待启动")
    # One receipt, one naming.
    assert (await town.heads())["reporting"] == before + 2


async def test_whoever_comes_second_is_told_and_offered_the_newest(people: People, town: Town) -> None:
    directive_id = await town.directive(title="两人同办")
    people.expected.append("/start")
    page = await people.secretary(town.units.first)
    # A page that hears of nothing by itself.
    await page.route("**/api/v1/stream*", lambda route: route.fulfill(content_type="text/event-stream", body=": \n\n"))
    await open_view(page, "#/desk")
    task = card(page, directive_id)
    await expect(task).to_be_visible()
    colleague = town.with_role("unit_reporter", town.units.first)
    done = await colleague.post(f"{town.path(directive_id, town.units.first)}/start")
    assert done.status_code == 200, done.text
    await task.get_by_role("button", name="开始推进").click()
    await expect(task.get_by_role("alert")).to_contain_text("内容已有更新")
    await task.get_by_role("button", name="载入最新内容").click()
    await expect(task.get_by_role("button", name="报告落实情况")).to_be_visible()


async def test_an_extension_is_asked_for_and_granted(people: People, town: Town) -> None:
    directive_id = await town.directive(title="申请延期")
    branch, committee = await asyncio.gather(people.secretary(town.units.first), people.secretary(town.units.committee))
    await open_view(branch, "#/desk")
    task = card(branch, directive_id)
    await task.get_by_role("button", name="申请延期").click()
    await task.locator("[name=stage]").select_option("5")
    await task.locator("[name=workdays]").fill("2")
    await task.locator("[name=reason]").fill("会议改期")
    await task.locator("form button.main").click()
    await expect(task.locator(".facts")).to_contain_text("反馈延至")

    await open_view(committee, f"#/desk?tab=below&d={directive_id}")
    line = committee.locator(f"li[data-unit='{town.units.first}']")
    await expect(line).to_contain_text("申请“反馈”延期")
    await line.get_by_role("button", name="同意延期", exact=True).click()
    await expect(line).not_to_contain_text("申请“反馈”延期")


async def test_what_is_data_never_becomes_markup(people: People, town: Town) -> None:
    nasty = "<img src=x onerror=\"document.title='taken'\"><b>标题</b>"
    directive_id = await town.directive(title=nasty, text=nasty)
    page = await people.secretary(town.units.first)
    await open_view(page, "#/desk")
    await expect(card(page, directive_id).locator("h3")).to_have_text(nasty)
    assert await page.locator("#main img, #main b").count() == 0
    assert "taken" not in await page.title()


async def test_what_is_being_written_stays_while_something_else_is_done(people: People, town: Town) -> None:
    writing, other = await town.directive(title="正在填写"), await issued(town, "另一任务")
    page = await people.secretary(town.units.second)
    await open_view(page, "#/desk")
    await card(page, writing).get_by_role("button", name="报告落实情况").click()
    await card(page, writing).locator("[name=summary]").fill("写到一半")
    await card(page, other).get_by_role("button", name="签收并责任到人").click()
    await expect(card(page, other)).to_contain_text("待启动")
    await expect(card(page, writing).locator("[name=summary]")).to_have_value("写到一半")


async def test_a_desk_drawn_anew_by_itself_leaves_the_keyboard_where_it_is(people: People, town: Town) -> None:
    held, other = await town.directive(title="正要办理"), await town.directive(title="同事在办")
    page = await people.secretary(town.units.first)
    await open_view(page, "#/desk")
    button = card(page, held).get_by_role("button", name="开始推进")
    await button.focus()
    colleague = town.with_role("unit_reporter", town.units.first)
    done = await colleague.post(f"{town.path(other, town.units.first)}/start")
    assert done.status_code == 200, done.text
    await expect(card(page, other).locator("header .chip")).to_have_text("推进中")
    await expect(button).to_be_focused()
