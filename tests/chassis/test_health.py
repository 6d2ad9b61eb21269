"""Health tells how far a service lags behind what it publishes and reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.chassis import health
from tests.brokers import NatsServer
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import Scene
from tests.chassis.test_service import codes, health_of
from tests.chassis.test_way import open_and_add


async def test_the_lag_of_relay_and_inbox_is_told_past_its_limit(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        await scene.settled("mirror", "counters")
        assert codes(await health_of(scene, "mirror")) == set()
        # Nothing lags by less than none: every lag is past this limit.
        monkeypatch.setattr(health, "LAG_ENTRIES_MAX", -1)
        answer = await health_of(scene, "mirror")
        assert codes(answer) == {"CONSUMER_BEHIND", "RELAY_BEHIND"}
        assert answer.ready
