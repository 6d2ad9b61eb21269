"""How far it has come: the page moves by itself, can be asked why, and shows no more than one may see."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.town import REPORT, Town
from tests.browser.people import People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def index(page: Page) -> Locator:
    return page.locator(".figure.big dd")


async def watching(page: Page, unit_id: str, directive_id: str = "") -> None:
    """At a unit's figures, with the stream open."""
    await open_view(page, f"#/status/{unit_id}" + (f"?d={directive_id}" if directive_id else ""))
    await expect(page.locator(".dot.live")).to_be_visible()
    await expect(index(page)).to_be_visible()


async def report(town: Town, directive_id: str, unit_id: str) -> None:
    reporter = town.with_role("unit_reporter", unit_id)
    done = await reporter.post(f"{town.path(directive_id, unit_id)}/report", json=REPORT)
    assert done.status_code == 200, done.text


async def test_a_number_moves_by_itself_when_a_unit_acts_in_another_browser(people: People, town: Town) -> None:
    directive_id = await town.directive(title="看得见的进展")
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await expect(index(operator)).to_have_text("0.0")
    await operator.evaluate("window.sameDocument = true")
    branch = await people.secretary(town.units.first)
    await open_view(branch, "#/desk")
    task = branch.locator(f"article[data-key='{directive_id}']")
    await task.get_by_role("button", name="开始推进").click()
    # One of two branches began: a fifth of a half.
    await expect(index(operator)).to_have_text("10.0")
    await expect(operator.locator(".feed li").first).to_contain_text("已启动推进")
    await expect(operator.locator("tr", has_text="第一机关党委").locator("td.strong")).to_have_text("10.0")
    assert await operator.evaluate("window.sameDocument")


async def test_what_is_shown_together_sums_to_a_hundred(people: People, town: Town) -> None:
    directive_id = await town.directive()
    await report(town, directive_id, town.units.first)
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await expect(index(operator)).to_have_text("30.0")
    parts = await operator.locator(".legend [data-live]").all_inner_texts()
    assert len(parts) == 3 and sum(map(Decimal, parts)) == Decimal("100.0")
    lines = await operator.locator(".account td.count").all_inner_texts()
    assert sum(map(Decimal, lines)) == Decimal("70.0")


async def test_one_goes_down_by_links_and_up_by_the_path(people: People, town: Town) -> None:
    directive_id = await town.directive()
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await operator.get_by_role("link", name="第一机关党委").first.click()
    await expect(operator.locator("h1")).to_have_text("第一机关党委")
    await expect(operator.locator(".children tbody tr")).to_have_count(2)
    names = await operator.locator(".children tbody a").all_inner_texts()
    assert names == ["第一党支部", "第二党支部"]
    await operator.locator(".crumbs a").first.click()
    await expect(operator.locator("h1")).to_have_text("示例区委")
    assert f"d={directive_id}" in operator.url


async def test_a_number_is_explained_by_names_dates_and_entries(people: People, town: Town) -> None:
    directive_id = await town.directive()
    await report(town, directive_id, town.units.first)
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await index(operator).get_by_role("link").click()
    panel = operator.get_by_role("dialog")
    await expect(panel).to_contain_text("未落实 70.0")
    line = panel.locator("tr", has_text="第二党支部").first
    await expect(line.locator(".entry")).to_have_text(re.compile(r"^ledger_\w+/\d+$"))
    assert "x=index" in operator.url
    await operator.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(operator).not_to_have_url(re.compile("x="))


async def test_a_pause_holds_the_figures_still_and_going_on_catches_up(people: People, town: Town) -> None:
    directive_id = await town.directive()
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await operator.get_by_role("button", name="暂停").click()
    await expect(operator.locator(".dot.paused")).to_be_visible()
    await report(town, directive_id, town.units.first)
    await expect(index(operator)).to_have_text("0.0")
    await operator.get_by_role("button", name="继续").click()
    await expect(index(operator)).to_have_text("30.0")


