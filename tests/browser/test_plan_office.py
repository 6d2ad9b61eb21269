"""The office works a turnover from the page: opened, planned, tried, moved, put on record, asked for, answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from services.kernel.workdays import calendar_versions, day_of, work_calendar
from services.schedule.domain.milestones import add_months
from tests.api.town import Town
from tests.browser.people import People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CALENDAR = work_calendar(calendar_versions()[-1])
PAPER = FilePayload(name="依据.txt", mimeType="text/plain", buffer="示例文件".encode())


async def fill(place: Locator, **given: str) -> None:
    for name, value in given.items():
        found = place.locator(f"[name='{name}']")
        if await found.evaluate("node => node.tagName") == "SELECT":
            await found.select_option(value)
        else:
            await found.fill(value)


async def sent(place: Locator) -> None:
    """Presses the form's own button; the form is gone when it is done."""
    await place.locator("form .buttons button").first.click()
    await expect(place.locator("form")).to_have_count(0)


async def on_record(page: Page, milestone: str, number: str, day: str) -> None:
    step = page.locator(f'[data-step="{milestone}"]')
    await step.get_by_role("button", name="登记依据").click()
    await fill(step, number=number, day=day)
    await step.locator("[type=file]").set_input_files(PAPER)
    await sent(step)
    await expect(step.get_by_role("button", name="登记依据")).to_have_count(0)


async def completed(page: Page, milestone: str, day: str) -> None:
    step = page.locator(f'[data-step="{milestone}"]')
    await step.get_by_role("button", name="办结").click()
    await fill(step, day=day)
    await sent(step)
    await expect(step).to_contain_text("已完成")


async def opened_and_planned(page: Page, people: People, name: str) -> None:
    today = day_of(people.town.scene.services["schedule"].clock.now_us())
    congress = CALENDAR.next_workday(add_months(today, 9))
    people.expected.append("/plan/trial")
    await open_view(page, "#/plan")
    await page.get_by_role("button", name="新建换届工作").click()
    panel = page.locator("dialog.panel")
    last = add_months(congress, -60) + timedelta(days=30)
    await fill(panel, name=name, last_congress_day=last.isoformat(), on_time_days="60")
    await panel.locator("form .buttons button").first.click()
    await expect(page.locator("h1")).to_have_text(name)
    await page.get_by_role("button", name="制定计划").click()
    # Too early to be met: what would follow is said before anything is adopted.
    soon = CALENDAR.add_workdays(today, 20).isoformat()
    await fill(panel, template_id="district_congress", congress_day=soon, term_approval_number="示例批1号")
    await expect(panel.locator(".consequences")).to_contain_text("个工作日，请调整日期或间隔")
    await fill(panel, congress_day=congress.isoformat(), term_approval_number="")
    await expect(panel.locator(".consequences")).to_contain_text("时间足够")
    await fill(panel, reason="按换届工作方案", approver="区委常委会", document_number="示例1号")
    await panel.locator("form .buttons button").first.click()
    await expect(page.locator(".timeline > li")).to_have_count(52)


async def test_the_office_works_a_turnover_from_the_page(town: Town, people: People) -> None:
    page = await people.operator()
    await opened_and_planned(page, people, "示例区第二次换届演示")
    today = day_of(town.scene.services["schedule"].clock.now_us())
    first, second = (CALENDAR.add_workdays(today, -count).isoformat() for count in (5, 3))
    await on_record(page, "term_check", "示例2号", first)
    await completed(page, "term_check", first)
    await on_record(page, "leading_group_formed", "示例3号", second)
    await completed(page, "leading_group_formed", second)


