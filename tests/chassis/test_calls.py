"""Calls are bounded before they are queued, committed in groups, and joined into one trace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from huanjie.call.v1 import call_pb2
from services.chassis import calls, telemetry
from services.chassis.refusals import Busy, DeadlinePassed, NotCaughtUp, PayloadTooLarge, Refusal, UnknownMethod
from services.chassis.wire import refusal_of
from tests.brokers import NatsServer
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import WAIT_SECONDS_MAX, Scene
from tests.chassis.test_way import open_and_add

CALLS = 200


async def raw(scene: Scene, subject: str, request: call_pb2.Request) -> Refusal:
    """Sends an envelope as it stands; returns the refusal."""
    message = await scene.broker.client.request(subject, request.SerializeToString(), timeout=5)
    return refusal_of(call_pb2.Reply.FromString(message.data).refused)


async def test_past_the_limit_of_calls_in_flight_the_answer_is_busy(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [])
        head = service.recorder.ledger.head
        service.calls._in_flight_max = 1
        sent = [
            scene.call("counters", "Add", pb.AddRequest(counter_id="c1", amount=1), pb.CounterResponse)
            for _ in range(CALLS)
        ]
        outcomes = await asyncio.gather(*sent, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, Busy)]
        done = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        assert refused and done and len(refused) + len(done) == CALLS
        assert service.recorder.ledger.head == head + len(done)
        service.calls._in_flight_max = calls.IN_FLIGHT_MAX
        await scene.call("counters", "Add", pb.AddRequest(counter_id="c1", amount=1), pb.CounterResponse)


async def test_a_call_whose_deadline_has_passed_is_not_begun(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        head = service.recorder.ledger.head
        body = pb.OpenCounterRequest(counter_id="c1").SerializeToString()
        late = call_pb2.Request(
            request_id="r", principal=scene.machine, body=body, deadline_us=time.time_ns() // 1_000 - 1
        )
        assert isinstance(await raw(scene, service.subjects.command("counters", "OpenCounter"), late), DeadlinePassed)
        assert service.recorder.ledger.head == head


async def test_a_call_that_is_too_large_or_of_no_method_is_refused(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        subjects = service.subjects
        large = call_pb2.Request(request_id="r", body=b"x" * calls.REQUEST_BYTES_MAX)
        assert isinstance(await raw(scene, subjects.command("counters", "Add"), large), PayloadTooLarge)
        request = call_pb2.Request(request_id="r", principal=scene.machine)
        assert isinstance(await raw(scene, subjects.command("counters", "Nothing"), request), UnknownMethod)
        # A command does not come in by the way of queries, which many may serve.
        assert isinstance(await raw(scene, subjects.query("counters", "Add"), request), UnknownMethod)


async def test_what_waits_is_committed_together_and_only_then_answered(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        before = service.writer.committed_batches
        await open_and_add(scene, "c1", [1] * CALLS)
        assert service.writer.committed_batches - before < CALLS // 2
        with service.store.snapshot() as reader:
            assert reader.one("SELECT additions FROM counter") == (CALLS,)


async def test_a_reader_sees_its_own_write_or_is_told_to_wait(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        opened = pb.OpenCounterRequest(counter_id="c1")
        await scene.call("counters", "OpenCounter", opened, pb.CounterResponse)
        client = scene._clients["mirror"]
        for amount in range(1, 20):
            add = pb.AddRequest(counter_id="c1", amount=1)
            written = (await scene.call("counters", "Add", add, pb.CounterResponse)).position
            assert written is not None
            seen = await client.call(
                "GetMirror", pb.GetMirrorRequest(counter_id="c1"), pb.CounterResponse,
                principal=scene.machine, not_before=(written,),
            )  # fmt: skip
            assert seen.message.total >= amount
        never = call_pb2.Position(service="counters", ledger_id=written.ledger_id, position=1 << 40)
        with pytest.raises(NotCaughtUp):
            await client.call(
                "GetMirror", pb.GetMirrorRequest(counter_id="c1"), pb.CounterResponse,
                principal=scene.machine, not_before=(never,),
            )  # fmt: skip


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    telemetry.configure_tracing("everyone", 1.0, "", exporter)
    yield exporter
    telemetry.configure_tracing("off", 0, "")


async def test_one_trace_joins_the_caller_the_service_and_its_consumer(
    nats_server: NatsServer, tmp_path: Path, exporter: InMemorySpanExporter
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [])
        await scene.settled("mirror", "counters")
        # The way over the stream, not a replay, is the one that carries the trace.
        await asyncio.wait_for(scene.services["mirror"].consumers["counters"].started.wait(), WAIT_SECONDS_MAX)
        with telemetry.root_span("http.add"):
            await scene._clients["counters"].call(
                "Add", pb.AddRequest(counter_id="c1", amount=1), pb.CounterResponse,
                principal=scene.machine, traceparent=telemetry.traceparent(),
            )  # fmt: skip
        await scene.settled("mirror", "counters")
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert spans.keys() == {"http.add", "counters.Add", "mirror.apply"}
    contexts = {name: span.get_span_context() for name, span in spans.items()}
    assert len({context.trace_id for context in contexts.values() if context}) == 1
    parents = {name: span.parent.span_id if span.parent else 0 for name, span in spans.items()}
    add, decided = contexts["http.add"], contexts["counters.Add"]
    assert add is not None and decided is not None
    assert parents == {"http.add": 0, "counters.Add": add.span_id, "mirror.apply": decided.span_id}
