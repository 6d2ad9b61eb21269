"""Answers calls: verifies the signature before the queue, bounds what is in flight, and never blocks the connection.

A subscription callback only parses and queues (the client library awaits callbacks one by one); commands go to the one
writer, queries to a small pool of read snapshots.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from huanjie.call.v1 import call_pb2 as pb
from services.chassis import measures
from services.chassis.ask import Ask
from services.chassis.binding import Bound
from services.chassis.broker import Broker
from services.chassis.consumer import Consumer
from services.chassis.permissions import Gatekeeper
from services.chassis.principals import Principal, Verifier
from services.chassis.refusals import (
    BadRequest,
    Busy,
    DeadlinePassed,
    InternalFailure,
    NotCaughtUp,
    PayloadTooLarge,
    PeerNotCaughtUp,
    Refusal,
    UnknownMethod,
)
from services.chassis.store import Store
from services.chassis.telemetry import span
from services.chassis.wire import Subjects, refused
from services.chassis.writer import Call, Writer

REQUEST_BYTES_MAX = 1_000_000
REQUEST_ID_CHARS_MAX = 128
QUERY_THREADS_MAX = 2
PREPARE_THREADS_MAX = 2
ABSENCE_WAIT_SECONDS = 2.0
POSITION_WAIT_SECONDS = 1.0

log = structlog.get_logger()


@dataclass(slots=True)
class Counts:
    """What was answered since the last log line; no label names a caller."""

    commands: int = 0
    queries: int = 0
    refused: int = 0
    busy: int = 0


class CallServer:
    """Serves one service's ``cmd`` and ``qry`` subjects."""

    def __init__(
        self,
        broker: Broker,
        subjects: Subjects,
        service: str,
        calls: Mapping[str, Bound],
        writer: Writer,
        store: Store,
        verifier: Verifier,
        gatekeeper: Gatekeeper,
        consumers: Mapping[str, Consumer],
        context: Any,
        in_flight_max: int,
    ) -> None:
        self._broker = broker
        self._subjects = subjects
        self._service = service
        self._calls = calls
        self._writer = writer
        self._store = store
        self._verifier = verifier
        self._gatekeeper = gatekeeper
        self._consumers = consumers
        self._context = context
        self._in_flight_max = in_flight_max
        self.in_flight = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscriptions: list[Subscription] = []
        self._queries = ThreadPoolExecutor(QUERY_THREADS_MAX, thread_name_prefix="query")
        self._prepares = ThreadPoolExecutor(PREPARE_THREADS_MAX, thread_name_prefix="prepare")
        self.counts = Counts()
        # Answers of the batch that was committed last: they leave together.
        self._answers: list[tuple[str, bytes]] = []
        writer.answered = self._send_answers
        # The ledger position that queries are answered at; a read with a newer position token waits for it.
        self.head: Callable[[], int] = lambda: 0

    async def start(self) -> None:
        client = self._broker.client
        for subject, queue, handler in (
            (self._subjects.command(self._service, "*"), "", self._on_command),
            (self._subjects.query(self._service, "*"), f"qry-{self._service}", self._on_query),
        ):
            self._subscriptions.append(
                await client.subscribe(subject, queue=queue, cb=handler, pending_msgs_limit=-1, pending_bytes_limit=-1)
            )
        await self._broker.settle()

    async def stop(self) -> None:
        """Takes no more calls, finishes those under way; may be called twice."""
        subscriptions, self._subscriptions = self._subscriptions, []
        for subscription in subscriptions:
            if self._broker.client.is_connected:
                await subscription.unsubscribe()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._queries.shutdown()
        self._prepares.shutdown()

    # ---- commands ---------------------------------------------------------------------------------------

    async def _on_command(self, message: Msg) -> None:
        try:
            bound, request, principal = self._admit(message, wants_query=False)
            call = self._call_of(bound, request, principal, message.reply)
        except Refusal as refusal:
            await self._refuse(message.reply, refusal)
            return
        self.in_flight += 1
        self.counts.commands += 1
        if bound.prepare is None and not bound.traits.absence_of:
            try:
                self._writer.submit(call)
            except Busy as refusal:
                self.in_flight -= 1
                await self._refuse(message.reply, refusal)
            return
        self._spawn(self._slow_command(call, message.reply))

    def _call_of(self, bound: Bound, request: pb.Request, principal: Principal, reply_to: str) -> Call:
        if not request.request_id or len(request.request_id) > REQUEST_ID_CHARS_MAX:
            raise BadRequest(field="request_id", problem="required")
        try:
            command = bound.request.FromString(request.body)
        except DecodeError:
            raise BadRequest(field="body", problem="not_protobuf") from None
        traced = "" if bound.traits.leaves_no_trace else request.traceparent
        call = Call(bound, principal, request.request_id, request.body, command, traceparent=traced)

        async def reply(outcome: pb.Reply) -> None:
            self.in_flight -= 1
            if outcome.HasField("refused"):
                self.counts.refused += 1
                measures.REFUSED.inc()
            else:
                measures.ACCEPTED.inc()
            if reply_to:
                self._answers.append((reply_to, outcome.SerializeToString()))

        call.reply = reply
        return call

    async def _send_answers(self) -> None:
        answers, self._answers = self._answers, []
        if answers:
            await self._broker.send(answers)

    async def _slow_command(self, call: Call, reply_to: str) -> None:
        """Waits for what the decision rests on, prepares outside the writer, then queues."""
        try:
            for producer in call.bound.traits.absence_of:
                await self._await_watermark(producer)
            if call.bound.prepare is not None:
                call.prepared = await asyncio.get_running_loop().run_in_executor(self._prepares, self._prepare, call)
            self._writer.submit(call)
        except Refusal as refusal:
            self.in_flight -= 1
            await self._refuse(reply_to, refusal)
        except Exception:
            self.in_flight -= 1
            log.exception("prepare_failed", method=call.bound.name)
            await self._refuse(reply_to, InternalFailure())

    def _prepare(self, call: Call) -> Any:
        """A refusal is handed on to the writer, which first looks whether the same request was accepted before."""
        with span(f"{self._service}.prepare", call.traceparent), self._store.snapshot() as reader:
            if call.bound.prepare is None:
                return None
            try:
                # Nothing slow is done for somebody who may not ask for it.
                self._gatekeeper.admit(reader, call.principal, call.bound.name, call.command)
                return call.bound.prepare(call.command, Ask(reader, call.principal, self._context, self.head()))
            except Refusal as refusal:
                return refusal

    async def _await_watermark(self, producer: str) -> None:
        since_us = time.time_ns() // 1_000
        if not await self._consumers[producer].caught_up(since_us, ABSENCE_WAIT_SECONDS):
            raise PeerNotCaughtUp(peer=producer)

    # ---- queries ----------------------------------------------------------------------------------------

    async def _on_query(self, message: Msg) -> None:
        try:
            bound, request, principal = self._admit(message, wants_query=True)
        except Refusal as refusal:
            await self._refuse(message.reply, refusal)
            return
        self.in_flight += 1
        self.counts.queries += 1
        measures.QUERIES.inc()
        self._spawn(self._answer_query(bound, request, principal, message.reply))

    async def _answer_query(self, bound: Bound, request: pb.Request, principal: Principal, reply_to: str) -> None:
        try:
            await self._await_positions(request)
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._queries, self._query, bound, request, principal)
            await self._broker.client.publish(reply_to, reply.SerializeToString())
        except Refusal as refusal:
            await self._refuse(reply_to, refusal)
        except Exception:
            log.exception("query_failed", method=bound.name)
            await self._refuse(reply_to, InternalFailure())
        finally:
            self.in_flight -= 1

    def _query(self, bound: Bound, request: pb.Request, principal: Principal) -> pb.Reply:
        try:
            query = bound.request.FromString(request.body)
        except DecodeError:
            raise BadRequest(field="body", problem="not_protobuf") from None
        with span(f"{self._service}.{bound.name}", request.traceparent), self._store.snapshot() as reader:
            self._gatekeeper.admit(reader, principal, bound.name, query)
            answer = bound.function(query, Ask(reader, principal, self._context, self.head()))
        return pb.Reply(body=answer.SerializeToString())

    async def _await_positions(self, request: pb.Request) -> None:
        """A caller that wrote here before reads nothing older than its own write."""
        deadline = time.monotonic() + POSITION_WAIT_SECONDS
        for position in request.not_before:
            if position.service == self._service:
                if self.head() < position.position:
                    raise NotCaughtUp()
            elif position.service in self._consumers:
                consumer = self._consumers[position.service]
                while consumer.at.position < position.position:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise NotCaughtUp()
                    async with consumer.moved:
                        try:
                            await asyncio.wait_for(consumer.moved.wait(), left)
                        except TimeoutError:
                            raise NotCaughtUp() from None

    # ---- both -------------------------------------------------------------------------------------------

    def _admit(self, message: Msg, *, wants_query: bool) -> tuple[Bound, pb.Request, Principal]:
        if self.in_flight >= self._in_flight_max:
            self.counts.busy += 1
            measures.BUSY.inc()
            raise Busy(limit="in_flight")
        if len(message.data) > REQUEST_BYTES_MAX:
            raise PayloadTooLarge(limit_bytes=REQUEST_BYTES_MAX)
        method = message.subject.rsplit(".", 1)[-1]
        bound = self._calls.get(method)
        if bound is None or bound.is_query != wants_query:
            raise UnknownMethod(method=method[:64])
        try:
            request = pb.Request.FromString(message.data)
        except DecodeError:
            raise BadRequest(field="request", problem="not_protobuf") from None
        if request.deadline_us and request.deadline_us < time.time_ns() // 1_000:
            raise DeadlinePassed()
        return bound, request, self._verifier.verify(request.principal)

    async def _refuse(self, reply_to: str, refusal: Refusal) -> None:
        self.counts.refused += 1
        if reply_to:
            await self._broker.client.publish(reply_to, refused(refusal).SerializeToString())

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
