"""The small loops of a running service: watermark, tick, checkpoint and sweep, one log line a batch of calls.

Each has start and stop; stop waits and may be called twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from huanjie.call.v1 import call_pb2
from services.chassis import ledger as ledgers
from services.chassis.act import CHASSIS_ACTOR, Act, Recorder
from services.chassis.app import Tick
from services.chassis.blobs import BlobStore
from services.chassis.broker import Broker
from services.chassis.checkpoints import Checkpoint, SigningKey, sign
from services.chassis.clock import steps
from services.chassis.merkle import Frontier
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.chassis.requests import Requests
from services.chassis.store import Store, Transaction, bytes_of, int_of
from services.chassis.wire import MARK_INTERVAL_SECONDS, Subjects
from services.chassis.writer import Writer

TICK_SECONDS = 5.0
# After downtime business time catches up in steps of at most a day, and a bounded number of them at once.
TICK_STEP_US_MAX = 86_400_000_000
TICK_STEPS_MAX = 60
CHECKPOINT_SECONDS = 5.0
CHECKPOINT_LEAVES_MAX = 20_000
SWEEP_SECONDS = 600.0
BLOB_SWEEP_SECONDS = 3_600.0
LOG_SECONDS = 10.0

log = structlog.get_logger()

_TICKING = Principal(CHASSIS_ACTOR.id, "", AUDIENCE, (), 0, 0, kind="service")


def own_act(tx: Transaction, recorder: Recorder, instant_us: int) -> Act:
    """An act of the house itself at an instant of business time: of a tick, or of a loop that a service declares."""
    return Act(tx, recorder, _TICKING, Grant(CHASSIS_ACTOR.role, ""), _now_us=instant_us)


class Every:
    """Runs a coroutine function at an interval until stopped; a failure is logged and tried again."""

    def __init__(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._loop(), name=self._name)

    async def stop(self) -> None:
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                await self._work()
            except Exception as error:
                log.warning("loop_failed", loop=self._name, error=type(error).__name__, detail=str(error)[:200])
            try:
                await asyncio.wait_for(self._stop.wait(), self._seconds)
            except TimeoutError:
                continue


def watermark(broker: Broker, subjects: Subjects, recorder: Recorder) -> Every:
    """Tells every 200 ms how far this ledger has come: what a decision on an absence waits for."""
    identity = recorder.ledger.identity

    async def publish() -> None:
        if not broker.client.is_connected:
            return
        at_us = time.time_ns() // 1_000
        mark = call_pb2.Watermark(
            service=identity.service,
            ledger_id=identity.ledger_id,
            writer_epoch=identity.epoch,
            position=recorder.ledger.head,
            at_us=at_us,
        )
        await broker.client.publish(subjects.mark(identity.service), mark.SerializeToString())

    return Every("watermark", MARK_INTERVAL_SECONDS, publish)


def ticker(writer: Writer, recorder: Recorder, on_tick: Tick | None) -> Every:
    """Passes business time through the writer, so that it never goes back and no day is skipped."""

    def reach(tx: Transaction, instant_us: int) -> None:
        tx.run(
            "INSERT INTO business_clock VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET "
            "ticked_us = MAX(ticked_us, excluded.ticked_us)",
            (instant_us,),
        )
        if on_tick is not None:
            on_tick(own_act(tx, recorder, instant_us))

    async def tick() -> None:
        last = await writer.run(_ticked_us)
        now = recorder.clock.now_us()
        for instant in steps(last, now, TICK_STEP_US_MAX, TICK_STEPS_MAX) if last else [now]:
            await writer.run(lambda tx, at=instant: reach(tx, at))  # type: ignore[misc]

    return Every("tick", TICK_SECONDS, tick)


def _ticked_us(tx: Transaction) -> int:
    row = tx.one("SELECT ticked_us FROM business_clock")
    return int_of(row[0]) if row else 0


def checkpointer(writer: Writer, recorder: Recorder, key: SigningKey) -> Every:
    """Signs the Merkle root of the ledger whenever it grew: what a holder can later check offline."""

    def work(tx: Transaction) -> None:
        row = tx.one("SELECT position, frontier FROM ledger_checkpoint ORDER BY position DESC LIMIT 1")
        position = int_of(row[0]) if row else 0
        frontier = Frontier.from_bytes(bytes_of(row[1])) if row else Frontier()
        new = ledgers.leaves(tx, position, position + CHECKPOINT_LEAVES_MAX)
        if not new:
            return
        frontier.extend(new)
        note = sign(Checkpoint(recorder.ledger.identity.ledger_id, frontier.size, frontier.root()), key)
        tx.run("INSERT INTO ledger_checkpoint VALUES (?, ?, ?)", (frontier.size, note, frontier.to_bytes()))

    async def checkpoint() -> None:
        await writer.run(work)

    return Every("checkpoint", CHECKPOINT_SECONDS, checkpoint)


def sweeper(writer: Writer, requests: Requests) -> Every:
    """Forgets old request ids, a bounded slice at a time."""

    async def sweep() -> None:
        now = time.time_ns() // 1_000
        await writer.run(lambda tx: requests.sweep(tx, now))

    return Every("sweep", SWEEP_SECONDS, sweep)


def blob_sweeper(store: Store, blobs: BlobStore, orphan_grace_seconds: int) -> Every:
    """Removes files that no entry names once their grace is over: uploads that nobody went on with."""

    def sweep_now() -> None:
        with store.snapshot() as reader:
            blobs.sweep(
                lambda sha256: reader.one("SELECT 1 FROM blob_reference WHERE sha256 = ?", (sha256,)) is not None,
                orphan_grace_seconds,
                time.time_ns() // 1_000,
            )

    async def sweep() -> None:
        await asyncio.to_thread(sweep_now)

    return Every("blob-sweep", BLOB_SWEEP_SECONDS, sweep)
