"""One connection to NATS, made the way the measured traps demand, and the few JetStream calls used here.

JetStream is spoken through its JSON API under a settable prefix: atomic batches, ``first_seq`` and the pull loop need
more than the client library offers.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

CONNECT_TIMEOUT_SECONDS = 5
RECONNECT_WAIT_SECONDS = 0.1
PING_INTERVAL_SECONDS = 5
PENDING_BYTES_MAX = 32 * 1024 * 1024
API_TIMEOUT_SECONDS = 5.0
BATCH_MESSAGES_MAX = 200
_NO_RESPONDERS = "503"
_HEADER_LINE = b"NATS/1.0\r"

log = structlog.get_logger()


class BrokerError(Exception):
    """JetStream answered with an error.

    BrokerError
    ├── BrokerSilent        no answer in time
    ├── StreamMissing       the stream does not exist
    └── FenceRefused        another publisher is ahead (10071)
    """

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


class BrokerSilent(BrokerError):
    """No answer in time: down, cut off, or not permitted."""


class StreamMissing(BrokerError):
    """The stream is not there: never made, or the broker forgot."""


class FenceRefused(BrokerError):
    """The stream's last sequence is not the one expected."""


_STREAM_NOT_FOUND = 10059
_WRONG_LAST_SEQUENCE = frozenset({10071, 10164})


def _raise_for(error: dict[str, Any]) -> None:
    code = int(error.get("err_code", error.get("code", 0)))
    text = str(error.get("description", ""))
    if code == _STREAM_NOT_FOUND:
        raise StreamMissing(code, text)
    if code in _WRONG_LAST_SEQUENCE:
        raise FenceRefused(code, text)
    raise BrokerError(code, text)


