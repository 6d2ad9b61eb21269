"""One change from click to consumer, over a real broker."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from huanjie.call.v1 import call_pb2
from services.chassis import ledger
from services.chassis.permissions import OPERATOR
from services.chassis.principals import Grant, Principal
from services.chassis.refusals import (
    BadRequest,
    PermissionDenied,
    RequestIdReused,
    TokenExpired,
    Unauthenticated,
    WrongAudience,
    WrongDistrict,
)
from services.chassis.wire import refusal_of
from services.kernel.refusal import Refusal
from tests.brokers import NatsServer
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.counters.app import CounterMissing
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import Scene, sign


async def open_and_add(scene: Scene, counter: str, amounts: list[int]) -> None:
    await scene.call("counters", "OpenCounter", pb.OpenCounterRequest(counter_id=counter), pb.CounterResponse)
    await asyncio.gather(
        *(
            scene.call("counters", "Add", pb.AddRequest(counter_id=counter, amount=a), pb.CounterResponse)
            for a in amounts
        )
    )


async def mirrored(scene: Scene, counter: str) -> pb.CounterResponse:
    request = pb.GetMirrorRequest(counter_id=counter)
    return (await scene.call("mirror", "GetMirror", request, pb.CounterResponse)).message


async def test_what_is_committed_arrives_once_at_the_consumer(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", list(range(300)))
        await scene.settled("mirror", "counters")
        seen = await mirrored(scene, "c1")
        assert (seen.total, seen.additions) == (sum(range(300)), 300)


async def test_the_same_request_is_answered_the_same_and_done_once(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [5])
        add = pb.AddRequest(counter_id="c1", amount=7)
        first = await scene.call("counters", "Add", add, pb.CounterResponse, request_id="r1")
        again = await scene.call("counters", "Add", add, pb.CounterResponse, request_id="r1")
        assert (first.message.total, first.repeated) == (12, False)
        assert (again.message.total, again.repeated) == (12, True)
        assert again.position == first.position


async def test_a_request_id_with_other_content_is_refused_and_changes_nothing(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [])
        add = pb.AddRequest(counter_id="c1", amount=7)
        await scene.call("counters", "Add", add, pb.CounterResponse, request_id="r1")
        head = service.recorder.ledger.head
        with pytest.raises(RequestIdReused):
            other = pb.AddRequest(counter_id="c1", amount=8)
            await scene.call("counters", "Add", other, pb.CounterResponse, request_id="r1")
        assert service.recorder.ledger.head == head


async def test_a_refused_command_leaves_no_trace_and_its_neighbours_are_kept(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [])
        head = service.recorder.ledger.head
        calls = [
            scene.call("counters", "Add", pb.AddRequest(counter_id=c, amount=1), pb.CounterResponse)
            for c in ["c1", "missing"] * 50
        ]
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(isinstance(r, CounterMissing) for r in results) == 50
        assert service.recorder.ledger.head == head + 50


async def test_tokens_are_checked_before_anything_else(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        grant = (Grant(OPERATOR, "unit_x"),)
        wrong: list[tuple[bytes, type[Refusal]]] = [
            (b"", Unauthenticated),
            (b"\x0a\x03abc", Unauthenticated),
            (sign(scene.folder, grant, "a", lifetime_seconds=-60), TokenExpired),
            (sign(scene.folder, grant, "a", audience="elsewhere"), WrongAudience),
            (sign(scene.folder, grant, "a", district="999999"), WrongDistrict),
            (sign(scene.folder, (Grant("teller", "unit_x"),), "a"), PermissionDenied),
        ]
        for token, refusal in wrong:
            with pytest.raises(refusal):
                request = pb.OpenCounterRequest(counter_id="c")
                await scene.call("counters", "OpenCounter", request, pb.CounterResponse, principal=token)


async def test_a_tampered_token_is_refused(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        signed = call_pb2.SignedPrincipal.FromString(sign(scene.folder, (Grant(OPERATOR, "unit_x"),), "a"))
        body = call_pb2.Principal.FromString(signed.principal)
        body.account_id = "somebody-else"
        signed.principal = body.SerializeToString()
        with pytest.raises(Unauthenticated):
            request = pb.OpenCounterRequest(counter_id="c")
            token = signed.SerializeToString()
            await scene.call("counters", "OpenCounter", request, pb.CounterResponse, principal=token)


@pytest.mark.parametrize("payload", [b"\xff\xff\xff\xff", b'{"json": true}'])
async def test_what_is_not_protobuf_is_refused_with_its_code(
    nats_server: NatsServer, tmp_path: Path, payload: bytes
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        subject = service.subjects.command("counters", "Add")
        message = await scene.broker.client.request(subject, payload, timeout=5)
        refusal = refusal_of(call_pb2.Reply.FromString(message.data).refused)
        assert isinstance(refusal, BadRequest)
        assert refusal.problem == "not_protobuf"


async def test_the_published_bytes_are_the_stored_bytes(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1, 2, 3])
        await scene.published("counters")
        stream = service.subjects.stream("counters")
        with service.store.snapshot() as reader:
            page = ledger.read_page(reader, 0, 100)
        for stored in page:
            assert await scene.broker.message_at(stream, stored.position) == stored.entry


async def test_a_reaction_happens_once_also_when_the_consumer_starts_again(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [5_000, 3])
        await scene.settled("mirror", "counters")
        await scene.stop("mirror")
        mirror = await scene.start(MIRROR)
        await open_and_add(scene, "c2", [7_000])
        await scene.settled("mirror", "counters")
        with mirror.store.snapshot() as reader:
            assert reader.all("SELECT counter_id, amount FROM big ORDER BY amount") == [("c1", 5_000), ("c2", 7_000)]


def test_principals_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Principal("a", "d", "s", (), 0, 0).account_id = "b"  # type: ignore[misc]
