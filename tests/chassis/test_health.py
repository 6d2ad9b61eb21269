"""Health tells the truth; and what a running service keeps of its own: signed checkpoints, ticks, request ids."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest

from huanjie.chassis.v1 import chassis_pb2
from services.chassis import checkpoints, health, ledger
from services.chassis.act import Act
from services.chassis.checkpoints import SigningKey
from services.chassis.client import ServiceClient
from services.chassis.keys import ensure_key
from services.chassis.ledger import leaf_hash
from services.chassis.loops import ticker
from services.chassis.merkle import root_of
from services.chassis.requests import KEPT_DAYS, Requests
from tests.brokers import NatsServer
from tests.chassis.desk import ADMINISTRATOR, START_US, Desk
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror import app as mirror_app
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.sample.mirror.app import POISON
from tests.chassis.scene import WAIT_SECONDS_MAX, Scene
from tests.chassis.test_way import open_and_add

DESCRIPTOR = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
DAY_US = 86_400_000_000


async def health_of(scene: Scene, name: str) -> chassis_pb2.HealthResponse:
    client = ServiceClient(scene.broker, scene.services[name].subjects, name, DESCRIPTOR)
    return (await client.call("Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse)).message


def codes(answer: chassis_pb2.HealthResponse) -> set[str]:
    return {problem.code for problem in answer.problems}


async def test_a_sound_service_is_ready_and_says_where_it_stands(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1, 2])
        await scene.settled("mirror", "counters")
        answer = await health_of(scene, "mirror")
        head = scene.services["counters"].recorder.ledger.head
        assert (answer.ready, codes(answer)) == (True, set())
        (inbox,) = answer.inboxes
        assert (inbox.producer, inbox.position, inbox.parked, inbox.forked) == ("counters", head, 0, False)


async def test_parked_entries_lag_and_a_full_disk_are_told(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_app, "poison_active", [True])
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(MIRROR)
        await open_and_add(scene, "sick", [POISON])
        await scene.settled("mirror", "counters")
        answer = await health_of(scene, "mirror")
        assert (answer.ready, codes(answer), answer.inboxes[0].parked) == (True, {"ENTRIES_PARKED"}, 1)
        monkeypatch.setattr(health, "LAG_ENTRIES_MAX", -1)
        assert {"CONSUMER_BEHIND", "RELAY_BEHIND"} <= codes(await health_of(scene, "mirror"))
        monkeypatch.setattr(health, "DISK_FREE_BYTES_MIN", 1 << 62)
        full = await health_of(scene, "mirror")
        assert not full.ready and "DISK_LOW" in codes(full)
        assert mirror.broker.denied == []


async def test_a_broker_that_acknowledges_before_it_syncs_is_told(tmp_path: Path) -> None:
    careless = NatsServer(tmp_path / "nats").start(sync='"2m"')
    try:
        async with Scene(careless, tmp_path / "data") as scene:
            await scene.start(COUNTERS)
            assert codes(await health_of(scene, "counters")) == {"BROKER_NOT_SYNCED"}
    finally:
        careless.stop()


async def test_a_service_signs_the_root_of_its_own_ledger(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        client = ServiceClient(scene.broker, service.subjects, "counters", DESCRIPTOR)
        request = chassis_pb2.CheckpointRequest()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while not (
                answer := (await client.call("Checkpoint", request, chassis_pb2.CheckpointResponse)).message
            ).note:
                await scene.broker.client.flush()
        with service.store.snapshot() as reader:
            entries = [stored.entry for stored in ledger.read_page(reader, 0, answer.position)]
        name = service.recorder.ledger.identity.ledger_id
        public = SigningKey(name, ensure_key(scene.folder.keys, "ledger-counters")).verifier()
        checkpoint, _ = checkpoints.verify(answer.note, [public])
        assert (checkpoint.origin, checkpoint.size) == (name, len(entries))
        assert checkpoint.root == root_of(map(leaf_hash, entries))


async def test_business_time_passes_through_the_writer_and_catches_up_day_by_day(tmp_path: Path) -> None:
    reached: list[int] = []

    def on_tick(act: Act) -> None:
        reached.append(act.now_us)

    desk = Desk(dataclasses.replace(COUNTERS, on_tick=on_tick), tmp_path)
    desk.writer.start()
    tick = ticker(desk.writer, desk.recorder, desk.app.on_tick)
    await tick._work()
    desk.clock.us = START_US + 3 * DAY_US + 5
    await tick._work()
    assert reached == [START_US, *(START_US + day * DAY_US for day in (1, 2, 3)), START_US + 3 * DAY_US + 5]
    desk.clock.us = START_US
    await tick._work()
    with desk.store.snapshot() as reader:
        assert reader.one("SELECT ticked_us FROM business_clock") == (START_US + 3 * DAY_US + 5,)
    await desk.writer.stop()
    desk.store.close()


def test_a_request_id_is_remembered_for_35_days_and_then_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(COUNTERS, tmp_path)
    monkeypatch.setattr("time.time_ns", lambda: START_US * 1_000)
    opened = pb.OpenCounterRequest(counter_id="c1")
    desk.reply("OpenCounter", opened, ADMINISTRATOR, "once")
    with desk.store.transaction() as tx:
        assert Requests().sweep(tx, START_US + KEPT_DAYS * DAY_US) == 0
    assert desk.reply("OpenCounter", opened, ADMINISTRATOR, "once").repeated_request
    with desk.store.transaction() as tx:
        assert Requests().sweep(tx, START_US + KEPT_DAYS * DAY_US + 1) == 1
    assert not desk.reply("OpenCounter", pb.OpenCounterRequest(counter_id="c2"), ADMINISTRATOR, "once").repeated_request
    desk.close()
