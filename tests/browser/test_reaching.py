"""Reaching people: contacts, the list of calls, delivery; and what each post answers for."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.async_api import expect
from pypdf import PdfReader

from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view
from tests.browser.test_practice import as_if

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_how_a_post_is_reached_is_set_and_not_shown_again(people: People, town: Town) -> None:
    people.expected.append("/contact")
    page = await people.secretary(town.units.second, PHONE)
    await open_view(page, "#/messages")
    # A branch has nobody below it to telephone.
    await expect(page.get_by_role("link", name="电话通知单")).to_have_count(0)
    await page.get_by_role("link", name="联系方式").click()
    await page.locator("[name=phone]").fill("打传达室")
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator("[data-field=phone] .wrong")).not_to_be_empty()
    await page.locator("[name=phone]").fill("0532-00000000")
    await page.locator("[name=mail]").fill("office@example.org")
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator("#said")).to_have_text("已登记：赵丙")
    await expect(page.locator("[name=phone]")).to_have_value("")
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


async def test_the_list_of_calls_shows_who_answers_and_leaves_room_to_note(people: People, town: Town) -> None:
    page = await people.secretary(town.units.committee)
    await open_view(page, "#/messages")
    await expect(page.locator(".empty")).to_have_text("目前没有需要电话通知的单位。")
    line = {"unit_id": town.units.first, "unit_name": "第一党支部", "person_name": "", "phone": "", "items": 2}
    # Digests are made of days that have passed: here the answer of such a day is given.
    await page.route("**/call-lines", lambda route: route.fulfill(json={"lines": [line]}))
    await page.reload()
    row = page.locator(".calls tbody tr")
    await expect(row).to_contain_text("尚无负责人")
    await page.emulate_media(media="print")
    await expect(page.locator("#top")).to_be_hidden()
    await expect(row.locator("td.note")).to_be_visible()
    await expect(page.locator(".calls")).to_contain_text("第一机关党委 ·")


@pytest.mark.parametrize(
    ("language", "heading", "mark"), [("zh", "通知情况", "演练"), ("en", "Outcome of the call", "Practice")]
)
async def test_the_printed_list_has_its_heading_page_and_mark_on_every_sheet(
    people: People, town: Town, language: str, heading: str, mark: str
) -> None:
    page = await people.secretary(town.units.committee)
    line = {"unit_id": town.units.first, "unit_name": "示例区教育和体育局第一高级中学教工党支部", "items": 2}
    lines = [line | {"person_name": "示例甲", "phone": f"0532-0000{number:04}"} for number in range(60)]
    await page.route("**/call-lines", lambda route: route.fulfill(json={"lines": lines}))
    await as_if(page, kind="rehearsal", speed=1)
    await open_view(page, "#/messages")
    if language == "en":
        await page.get_by_role("button", name="English").click()
    await expect(page.locator(".calls thead")).to_contain_text(heading)
    await expect(page.locator(".calls tbody tr")).to_have_count(len(lines))
    sheets = PdfReader(BytesIO(await page.pdf(prefer_css_page_size=True))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    assert len(texts) > 1 and {round(sheet.mediabox.width) for sheet in sheets} == {595}
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text and heading in text and mark in text
    # No number is broken by a line, and none is missing where a sheet ends.
    found = re.findall(r"0532-0000\d{4}", "".join(texts))
    assert found == [each["phone"] for each in lines]


async def test_a_duty_list_is_looked_at_and_imported_and_its_gaps_are_shown(people: People, town: Town) -> None:
    operator = await people.operator()
    await open_view(operator, f"#/duties/{town.units.root}")
    choose = operator.locator("input[type=file]")
    wrong = "单位,职务,责任事项\n没有的支部,书记,组织学习\n".encode()
    await choose.set_input_files({"name": "清单.csv", "mimeType": "text/csv", "buffer": wrong})
    await expect(operator.get_by_role("alert").filter(has_text="未导入任何内容")).to_be_visible()
    right = "单位,职务,责任事项\n第二党支部,书记,组织学习\n第二党支部,组织委员,核对名册\n".encode()
    await choose.set_input_files({"name": "清单.csv", "mimeType": "text/csv", "buffer": right})
    await expect(operator.locator(".verdict")).to_contain_text("检查无误：1 个单位，2 项责任")
    await operator.get_by_role("button", name="导入", exact=True).click()
    await expect(operator.locator(".matter-line", has_text="组织学习")).to_contain_text("赵丙")
    await operator.get_by_role("link", name="无人承担的").click()
    await expect(operator.locator(".matter-line")).to_have_count(1)
    await expect(operator.locator(".matter-line")).to_contain_text("核对名册")
