"""The read model's one writer: follows reporting's ledger, writes what it comes to, and tells viewers what moved.

A flush is announced once, as the keys that changed: whoever watches one of them reads it anew and shows everybody the
same bytes. Nothing is encoded that nobody watches.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable

import psutil
import structlog

from gateway.api.views import ALL_DIRECTIVES, Key, encode_flush
from gateway.dashboard.model import MIGRATIONS, NAME, current_file
from gateway.dashboard.projection import PRODUCER, Flushed
from gateway.dashboard.sink import ProjectorSink
from huanjie.chassis.v1 import chassis_pb2 as pb
from services.chassis import health, measures
from services.chassis.apsw_store import ApswStore
from services.chassis.broker import Broker, wait_any
from services.chassis.client import ServiceClient
from services.chassis.clock import BusinessClock, security_now_us
from services.chassis.consumer import Consumer
from services.chassis.service import Site, connect_patiently
from services.chassis.status import StatusServer
from services.chassis.telemetry import configure_logging, configure_metrics, configure_tracing
from services.chassis.wire import Subjects

PROCESS = "projector"

log = structlog.get_logger()


class Projector:
    """``start`` returns when it follows the ledger; ``stop`` when nothing is left; it may be called twice."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.subjects = Subjects(site.district)
        self.store = ApswStore(current_file(site.folder.stores))
        self.clock = BusinessClock(site.folder.clock)
        self.fatal = asyncio.Event()
        self.sink = ProjectorSink(self.store, self._flushed)
        self.broker: Broker
        self.consumer: Consumer
        self._started_at_us = security_now_us()
        self._telling: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises StoreLocked when another projector writes this read model, BrokerSilent without a broker."""
        self.store.claim(f"{PROCESS}:{os.getpid()}")
        self.store.migrate(MIGRATIONS)
        self.broker = await connect_patiently(self.site, PROCESS)
        await self.sink.retry_parked()
        chassis = pb.DESCRIPTOR.services_by_name["ChassisService"]
        replay = ServiceClient(self.broker, self.subjects, PRODUCER, chassis)
        self.consumer = Consumer(self.broker, self.subjects, PRODUCER, self.sink, replay)
        await self.consumer.start()
        for task in asyncio.all_tasks():
            if task.get_name().startswith("consumer-"):
                task.add_done_callback(self._loop_ended)
        await StatusServer(self.broker, self.subjects, PROCESS, self._health).start()
        log.info("started", position=self.consumer.at.position)

    async def stop(self) -> None:
        if hasattr(self, "consumer"):
            await self.consumer.stop()
        if self._telling:
            await asyncio.wait(self._telling)
        if hasattr(self, "broker"):
            await self.broker.close()
        self.sink.close()
        self.store.close()

    def _loop_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("loop_died", loop=task.get_name(), error=repr(task.exception()))
            self.fatal.set()

    # ---- telling ------------------------------------------------------------------------------------------

    def _flushed(self, flushed: Flushed) -> None:
        task = asyncio.get_running_loop().create_task(self._tell(flushed))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, flushed: Flushed) -> None:
        """A message that cannot be sent is only late: viewers read anew when the next one comes or they reconnect."""
        if not self.broker.client.is_connected:
            return
        payload = encode_flush(flushed.position, ((key, None) for key in changed_keys(flushed)))
        await self.broker.client.publish(self.subjects.view("figures"), payload)
        if flushed.deeds:
            await self.broker.client.publish(self.subjects.view("feed"), b"%d" % flushed.position)

    # ---- health -------------------------------------------------------------------------------------------

    async def _health(self) -> pb.HealthResponse:
        measures.INBOX_POSITION.labels(PRODUCER).set(self.consumer.at.position)
        measures.INBOX_BEHIND.labels(PRODUCER).set(self.consumer.behind)
        return await asyncio.to_thread(self._health_now)

    def _health_now(self) -> pb.HealthResponse:
        consumers = [(PRODUCER, self.consumer)]
        with self.store.snapshot() as reader:
            problems = [
                *health.disk_problems(self.site.folder.root),
                *health.consumer_problems(reader, consumers),
                *(health.problem("BROKER_DENIED", text, blocking=True) for text in self.broker.denied[-1:]),
            ]
            inboxes = health.inboxes(reader, consumers)
        return pb.HealthResponse(
            service=PROCESS,
            ready=not any(p.blocking for p in problems),
            problems=problems,
            inboxes=inboxes,
            disk_free_bytes=psutil.disk_usage(str(self.site.folder.root)).free,
            business_time_us=self.clock.now_us(),
            started_at_us=self._started_at_us,
            memory_bytes=psutil.Process().memory_info().rss,
        )


def changed_keys(flushed: Flushed) -> Iterable[Key]:
    """Every changed unit under its directive, and under all of them together."""
    together: set[str] = set()
    for directive_id, unit_ids in flushed.changed.items():
        together.update(unit_ids)
        for unit_id in unit_ids:
            yield Key(unit_id, directive_id)
    for unit_id in together:
        yield Key(unit_id, ALL_DIRECTIVES)


async def serve(site: Site) -> None:
    """Runs until SIGTERM or SIGINT, or until its loop ends by itself."""
    configure_logging(PROCESS, site.log_level)  # type: ignore[arg-type]
    configure_metrics(PROCESS)
    configure_tracing(PROCESS, site.trace_ratio, site.otlp_endpoint)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    projector = Projector(site)
    try:
        await projector.start()
        log.info("ready", store=NAME)
        await wait_any(stopping, projector.fatal)
    finally:
        await projector.stop()
