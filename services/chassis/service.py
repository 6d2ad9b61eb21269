"""Makes a running service of what its app.py declares: one page on which everything is put together."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psutil
import structlog

from huanjie.chassis.v1 import chassis_pb2
from services.chassis import health, ledger, loops, measures
from services.chassis.act import Recorder
from services.chassis.app import App, Loop
from services.chassis.apsw_store import ApswStore
from services.chassis.ask import Ask
from services.chassis.binding import Bound, CallTraits, bind, is_query, message_class
from services.chassis.blobs import FolderBlobStore
from services.chassis.broker import Broker, BrokerSilent, connect, wait_any
from services.chassis.calls import CallServer
from services.chassis.checkpoints import SigningKey
from services.chassis.client import ServiceClient
from services.chassis.clock import security_now_us
from services.chassis.codec import EventCodec
from services.chassis.consumer import Consumer
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import ensure_key, trusted_keys
from services.chassis.permissions import ANYONE, Gatekeeper
from services.chassis.principals import Verifier
from services.chassis.relay import Relay
from services.chassis.requests import Requests
from services.chassis.settings import Hook, Limits, Mail
from services.chassis.sink import ServiceSink
from services.chassis.store import Migration, StoreFenced, int_of, load_migrations, text_of
from services.chassis.telemetry import configure_logging, configure_metrics, configure_tracing, metrics_text
from services.chassis.wire import Subjects
from services.chassis.writer import Writer

CHASSIS_SCHEMA = Path(__file__).parent / "schema"
CONNECT_ATTEMPTS_MAX = 100
CONNECT_RETRY_SECONDS = 0.1
REPLAY_ENTRIES_MAX = 1_000
REPLAY_BYTES_MAX = 900_000
THREAD_SWITCH_SECONDS = 0.000_2

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Site:
    """Where a service runs: its data folder, its broker, and how it proves itself there."""

    folder: DataFolder
    nats_url: str
    monitor_url: str = ""
    nkey_seed: Path | None = None
    js_api_prefix: str = "$JS.API"
    trace_ratio: float = 0.0
    otlp_endpoint: str = ""
    log_level: str = "info"
    ids: Ids = field(default_factory=Ids)
    limits: Limits = field(default_factory=Limits)
    mail: Mail = field(default_factory=Mail)
    hook: Hook = field(default_factory=Hook)

    @property
    def district(self) -> str:
        return self.folder.identity.district_code


def migrations_of(app: App) -> list[Migration]:
    """The chassis' migrations, then the service's own."""
    return load_migrations("chassis", CHASSIS_SCHEMA) + load_migrations(app.name, app.schema)


class Service:
    """One running service. ``start`` returns when it is ready to answer; ``stop`` when nothing is left running."""

    def __init__(self, app: App, site: Site) -> None:
        self.app = app
        self.site = site
        self.subjects = Subjects(site.district)
        self.store = ApswStore(site.folder.stores / f"{app.name}.sqlite3")
        self.clock = site.folder.business_clock()
        self.blobs = FolderBlobStore(site.folder.blob_area(app.name))
        self.consumers: dict[str, Consumer] = {}
        self.started_at_us = security_now_us()
        self.fatal: asyncio.Event = asyncio.Event()
        self.broker: Broker
        self.recorder: Recorder
        self.writer: Writer
        self.relay: Relay
        self.calls: CallServer
        self.sink: ServiceSink
        self._loops: list[Loop] = []

    async def start(self) -> None:
        """Raises StoreLocked when another process writes this store, BrokerSilent without a broker."""
        epoch = self.store.claim(f"{self.app.name}:{os.getpid()}")
        self.store.migrate(migrations_of(self.app))
        self.broker = await connect_patiently(self.site, self.app.name)
        self._open_writer(epoch)
        await self._open_consumers()
        self.relay.start()
        self._open_loops()
        self._open_calls()
        await self.calls.start()
        self._watch()
        log.info("started", ledger=self.recorder.ledger.identity.ledger_id, head=self.recorder.ledger.head, epoch=epoch)

    async def stop(self) -> None:
        """No call taken before is lost: answers first, then the loops, then the connection and the store."""
        if hasattr(self, "calls"):
            await self.calls.stop()
        for consumer in self.consumers.values():
            await consumer.stop()
        for loop in self._loops:
            await loop.stop()
        if hasattr(self, "writer"):
            await self.writer.stop()
        if hasattr(self, "relay"):
            await self.relay.stop()
        if hasattr(self, "broker"):
            await self.broker.close()
        self.store.close()

    def _open_writer(self, epoch: int) -> None:
        app, site = self.app, self.site
        kind = site.folder.clock.kind
        opened = ledger.open_ledger(
            self.store, service=app.name, district=site.district, kind=kind, epoch=epoch, ids=site.ids,
            now_us=self.clock.now_us(),
        )  # fmt: skip
        with self.store.snapshot() as reader:
            row = reader.one("SELECT ticked_us FROM business_clock")
            if row:
                self.clock.raise_floor(int_of(row[0]))
        self.codec = EventCodec(app.events, app.messages, app.upcasts)
        self.recorder = Recorder(opened, self.codec, app.evolve, self.clock, site.ids)
        self.gatekeeper = Gatekeeper(dict(app.permissions) | dict.fromkeys(_chassis_methods(), (ANYONE,)), app.route_of)
        self.requests = Requests(site.limits.request_id_days)
        batch_max = site.limits.batch_commands_max
        self.writer = Writer(self.store, self.recorder, self.gatekeeper, self.requests, batch_max)
        self.writer.on_failure = self._write_failed
        self.writer.start()
        self.relay = Relay(
            self.broker, self.store, self.subjects, app.name, self.writer.advanced, self._forked, site.limits
        )  # fmt: skip

    async def _open_consumers(self) -> None:
        descriptor = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
        self.sink = ServiceSink(self.writer, self.recorder, self.app.listens)
        for producer in self.app.listens:
            client = ServiceClient(self.broker, self.subjects, producer, descriptor)
            consumer = Consumer(self.broker, self.subjects, producer, self.sink, client)
            self.consumers[producer] = consumer
            await self.sink.retry_parked(producer)
            await consumer.start()

    def _open_loops(self) -> None:
        ledger_id = self.recorder.ledger.identity.ledger_id
        key = SigningKey(ledger_id, ensure_key(self.site.folder.keys, f"ledger-{self.app.name}"))
        self._loops = [
            loops.watermark(self.broker, self.subjects, self.recorder),
            loops.ticker(self.writer, self.recorder, self.app.on_tick),
            loops.checkpointer(self.writer, self.recorder, key),
            loops.sweeper(self.writer, self.requests),
            loops.blob_sweeper(self.store, self.blobs, self.site.limits.orphan_grace_seconds),
            loops.Every("log", loops.LOG_SECONDS, self._log_counts),
            *self.app.loops(self),
        ]
        for loop in self._loops:
            loop.start()

    def _open_calls(self) -> None:
        app = self.app
        bound = bind(app.descriptor, app.commands, app.queries, app.permissions) | self._chassis_calls()
        verifier = Verifier(trusted_keys(self.site.folder.keys), self.site.district, security_now_us)
        self.calls = CallServer(
            self.broker, self.subjects, app.name, bound, self.writer, self.store, verifier, self.gatekeeper,
            self.consumers, app.context(self), self.site.limits.in_flight_max,
        )  # fmt: skip
        self.calls.head = lambda: self.recorder.ledger.head

    def _watch(self) -> None:
        """A loop that ends by itself ends the service: the supervisor starts it again, whole."""
        for task in asyncio.all_tasks():
            if task.get_name().startswith(("writer", "relay-", "consumer-")):
                task.add_done_callback(self._loop_ended)

    def _loop_ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("loop_died", loop=task.get_name(), error=repr(task.exception()))
            self.fatal.set()

    def _forked(self, detail: str) -> None:
        # The broker remembers more, or other, entries than this ledger: it was rolled back. Writing on would fork it.
        self.writer.read_only_reason = "fork"

    def _write_failed(self, error: BaseException) -> None:
        if isinstance(error, StoreFenced):
            self.fatal.set()

    async def _log_counts(self) -> None:
        counts, writer = self.calls.counts, self.writer
        if counts.commands or counts.queries or counts.refused:
            log.info(
                "calls", commands=counts.commands, queries=counts.queries, refused=counts.refused, busy=counts.busy,
                batches=writer.committed_batches, head=self.recorder.ledger.head, published=self.relay.published,
            )  # fmt: skip
            counts.commands = counts.queries = counts.refused = counts.busy = writer.committed_batches = 0

    # ---- the chassis' own calls -----------------------------------------------------------------------------

    def _chassis_calls(self) -> dict[str, Bound]:
        functions = {
            "Replay": self._replay, "Health": self._health, "Metrics": self._metrics, "Checkpoint": self._checkpoint,
        }  # fmt: skip
        bound = {}
        for method in chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"].methods:
            bound[method.name] = Bound(
                method.name, is_query(method), message_class(method.input_type), message_class(method.output_type),
                functions[method.name], None, CallTraits(),
            )  # fmt: skip
        return bound

    def _replay(self, query: Any, ask: Ask) -> chassis_pb2.ReplayResponse:
        wanted = min(query.entries_max or REPLAY_ENTRIES_MAX, REPLAY_ENTRIES_MAX)
        taken: list[bytes] = []
        size = 0
        for stored in ledger.read_page(ask.reader, query.after_position, wanted):
            size += len(stored.entry) + 8
            if taken and size > REPLAY_BYTES_MAX:
                break
            taken.append(stored.entry)
        return chassis_pb2.ReplayResponse(
            entries=taken,
            head_position=ledger.head_position(ask.reader),
            ledger_id=self.recorder.ledger.identity.ledger_id,
        )

    def _health(self, query: Any, ask: Ask) -> chassis_pb2.HealthResponse:
        problems = list(self._problems(ask))
        identity = self.recorder.ledger.identity
        return chassis_pb2.HealthResponse(
            service=self.app.name,
            ready=not any(p.blocking for p in problems),
            problems=problems,
            ledger_id=identity.ledger_id,
            writer_epoch=identity.epoch,
            head_position=self.recorder.ledger.head,
            published_position=max(0, self.relay.published),
            inboxes=health.inboxes(ask.reader, self.consumers.items()),
            disk_free_bytes=_disk_free(self.site.folder.root),
            business_time_us=self.clock.now_us(),
            started_at_us=self.started_at_us,
            memory_bytes=psutil.Process().memory_info().rss,
        )

    def _problems(self, ask: Ask) -> Iterable[chassis_pb2.Problem]:
        if self.writer.read_only_reason:
            yield health.problem("LEDGER_READ_ONLY", self.writer.read_only_reason, blocking=True)
        if self.relay.problem:
            yield health.problem("RELAY_WAITING", self.relay.problem, blocking=self.relay.problem == "fork")
        lag = self.recorder.ledger.head - max(0, self.relay.published)
        if lag > health.LAG_ENTRIES_MAX:
            yield health.problem("RELAY_BEHIND", str(lag), blocking=False)
        if self.broker.denied:
            yield health.problem("BROKER_DENIED", self.broker.denied[-1], blocking=True)
        facts = health.broker_facts(self.site.monitor_url)
        if facts.known and not facts.sync_always:
            yield health.problem("BROKER_NOT_SYNCED", blocking=False)
        yield from health.disk_problems(self.site.folder.root, self.site.limits.disk_free_bytes_min)
        yield from health.consumer_problems(ask.reader, self.consumers.items())

    def _metrics(self, query: Any, ask: Ask) -> chassis_pb2.MetricsResponse:
        measures.LEDGER_POSITION.set(self.recorder.ledger.head)
        measures.PUBLISHED_POSITION.set(max(0, self.relay.published))
        measures.IN_FLIGHT.set(self.calls.in_flight)
        for producer, consumer in self.consumers.items():
            measures.INBOX_POSITION.labels(producer).set(consumer.at.position)
            measures.INBOX_BEHIND.labels(producer).set(consumer.behind)
        return chassis_pb2.MetricsResponse(text=metrics_text())

    def _checkpoint(self, query: Any, ask: Ask) -> chassis_pb2.CheckpointResponse:
        row = ask.reader.one(
            "SELECT position, note FROM ledger_checkpoint WHERE ? = 0 OR position <= ? ORDER BY position DESC LIMIT 1",
            (query.at_most_position, query.at_most_position),
        )
        if row is None:
            return chassis_pb2.CheckpointResponse()
        return chassis_pb2.CheckpointResponse(position=int_of(row[0]), note=text_of(row[1]))


def _chassis_methods() -> list[str]:
    return [m.name for m in chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"].methods]


def _disk_free(folder: Path) -> int:
    return psutil.disk_usage(str(folder)).free


async def connect_patiently(site: Site, name: str) -> Broker:
    """The broker may still be starting: try for a while before giving up."""
    for attempt in range(CONNECT_ATTEMPTS_MAX):
        try:
            return await connect(site.nats_url, name, nkey_seed=site.nkey_seed, api_prefix=site.js_api_prefix)
        except BrokerSilent:
            if attempt == CONNECT_ATTEMPTS_MAX - 1:
                raise
            await asyncio.sleep(CONNECT_RETRY_SECONDS)
    raise BrokerSilent(0, site.nats_url)


async def serve(app: App, site: Site) -> None:
    """Runs a service until SIGTERM or SIGINT, or until a newer writer has taken its store."""
    # The writer's thread gives the interpreter away at every statement; it must not wait 5 ms to have it back.
    sys.setswitchinterval(THREAD_SWITCH_SECONDS)
    configure_logging(app.name, site.log_level)  # type: ignore[arg-type]
    configure_metrics(app.name)
    configure_tracing(app.name, site.trace_ratio, site.otlp_endpoint)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    service = Service(app, site)
    await run_until(stopping, service, service.fatal)


class Startable(Protocol):
    """Runs from `start`, which returns when it is ready, to `stop`, which also ends what has only begun to start."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


async def run_until(stopping: asyncio.Event, running: Startable, *ended: asyncio.Event) -> None:
    """Runs it until somebody asks to stop, also while it starts: it may be waiting for a broker that does not come."""
    began = time.monotonic()
    starting, asked = asyncio.ensure_future(running.start()), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((starting, asked), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            log.info("ready", milliseconds=int((time.monotonic() - began) * 1_000))
            await wait_any(stopping, *ended)
    finally:
        for task in (starting, asked):
            task.cancel()
        await asyncio.wait((starting, asked))
        await running.stop()
