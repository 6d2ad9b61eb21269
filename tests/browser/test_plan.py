"""The plan of a turnover as a page: dates, states, why a gate is closed, and a unit's own days; phone and desktop."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from playwright.async_api import expect

from services.kernel.workdays import calendar_versions, day_of, work_calendar
from services.schedule.domain.milestones import add_months
from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CALENDAR = work_calendar(calendar_versions()[-1])
NAME = "示例区党代表大会换届"
CONTENT = "任期核查情况".encode()


async def planned(town: Town) -> str:
    """A turnover whose first step is done and whose second may begin."""
    office = town.with_role("operator", town.units.root)
    listed = (await office.get("/api/v1/turnovers")).json()["items"]
    found: list[str] = [each["turnover_id"] for each in listed if each["name"] == NAME]
    if found:
        return found[0]
    today = day_of(town.scene.services["schedule"].clock.now_us())
    congress = CALENDAR.next_workday(add_months(today, 9))
    body = {
        "unit_id": town.units.root, "level": "district", "name": NAME, "term_years": 5,
        "last_congress_day": (add_months(congress, -60) + timedelta(days=30)).isoformat(), "on_time_days": 60,
    }  # fmt: skip
    turnover: str = (await office.post("/api/v1/turnovers", json=body)).json()["turnover_id"]
    plan = {
        "unit_id": town.units.root, "template_id": "district_congress", "congress_day": congress.isoformat(),
        "reason": "按换届工作方案", "approver": "区委常委会", "document_number": "示例1号",
    }  # fmt: skip
    path = f"/api/v1/turnovers/{turnover}"
    assert (await office.post(f"{path}/plan", json=plan)).status_code == 201
    await office.post("/api/v1/turnovers/files", files={"file": ("核查.txt", CONTENT)})
    record = {
        "unit_id": town.units.root, "kind": "filed", "matter": "term_check", "number": "示例1号",
        "file_sha256": hashlib.sha256(CONTENT).hexdigest(),
    }  # fmt: skip
    assert (await office.post(f"{path}/records", json=record)).status_code == 201
    done = await office.post(f"{path}/milestones/term_check/complete", json={"unit_id": town.units.root})
    assert done.status_code == 200, done.text
    later = CALENDAR.add_workdays(congress, 5).isoformat()
    moved = await office.post(f"{path}/plan", json=plan | {"congress_day": later, "reason": "与市里会期衔接"})
    assert moved.status_code == 201, moved.text
    return turnover


async def test_the_office_sees_every_step_and_why_its_gate_is_closed(town: Town, people: People) -> None:
    turnover = await planned(town)
    page = await people.operator()
    await open_view(page, f"#/plan/{turnover}")
    await expect(page.locator(".timeline > li")).to_have_count(52)
    await expect(page.locator('[data-step="term_check"]')).to_contain_text("已完成")
    await expect(page.locator('[data-step="leading_group_formed"]')).to_contain_text("可以开始")
    closed = page.locator('[data-step="delegate_notice"]')
    await expect(closed).to_contain_text("条件未具备")
    await expect(closed).to_contain_text("上级批复：上级党委批复同意召开党代表大会")
    await expect(closed.locator("cite").first).to_contain_text("依据：《")


async def test_the_office_begins_a_step_from_the_page(town: Town, people: People) -> None:
    turnover = await planned(town)
    page = await people.operator()
    await open_view(page, f"#/plan/{turnover}")
    step = page.locator('[data-step="leading_group_formed"]')
    await step.get_by_role("button", name="开始").click()
    await expect(step).to_contain_text("进行中")


async def test_a_branch_sees_its_own_days_and_what_changed_on_a_phone(town: Town, people: People) -> None:
    turnover = await planned(town)
    page = await people.secretary(town.units.first, PHONE)
    await open_view(page, f"#/plan/{turnover}")
    own = page.locator("section.card").first
    await expect(own).to_contain_text("第一党支部的时限")
    await expect(own).to_contain_text("与市里会期衔接")
    await expect(page.get_by_role("button", name="开始")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_only_what_is_not_done_when_the_reader_wants_it(town: Town, people: People) -> None:
    turnover = await planned(town)
    page = await people.operator()
    await open_view(page, f"#/plan/{turnover}")
    await page.get_by_label("只看未完成的事项").check()
    await expect(page.locator('[data-step="term_check"]')).to_have_count(0)
    assert "open=1" in page.url
    await page.reload()
    await expect(page.locator('[data-step="leading_group_formed"]')).to_be_visible()
    await expect(page.locator('[data-step="term_check"]')).to_have_count(0)