async def test_moving_the_date_shows_what_follows_and_takes_a_reason(town: Town, people: People) -> None:
    page = await people.operator()
    await opened_and_planned(page, people, "示例区换届改期演示")
    await page.get_by_role("button", name="调整日期").click()
    panel = page.locator("dialog.panel")
    congress = await panel.locator("[name=congress_day]").input_value()
    later = CALENDAR.add_workdays(date.fromisoformat(congress), 5)
    await fill(panel, congress_day=later.isoformat())
    await expect(panel.locator(".consequences")).to_contain_text("项时限变动")
    await panel.locator("form .buttons button").first.click()
    await expect(panel.locator("[data-field=reason] .wrong")).not_to_be_empty()
    await fill(panel, reason="与市里会期衔接", approver="区委常委会", document_number="示例4号")
    await panel.locator("form .buttons button").first.click()
    await expect(page.locator(".facts-line")).to_contain_text("第 2 版")


async def test_an_exception_takes_two_people(town: Town, people: People) -> None:
    page = await people.operator()
    await opened_and_planned(page, people, "示例区换届例外演示")
    address = await page.evaluate("location.hash")
    step = page.locator('[data-step="delegate_notice"]')
    await step.get_by_role("button", name="申请例外").click()
    await fill(step, reason="上级口头同意先行准备", document_number="示例5号")
    await sent(step)
    people.expected.append("/confirm")
    await page.get_by_role("button", name="同意", exact=True).click()
    await expect(page.locator("[data-override] .said")).not_to_be_empty()
    second = await people.operator()
    await open_view(second, address)
    await second.get_by_role("button", name="同意", exact=True).click()
    await expect(second.locator("[data-override]")).to_contain_text("已同意")
    await expect(second.locator('[data-step="delegate_notice"]')).to_contain_text("例外处理")


async def test_a_request_goes_up_and_its_reply_comes_back(town: Town, people: People) -> None:
    page = await people.operator()
    leader = {"post_name": "书记", "person_name": "示例甲", "first": True}
    named = await town.machine.post(f"/api/v1/units/{town.units.root}/posts", json=leader)
    assert named.status_code == 201, named.text
    await opened_and_planned(page, people, "示例区换届请示演示")
    turnover = (await page.evaluate("location.hash")).split("/")[-1]
    await open_view(page, f"#/office/{turnover}")
    await page.locator("section.card > header button.main").click()
    form = page.locator("section.card > .place")
    await fill(form, kind="request", matter="funds", title="关于换届工作经费的请示", addressee="示例市委")
    await sent(form)
    paper = page.locator("li.matter-line")
    await expect(paper).to_contain_text("草稿")
    await paper.get_by_role("button", name="签发").click()
    await sent(paper)
    await expect(paper).to_contain_text("已签发")
    await paper.get_by_role("button", name="登记报送").click()
    await fill(paper, number="示例6号")
    await paper.locator("[type=file]").set_input_files(PAPER)
    await sent(paper)
    await paper.get_by_role("button", name="登记批复").click()
    await fill(paper, organ="示例市委", number="示例批7号")
    await paper.locator("[type=file]").set_input_files(PAPER)
    await sent(paper)
    await expect(paper).to_contain_text("已批复")
    await expect(paper).to_contain_text("示例批7号")


async def test_a_meetings_decision_becomes_a_task(town: Town, people: People) -> None:
    page = await people.operator()
    await opened_and_planned(page, people, "示例区换届会议演示")
    turnover = (await page.evaluate("location.hash")).split("/")[-1]
    await open_view(page, f"#/office/{turnover}?tab=meetings")
    await page.locator("section.card > header button.main").click()
    form = page.locator("section.card > .place")
    await fill(form, title="领导小组第一次会议", agenda="听取筹备情况\n研究工作方案")
    await sent(form)
    meeting = page.locator("li.matter-line")
    await expect(meeting.locator(".agenda li")).to_have_count(2)
    await meeting.get_by_role("button", name="登记会议情况").click()
    await fill(meeting, entitled_count="9", present_count="8", decisions="各单位一周内核准党员名册")
    await sent(meeting)
    await expect(meeting).to_contain_text("应到 9 人，实到 8 人")
    await meeting.get_by_role("button", name="成为任务").click()
    later = CALENDAR.add_workdays(day_of(town.scene.services["schedule"].clock.now_us()), 30)
    await fill(meeting, done_by_day=later.isoformat())
    await sent(meeting)
    await expect(meeting).to_contain_text("落实中")
