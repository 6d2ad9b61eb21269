"""People with browsers: accounts are made as in life, pages complain into one list."""

from __future__ import annotations

import itertools
from typing import Final
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.api.town import PASSWORD, Town

SEE_MS: Final = 10_000
LAPTOP: Final = (1366, 768)
DESKTOP: Final = (1920, 1080)
PHONE: Final = (390, 844)
_numbers = itertools.count(1)
_secretaries: WeakKeyDictionary[Town, dict[str, str]] = WeakKeyDictionary()

expect.set_options(timeout=SEE_MS)


class People:
    """Opens pages. `complaints`: every console error and uncaught exception that was not expected."""

    def __init__(self, town: Town, browser: Browser) -> None:
        self.town = town
        self.complaints: list[str] = []
        # Parts of complaints that a test brings about on purpose, such as the status of a refusal.
        self.expected: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def stranger(self, size: tuple[int, int] = LAPTOP, locale: str = "zh-CN") -> Page:
        """A fresh browser at the first page."""
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=locale, base_url=self.town.gateway.url
        )
        context.set_default_timeout(SEE_MS)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto("/")
        return page

    async def signed_in(self, login: str, size: tuple[int, int] = LAPTOP) -> Page:
        """A fresh browser after signing in."""
        page = await self.stranger(size)
        await sign_in(page, login)
        return page

    async def account(self, unit_id: str, role: str = "unit_secretary", *, activated: bool = True) -> tuple[str, str]:
        """A new account of a unit (two at most): its login, and its one-time code, used up where it is activated."""
        login = f"user{next(_numbers)}"
        machine = self.town.machine
        made = await machine.post(f"/api/v1/units/{unit_id}/accounts", json={"login": login, "role": role})
        assert made.status_code == 201, made.text
        code = made.json()["account"]["one_time_code"]
        if activated:
            body = {"login": login, "one_time_code": code, "new_password": PASSWORD}
            done = await self.town.client().post("/api/v1/activation", json=body)
            assert done.status_code == 201, done.text
        return login, code

    async def operator(self, size: tuple[int, int] = LAPTOP) -> Page:
        """The district's operator at their page."""
        login = f"operator{next(_numbers)}"
        await self.town.operator(login)
        return await self.signed_in(login, size)

    async def secretary(self, unit_id: str, size: tuple[int, int] = LAPTOP) -> Page:
        """A unit's secretary at their page."""
        return await self.signed_in(await self.secretary_login(unit_id), size)

    async def secretary_login(self, unit_id: str) -> str:
        """The login of the unit's one secretary."""
        known: dict[str, str] = _secretaries.setdefault(self.town, {})
        if unit_id not in known:
            known[unit_id], _ = await self.account(unit_id)
        return known[unit_id]

    async def new_unit(self, name: str) -> str:
        """Another unit under the committee, a general branch: directives of these tests ask nothing of it."""
        body = {
            "parent_id": self.town.units.committee,
            "name": name,
            "kind": "general_branch",
            "code": f"x{next(_numbers)}",
        }
        made = await self.town.machine.post("/api/v1/units", json=body)
        assert made.status_code == 201, made.text
        await self.town.scene.settled("identity", "reporting")
        unit_id: str = made.json()["unit_id"]
        return unit_id

    async def leave(self) -> None:
        """Closes every browser."""
        for context in self._contexts:
            await context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        said = f"{message.type}: {message.text} {message.location.get('url', '')}"
        if message.type in ("error", "warning") and not any(part in said for part in self.expected):
            self.complaints.append(said)


async def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Through the form, to the person's first view."""
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=password]").fill(password)
    await page.locator("form button.main").click()
    await expect(page.locator("#top nav")).to_be_visible()


async def open_view(page: Page, address: str) -> None:
    """Goes to a place of the page, such as "#/desk", as a link does."""
    await page.evaluate("address => { location.hash = address; }", address)
    await expect(page.locator(f"#main .view.{address.split('/')[1].split('?')[0]}")).to_be_visible()
