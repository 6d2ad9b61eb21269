"""The day's tasks, matters and orders on the page, as people do them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.people import PHONE, People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_branch_raises_a_matter_on_a_phone_and_its_committee_answers_it(people: People) -> None:
    units = people.town.units
    branch = await people.secretary(units.first, PHONE)
    await open_view(branch, f"#/matters/{units.first}")
    await branch.get_by_label("内容").fill("选举办法草案是否须先报审？")
    await branch.get_by_role("button", name="提交反映").click()
    await expect(branch.locator("li.matter-line").first).to_contain_text("待答复")
    committee = await people.secretary(units.committee)
    await open_view(committee, f"#/today/{units.committee}")
    await committee.get_by_role("link", name="答复下级反映").first.click()
    await committee.get_by_role("button", name="答复", exact=True).first.click()
    await committee.locator("[name=answer]").fill("须先报审。")
    await committee.locator(".act-form").get_by_role("button", name="答复", exact=True).click()
    await expect(committee.locator(".empty")).to_be_visible()
    await branch.reload()
    await expect(branch.locator("li.matter-line").first).to_contain_text("须先报审。")
    await branch.get_by_role("button", name="已解决").first.click()
    await expect(branch.locator("li.matter-line").first).to_contain_text("已解决")
    width = await branch.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


async def test_a_telephone_number_is_refused_at_its_field(people: People) -> None:
    people.expected.append("400")
    units = people.town.units
    branch = await people.secretary(units.second)
    await open_view(branch, f"#/matters/{units.second}")
    await branch.get_by_label("内容").fill("请打 13800000000")
    await branch.get_by_role("button", name="提交反映").click()
    await expect(branch.locator('[data-field="text"] .wrong')).to_contain_text("电话号码")


async def test_an_operator_issues_an_order_and_the_branch_answers_it(people: People) -> None:
    units = people.town.units
    directive = await people.town.directive(title="督办示例")
    operator = people.town.with_role("operator", units.root)
    body = {"directive_id": directive, "stage": 4, "text": "请启动。"}
    issued = await operator.post(f"/api/v1/units/{units.first}/orders", json=body)
    assert issued.status_code == 201, issued.text
    number = issued.json()["number"]
    branch = await people.secretary(units.first)
    await open_view(branch, f"#/today/{units.first}")
    await branch.get_by_role("link", name="接收督办单").filter(has_text=number).click()
    entry = branch.locator("li.matter-line").filter(has_text=number)
    await entry.get_by_role("button", name="回复办理情况").click()
    await entry.get_by_label("办理情况").fill("已启动。")
    await entry.get_by_label("佐证材料").fill("档案室")
    await entry.locator(".act-form").get_by_role("button", name="回复办理情况").click()
    await expect(entry).to_contain_text("督账：待审核")
