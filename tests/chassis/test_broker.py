"""The connection to the broker: what has been sent has arrived when we say so."""

from __future__ import annotations

import asyncio

import pytest
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from services.chassis.broker import connect
from tests.brokers import NatsServer

SUBSCRIPTIONS = 300
REQUESTS = 50
TIMEOUT_SECONDS = 5.0


async def test_a_subscription_stands_once_the_connection_is_settled(nats_server: NatsServer) -> None:
    """Somebody else's request finds it at once; with the library's own flush alone, some go unanswered."""
    serving, asking = await connect(nats_server.url, "serving"), await connect(nats_server.url, "asking")

    async def answer(message: Msg) -> None:
        await serving.client.publish(message.reply, message.subject.encode())

    for n in range(SUBSCRIPTIONS):
        await serving.client.subscribe(f"settle.{n}", cb=answer)
        await serving.settle()
        reply = await asking.client.request(f"settle.{n}", b"", timeout=5)
        assert reply.data == f"settle.{n}".encode()
    await serving.close()
    await asking.close()


async def test_requests_under_way_at_once_get_each_their_own_reply(nats_server: NatsServer) -> None:
    serving, asking = await connect(nats_server.url, "serving"), await connect(nats_server.url, "asking")
    waiting: list[tuple[str, bytes]] = []

    async def answer(message: Msg) -> None:
        waiting.append((message.reply, message.data))
        if len(waiting) == REQUESTS:
            await serving.send(waiting[::-1])

    await serving.client.subscribe("echo", cb=answer)
    await serving.settle()
    replies = await asyncio.gather(*(asking.requests.ask("echo", b"%d" % n, TIMEOUT_SECONDS) for n in range(REQUESTS)))
    assert replies == [b"%d" % n for n in range(REQUESTS)]
    assert asking.requests._waiting == {}
    await serving.close()
    await asking.close()


async def test_a_request_that_nobody_answers_ends_by_itself(nats_server: NatsServer) -> None:
    asking = await connect(nats_server.url, "asking")
    with pytest.raises(NoRespondersError):
        await asking.requests.ask("nobody.listens", b"", TIMEOUT_SECONDS)

    async def be_silent(message: Msg) -> None:
        return None

    await asking.client.subscribe("silent", cb=be_silent)
    with pytest.raises(NatsTimeoutError):
        await asking.requests.ask("silent", b"", 0.0)
    assert asking.requests._waiting == {}
    await asking.close()


async def test_an_answer_too_large_for_the_server_keeps_back_no_other(nats_server: NatsServer) -> None:
    serving, hearing = await connect(nats_server.url, "serving"), await connect(nats_server.url, "hearing")
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(message: Msg) -> None:
        heard.put_nowait(message.data)

    await hearing.client.subscribe("answers", cb=hear)
    await hearing.settle()
    too_large = b"x" * (serving.client.max_payload + 1)
    await serving.send([("answers", b"1"), ("answers", too_large), ("answers", b"2"), ("answers", too_large)])
    assert [await asyncio.wait_for(heard.get(), TIMEOUT_SECONDS) for _ in range(2)] == [b"1", b"2"]
    await serving.send([("answers", too_large)])
    assert serving.client.is_connected
    await serving.close()
    await hearing.close()


async def test_of_a_message_s_headers_a_trace_is_read_and_nothing_that_says_nothing(nats_server: NatsServer) -> None:
    broker = await connect(nats_server.url, "reading")
    heard: asyncio.Queue[Msg] = asyncio.Queue()

    async def hear(message: Msg) -> None:
        heard.put_nowait(message)

    await broker.client.subscribe("entries", cb=hear)
    batch = {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1"}
    await broker.client.publish("entries", b"1", headers=batch)
    await broker.client.publish("entries", b"2", headers=batch | {"traceparent": "00-a-b-01"})
    plain, traced = [await asyncio.wait_for(heard.get(), TIMEOUT_SECONDS) for _ in range(2)]
    assert (plain.data, plain.headers) == (b"1", None)
    assert traced.headers is not None
    assert (traced.data, traced.headers["traceparent"]) == (b"2", "00-a-b-01")
    await broker.close()
