"""A running service: limits, deadlines, traces, metrics, health, checkpoints, ticks and positions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.api.context import ApiSettings
from gateway.app import Gateway
from gateway.dashboard.projector import Projector
from huanjie.call.v1 import call_pb2
from huanjie.chassis.v1 import chassis_pb2
from huanjie.ledger.v1 import ledger_pb2
from services.chassis import ledger, loops
from services.chassis import service as service_module
from services.chassis.apsw_store import ApswStore
from services.chassis.broker import BrokerSilent
from services.chassis.checkpoints import SigningKey, verify
from services.chassis.client import ServiceClient
from services.chassis.keys import load_key
from services.chassis.merkle import root_of
from services.chassis.refusals import BadRequest, Busy, DeadlinePassed, NotCaughtUp, UnknownMethod
from services.chassis.service import Service, Site, Startable, run_until
from services.chassis.settings import REQUEST_ID_DAYS, Limits
from services.chassis.telemetry import configure_tracing, root_span, shutdown_tracing, traceparent
from services.chassis.wire import refusal_of
from tests.brokers import NatsServer
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror import app as mirror_app
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.sample.mirror.app import POISON
from tests.chassis.scene import WAIT_SECONDS_MAX, Scene, make_folder
from tests.chassis.test_way import open_and_add

CHASSIS = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
DAY_US = 86_400_000_000


async def health_of(scene: Scene, service: str) -> chassis_pb2.HealthResponse:
    client = ServiceClient(scene.broker, scene.services[service].subjects, service, CHASSIS)
    return (await client.call("Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse)).message


def codes(health: chassis_pb2.HealthResponse) -> set[str]:
    return {p.code for p in health.problems}


async def send_raw(scene: Scene, method: str, **fields: object) -> call_pb2.Reply:
    request = call_pb2.Request(principal=scene.machine, **fields)  # type: ignore[arg-type]
    subject = scene.services["counters"].subjects.command("counters", method)
    message = await scene.broker.client.request(subject, request.SerializeToString(), timeout=5)
    return call_pb2.Reply.FromString(message.data)


async def test_past_the_limit_in_flight_the_answer_is_busy(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [])
        service.calls._in_flight_max = 8
        add = pb.AddRequest(counter_id="c1", amount=1)
        calls = [scene.call("counters", "Add", add, pb.CounterResponse) for _ in range(200)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        turned_away = [r for r in results if isinstance(r, Busy)]
        done = [r for r in results if not isinstance(r, BaseException)]
        assert turned_away and len(done) + len(turned_away) == 200
        last = await scene.call("counters", "GetCounter", pb.GetCounterRequest(counter_id="c1"), pb.CounterResponse)
        assert last.message.additions == len(done)


async def test_a_call_whose_deadline_has_passed_is_not_begun(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        head = service.recorder.ledger.head
        body = pb.OpenCounterRequest(counter_id="c").SerializeToString()
        past = time.time_ns() // 1_000 - 1_000_000
        reply = await send_raw(scene, "OpenCounter", request_id="r", deadline_us=past, body=body)
        assert isinstance(refusal_of(reply.refused), DeadlinePassed)
        assert service.recorder.ledger.head == head


async def test_a_command_without_a_request_id_is_refused(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        reply = await send_raw(scene, "OpenCounter", body=b"")
        assert refusal_of(reply.refused) == BadRequest(field="request_id", problem="required")


async def test_an_unknown_method_has_its_code(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        reply = await send_raw(scene, "Explode", request_id="r")
        assert isinstance(refusal_of(reply.refused), UnknownMethod)


async def test_a_query_that_must_not_be_older_than_a_position_waits_or_says_so(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        opened = pb.OpenCounterRequest(counter_id="c1")
        written = await scene.call("counters", "OpenCounter", opened, pb.CounterResponse)
        added = await scene.call("counters", "Add", pb.AddRequest(counter_id="c1", amount=9), pb.CounterResponse)
        assert written.position is not None and added.position is not None
        client = scene._clients["mirror"]
        query = pb.GetMirrorRequest(counter_id="c1")
        seen = await client.call(
            "GetMirror", query, pb.CounterResponse, principal=scene.machine, not_before=(added.position,)
        )
        assert seen.message.total == 9
        future = call_pb2.Position(service="counters", position=added.position.position + 5)
        with pytest.raises(NotCaughtUp):
            await client.call("GetMirror", query, pb.CounterResponse, principal=scene.machine, not_before=(future,))


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    configure_tracing("test", 1.0, "", exporter)
    yield exporter
    shutdown_tracing()


async def test_a_sampled_trace_joins_caller_service_and_consumer(
    nats_server: NatsServer, tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(MIRROR)
        # What is read by replay carries no trace; the stream does.
        await asyncio.wait_for(mirror.consumers["counters"].started.wait(), WAIT_SECONDS_MAX)
        with root_span("request"):
            await scene._clients["counters"].call(
                "OpenCounter", pb.OpenCounterRequest(counter_id="c1"), pb.CounterResponse,
                principal=scene.machine, traceparent=traceparent(),
            )  # fmt: skip
        await scene.settled("mirror", "counters")
    finished = {s.name: s for s in spans.get_finished_spans()}
    root, command, applied = (finished[n] for n in ("request", "counters.OpenCounter", "mirror.apply"))
    assert command.parent is not None and command.parent.span_id == root.context.span_id
    assert applied.parent is not None and applied.parent.span_id == command.context.span_id
    assert {root.context.trace_id, command.context.trace_id, applied.context.trace_id} == {root.context.trace_id}


async def test_an_unsampled_call_leaves_no_span(
    nats_server: NatsServer, tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [1, 2])
    assert [s.name for s in spans.get_finished_spans()] == []


async def test_metrics_tell_commands_positions_and_inboxes(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1] * 5)
        await scene.settled("mirror", "counters")
        client = ServiceClient(scene.broker, mirror.subjects, "mirror", CHASSIS)
        answer = await client.call("Metrics", chassis_pb2.MetricsRequest(), chassis_pb2.MetricsResponse)
        text = answer.message.text.decode()
        head = scene.services["counters"].recorder.ledger.head
        position = next(
            line
            for line in text.splitlines()
            if line.startswith("huanjie_inbox_position{") and 'producer="counters"' in line
        )
        assert float(position.split()[-1]) == head
        for name in ("huanjie_commands_total", "huanjie_commit_seconds_bucket", "huanjie_ledger_position"):
            assert name in text


async def test_a_healthy_service_is_ready_and_says_nothing(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        await scene.settled("mirror", "counters")
        health = await health_of(scene, "mirror")
        assert health.ready and codes(health) == set()
        assert health.inboxes[0].position == scene.services["counters"].recorder.ledger.head


async def test_health_tells_a_broker_that_acknowledges_before_it_syncs(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats").start(sync="2m")
    try:
        async with Scene(server, tmp_path / "data") as scene:
            await scene.start(COUNTERS)
            assert "BROKER_NOT_SYNCED" in codes(await health_of(scene, "counters"))
    finally:
        server.stop()


async def test_health_tells_parked_entries_a_low_disk_and_a_read_only_ledger(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    mirror_app.poison_active[0] = True
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(MIRROR)
        await open_and_add(scene, "sick", [POISON, 1])
        await scene.settled("mirror", "counters")
        mirror.site = replace(mirror.site, limits=Limits(disk_free_bytes_min=1 << 62))
        mirror.writer.read_only_reason = "fork"
        health = await health_of(scene, "mirror")
        assert {"ENTRIES_PARKED", "DISK_LOW", "LEDGER_READ_ONLY"} <= codes(health)
        assert not health.ready
        assert health.inboxes[0].parked == 2


async def test_a_checkpoint_is_signed_over_the_root_of_all_entries(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", list(range(40)))
        identity = service.recorder.ledger.identity
        key = SigningKey(identity.ledger_id, load_key(scene.folder.keys, "ledger-counters"))
        await loops.checkpointer(service.writer, service.recorder, key)._work()
        client = ServiceClient(scene.broker, service.subjects, "counters", CHASSIS)
        answer = await client.call("Checkpoint", chassis_pb2.CheckpointRequest(), chassis_pb2.CheckpointResponse)
        checkpoint, _ = verify(answer.message.note, [key.verifier()])
        with service.store.snapshot() as reader:
            leaves = ledger.leaves(reader, 0, checkpoint.size)
        assert checkpoint.origin == identity.ledger_id
        assert checkpoint.size == service.recorder.ledger.head
        assert checkpoint.root == root_of(leaves)


async def test_business_time_catches_up_in_steps_of_a_day_and_never_goes_back(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        reached: list[int] = []
        ticker = loops.ticker(service.writer, service.recorder, lambda act: reached.append(act.now_us))
        await ticker._work()
        start = reached[-1]
        service.recorder.clock.raise_floor(start + 3 * DAY_US + 7)
        await ticker._work()
        assert reached[1:] == [start + DAY_US, start + 2 * DAY_US, start + 3 * DAY_US, start + 3 * DAY_US + 7]
        assert service.recorder.clock.now_us() >= start + 3 * DAY_US + 7


async def test_request_ids_are_forgotten_after_their_time(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [1, 2, 3])
        later = time.time_ns() // 1_000 + (REQUEST_ID_DAYS + 1) * DAY_US
        assert await service.writer.run(lambda tx: service.requests.sweep(tx, 0)) == 0
        assert await service.writer.run(lambda tx: service.requests.sweep(tx, later)) == 4


async def test_each_entry_says_what_its_writer_had_seen(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(MIRROR)
        await open_and_add(scene, "c1", [])
        await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="free"), pb.ReserveResponse)
        with mirror.store.snapshot() as reader:
            last = ledger_pb2.Entry.FromString(list(ledger.read_all(reader))[-1].entry)
        assert [(s.producer, s.position) for s in last.seen] == [("counters", 2)]
        assert last.actor.id == "machine"


async def test_a_file_that_no_entry_names_is_swept_after_its_grace(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        named, orphan = service.blobs.put([b"named"], 100), service.blobs.put([b"orphan"], 100)
        await service.writer.run(lambda tx: tx.run("INSERT INTO blob_reference VALUES (?, 1)", (named,)))
        await loops.blob_sweeper(service.store, service.blobs, 3_600)._work()
        assert service.blobs.exists(orphan)
        await loops.blob_sweeper(service.store, service.blobs, 0)._work()
        assert (service.blobs.exists(named), service.blobs.exists(orphan)) == (True, False)


# ---- an end that is asked for -----------------------------------------------------------------------------


PROCESSES: dict[str, Callable[[Site], Startable]] = {
    "service": lambda site: Service(COUNTERS, site),
    "projector": Projector,
    "gateway": lambda site: Gateway(site, ApiSettings("127.0.0.1", 0)),
}


@pytest.mark.parametrize("process", PROCESSES)
async def test_whoever_is_asked_to_stop_while_no_broker_comes_stops_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    asked = asyncio.Event()

    async def refused(*args: Any, **kwargs: Any) -> None:
        # The first attempt has failed: from now on it would try without end.
        asked.set()
        raise BrokerSilent(0, "nobody")

    monkeypatch.setattr(service_module, "CONNECT_ATTEMPTS_MAX", 1 << 60)
    monkeypatch.setattr(service_module, "connect", refused)
    folder = make_folder(tmp_path / "data")
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await run_until(asked, PROCESSES[process](Site(folder, "nats://nobody")))
    for file in folder.stores.glob("*.sqlite3"):
        # Nobody holds the store any more.
        store = ApswStore(file)
        store.claim("another")
        store.close()


async def test_what_cannot_start_says_so_and_is_ended() -> None:
    class Broken:
        ended = False

        async def start(self) -> None:
            raise BrokerSilent(0, "nobody")

        async def stop(self) -> None:
            self.ended = True

    broken = Broken()
    with pytest.raises(BrokerSilent):
        await run_until(asyncio.Event(), broken)
    assert broken.ended
