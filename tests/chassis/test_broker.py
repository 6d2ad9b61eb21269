"""The connection to the broker: what has been sent has arrived when we say so."""

from __future__ import annotations

from nats.aio.msg import Msg

from services.chassis.broker import connect
from tests.brokers import NatsServer

SUBSCRIPTIONS = 300


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
