"""The first day as docs/for-operators.md and docs/for-branches.md tell it, done by somebody who does what they say.

Every command is taken from the guide as it stands there; every button is looked for by the words that the guide uses.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from infra.local import sample
from tests.browser.people import LAPTOP, PHONE, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOCS: Final = Path(__file__).parents[2] / "docs"
OPERATORS, BRANCHES = DOCS / "for-operators.md", DOCS / "for-branches.md"
ROSTER: Final = Path(sample.__path__[0]) / "roster-370211.xlsx"
PROGRAM: Final = Path(sys.executable).parent / "huanjie"
UNITS: Final = 558
PASSWORD: Final = "一个普通的句子 2026"
# A committee with branches right below it, and one of those.
COMMITTEE, BRANCH = "370211901-1", "370211901025-1"
SLIP: Final = re.compile(r"<dd[^>]*>\s*(370211[0-9]*-\d)\s*</dd>.*?([A-Z0-9]{5}-[A-Z0-9]{5})", re.DOTALL)
STOP_SECONDS_MAX: Final = 60
SEE_MS: Final = 30_000


def commands(folder: str) -> list[list[str]]:
    """The guide's commands about a data folder, in its order."""
    blocks = re.findall(r"```\n(.*?)```", OPERATORS.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.split() for block in blocks for line in block.splitlines() if line.strip().startswith("huanjie ")]
    return [line[1:] for line in lines if folder in line]


