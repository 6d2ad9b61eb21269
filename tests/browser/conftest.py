"""Real pages in a real Chromium, on a district that runs for real: one town and one browser for all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from gateway.api.context import STATIC
from gateway.dashboard.projector import Projector
from tests.api.town import Town
from tests.brokers import NatsServer
from tests.browser.people import People

CHROMIUM = "/usr/bin/chromium"
HAS_CHROMIUM = Path(CHROMIUM).exists()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def page_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path_factory.mktemp("page-nats")).start()
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(page_server: NatsServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with Town(page_server, tmp_path_factory.mktemp("page-town"), static=STATIC, views=None) as town:
        projector = Projector(town.scene.site())
        await projector.start()
        yield town
        await projector.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if not HAS_CHROMIUM:
        pytest.skip(f"there is no {CHROMIUM}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def people(chromium: Browser, town: Town) -> AsyncIterator[People]:
    """Whoever opens a page in this test; afterwards nobody's console has seen an error."""
    people = People(town, chromium)
    yield people
    await people.leave()
    assert people.complaints == []
