"""Calls are bounded before they are queued, and committed in groups."""

from __future__ import annotations

from pathlib import Path

from huanjie.call.v1 import call_pb2
from services.chassis import calls
from services.chassis.refusals import PayloadTooLarge, Refusal, UnknownMethod
from services.chassis.wire import refusal_of
from tests.brokers import NatsServer
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.scene import Scene
from tests.chassis.test_way import open_and_add

CALLS = 200


async def raw(scene: Scene, subject: str, request: call_pb2.Request) -> Refusal:
    """Sends an envelope as it stands; returns the refusal."""
    message = await scene.broker.client.request(subject, request.SerializeToString(), timeout=5)
    return refusal_of(call_pb2.Reply.FromString(message.data).refused)


async def test_a_call_that_is_too_large_is_refused(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        large = call_pb2.Request(request_id="r", body=b"x" * calls.REQUEST_BYTES_MAX)
        assert isinstance(await raw(scene, service.subjects.command("counters", "Add"), large), PayloadTooLarge)


async def test_a_command_does_not_come_in_by_the_way_of_queries(nats_server: NatsServer, tmp_path: Path) -> None:
    """Queries may be served by many; a command has one writer."""
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        request = call_pb2.Request(request_id="r", principal=scene.machine)
        assert isinstance(await raw(scene, service.subjects.query("counters", "Add"), request), UnknownMethod)
        assert isinstance(await raw(scene, service.subjects.command("counters", "GetCounter"), request), UnknownMethod)


async def test_what_waits_is_committed_together(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        before = service.writer.committed_batches
        await open_and_add(scene, "c1", [1] * CALLS)
        assert service.writer.committed_batches - before < CALLS // 2
        with service.store.snapshot() as reader:
            assert reader.one("SELECT additions FROM counter") == (CALLS,)