class Office:
    """A folder with a command window."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The guide's own words on the screen; a port that is free.
        self.env = os.environ | {"HUANJIE_LANG": "zh", "HUANJIE_HTTP_PORT": "0"}

    def do(self, command: list[str]) -> str:
        """What it says; it must succeed."""
        typed = ["--password-stdin"] if command[:2] == ["admin", "create"] else []
        done = subprocess.run(
            [str(PROGRAM), *command, *typed], cwd=self.folder, env=self.env, input=f"{PASSWORD}\n", text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def up(self, command: list[str]) -> Iterator[str]:
        """The platform in a window of its own; gives its address."""
        assert command[0] == "up"
        with subprocess.Popen(
            [str(PROGRAM), *command], cwd=self.folder, env=self.env, stdout=subprocess.PIPE, text=True
        ) as window:
            try:
                assert window.stdout is not None
                said = window.stdout.readline()
                assert "平台已就绪" in said
                yield said.split("：", 1)[1].strip()
            finally:
                window.send_signal(signal.SIGINT)
                window.wait(STOP_SECONDS_MAX)


@pytest.mark.usefixtures("unhurried")
async def test_a_new_person_does_the_first_day_as_the_guides_say(chromium: Browser, tmp_path: Path) -> None:
    office = Office(tmp_path)
    shutil.copy(ROSTER, tmp_path / "名册.xlsx")
    await asyncio.to_thread(office.do, commands("tuiyan")[0])
    practice, trial, go_live, _, up, create, look, take, accounts, doctor, backup = commands("huanjie-data")
    restore, doctor_again = commands("huanjie-data-2")
    await asyncio.to_thread(office.do, practice)
    # What was practised is wiped, and the folder that is there already is started.
    assert trial == up
    await asyncio.to_thread(office.do, go_live)
    with office.up(up) as address:
        await asyncio.to_thread(office.do, create)
        assert f"{UNITS} 个" in await asyncio.to_thread(office.do, look)
        assert f"{UNITS} 个" in await asyncio.to_thread(office.do, take)
        await asyncio.to_thread(office.do, accounts)
        slips = dict(SLIP.findall((tmp_path / accounts[-1]).read_text(encoding="utf-8")))
        assert len(slips) == UNITS
        async with First(chromium, address) as day:
            await day.play(create[-1], slips)
        assert "有问题" not in (await asyncio.to_thread(office.do, doctor)).splitlines()[-1]
        await asyncio.to_thread(office.do, backup)
    await asyncio.to_thread(office.do, restore)
    await asyncio.to_thread(office.do, doctor_again)


class First:
    """Three people at their browsers."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self._chromium = chromium
        self._address = address
        self._contexts: list[BrowserContext] = []

    async def __aenter__(self) -> First:
        return self

    async def __aexit__(self, *error: object) -> None:
        for context in self._contexts:
            await context.close()

    async def play(self, login: str, slips: dict[str, str]) -> None:
        """A directive goes down, is received, reported, verified, and stands in the pack."""
        operator = await self._open(LAPTOP)
        await operator.get_by_label("账号").fill(login)
        await operator.get_by_label("密码").fill(PASSWORD)
        await operator.get_by_role("button", name="登录", exact=True).click()
        await self._issue(operator)
        committee = await self._activated(LAPTOP, COMMITTEE, slips)
        await self._register(committee, "示例甲")
        await self._receive(committee)
        await committee.get_by_role("button", name="向下级下发").click()
        branch = await self._activated(PHONE, BRANCH, slips)
        await self._register(branch, "示例乙")
        await self._receive(branch)
        await self._report(branch)
        await self._verify(committee)
        await self._print(operator)

    async def _open(self, size: tuple[int, int]) -> Page:
        context = await self._chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=self._address,
            accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(SEE_MS)
        self._contexts.append(context)
        page = await context.new_page()
        await page.goto("/")
        return page

    async def _activated(self, size: tuple[int, int], login: str, slips: dict[str, str]) -> Page:
        """docs/for-branches.md, the first section."""
        page = await self._open(size)
        await page.get_by_text("首次启用", exact=True).click()
        await page.get_by_label("账号").fill(login)
        await page.get_by_label("激活码").fill(slips[login])
        await page.locator("[name=new_password]").fill(PASSWORD)
        await page.get_by_role("button", name="启用账号").click()
        await expect(page.locator("#top .who")).to_contain_text(login, timeout=SEE_MS)
        return page

    async def _issue(self, page: Page) -> None:
        await expect(page.locator("#top .who")).to_be_visible(timeout=SEE_MS)
        await open_view(page, "#/issue")
        await page.locator("[name=title]").fill("核实党员花名册")
        await page.locator("[name=text]").fill("请核实党员人数后报送。")
        await page.get_by_role("button", name="下发", exact=True).click()
        await expect(page.locator(".card.done")).to_contain_text("《核实党员花名册》已下发", timeout=SEE_MS)

    async def _register(self, page: Page, person: str) -> None:
        """From the task's page to the unit's, where who answers for it is registered."""
        await open_view(page, "#/desk")
        await page.get_by_role("link", name="尚未登记责任人").click()
        panel = page.get_by_role("dialog")
        await panel.get_by_label("姓名").fill(person)
        await panel.get_by_role("button", name="登记责任人").click()
        await expect(page.get_by_role("dialog").locator("li[data-post]")).to_contain_text(person, timeout=SEE_MS)
        await page.get_by_role("dialog").get_by_role("button", name="关闭").click()

    async def _receive(self, page: Page) -> None:
        await open_view(page, "#/desk")
        task = page.locator("article", has_text="核实党员花名册").first
        await task.get_by_role("button", name="签收并责任到人").click()
        await expect(task.locator("dd").first).to_contain_text("示例", timeout=SEE_MS)

    async def _report(self, page: Page) -> None:
        task = page.locator("article", has_text="核实党员花名册").first
        await task.get_by_role("button", name="报告落实情况").click()
        await task.locator("[name=due_count]").fill("12")
        await task.locator("[name=done_count]").fill("12")
        await task.locator("form button.main").click()
        await expect(page.locator(".group.waiting")).to_contain_text("待核验", timeout=SEE_MS)

    async def _verify(self, page: Page) -> None:
        await open_view(page, "#/desk?tab=below")
        line = page.locator("li[data-unit]", has_text="机关第25党支部")
        await line.get_by_role("button", name="核验通过").click()
        await expect(line.locator(".chip").first).to_have_text("已核验", timeout=SEE_MS)

    async def _print(self, page: Page) -> None:
        await open_view(page, "#/status")
        for name, begins in (("PDF", b"%PDF-"), ("DOCX", b"PK")):
            async with page.expect_download() as download:
                await page.locator(".card.pack").get_by_text(name, exact=True).click()
            content = await asyncio.to_thread((await (await download.value).path()).read_bytes)
            assert content.startswith(begins)


async def test_every_button_that_the_guides_name_is_on_a_page() -> None:
    """What stands in bold is a word of the page, or what somebody types."""
    words = (DOCS.parent / "gateway" / "web" / "static" / "i18n" / "zh.json").read_text(encoding="utf-8")
    for guide in (OPERATORS, BRANCHES):
        for label in re.findall(r"点(?:“([^”]+)”|\*\*([^*]+)\*\*)", guide.read_text(encoding="utf-8")):
            assert "".join(label) in words, f"{guide.name}: {''.join(label)}"