async def test_figures_that_move_leave_the_keyboard_where_it_is(people: People, town: Town) -> None:
    directive_id = await town.directive()
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await operator.locator(".feed a").nth(1).evaluate("link => { window.held = link; link.focus(); }")
    await report(town, directive_id, town.units.first)
    await expect(index(operator)).to_have_text("30.0")
    await expect(operator.locator(".feed li").first).to_contain_text("已反馈")
    assert await operator.evaluate("held.isConnected && document.activeElement === held")


# What is shown, what shall be shown, the focus before and after: by the letters of links.
DRAWN_ANEW = """async ([was, next, at]) => {
  const { morph } = await import("/js/morph.js");
  const { h } = await import("/js/h.js");
  const items = (letters) => [...letters].map((key) => h("li", { "data-key": key }, h("a", { href: `#${key}` }, key)));
  const list = h("ul", {}, items(was));
  document.body.append(list);
  list.querySelector(`[href="#${at}"]`).focus();
  morph(list, items(next));
  const focus = document.activeElement === list ? "list" : document.activeElement.textContent;
  const shown = list.textContent;
  list.remove();
  return [shown, focus];
}"""


@pytest.mark.parametrize(
    ("was", "after", "at", "focus"),
    [("abc", "ac", "c", "c"), ("abc", "xabc", "b", "b"), ("abc", "cba", "a", "a"), ("abc", "cab", "c", "c"),
     ("abc", "ac", "b", "list"), ("abc", "", "b", "list")],
)  # fmt: skip
async def test_a_list_drawn_anew_keeps_the_focus_in_it(
    people: People, was: str, after: str, at: str, focus: str
) -> None:
    page = await people.stranger()
    assert await page.evaluate(DRAWN_ANEW, [was, after, at]) == [after, focus]


async def test_the_past_is_shown_as_it_stood_and_says_so(people: People, town: Town) -> None:
    directive_id = await town.directive()
    await report(town, directive_id, town.units.first)
    operator = await people.operator()
    await watching(operator, town.units.root, directive_id)
    await expect(index(operator)).to_have_text("30.0")
    figures = await operator.request.get(f"/api/v1/dashboard/directives/{directive_id}?unit={town.units.root}")
    now_us = (await figures.json())["moment"]["business_us"]
    await report(town, directive_id, town.units.second)
    await expect(index(operator)).to_have_text("60.0")
    await open_view(operator, f"#/status/{town.units.root}?d={directive_id}&at={now_us}")
    await expect(operator.locator(".dot.frozen")).to_be_visible()
    await expect(index(operator)).to_have_text("30.0")
    await operator.get_by_role("link", name="回到当前").click()
    await expect(index(operator)).to_have_text("60.0")


async def test_a_secretary_sees_the_own_subtree_and_nothing_above_it(people: People, town: Town) -> None:
    directive_id = await town.directive()
    await report(town, directive_id, town.units.second)
    page = await people.secretary(town.units.first)
    await watching(page, town.units.first, directive_id)
    await expect(page.locator(".crumbs")).to_have_count(0)
    await expect(page.locator("ol.feed")).to_be_visible()
    assert "第二党支部" not in await page.locator("#main").inner_text()
    people.expected.append("dashboard")
    people.expected.append(town.units.root)
    await open_view(page, f"#/status/{town.units.root}")
    await expect(page.get_by_role("alert")).to_contain_text("未找到")


async def test_all_directives_together_move_too(people: People, town: Town) -> None:
    directive_id = await town.directive(title="全部任务中的一项")
    operator = await people.operator()
    await watching(operator, town.units.root)
    row = operator.locator(".table tr", has_text="全部任务中的一项")
    await expect(row.locator("td.strong")).to_have_text("0.0")
    await report(town, directive_id, town.units.first)
    await expect(row.locator("td.strong")).to_have_text("30.0")
    await expect(operator.locator(".children tr", has_text="第一机关党委").locator("td.strong")).not_to_have_text("—")
    await row.get_by_role("link").click()
    await expect(operator.locator(".table")).to_contain_text("逐级传导")
