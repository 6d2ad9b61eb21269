"""The one writer of a service: takes all that waits, commits it in one transaction, then answers.

Accepted means durable: no caller hears "done" before the commit that holds the change has returned.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from google.protobuf.message import Message

from huanjie.call.v1 import call_pb2 as pb
from services.chassis import measures
from services.chassis.act import Act, Recorder
from services.chassis.binding import Bound
from services.chassis.permissions import Gatekeeper
from services.chassis.principals import Principal
from services.chassis.refusals import Busy, InternalFailure, Refusal, StoreUnavailable
from services.chassis.requests import Requests, digest_of
from services.chassis.store import Store, StoreError, Transaction
from services.chassis.telemetry import span, traceparent
from services.chassis.wire import refused

T = TypeVar("T")

QUEUE_CALLS_MAX = 4_096
# What waits longer is decided in the next batch. Short, so that callers whose answers are out prepare their next calls
# while this batch is decided and made durable: else everybody waits for everybody.
BATCH_SECONDS_MAX = 0.004

log = structlog.get_logger()


@dataclass(slots=True)
class Call:
    """One verified command on its way through the writer."""

    bound: Bound
    principal: Principal
    request_id: str
    body: bytes
    command: Message
    # What ``prepare_<rpc>`` returned, or the refusal that it raised.
    prepared: Any = None
    traceparent: str = ""
    reply: Callable[[pb.Reply], Awaitable[None]] | None = None
    outcome: pb.Reply = field(default_factory=pb.Reply)


@dataclass(slots=True)
class Job:
    """Internal work for the writer: applying entries, a tick, a checkpoint."""

    run: Callable[[Transaction], Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Group commit: a savepoint a call, one commit a batch, then every answer."""

    def __init__(
        self, store: Store, recorder: Recorder, gatekeeper: Gatekeeper, requests: Requests, batch_max: int
    ) -> None:
        self.batch_max = batch_max
        self._store = store
        self._recorder = recorder
        self._gatekeeper = gatekeeper
        self._requests = requests
        self._waiting: deque[Call | Job] = deque()
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.read_only_reason = ""
        self.advanced = asyncio.Event()
        self.committed_calls = 0
        self.committed_batches = 0
        # Written first in each transaction: what need not be committed by itself.
        self.along: Callable[[Transaction], None] = lambda tx: None
        self.on_failure: Callable[[BaseException], None] = lambda error: None
        # Awaited once a batch, after every answer of it.
        self.answered: Callable[[], Awaitable[None]] = _nothing

    def submit(self, call: Call) -> None:
        """Queues a command; its ``reply`` is awaited after the commit. Raises Busy when the queue is full."""
        if len(self._waiting) >= QUEUE_CALLS_MAX:
            raise Busy(limit="writer_queue")
        self._waiting.append(call)
        self._wake.set()

    async def execute(self, call: Call) -> pb.Reply:
        """Submits and waits for the outcome."""
        done: asyncio.Future[pb.Reply] = asyncio.get_running_loop().create_future()

        async def reply(outcome: pb.Reply) -> None:
            if not done.done():
                done.set_result(outcome)

        call.reply = reply
        self.submit(call)
        return await done

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """Runs internal work in the writer's transaction; raises what it raised, after the roll-back."""
        job = Job(work, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._wake.set()
        result: T = await job.done
        return result

    def start(self) -> None:
        self._task = asyncio.create_task(self._loop(), name="writer")

    async def stop(self) -> None:
        """Finishes what waits, then ends; may be called twice."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
            self._task = None
        self._thread.shutdown()

    async def _loop(self) -> None:
        while True:
            if not self._waiting:
                if self._stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            batch: list[Call | Job] = []
            head = self._recorder.ledger.head
            try:
                await self._commit_waiting(batch)
            except Exception as error:
                self._recorder.ledger.head = head
                self._failed(batch, error)
            await self._answer(batch)
            if self._recorder.ledger.head != head:
                self.advanced.set()

    async def _commit_waiting(self, batch: list[Call | Job]) -> None:
        """Decides what waits, here, for at most BATCH_SECONDS_MAX, and commits it in the writer's thread.

        Deciding in the thread as well would give the interpreter away at every statement, and wait to have it back; the
        commit gives it away once, for as long as the disk takes.
        """
        opened = self._store.transaction()
        tx = opened.__enter__()
        began = time.perf_counter()
        try:
            self.along(tx)
            while self._waiting and len(batch) < self.batch_max:
                batch.append(self._waiting.popleft())
                self._run(tx, batch[-1])
                if time.perf_counter() - began > BATCH_SECONDS_MAX:
                    break
        except BaseException as error:
            opened.__exit__(type(error), error, error.__traceback__)
            raise
        await asyncio.get_running_loop().run_in_executor(self._thread, opened.__exit__, None, None, None)
        measures.COMMIT_SECONDS.observe(time.perf_counter() - began)
        self._count(len(batch))

    def _failed(self, batch: list[Call | Job], error: BaseException) -> None:
        log.error("batch_not_committed", error=type(error).__name__, detail=str(error), size=len(batch))
        for item in batch:
            if isinstance(item, Job):
                item.error = error
            else:
                item.outcome = refused(StoreUnavailable())
        self.on_failure(error)

    async def _answer(self, batch: list[Call | Job]) -> None:
        for item in batch:
            if isinstance(item, Job):
                if item.done.done():
                    continue
                if item.error is not None:
                    item.done.set_exception(item.error)
                else:
                    item.done.set_result(item.result)
            elif item.reply is not None:
                await self._sending(item.reply(item.outcome))
        await self._sending(self.answered())

    @staticmethod
    async def _sending(answer: Awaitable[None]) -> None:
        """An answer that cannot be sent is lost, as on any network: the caller asks again with the same request id."""
        try:
            await answer
        except Exception as error:
            log.warning("answer_not_sent", error=type(error).__name__)

    def commit(self, batch: list[Call | Job]) -> None:
        """One transaction at once, without the loop: for a service that nobody calls over the broker."""
        with self._store.transaction() as tx:
            self.along(tx)
            for item in batch:
                self._run(tx, item)
        self._count(len(batch))

    def _count(self, items: int) -> None:
        measures.BATCH_ITEMS.observe(items)
        self.committed_calls += items
        self.committed_batches += 1

    def _run(self, tx: Transaction, item: Call | Job) -> None:
        if isinstance(item, Job):
            self._run_job(tx, item)
        else:
            self._run_call(tx, item)

    def _run_job(self, tx: Transaction, job: Job) -> None:
        head = self._recorder.ledger.head
        try:
            with tx.savepoint():
                job.result = job.run(tx)
        except StoreError:
            raise
        except Exception as error:
            self._recorder.ledger.head = head
            job.error = error

    def _run_call(self, tx: Transaction, call: Call) -> None:
        head = self._recorder.ledger.head
        try:
            if self.read_only_reason:
                raise self._recorder.read_only(self.read_only_reason)
            digest = digest_of(call)
            known = self._requests.find(tx, call, digest)
            if known is not None:
                call.outcome = known
                return
            with tx.savepoint(), span(f"{self._recorder.ledger.identity.service}.{call.bound.name}", call.traceparent):
                call.outcome = self._decide(tx, call, head, digest)
        except Refusal as refusal:
            self._recorder.ledger.head = head
            call.outcome = refused(refusal)
        except Exception as error:
            self._recorder.ledger.head = head
            log.exception("command_failed", method=call.bound.name, error=type(error).__name__)
            call.outcome = refused(InternalFailure())

    def _decide(self, tx: Transaction, call: Call, head: int, digest: bytes) -> pb.Reply:
        grant = self._gatekeeper.admit(tx, call.principal, call.bound.name, call.command)
        if isinstance(call.prepared, Refusal):
            raise call.prepared
        act = Act(tx, self._recorder, call.principal, grant, call.prepared, traceparent())
        answer = call.bound.function(call.command, act)
        outcome = pb.Reply(body=answer.SerializeToString())
        ledger = self._recorder.ledger
        if ledger.head != head:
            outcome.position.service = ledger.identity.service
            outcome.position.ledger_id = ledger.identity.ledger_id
            outcome.position.position = ledger.head
        self._requests.remember(tx, call, digest, outcome, time.time_ns() // 1_000)
        return outcome


async def _nothing() -> None:
    return None
