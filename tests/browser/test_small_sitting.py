"""A branch's whole election on one phone, most of it without a network."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from gateway.api.context import STATIC, ApiSettings
from gateway.api.rates import Rates
from gateway.api.views import NO_VIEWS
from gateway.app import Gateway
from tests.api.town import PASSWORD, PLENTY, Town
from tests.browser.people import LAPTOP, PHONE, People
from tests.browser.small import FIRST, NAMES, SECOND, Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LOST = "ERR_INTERNET_DISCONNECTED"
APPROVALS = (19, 18, 5, 15)


async def phone_of(people: People, unit_id: str, size: tuple[int, int] = PHONE) -> Phone:
    """The unit's secretary, who opened the page while there was a network."""
    phone = Phone(await people.secretary(unit_id, size))
    await phone.open()
    await phone.kept()
    return phone


async def branch(people: People, name: str) -> str:
    """A branch of its own, so that its votes can be counted."""
    unit_id = await people.new_unit(name)
    await people.town.scene.settled("tally", "reporting")
    return unit_id


async def counted(phone: Phone, approvals: tuple[int, ...] = APPROVALS) -> None:
    """Everything up to the sending."""
    await phone.prepare()
    await phone.ballots()
    await phone.read(approvals)
    await phone.hand_over(SECOND)
    await phone.read(approvals)
    await phone.paper()


async def votes_of(town: Town, unit_id: str) -> list[str]:
    secretary = town.with_role("unit_secretary", unit_id)
    listed = await secretary.get("/api/v1/elections", params={"unit_id": unit_id})
    return [each["election_id"] for each in listed.json()["items"]]


async def left_behind(page: Page) -> list[object]:
    """What the browser still holds of the sitting: its draft, its photographs, answers of the platform in a cache."""
    found: list[object] = await page.evaluate("""async () => {
      const said = (request) => new Promise((go) => { request.onsuccess = () => go(request.result); });
      const base = await said(indexedDB.open("huanjie-small-sitting", 1));
      const photos = await said(base.transaction("photos").objectStore("photos").getAllKeys());
      base.close();
      const cached = [];
      for (const name of await caches.keys()) cached.push(...await (await caches.open(name)).keys());
      const paths = cached.map((request) => new URL(request.url).pathname);
      return [localStorage.getItem("huanjie.smallSitting"), photos, paths.filter((path) => path.startsWith("/api/"))];
    }""")
    return found


async def photograph_is_kept(town: Town, unit_id: str, photo_sha256: str) -> None:
    """The platform holds the photograph whose hash the sitting names."""
    secretary = town.with_role("unit_secretary", unit_id)
    kept = await secretary.get(f"/api/v1/units/{unit_id}/evidence/{photo_sha256}")
    assert kept.status_code == 200, kept.text
    assert hashlib.sha256(kept.content).hexdigest() == photo_sha256


async def test_a_branch_counts_without_a_network_and_its_result_comes_when_connected(people: People) -> None:
    people.expected.append(LOST)
    unit_id = await branch(people, "示例离线支部")
    phone = await phone_of(people, unit_id)
    page = phone.page
    await page.context.set_offline(True)
    await page.reload()
    # Styled as the other pages, and no wider than the phone.
    await expect(page.locator(".topbar")).to_have_css("display", "flex")
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await phone.prepare()
    await phone.ballots()
    await phone.read(APPROVALS)
    # The phone is put down, and the page opened anew: nothing is lost, and nothing of the first reading is shown.
    await page.reload()
    await expect(phone.step.locator(".hand .big")).to_have_text(f"请把手机交给{SECOND}")
    assert "19" not in await page.locator("#main").inner_text()
    await phone.hand_over(SECOND)
    assert await phone.step.locator("input").evaluate_all("all => all.every((each) => each.value === '')")
    await phone.read((19, 17, 5, 15))
    # Only what differs is read again, by both, from blank fields.
    again = {"candidates.2.approve": 18, "candidates.2.abstain": 2}
    for reader in (SECOND, FIRST):
        if reader == FIRST:
            await phone.hand_over(FIRST)
        await expect(phone.step.locator(".reading .who")).to_contain_text(reader)
        inputs = phone.step.locator("input")
        assert await inputs.evaluate_all("all => all.map((each) => [each.name, each.value])") == [
            [name, ""] for name in again
        ]
        await phone.cells(again)
        await phone.done()
    await phone.paper()
    await phone.at("send")
    await expect(phone.step).to_contain_text("现在连不上平台")
    assert await votes_of(people.town, unit_id) == []
    await page.context.set_offline(False)
    await phone.step.get_by_role("button", name="重试").click()
    async with page.expect_request("**/small-sittings") as sent:
        await phone.send()
    await expect(page.locator(".result .sum")).to_have_text(f"当选：{NAMES[0]}、{NAMES[1]}、{NAMES[3]}")
    assert await left_behind(page) == [None, [], []]
    assert len(await votes_of(people.town, unit_id)) == 1
    (vote,) = json.loads((await sent.value).post_data or "")["elections"]
    await photograph_is_kept(people.town, unit_id, vote["photo_sha256"])
    await page.get_by_role("button", name="全部结束，闭会").click()
    await phone.at("votes")


async def test_a_log_in_that_ran_out_is_asked_for_again_and_nothing_is_lost(people: People) -> None:
    people.expected.append("401")
    unit_id = await branch(people, "示例重登支部")
    phone = await phone_of(people, unit_id)
    await counted(phone)
    await expect(phone.step.get_by_role("button", name="报送", exact=True)).to_be_visible()
    await phone.page.context.clear_cookies()
    await phone.send()
    await phone.step.locator("[name=login]").fill(await people.secretary_login(unit_id))
    await phone.step.locator("[name=password]").fill(PASSWORD)
    await phone.step.get_by_role("button", name="登录").click()
    await phone.send()
    await expect(phone.page.locator(".result .sum")).to_contain_text(NAMES[0])
    assert len(await votes_of(people.town, unit_id)) == 1


