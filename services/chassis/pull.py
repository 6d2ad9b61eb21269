"""Reads one stream in order, keeping no state in the broker: ephemeral, ack none, start = inbox + 1.

The client library's ``fetch`` stalls (nats.py issue 986), so the pull is written out: one inbox subscription, a request
for messages with heartbeats, refilled at half, made anew after a reconnect or two missed heartbeats.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from contextlib import suppress

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from services.chassis.broker import Broker, BrokerError

PULL_MESSAGES_MAX = 512
PULL_EXPIRES_SECONDS = 30
HEARTBEAT_SECONDS = 2
INACTIVE_SECONDS = 60


class Pull:
    """One consumer on one stream; delivers raw entries to a queue that its owner drains."""

    def __init__(self, broker: Broker, stream: str) -> None:
        self._broker = broker
        self._stream = stream
        self._name = ""
        self._inbox = ""
        self._subscription: Subscription | None = None
        self._outstanding = 0
        self._last_heard = 0.0
        self.entries: list[tuple[bytes, str]] = []
        self.arrived = asyncio.Event()

    async def open(self, start_sequence: int) -> None:
        """Creates the consumer from a stream sequence on. Raises BrokerError."""
        await self.close()
        self._name = f"r{uuid.uuid4().hex}"
        self._inbox = self._broker.client.new_inbox()
        self.entries = []
        self._subscription = await self._broker.client.subscribe(self._inbox, cb=self._receive, pending_msgs_limit=-1)
        await self._broker.api(
            f"CONSUMER.CREATE.{self._stream}.{self._name}",
            {
                "stream_name": self._stream,
                "config": {
                    "name": self._name,
                    "deliver_policy": "by_start_sequence",
                    "opt_start_seq": max(start_sequence, 1),
                    "ack_policy": "none",
                    "max_deliver": 1,
                    "replay_policy": "instant",
                    "inactive_threshold": INACTIVE_SECONDS * 1_000_000_000,
                    "mem_storage": True,
                    "num_replicas": 1,
                },
                "action": "create",
            },
        )
        self._outstanding = 0
        await self._request()

    async def close(self) -> None:
        """Forgets the consumer; may be called twice."""
        if self._subscription is None:
            return
        subscription, self._subscription = self._subscription, None
        with suppress(NatsError, OSError):
            await subscription.unsubscribe()
        if self._broker.client.is_connected:
            with suppress(BrokerError):
                await self._broker.api(f"CONSUMER.DELETE.{self._stream}.{self._name}")

    def silent(self) -> bool:
        """Two heartbeats were missed: the consumer or the connection is gone."""
        return asyncio.get_running_loop().time() - self._last_heard > 2 * HEARTBEAT_SECONDS + 1

    async def _request(self) -> None:
        self._last_heard = asyncio.get_running_loop().time()
        wanted = PULL_MESSAGES_MAX - self._outstanding
        body = {
            "batch": wanted,
            "expires": PULL_EXPIRES_SECONDS * 1_000_000_000,
            "idle_heartbeat": HEARTBEAT_SECONDS * 1_000_000_000,
        }
        self._outstanding += wanted
        await self._broker.client.publish(
            f"{self._broker.api_prefix}.CONSUMER.MSG.NEXT.{self._stream}.{self._name}",
            json.dumps(body).encode(),
            reply=self._inbox,
        )

    async def _receive(self, message: Msg) -> None:
        self._last_heard = asyncio.get_running_loop().time()
        headers = message.headers
        status = headers.get("Status") if headers else None
        if status is None or message.data:
            self._outstanding -= 1
            self.entries.append((message.data, headers.get("traceparent", "") if headers else ""))
            self.arrived.set()
        elif status == "100":
            return
        elif status == "408":  # this request's time is over: ask again
            self._outstanding = 0
        else:
            self._last_heard = float("-inf")  # the consumer is gone: let the owner make it anew
            self.arrived.set()
            return
        if self._outstanding <= PULL_MESSAGES_MAX // 2:
            await self._request()