def _frame(subject: str, data: bytes, headers: dict[str, str]) -> bytes:
    """A message as it travels to the server. Subjects and headers are our own: nothing in them needs escaping."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"NATS/1.0\r\n{lines}\r\n".encode()
    return b"HPUB %b  %d %d\r\n%b%b\r\n" % (subject.encode(), len(head), len(head) + len(data), head, data)


@dataclass(slots=True)
class StreamState:
    """Where a stream stands; sequences are ledger positions."""

    first: int
    last: int
    created: str


class _Client(Client):
    """The library's client, which reads headers only where they say something to us: a status, or a trace.

    What every message of a stream carries besides (its place in the batch that it came in) costs a reader more than
    its entry does.
    """

    async def _process_headers(self, headers: bytes) -> dict[str, str] | None:
        if headers and headers.startswith(_HEADER_LINE) and b"traceparent" not in headers:
            return None
        return await super()._process_headers(headers)


class Requests:
    """Requests whose replies come to one inbox, told apart by their number.

    The library's ``request`` does the same, with randomness and a task's bookkeeping for each: on a command's way it
    cost as much as everything else that the client does.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox = ""
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    async def open(self) -> None:
        """Listens; the server takes this in before any request that follows. To be called once, when connected."""
        self._inbox = f"{self._client.new_inbox()}."
        await self._client.subscribe(f"{self._inbox}*", cb=self._heard, pending_msgs_limit=-1, pending_bytes_limit=-1)

    async def ask(self, subject: str, payload: bytes, timeout: float) -> bytes:
        """The reply. Raises the library's errors: NoRespondersError, TimeoutError, or what publishing raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        inbox = f"{self._inbox}{next(self._numbers)}"
        self._waiting[inbox] = answer
        timer = loop.call_later(timeout, _expire, answer)
        try:
            await self._client.publish(subject, payload, reply=inbox)
            return await answer
        finally:
            timer.cancel()
            del self._waiting[inbox]

    async def _heard(self, message: Msg) -> None:
        answer = self._waiting.get(message.subject)
        if answer is None or answer.done():
            return
        if message.headers and message.headers.get("Status") == _NO_RESPONDERS and not message.data:
            answer.set_exception(NoRespondersError())
        else:
            answer.set_result(message.data)


def _expire(answer: asyncio.Future[bytes]) -> None:
    if not answer.done():
        answer.set_exception(NatsTimeoutError())


@dataclass(slots=True)
class Broker:
    """A named connection; ``denied`` keeps what the server refused, for the health check."""

    client: Client
    api_prefix: str
    requests: Requests
    denied: list[str] = field(default_factory=list)
    on_reconnect: list[Callable[[], None]] = field(default_factory=list)

    async def api(self, call: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A JetStream API request. Raises BrokerError."""
        payload = json.dumps(body).encode() if body is not None else b""
        answer = json.loads(await self.ask(f"{self.api_prefix}.{call}", payload))
        if "error" in answer:
            _raise_for(answer["error"])
        return dict(answer)

    async def ask(
        self, subject: str, payload: bytes, headers: dict[str, str] | None = None, timeout: float = API_TIMEOUT_SECONDS
    ) -> bytes:
        """A request to the server itself. Raises BrokerSilent."""
        try:
            reply = await self.client.request(subject, payload, timeout=timeout, headers=headers)
        except (NatsTimeoutError, NoRespondersError, nats.errors.ConnectionClosedError, OSError) as error:
            raise BrokerSilent(0, f"{subject}: {type(error).__name__}") from error
        return bytes(reply.data)

    async def stream_state(self, stream: str) -> StreamState:
        """Raises StreamMissing, BrokerSilent."""
        info = await self.api(f"STREAM.INFO.{stream}")
        return StreamState(info["state"]["first_seq"], info["state"]["last_seq"], info["created"])

    async def create_stream(
        self, stream: str, subjects: str, first_seq: int, *, days_max: int, bytes_max: int, replicas: int = 1
    ) -> StreamState:
        """A stream whose next sequence is ``first_seq``."""
        await self.api(
            f"STREAM.CREATE.{stream}",
            {
                "name": stream,
                "subjects": [subjects],
                "retention": "limits",
                "storage": "file",
                "discard": "old",
                "num_replicas": replicas,
                "max_age": days_max * 86_400 * 1_000_000_000,
                "max_bytes": bytes_max,
                "max_msgs": -1,
                "max_consumers": -1,
                "duplicate_window": 0,
                "first_seq": first_seq,
                "allow_atomic": True,
                "allow_direct": True,
                "deny_delete": True,
                "deny_purge": True,
            },
        )
        return await self.stream_state(stream)

    async def message_at(self, stream: str, sequence: int) -> bytes | None:
        """The bytes stored at a sequence; None where there is none (any more)."""
        import base64

        try:
            answer = await self.api(f"STREAM.MSG.GET.{stream}", {"seq": sequence})
        except BrokerSilent:
            raise
        except BrokerError:
            return None
        return base64.b64decode(answer["message"].get("data", ""))

    async def publish_batch(self, messages: list[tuple[str, bytes, dict[str, str]]], expected_last: int) -> int:
        """Publishes all (at least one) or none, fenced by the stream's last sequence; returns the new last sequence.

        Raises FenceRefused when the stream's last sequence is another.
        """
        if len(messages) == 1:
            subject, data, headers = messages[0]
            ack = await self.ask(subject, data, headers | {"Nats-Expected-Last-Sequence": str(expected_last)})
            return self._acknowledged(ack)
        batch_id = uuid.uuid4().hex
        frames = []
        for index, (subject, data, headers) in enumerate(messages[:-1], start=1):
            batch = headers | {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(index)}
            if index == 1:
                batch["Nats-Expected-Last-Sequence"] = str(expected_last)
            frames.append(_frame(subject, data, batch))
        # One piece for the socket: the client library's `publish` costs several times what the rest of the relay does.
        # What follows makes it write.
        await self.client._send_command(b"".join(frames))
        subject, data, headers = messages[-1]
        commit = {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(len(messages)), "Nats-Batch-Commit": "1"}
        return self._acknowledged(await self.ask(subject, data, headers | commit))

    @staticmethod
    def _acknowledged(answer: bytes) -> int:
        ack: dict[str, Any] = (
            json.loads(answer) if answer else {"error": {"code": 0, "description": "empty acknowledgement"}}
        )
        if "error" in ack:
            _raise_for(ack["error"])
        return int(ack["seq"])

    async def send(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publishes many messages as one piece for the socket; what is too large for the server is left out, and told.

        Raises the library's errors.
        """
        fitting = [message for message in messages if len(message[1]) <= self.client.max_payload]
        if len(fitting) < len(messages):
            log.warning("messages_too_large", count=len(messages) - len(fitting))
        if not fitting:
            return
        *first, (subject, data) = fitting
        if self.client.is_connected:
            frames = [b"PUB %b %d\r\n%b\r\n" % (name.encode(), len(payload), payload) for name, payload in first]
            await self.client._send_command(b"".join(frames))
        else:
            for name, payload in first:
                await self.client.publish(name, payload)
        await self.client.publish(subject, data)

    async def settle(self) -> None:
        """Returns when the server has taken in all that was sent before: subscriptions stand, messages are under way.

        One ``flush`` of the client library is no barrier: its PING overtakes what still waits to be written. When the
        first PONG is back that has been written, so the second PING comes after it.
        """
        await self.client.flush()
        await self.client.flush()

    async def close(self) -> None:
        """Ends the connection; may be called twice, also while reconnecting."""
        if not self.client.is_closed:
            await self.client.close()


async def connect(
    url: str,
    name: str,
    *,
    nkey_seed: Path | None = None,
    api_prefix: str = "$JS.API",
    inbox_prefix: str = "",
) -> Broker:
    """Connects and reconnects for ever. Raises BrokerSilent when the first connection cannot be made."""
    client = _Client()
    broker = Broker(client, api_prefix, Requests(client))

    async def on_error(error: Exception) -> None:
        # A denied publish shows only here and as a timeout.
        text = str(error)
        if "permissions violation" in text.lower():
            broker.denied.append(text[:200])
            del broker.denied[:-20]
        log.warning("broker_error", kind=type(error).__name__, detail=text[:200])

    async def on_reconnect() -> None:
        for call in broker.on_reconnect:
            call()

    async def on_event() -> None:
        return None

    try:
        # The client library tries for ever, also what the server refuses: the first connection has a limit.
        async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
            await client.connect(
                url,
                name=name,
                nkeys_seed=str(nkey_seed) if nkey_seed else None,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=RECONNECT_WAIT_SECONDS,  # type: ignore[arg-type]  # a float is understood
                ping_interval=PING_INTERVAL_SECONDS,
                max_outstanding_pings=2,
                pending_size=PENDING_BYTES_MAX,
                error_cb=on_error,
                reconnected_cb=on_reconnect,
                disconnected_cb=on_event,
                closed_cb=on_event,
                inbox_prefix=inbox_prefix or f"_INBOX_{name}",
                # Subjects are our own, or came over the connection.
                skip_subject_validation=True,
            )
            await broker.requests.open()
    except asyncio.CancelledError:
        await client.close()
        raise
    except Exception as error:
        await client.close()
        raise BrokerSilent(0, f"{url}: {type(error).__name__}: {error}") from error
    return broker


Handler = Callable[[Msg], Awaitable[None]]


async def wait_any(*events: asyncio.Event, timeout: float | None = None) -> None:
    """Returns when one of the events is set, or after the time."""
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
