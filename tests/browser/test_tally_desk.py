"""A teller at a desk, by keyboard; a second one from the group's sheet; scrutineers decide and all sign."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.hall import NAMES, Count, Hall, counting
from tests.browser.people import People, open_view
from tests.tally.hall import PIN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def at_sheet(people: People, count: Count, who: str, way: str = "") -> Page:
    """The page of an officer at the first sheet."""
    page = await people.signed_in(count.logins[who])
    await open_view(page, f"#/sheet/{count.sheet_ids[0]}{f'?way={way}' if way else ''}")
    if way == "ballots":
        await expect(page.locator(".pad")).to_be_focused()
    return page


def told(page: Page) -> Locator:
    return page.locator(".pad .told")


async def press(page: Page, keys: str, said: str) -> None:
    """Keys as pressed, one after the other; then what the page says."""
    for key in keys.split():
        await page.keyboard.press(key)
    await expect(told(page)).to_contain_text(said)


async def test_ballots_are_entered_by_keyboard_alone(people: People) -> None:
    count = await counting(people, "示例键盘支部", valid=5)
    page = await people.signed_in(count.logins["teller1"])
    await open_view(page, f"#/vote/{count.election_id}")
    await page.get_by_role("link", name="第一计票组").click()
    await page.get_by_role("link", name="逐票录入").click()
    await expect(page.locator(".pad")).to_be_focused()
    # 1: approves of three, abstains from the fourth.
    await press(page, "1 1 1 3 Enter", "已计入：有效票")
    # 2: all approved is one too many: the ballot is invalid as a whole.
    await press(page, "a Enter", "已计入：无效票（所选人数超过应选名额）")
    # 3: all for, then an exception; and a name written in.
    await press(page, "a 2 w", "请录入")
    await page.keyboard.type("示例丁")
    await press(page, "Enter Enter", "所选人数超过应选名额")
    await press(page, "u", "已退出刚才那张")
    # Only the ballot in hand can be taken back.
    await press(page, "u", "只能退出刚刚计入、还在手中的那张")
    await press(page, "2 1 b w", "请录入")
    await page.keyboard.type("示例丁")
    await press(page, "Enter Enter", "已计入：有效票")
    await expect(page.locator(".desk-counts .big")).to_have_text("3 张已录")
    # 4: not all are marked, then given up; 5: nobody can read it, for the scrutineers.
    await press(page, "1 Enter", "还有 3 名候选人没有录入")
    await press(page, "Escape s Enter", "已计入：无效票（符号不合规定）")
    await press(page, "d Enter", "已计入")
    await expect(page.locator(".desk-counts")).to_contain_text("待监票人认定 1 张")
    # Put down and taken up again, from the very count.
    await page.get_by_role("link", name="先放一放").click()
    await page.get_by_role("link", name="第一计票组").click()
    await expect(page.locator(".desk-counts .big")).to_have_text("5 张已录")
    await page.get_by_role("button", name="全部录完").click()
    await expect(page.locator(".totals .sum")).to_contain_text("有效票 2、无效票 2")
    await expect(page.locator(".warn").first).to_contain_text("待监票人认定 1 张")


async def test_a_ballot_whose_answer_was_lost_is_counted_once(people: People) -> None:
    people.expected.append("ERR_FAILED")
    count = await counting(people, "示例重发支部", valid=2)
    page = await at_sheet(people, count, "teller1", "ballots")

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/ballots", lose)
    await press(page, "1 1 1 2 Enter", "没有收到答复")
    await page.unroute("**/ballots")
    await press(page, "Enter", "刚才那张已经计入")
    await press(page, "1 1 1 2 Enter", "已计入：有效票")
    await expect(page.locator(".desk-counts .big")).to_have_text("2 张已录")


async def test_two_tellers_read_blind_and_only_what_differs_is_read_again(people: People) -> None:
    count = await counting(people, "示例两读支部", valid=6)
    ids = [each["candidate_id"] for each in await candidates_of(people, count)]
    first = await at_sheet(people, count, "teller1", "ballots")
    for number in range(6):
        await press(first, "1 1 3 3 Enter", "已计入：有效票")
        await expect(first.locator(".desk-counts .big")).to_have_text(f"{number + 1} 张已录")
    await first.get_by_role("button", name="全部录完").click()
    await first.get_by_role("button", name="完成读票").click()
    await expect(first.locator("#main")).to_contain_text("等待另一位计票人")
    second = await at_sheet(people, count, "teller2", "paper")
    await expect(second.locator("[name=votes]")).to_have_value("")
    await type_sheet(second, ids, (6, 5, 0, 0), 6)
    await second.get_by_role("button", name="全部录完").click()
    await second.get_by_role("button", name="完成读票").click()
    await open_view(first, f"#/vote/{count.election_id}")
    await open_view(first, f"#/sheet/{count.sheet_ids[0]}")
    for page in (second, first):
        fields = page.locator(".reading form input")
        await expect(fields).to_have_count(2)
        assert await fields.evaluate_all("all => all.map((each) => each.value)") == ["", ""]
        await page.locator(f"[name='candidates.{ids[1]}.approve']").fill("6")
        await page.locator(f"[name='candidates.{ids[1]}.abstain']").fill("0")
        await page.get_by_role("button", name="读完了").click()
    await expect(first.locator("h1 .chip")).to_have_text("已核定")
    await sign(first, "teller")
    scrutineer = await at_sheet(people, count, "scrutineer1")
    await sign(scrutineer, "scrutineer")
    await expect(scrutineer.locator("h1 .chip")).to_have_text("已签名")


async def test_scrutineers_decide_on_what_was_set_aside(people: People) -> None:
    count = await counting(people, "示例认定支部", valid=2)
    teller = await at_sheet(people, count, "teller1", "ballots")
    await press(teller, "1 1 1 3 Enter", "已计入：有效票")
    await press(teller, "d Enter", "已计入")
    scrutineer = await at_sheet(people, count, "scrutineer1")
    await expect(scrutineer.locator(".sum")).to_have_text("还有 1 张待认定")
    await scrutineer.locator(".pad").focus()
    await press(scrutineer, "s Enter", "已计入：无效票")
    await expect(scrutineer.locator(".sum")).to_have_text("没有待认定的选票")
    await teller.get_by_role("button", name="全部录完").click()
    await expect(teller.locator(".totals .sum")).to_have_text("票数 2、有效票 1、无效票 1")
    # Half of the ballots are invalid: the reading does not end without a reason.
    await teller.locator("[name='why.W.302']").fill("一张无法辨认")
    await teller.get_by_role("button", name="完成读票").click()
    await expect(teller.locator("#main")).to_contain_text("等待另一位计票人")


async def candidates_of(people: People, count: Count) -> list[dict[str, str]]:
    """The candidates with their ids."""
    reader = people.town.with_role("operator", people.town.units.root)
    found: list[dict[str, str]] = (await reader.get(f"/api/v1/elections/{count.election_id}")).json()["candidates"]
    return found


async def type_sheet(page: Page, ids: list[str], approvals: tuple[int, ...], valid: int) -> None:
    """The whole sheet; whoever did not approve abstained."""
    cells = {"votes": valid, "valid": valid, "invalid": 0}
    for candidate, approve in zip(ids, approvals, strict=True):
        marks = {"approve": approve, "disapprove": 0, "abstain": valid - approve, "unreadable": 0}
        cells |= {f"candidates.{candidate}.{column}": value for column, value in marks.items()}
    for name, value in cells.items():
        await page.locator(f"[name='{name}']").fill(str(value))


async def sign(page: Page, role: str) -> None:
    """Signs with the own PIN."""
    await page.locator(f".sign[data-role={role}] [name=pin]").fill(PIN)
    await page.locator(f".sign[data-role={role}] button.main").click()
    await expect(page.locator(f".sign[data-role={role}]")).to_have_count(0)


async def test_a_sitting_is_led_on_pages_from_the_attendance_to_the_announcement(people: People) -> None:
    unit_id = await people.new_unit("示例会议支部")
    await people.town.scene.settled("tally", "reporting")
    hall = Hall(people.town, unit_id)
    count = await hall.seated()
    officers = await hall.officers()
    pages = [await people.operator(), await people.operator()]
    vote = f"#/vote/{count.election_id}"
    await twice(pages, vote, "count_attendance", 20)
    page = pages[0]
    await do(page, vote, "adopt_method", agree=20)
    await open_anew(page, vote)
    form = page.locator("[data-step=pass_officers]")
    for place, officer in enumerate(officers):
        await form.locator(f"[name=name{place}]").fill(officer["name"])
        await form.locator(f"[name=account{place}]").select_option(officer["account_id"])
    await form.locator("[name=agree]").fill("20")
    await form.locator("button.main").click()
    await done(page, "pass_officers")
    await press_button(page, "announce_candidates")
    await hall.figure("printed", 18, count.election_id)
    await hall.figure("boxes", 1, count.election_id)
    await twice(pages, vote, "issue_ballots", 16)
    await open_anew(page, vote)
    await press_button(page, "close_voting")
    await hall.figure("returned", 16, count.election_id)
    await hall.figure("unused_destroyed", 2, count.election_id)
    await do(page, vote, "form_groups", groups="第一计票组")
    await read_and_signed(hall)
    chief = await people.signed_in(count.logins["chief_scrutineer1"])
    # Not everybody who was there took a ballot: that is explained.
    await open_anew(chief, vote)
    await chief.locator("[data-step=close_count] [name='why.W.402']").fill("四人未领票")
    await chief.locator("[data-step=close_count] button.main").click()
    await done(chief, "close_count")
    await do(chief, vote, "report_result", pin=PIN)
    chair = await people.signed_in(count.logins["chair1"])
    await open_anew(chair, vote)
    await press_button(chair, "declare_result")
    await expect(chair.locator("h1 .chip")).to_have_text("已宣布")
    await expect(chair.locator(".elected li")).to_have_text(list(NAMES[:3]))


async def open_anew(page: Page, address: str) -> None:
    """What others did meanwhile is seen."""
    await open_view(page, "#/votes")
    await open_view(page, address)
    await expect(page.locator(".steps").first).to_be_visible()


async def done(page: Page, step: str) -> None:
    """The step is behind."""
    await expect(page.locator(f"[data-step={step}].done")).to_have_count(1)


async def press_button(page: Page, step: str) -> None:
    await page.locator(f"[data-step={step}] button.main").click()
    await done(page, step)


async def do(page: Page, vote: str, step: str, **values: object) -> None:
    """Fills in the form of the step that is next."""
    await open_anew(page, vote)
    for name, value in values.items():
        await page.locator(f"[data-step={step}] [name={name}]").fill(str(value))
    await press_button(page, step)


async def twice(pages: list[Page], vote: str, step: str, value: int) -> None:
    """Two people count, each on their own page."""
    first, second = pages
    await open_anew(first, vote)
    await first.locator(f"[data-step={step}] [name=value]").fill(str(value))
    await first.locator(f"[data-step={step}] button.main").click()
    await expect(first.locator(f"[data-step={step}] .hint")).to_contain_text(f"您录入的是 {value}")
    await open_anew(second, vote)
    await expect(second.locator(f"[data-step={step}] .hint")).to_contain_text("请您独立清点")
    assert str(value) not in await second.locator(f"[data-step={step}] .hint").inner_text()
    await second.locator(f"[data-step={step}] [name=value]").fill(str(value))
    await second.locator(f"[data-step={step}] button.main").click()
    await done(second, step)


async def read_and_signed(hall: Hall) -> None:
    """The one sheet, read by both tellers alike and signed, over HTTP."""
    count = hall.count
    listed = (await hall.first.get(f"/api/v1/elections/{count.election_id}/sheets")).json()
    (sheet,) = (each["sheet_id"] for each in listed.get("items", listed.get("sheets")))
    election = (await hall.first.get(f"/api/v1/elections/{count.election_id}")).json()
    cells = {"votes": 16, "valid": 16, "invalid": 0}
    for candidate, approve in zip(election["candidates"], (16, 15, 14, 0), strict=True):
        marks = {"approve": approve, "disapprove": 0, "abstain": 16 - approve, "unreadable": 0}
        cells |= {f"candidates.{candidate['candidate_id']}.{column}": value for column, value in marks.items()}
    typed = [{"field": name, "text": str(value)} for name, value in cells.items()]
    for teller in ("teller1", "teller2"):
        await hall.post(f"/sheets/{sheet}/entry", {"cells": typed}, count.clients[teller])
        await hall.post(f"/sheets/{sheet}/entry/finalise", {}, count.clients[teller])
    seen = (await count.clients["teller1"].get(f"/api/v1/sheets/{sheet}")).json()["sheet_hash"]
    for who, role in (("teller1", "teller"), ("scrutineer1", "scrutineer")):
        await hall.post(f"/sheets/{sheet}/sign", {"role": role, "pin": PIN, "sheet_hash": seen}, count.clients[who])
