"""Strangers, passwords, printed codes, languages; and that the page is usable by keyboard and on every screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.api.town import PASSWORD, Town
from tests.browser.people import DESKTOP, LAPTOP, PHONE, People, open_view, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_secretary_signs_in_and_stays_signed_in_after_a_reload(people: People, town: Town) -> None:
    login = await people.secretary_login(town.units.first)
    page = await people.stranger()
    await expect(page).to_have_title("登录 · 换届督办")
    await sign_in(page, login)
    await page.reload()
    await expect(page.locator("#top .who")).to_contain_text(login)
    await page.get_by_role("button", name="退出").click()
    await expect(page.locator(".sign-in")).to_be_visible()


async def test_a_wrong_password_is_said_at_the_field(people: People, town: Town) -> None:
    login = await people.secretary_login(town.units.first)
    people.expected.append("/api/v1/session")
    page = await people.stranger()
    await page.locator("[name=login]").fill(login)
    await page.get_by_role("button", name="登录").click()
    await expect(page.locator("[data-field=password] .wrong")).to_have_text("此项必须填写。")
    await page.locator("[name=password]").fill("not the password")
    await page.get_by_role("button", name="登录").click()
    await expect(page.locator("[data-field=password] .wrong")).to_contain_text("账号或密码不正确")
    await expect(page.locator("[name=password]")).to_be_focused()


async def test_a_printed_code_opens_an_account_with_a_password_of_ones_own(people: People, town: Town) -> None:
    login, code = await people.account(await people.new_unit("新设党总支"), activated=False)
    people.expected.append("/api/v1/activation")
    page = await people.stranger()
    await page.get_by_role("link", name="首次启用").click()
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=one_time_code]").fill(code)
    await page.locator("[name=new_password]").fill("short")
    await page.get_by_role("button", name="启用账号").click()
    await expect(page.locator("[data-field=new_password] .wrong")).to_contain_text("至少须有 10 个字符")
    await page.locator("[name=new_password]").fill(PASSWORD)
    await page.get_by_role("button", name="启用账号").click()
    await expect(page.locator("#top .who")).to_contain_text(login)


async def test_the_address_to_go_on_to_leads_nowhere_but_into_the_page(people: People, town: Town) -> None:
    login = await people.secretary_login(town.units.first)
    page = await people.stranger()
    await page.goto("/#/login?to=https%3A%2F%2Felsewhere.example%2F")
    await page.reload()
    await sign_in(page, login)
    assert page.url.startswith(town.gateway.url)


@pytest.mark.parametrize("role", ["unit_secretary", "unit_reporter", "verifier", "inspector"])
async def test_whoever_has_work_to_do_begins_with_today_and_whoever_looks_on_with_the_figures(
    people: People, town: Town, role: str
) -> None:
    login, _ = await people.account(await people.new_unit(f"示例党总支{role}"), role)
    page = await people.signed_in(login)
    first = "status" if role == "inspector" else "today"
    await expect(page.locator(f"#main .view.{first} h1")).to_contain_text("示例党总支")
    await expect(page.locator("#top nav [aria-current]")).to_have_text("态势" if first == "status" else "今日待办")
    operator = await people.operator()
    await expect(operator.locator("#main .view.status h1")).to_contain_text("示例区委")


async def test_the_language_changes_at_once_and_is_kept(people: People, town: Town) -> None:
    page = await people.secretary(town.units.first)
    await open_view(page, "#/desk")
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("#top nav [aria-current]")).to_have_text("Tasks")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.reload()
    await expect(page.locator(".group.open h2")).to_contain_text("To do")
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator(".group.open h2")).to_contain_text("需要办理")


async def test_everything_to_receive_a_task_can_be_done_by_keyboard(people: People, town: Town) -> None:
    login = await people.secretary_login(town.units.first)
    directive_id = await town.directive(title="键盘办理")
    page = await people.stranger()
    await expect(page.locator("[name=login]")).to_be_focused()
    await page.keyboard.type(login)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    # Whatever the first view has drawn by now: the keyboard begins at the top, as on any new page.
    await expect(page.locator("#main li.todo").first).to_be_visible()
    await expect(page.locator("#top")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await _tab_to(page, "#top nav a[href^='#/desk']")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"[data-key='{directive_id}']")).to_be_visible()
    await expect(page.locator("#main")).to_be_focused()
    await _tab_to(page, f"[data-key='{directive_id}'] footer button.main")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"[data-key='{directive_id}'] .chip").last).to_have_text("推进中")
    await expect(page.locator(f"[data-key='{directive_id}'] :focus")).to_have_count(1)


async def _tab_to(page: Page, selector: str, tabs_max: int = 40) -> None:
    for _ in range(tabs_max):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by Tab to {selector}")


async def test_a_change_of_language_leaves_the_keyboard_where_it_was(people: People, town: Town) -> None:
    page = await people.secretary(town.units.first)
    await open_view(page, "#/units")
    await page.get_by_role("button", name="English").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="中文")).to_be_focused()


async def test_the_way_around_is_a_menu_on_a_phone(people: People, town: Town) -> None:
    page = await people.secretary(town.units.first, PHONE)
    menu = page.get_by_role("button", name="菜单")
    desk = page.locator("#top nav").get_by_role("link", name="任务办理")
    await expect(desk).to_be_hidden()
    await menu.press("Enter")
    await expect(desk).to_be_visible()
    await desk.press("Escape")
    await expect(desk).to_be_hidden()
    await expect(menu).to_be_focused()
    await menu.click()
    await desk.click()
    await expect(page.locator(".group.open h2")).to_be_visible()
    await expect(desk).to_be_hidden()


@pytest.mark.parametrize("size", [LAPTOP, DESKTOP, PHONE], ids=["laptop", "desktop", "phone"])
async def test_no_view_is_wider_than_the_screen(people: People, town: Town, size: tuple[int, int]) -> None:
    await town.directive()
    page = await people.operator(size)
    for address in ("#/status", "#/issue", "#/units", "#/roster", "#/accounts", "#/desk", "#/desk?tab=below"):
        await open_view(page, address)
        await expect(page.locator("#main .view > *").first).to_be_visible()
        too_wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, address
