"""A practice says on every page what it is, so that nobody takes it for the real thing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.people import People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
VIEWS = ("#/status", "#/issue", "#/today", "#/plan")


async def as_if(page: Page, **site: Any) -> None:
    """The platform's own answer about itself, with some of it changed."""

    async def change(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=json.dumps(await answer.json() | site))

    await page.route("**/api/v1/site", change)
    await page.reload()


async def test_every_page_of_a_practice_says_so_and_no_page_of_a_real_district(people: People) -> None:
    page = await people.operator()
    mark = page.locator(".topbar .chip.practice")
    await open_view(page, VIEWS[0])
    await expect(page.locator(".topbar .when")).to_be_visible()
    await expect(mark).to_have_count(0)
    await as_if(page, kind="rehearsal", speed=1)
    for view in VIEWS:
        await open_view(page, view)
        await expect(mark).to_have_text("演练 · 非正式")
    await page.set_viewport_size({"width": 390, "height": 800})
    await expect(mark).to_be_visible()
    # The head stays as wide as the phone.
    await expect(page.locator("#top")).to_have_js_property("scrollWidth", 390)
