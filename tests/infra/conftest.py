"""A data folder in which both sample services have worked and stopped."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.folder import DataFolder
from services.chassis.service import Service
from tests.brokers import NatsServer
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import WAIT_SECONDS_MAX, Scene
from tests.chassis.test_way import open_and_add

ADDITIONS = [1] * 10


@pytest.fixture(scope="module")
def worked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataFolder, NatsServer]]:
    """The folder, and the broker that it worked with, still running."""
    root = tmp_path_factory.mktemp("worked")
    server = NatsServer(root / "nats").start()
    try:
        yield asyncio.run(_work(server, root / "data")), server
    finally:
        server.stop()


@pytest.fixture
def worked(worked_at: tuple[DataFolder, NatsServer], tmp_path: Path) -> DataFolder:
    """A copy for one test; its ledgers end in a signed checkpoint."""
    root = shutil.copytree(worked_at[0].root, tmp_path / "data")
    return DataFolder.open(root)


async def _work(server: NatsServer, root: Path) -> DataFolder:
    async with Scene(server, root) as scene:
        for first in (True, False):
            counters, mirror = await scene.start(COUNTERS), await scene.start(MIRROR)
            if first:
                await open_and_add(scene, "c1", ADDITIONS)
                await scene.settled("mirror", "counters")
            else:
                await signed_to_head(counters)
                await signed_to_head(mirror)
            await scene.stop("mirror")
            await scene.stop("counters")
        return scene.folder


async def signed_to_head(service: Service) -> None:
    """Waits for the checkpoint that a service signs when it starts."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while True:
            with service.store.snapshot() as reader:
                row = reader.one("SELECT MAX(position) FROM ledger_checkpoint")
            if row == (service.recorder.ledger.head,):
                return
            await asyncio.sleep(0)
