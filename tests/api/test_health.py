"""Health over HTTP tells the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.api.health import merged
from tests.api.town import Town
from tests.brokers import NatsServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_alive_and_ready_while_everything_runs(town: Town) -> None:
    anyone = town.client()
    assert (await anyone.get("/healthz")).json() == {"alive": True}
    alive = await anyone.head("/healthz")
    assert (alive.status_code, alive.content, alive.headers["content-length"]) == (200, b"", "14")
    ready = await anyone.get("/readyz")
    assert ready.status_code == 200, ready.text
    body = ready.json()
    assert [service["service"] for service in body["services"]] == ["reporting", "identity", "schedule", "tally"]
    assert (body["ready"], body["silent"], body["broker_connected"]) == (True, [], True)
    assert body["services"][1]["inboxes"][0]["producer"] == "reporting"


async def test_a_silent_service_makes_it_unready_and_is_named(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Town(nats_server, tmp_path) as town:
        await town.scene.stop("identity")
        ready = await town.client().get("/readyz")
        assert (ready.status_code, ready.json()["silent"]) == (503, ["identity"])
        asked = await town.client({"cookie": "hj_session=x"}).get("/api/v1/session")
        assert (asked.status_code, asked.json()["code"]) == (503, "SERVICE_UNREACHABLE")
        assert (await town.client().get("/healthz")).status_code == 200


async def test_metrics_of_all_processes_come_as_one_text(town: Town) -> None:
    anyone = town.client()
    await anyone.get("/healthz")
    text = (await anyone.get("/metrics")).text
    described = [line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE ")]
    assert len(described) == len(set(described))
    assert 'operation="get_alive",' in text


async def test_texts_of_several_processes_describe_each_metric_once() -> None:
    one = b'# HELP a x\n# TYPE a gauge\na{service="p"} 1\n# HELP b y\n# TYPE b gauge\nb 2\n'
    two = b'# HELP a x\n# TYPE a gauge\na{service="q"} 3\n'
    assert merged([one, two, b""]).decode().splitlines() == [
        "# HELP a x", "# TYPE a gauge", 'a{service="p"} 1', 'a{service="q"} 3', "# HELP b y", "# TYPE b gauge", "b 2",
    ]  # fmt: skip
