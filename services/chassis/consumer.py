"""Follows one producer's ledger: the broker where it can, the producer's own pages where there is a gap.

The ledger is the truth, the broker is a cache: a broker that forgot, or has not yet been refilled, only costs a replay.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

import structlog

from huanjie.call.v1 import call_pb2 as call_pb
from huanjie.chassis.v1 import chassis_pb2
from services.chassis.broker import Broker, BrokerError, StreamMissing, wait_any
from services.chassis.client import ServiceClient
from services.chassis.inbox import Forked, Gap, Read
from services.chassis.ledger import leaf_hash
from services.chassis.pull import Pull
from services.chassis.refusals import Refusal
from services.chassis.wire import Subjects

REPLAY_ENTRIES_MAX = 1_000
REPLAY_TIMEOUT_SECONDS = 5.0
RETRY_SECONDS = 0.2
LOOK_SECONDS = 1.0
APPLY_ENTRIES_MAX = 2_000

log = structlog.get_logger()


class Sink(Protocol):
    """Where entries go: applies a contiguous run and advances the inbox in one transaction."""

    async def position(self, producer: str) -> Read:
        """Where the inbox stands."""

    async def apply(self, producer: str, entries: list[bytes], traceparent: str) -> Read:
        """Applies entries. Raises Gap or Forked, having kept nothing."""

    async def fork(self, producer: str, reason: str) -> None:
        """Writes down that this consumer stopped at a fork."""


@dataclass(slots=True)
class Mark:
    """The newest watermark of a producer, and when it was heard (loop time)."""

    ledger_id: str = ""
    epoch: int = 0
    position: int = 0
    at_us: int = 0


class Consumer:
    """One background loop a producer."""

    def __init__(self, broker: Broker, subjects: Subjects, producer: str, sink: Sink, replay: ServiceClient) -> None:
        self._broker = broker
        self._subjects = subjects
        self._producer = producer
        self._sink = sink
        self._replay = replay
        self._pull = Pull(broker, subjects.stream(producer))
        self._stop = asyncio.Event()
        self._reopen = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.started = asyncio.Event()
        self.moved = asyncio.Condition()
        self.at = Read(producer, "", 0, 0, b"", "")
        self.mark = Mark()
        self.problem = ""

    @property
    def behind(self) -> int:
        """Entries that the producer is known to have and this consumer has not."""
        return max(0, self.mark.position - self.at.position)

    async def start(self) -> None:
        """Subscribes to the producer's watermark and begins to read."""
        self._broker.on_reconnect.append(self._reopen.set)
        await self._broker.client.subscribe(self._subjects.mark(self._producer), cb=self._marked)
        self._task = asyncio.create_task(self._loop(), name=f"consumer-{self._producer}")

    async def stop(self) -> None:
        """Ends the loop; may be called twice."""
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None
        await self._pull.close()

    async def caught_up(self, since_us: int, timeout_seconds: float) -> bool:
        """A watermark newer than ``since_us`` was heard and the inbox is at it."""

        def at_mark() -> bool:
            return self.mark.at_us >= since_us and self.at.position >= self.mark.position and not self.at.forked

        try:
            async with asyncio.timeout(timeout_seconds), self.moved:
                await self.moved.wait_for(at_mark)
        except TimeoutError:
            return False
        return True

    async def _marked(self, message: object) -> None:
        mark = call_pb.Watermark.FromString(message.data)  # type: ignore[attr-defined]
        changed = (mark.ledger_id, mark.writer_epoch) != (self.mark.ledger_id, self.mark.epoch)
        behind = mark.position > self.at.position
        stuck = behind and self.mark.position == mark.position and not self._pull.entries
        self.mark = Mark(mark.ledger_id, mark.writer_epoch, mark.position, mark.at_us)
        if changed or mark.position < self.at.position or (stuck and self._pull.silent()):
            self._reopen.set()
        async with self.moved:
            self.moved.notify_all()

    async def _loop(self) -> None:
        self.at = await self._sink.position(self._producer)
        while not self._stop.is_set():
            if self.at.forked:
                await self._stop.wait()
                return
            self._reopen.clear()
            try:
                await self._verify_continuation()
                await self._replay_to_head()
                await self._pull.open(self.at.position + 1)
                self.problem = ""
                self.started.set()
                await self._drain()
            except Forked as fork:
                await self._forked(str(fork))
            except (StreamMissing, Refusal) as error:
                self.problem = type(error).__name__
                await wait_any(self._stop, self._reopen, timeout=RETRY_SECONDS)
            except BrokerError as error:
                self.problem = type(error).__name__
                await wait_any(self._stop, timeout=RETRY_SECONDS)

    async def _forked(self, reason: str) -> None:
        log.error("ledger_fork", producer=self._producer, position=self.at.position, detail=reason)
        self.problem = "fork"
        await self._sink.fork(self._producer, reason)
        self.at = await self._sink.position(self._producer)
        if not self.at.forked:
            raise RuntimeError("a fork was not written down")
        self.started.set()

    async def _verify_continuation(self) -> None:
        """The producer still holds, at our position, the very entry that we read there. Raises Forked."""
        if self.at.position == 0:
            return
        page = await self._page(self.at.position - 1, 1)
        if page.head_position < self.at.position:
            raise Forked(f"read up to {self.at.position}, but the producer's ledger ends at {page.head_position}")
        if leaf_hash(page.entries[0]) != self.at.leaf:
            raise Forked(f"the producer holds another entry at position {self.at.position}")

    async def _replay_to_head(self) -> None:
        """Reads what the stream may no longer hold from the producer itself, until its head."""
        while not self._stop.is_set():
            page = await self._page(self.at.position, REPLAY_ENTRIES_MAX)
            if page.entries:
                await self._apply(list(page.entries), "")
            if not page.entries or self.at.position >= page.head_position:
                return

    async def _page(self, after: int, entries_max: int) -> chassis_pb2.ReplayResponse:
        answer = await self._replay.call(
            "Replay",
            chassis_pb2.ReplayRequest(after_position=after, entries_max=entries_max),
            chassis_pb2.ReplayResponse,
            timeout_seconds=REPLAY_TIMEOUT_SECONDS,
        )
        return answer.message

    async def _drain(self) -> None:
        pull = self._pull
        while not self._stop.is_set() and not self._reopen.is_set():
            await wait_any(pull.arrived, self._stop, self._reopen, timeout=LOOK_SECONDS)
            pull.arrived.clear()
            while pull.entries:
                taken, pull.entries = pull.entries[:APPLY_ENTRIES_MAX], pull.entries[APPLY_ENTRIES_MAX:]
                try:
                    await self._apply([raw for raw, _ in taken], next((t for _, t in taken if t), ""))
                except Gap:
                    return
            if pull.silent():
                return

    async def _apply(self, entries: list[bytes], traceparent: str) -> None:
        self.at = await self._sink.apply(self._producer, entries, traceparent)
        async with self.moved:
            self.moved.notify_all()
