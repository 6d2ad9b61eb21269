"""The broker lets every process do what it needs, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from huanjie.chassis.v1 import chassis_pb2
from infra.nats.permissions import broker_users
from infra.nats.seeds import ensure_seeds, seed_file
from services.chassis.broker import Broker, BrokerSilent, connect
from services.chassis.client import ServiceClient
from tests.brokers import NatsServer
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.mirror.app import CounterOpenAlready
from tests.chassis.scene import DISTRICT, WAIT_SECONDS_MAX
from tests.chassis.test_way import mirrored, open_and_add
from tests.infra.guarded import WIRING, GuardedScene, connect_as, guarded_server

COUNTERS_STREAM = f"HJ_{DISTRICT}_counters"
MIRROR_STREAM = f"HJ_{DISTRICT}_mirror"

DENIED_PUBLISH = [
    ("mirror", f"hj.{DISTRICT}.evt.counters.Added"),
    ("mirror", f"hj.{DISTRICT}.mark.counters"),
    ("mirror", f"hj.{DISTRICT}.cmd.counters.Add"),
    ("mirror", f"hj.{DISTRICT}.qry.counters.GetCounter"),
    ("mirror", "hj.999999.evt.mirror.Reserved"),
    ("mirror", f"$JS.API.STREAM.DELETE.{COUNTERS_STREAM}"),
    ("mirror", f"$JS.API.STREAM.DELETE.{MIRROR_STREAM}"),
    ("mirror", f"$JS.API.STREAM.PURGE.{MIRROR_STREAM}"),
    ("mirror", f"$JS.API.STREAM.UPDATE.{COUNTERS_STREAM}"),
    ("mirror", f"$JS.API.STREAM.CREATE.{COUNTERS_STREAM}"),
    ("mirror", f"$JS.API.STREAM.MSG.DELETE.{MIRROR_STREAM}"),
    ("mirror", "_INBOX_counters.x"),
    ("counters", f"$JS.API.CONSUMER.CREATE.{MIRROR_STREAM}.spy"),
    ("counters", f"hj.{DISTRICT}.qry.mirror.Replay"),
    ("counters", f"hj.{DISTRICT}.view.figures"),
    ("gateway", f"hj.{DISTRICT}.evt.counters.Added"),
    ("gateway", f"$JS.API.CONSUMER.CREATE.{COUNTERS_STREAM}.spy"),
    ("projector", f"hj.{DISTRICT}.cmd.counters.Add"),
    ("projector", f"hj.{DISTRICT}.evt.counters.Added"),
    ("machine", f"hj.{DISTRICT}.mark.counters"),
    ("machine", f"$JS.API.STREAM.DELETE.{COUNTERS_STREAM}"),
]
DENIED_SUBSCRIBE = [
    ("mirror", f"hj.{DISTRICT}.cmd.counters.*"),
    ("mirror", f"hj.{DISTRICT}.evt.counters.>"),
    ("mirror", "_INBOX_gateway.>"),
    ("mirror", ">"),
    ("counters", f"hj.{DISTRICT}.mark.mirror"),
    ("gateway", f"hj.{DISTRICT}.cmd.counters.*"),
    ("projector", f"hj.{DISTRICT}.qry.counters.*"),
    ("machine", f"hj.{DISTRICT}.view.figures"),
]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NatsServer, Path]]:
    with guarded_server(tmp_path_factory.mktemp("guarded")) as found:
        yield found


async def denial(server: NatsServer, keys: Path, user: str, publish: str = "", subscribe: str = "") -> list[str]:
    """What the server refused of one publish or subscribe."""
    broker = await connect_as(server, keys, user)
    try:
        if publish:
            await broker.client.publish(publish, b"{}")
        else:
            await broker.client.subscribe(subscribe)
        return await heard(broker)
    finally:
        await broker.close()


async def heard(broker: Broker) -> list[str]:
    """Waits for the server's refusal; fails when none comes."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not broker.denied:
            await broker.settle()
    return broker.denied


@pytest.mark.parametrize(("user", "subject"), DENIED_PUBLISH)
async def test_a_process_may_not_speak_for_another(guarded: tuple[NatsServer, Path], user: str, subject: str) -> None:
    denied = await denial(*guarded, user, publish=subject)
    assert "publish" in denied[0].lower()


@pytest.mark.parametrize(("user", "subject"), DENIED_SUBSCRIBE)
async def test_a_process_may_not_listen_in_on_another(
    guarded: tuple[NatsServer, Path], user: str, subject: str
) -> None:
    denied = await denial(*guarded, user, subscribe=subject)
    assert "subscription" in denied[0].lower()


@pytest.mark.parametrize("user", [user.name for user in broker_users(WIRING, DISTRICT)])
async def test_a_process_may_do_all_that_the_table_allows(guarded: tuple[NatsServer, Path], user: str) -> None:
    allowed = next(each for each in broker_users(WIRING, DISTRICT) if each.name == user)
    broker = await connect_as(*guarded, user)
    for subject in allowed.subscribe:
        await broker.client.subscribe(subject)
    await broker.settle()
    assert broker.denied == []
    await broker.close()


async def test_nobody_connects_without_a_known_key(
    guarded: tuple[NatsServer, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = guarded
    monkeypatch.setattr("services.chassis.broker.CONNECT_TIMEOUT_SECONDS", 1)
    with pytest.raises(BrokerSilent):
        await connect(server.url, "mirror")
    ensure_seeds(tmp_path, ["stranger"])
    with pytest.raises(BrokerSilent):
        await connect(server.url, "mirror", nkey_seed=seed_file(tmp_path, "stranger"))


async def test_services_with_only_their_own_keys_do_everything_that_they_need(tmp_path: Path) -> None:
    """Calls, entries, replay, watermarks, a decision on an absence, and a broker that forgot everything."""
    with guarded_server(tmp_path) as (server, keys):
        async with GuardedScene(server, tmp_path / "data", keys) as scene:
            await scene.start_all()
            await open_and_add(scene, "c1", [1] * 20)
            await scene.settled("mirror", "counters")
            server.kill()
            server.forget()
            server.start()
            await scene.reconnected()
            await open_and_add(scene, "c2", [5, 6])
            await scene.settled("mirror", "counters")
            assert (await mirrored(scene, "c2")).total == 11
            with pytest.raises(CounterOpenAlready):
                await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="c2"), pb.ReserveResponse)
            await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="free"), pb.ReserveResponse)
            await relayed(scene)
            for service in scene.services.values():
                assert service.broker.denied == []
            assert scene.broker.denied == []


async def relayed(scene: GuardedScene) -> None:
    """Both services have published all they have to the broker that forgot."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        for service in scene.services.values():
            while service.relay.published < service.recorder.ledger.head:
                await service.broker.settle()


async def test_a_denied_publish_shows_in_health(tmp_path: Path) -> None:
    with guarded_server(tmp_path) as (server, keys):
        async with GuardedScene(server, tmp_path / "data", keys) as scene:
            await scene.start_all()
            mirror = scene.services["mirror"]
            assert await problems(scene) == []
            await mirror.broker.client.publish(f"hj.{DISTRICT}.evt.counters.Added", b"")
            await heard(mirror.broker)
            assert await problems(scene) == [("BROKER_DENIED", True)]


async def problems(scene: GuardedScene) -> list[tuple[str, bool]]:
    """What the mirror's health names, and whether it blocks."""
    descriptor = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
    client = ServiceClient(scene.broker, scene.services["mirror"].subjects, "mirror", descriptor)
    answer = await client.call("Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse)
    return [(problem.code, problem.blocking) for problem in answer.message.problems]