async def test_what_was_sent_and_not_answered_is_sent_again_and_recorded_once(people: People) -> None:
    people.expected.append("ERR_FAILED")
    unit_id = await branch(people, "示例断线支部")
    phone = await phone_of(people, unit_id)
    await counted(phone)

    async def lose(route: Route) -> None:
        answer = await route.fetch()
        assert answer.status == 201
        await route.abort()

    await phone.page.context.route("**/small-sittings", lose)
    await phone.send()
    await expect(phone.step).to_contain_text("已经报送但没有收到答复")
    # Nothing can be changed meanwhile, after opening the page anew neither.
    await phone.page.reload()
    await expect(phone.page.locator("section.step")).to_have_count(1)
    await phone.page.context.unroute("**/small-sittings")
    await phone.send()
    await expect(phone.page.locator(".result .sum")).to_contain_text(NAMES[0])
    assert len(await votes_of(people.town, unit_id)) == 1


async def test_a_refused_sitting_says_why_and_records_nothing(people: People) -> None:
    people.expected.append("422")
    unit_id = await branch(people, "示例改正支部")
    phone = await phone_of(people, unit_id, LAPTOP)
    await phone.prepare(names=[NAMES[1], NAMES[0], *NAMES[2:]])
    await phone.ballots()
    await phone.read(APPROVALS)
    await phone.hand_over(SECOND)
    await phone.read(APPROVALS)
    await phone.paper()
    await phone.send()
    await expect(phone.step.locator(".said")).to_contain_text("姓氏笔画")
    assert await votes_of(people.town, unit_id) == []


async def test_a_tie_is_voted_on_again_in_the_same_sitting(people: People) -> None:
    unit_id = await branch(people, "示例平票支部")
    phone = await phone_of(people, unit_id)
    await counted(phone, (18, 18, 12, 12))
    await phone.send()
    await phone.page.get_by_role("button", name="现在进行").click()
    await phone.at("votes")
    await phone.next()
    await phone.ballots()
    await phone.read((8, 12))
    await phone.hand_over(SECOND)
    await phone.read((8, 12))
    await phone.paper()
    await phone.send()
    await expect(phone.page.locator(".result .sum")).to_have_text(f"当选：{NAMES[3]}")
    assert len(await votes_of(people.town, unit_id)) == 2


async def test_impossible_figures_are_said_in_the_tellers_words_and_unusual_ones_explained(people: People) -> None:
    unit_id = await branch(people, "示例说明支部")
    phone = await phone_of(people, unit_id)
    await phone.prepare()
    await phone.ballots()
    for reader in (FIRST, SECOND):
        if reader == SECOND:
            await phone.hand_over(SECOND)
        await phone.cells({"votes": 20, "valid": 18, "invalid": 1})
        await phone.step.get_by_role("button", name="空着的都填 0").click()
        await phone.done()
        codes = phone.step.locator(".findings li")
        assert await codes.evaluate_all("all => all.map((each) => each.dataset.code)") == ["F.101", *["F.102"] * 4]
        await expect(codes.first).to_contain_text("请重新清点本组选票")
        await phone.cells({"invalid": 2})
        for place in range(1, 5):
            await phone.cells({f"candidates.{place}.approve": 10, f"candidates.{place}.disapprove": 8})
        await phone.step.get_by_role("button", name="添加另选人").click()
        await phone.step.locator(".written [name=name]").fill("示 例 丁")
        await phone.step.locator(".written [name=text]").fill("３")
        await phone.done()
    await phone.at("paper:0")
    await phone.next()
    await expect(phone.step.locator(".said")).to_contain_text("请写明上面各项的原因")
    await phone.step.locator("[name='W.302']").fill("两张选票选人超过应选名额")
    await phone.paper()
    await phone.send()
    # Four with more than half for three seats, all alike: the outcome is the platform's, and asks for a further vote.
    await expect(phone.page.locator(".further")).to_be_visible()


@pytest_asyncio.fixture(loop_scope="session")
async def own_pages(town: Town, tmp_path: Path) -> AsyncIterator[tuple[Gateway, Path]]:
    """The pages from a folder that a test may change."""
    folder = tmp_path / "static"
    shutil.copytree(STATIC, folder)
    gateway = Gateway(town.scene.site(), ApiSettings(port=0, rates=Rates(PLENTY, PLENTY), static=folder), NO_VIEWS)
    await gateway.start()
    yield gateway, folder
    await gateway.stop()


async def test_a_newer_page_takes_over_when_asked_and_loses_nothing(
    people: People, own_pages: tuple[Gateway, Path]
) -> None:
    people.expected.append(LOST)
    gateway, folder = own_pages
    page = await people.stranger(PHONE)
    phone = Phone(page)
    await page.goto(f"{gateway.url}/small-sitting/")
    await phone.kept()
    await phone.fill(seats=3, candidates="\n".join(NAMES))
    words = folder / "i18n" / "zh.json"
    words.write_text(words.read_text().replace('"支部选举（一部手机）"', '"支部选举（新版）"'))
    await page.reload()
    # What is open stays as it was, whole, until somebody says so.
    await expect(page.locator("h1")).to_have_text("支部选举（一部手机）")
    await page.get_by_role("button", name="换用新版").click()
    await expect(page.locator("h1")).to_have_text("支部选举（新版）")
    await expect(phone.step.locator("[name=candidates]")).to_have_value("\n".join(NAMES))
    await phone.kept()
    assert len(await page.evaluate("caches.keys()")) == 1
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator("h1")).to_have_text("支部选举（新版）")
