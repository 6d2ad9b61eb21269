"""Publishes the ledger to the broker, in order, in atomic batches, fenced by the stream's last sequence.

Stream sequence = ledger position. A second relay, or one left over from a stopped writer, is refused by the fence
(10071) and takes its place from the stream again. A stream that is ahead of the ledger, or holds other bytes, is a
fork: this ledger was rolled back under a broker that remembers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from services.chassis import ledger as ledgers
from services.chassis.broker import (
    BATCH_MESSAGES_MAX,
    Broker,
    BrokerError,
    BrokerSilent,
    FenceRefused,
    StreamMissing,
    StreamState,
    wait_any,
)
from services.chassis.ledger import Stored
from services.chassis.settings import Limits
from services.chassis.store import Store
from services.chassis.wire import Subjects

# A recreated stream is refilled with at most this many newest entries; older ones are read by replay.
REFILL_ENTRIES_MAX = 100_000
# The broker can forget without our connection breaking: look at least this often.
STREAM_CHECK_SECONDS = 5.0
RETRY_SECONDS = 0.2
# After a batch the next one gathers this long: the broker syncs a batch, whatever its size.
GATHER_SECONDS = 0.005
# When much happens it gathers longer: every reader commits once a batch as well.
BUSY_ENTRIES_MIN = 4
GATHER_BUSY_SECONDS = 0.025


class Relay:
    """One background loop a ledger."""

    def __init__(
        self,
        broker: Broker,
        store: Store,
        subjects: Subjects,
        service: str,
        advanced: asyncio.Event,
        on_fork: Callable[[str], None],
        limits: Limits,
    ) -> None:
        self._broker = broker
        self._store = store
        self._subjects = subjects
        self._service = service
        self._stream = subjects.stream(service)
        self._advanced = advanced
        self._on_fork = on_fork
        self._limits = limits
        self._stop = asyncio.Event()
        self._check = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._created = ""
        self.started = asyncio.Event()
        # Last position that the broker acknowledged; -1 before the stream was seen.
        self.published = -1
        self.problem = ""

    def start(self) -> None:
        self._broker.on_reconnect.append(self._check.set)
        self._task = asyncio.create_task(self._loop(), name=f"relay-{self._service}")

    async def stop(self) -> None:
        """Ends the loop; may be called twice."""
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                self._check.clear()
                await self._locate()
                self.problem = ""
                self.started.set()
                await self._publish_until_check()
            except FenceRefused:
                continue  # somebody else published: read the stream's state again
            except _Forked as fork:
                self.problem = "fork"
                log.error("ledger_fork", service=self._service, detail=str(fork))
                self._on_fork(str(fork))
                self.started.set()
                await self._stop.wait()
            except BrokerError as error:
                self.problem = "broker_silent" if isinstance(error, BrokerSilent) else "broker_error"
                await wait_any(self._stop, self._check, timeout=RETRY_SECONDS)

    async def _locate(self) -> None:
        """Finds the stream, or makes it; leaves ``published`` at its last position."""
        try:
            state = await self._broker.stream_state(self._stream)
        except StreamMissing:
            head = self._head()
            first = max(1, head - REFILL_ENTRIES_MAX + 1)
            state = await self._broker.create_stream(
                self._stream,
                self._subjects.events(self._service),
                first,
                days_max=self._limits.stream_days,
                bytes_max=self._limits.stream_bytes_max,
            )
        await self._compare(state)
        self._created = state.created
        self.published = state.last

    async def _compare(self, state: StreamState) -> None:
        head = self._head()
        if state.last > head:
            raise _Forked(f"the broker holds position {state.last}, the ledger ends at {head}")
        if state.last < max(state.first, 1):
            return
        theirs = await self._broker.message_at(self._stream, state.last)
        with self._store.snapshot() as reader:
            ours = ledgers.read_page(reader, state.last - 1, 1)
        if theirs is not None and theirs != ours[0].entry:
            raise _Forked(f"the broker holds other bytes at position {state.last}")

    def _head(self) -> int:
        with self._store.snapshot() as reader:
            return ledgers.head_position(reader)

    async def _publish_until_check(self) -> None:
        while not self._stop.is_set() and not self._check.is_set():
            self._advanced.clear()
            page = self._page()
            if page:
                self.published = await self._publish(page)
                if len(page) < BATCH_MESSAGES_MAX:
                    await asyncio.sleep(GATHER_BUSY_SECONDS if len(page) >= BUSY_ENTRIES_MIN else GATHER_SECONDS)
                continue
            await wait_any(self._advanced, self._stop, self._check, timeout=STREAM_CHECK_SECONDS)
            if not self._advanced.is_set():
                return

    def _page(self) -> list[Stored]:
        with self._store.snapshot() as reader:
            return ledgers.read_page(reader, self.published, BATCH_MESSAGES_MAX)

    async def _publish(self, page: list[Stored]) -> int:
        messages = []
        for stored in page:
            headers = {"traceparent": stored.traceparent} if stored.traceparent else {}
            messages.append((self._subjects.event(self._service, stored.type), stored.entry, headers))
        return await self._broker.publish_batch(messages, self.published)


class _Forked(Exception):
    pass


log = structlog.get_logger()
