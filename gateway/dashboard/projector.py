"""The projector: one process that reads reporting's ledger into the read model, tells viewers, and says how it is.

It keeps nothing that cannot be made again. A read model of another program version, or one that somebody asked to be
rebuilt, is built beside the old one, which is read until the new one has caught up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil
import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from gateway.dashboard import thinning
from gateway.dashboard.model import MIGRATIONS, current_file, next_file, point_to, rebuild_requested, remove
from gateway.dashboard.projection import PRODUCER, Flushed
from gateway.dashboard.pushing import messages
from gateway.dashboard.sink import ProjectorSink
from huanjie.call.v1 import call_pb2
from huanjie.chassis.v1 import chassis_pb2
from services.chassis import health
from services.chassis.apsw_store import ApswStore
from services.chassis.broker import Broker
from services.chassis.client import ServiceClient
from services.chassis.clock import security_now_us
from services.chassis.consumer import Consumer
from services.chassis.loops import Every
from services.chassis.refusals import UnknownMethod
from services.chassis.service import Site, connect_patiently, run_until
from services.chassis.store import StoreCorrupt
from services.chassis.telemetry import configure_logging, configure_metrics, configure_tracing, metrics_text
from services.chassis.wire import Subjects, refused

NAME: Final = "projector"
LOG_SECONDS: Final = 10.0
THIN_SECONDS: Final = 3_600.0

log = structlog.get_logger()


class Projector:
    """``start`` returns when it reads and answers, ``stop`` when nothing is left; it may be called twice."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.subjects = Subjects(site.district)
        self.clock = site.folder.business_clock()
        self.started_at_us = security_now_us()
        self.store: ApswStore
        self.sink: ProjectorSink
        self.consumer: Consumer
        self.broker: Broker
        self._file = Path()
        self._replaced: Path | None = None
        self._swap: asyncio.Task[None] | None = None
        self._loops: list[Every] = []
        self._subscription: Subscription | None = None
        self._pushes = ThreadPoolExecutor(1, thread_name_prefix="push")
        self._pending: Flushed | None = None
        self._pushing: asyncio.Task[None] | None = None
        self._entries = self._flushes = 0

    async def start(self) -> None:
        """Raises StoreLocked when another projector writes here, BrokerSilent without a broker."""
        self._open_store()
        self.broker = await connect_patiently(self.site, NAME)
        self.sink = ProjectorSink(self.store, self._flushed)
        await self.sink.retry_parked()
        replay = ServiceClient(
            self.broker, self.subjects, PRODUCER, chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
        )
        self.consumer = Consumer(self.broker, self.subjects, PRODUCER, self.sink, replay)
        await self.consumer.start()
        if self._replaced is not None:
            self._swap = asyncio.create_task(self._swap_when_caught_up(self._replaced))
        self._subscription = await self.broker.client.subscribe(
            self.subjects.query(NAME, "*"), queue=f"qry-{NAME}", cb=self._answer
        )
        await self.broker.settle()
        self._loops = [Every("log", LOG_SECONDS, self._log_counts), Every("thin", THIN_SECONDS, self._thin)]
        for loop in self._loops:
            loop.start()

    async def stop(self) -> None:
        """Ends the consumer first: what it has read is kept."""
        for loop in self._loops:
            await loop.stop()
        if hasattr(self, "consumer"):
            await self.consumer.stop()
        for task in (self._swap, self._pushing):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._swap = self._pushing = None
        self._pushes.shutdown()
        if hasattr(self, "broker"):
            await self.broker.close()
        if hasattr(self, "sink"):
            self.sink.close()
        if hasattr(self, "store"):
            self.store.close()

    @property
    def rebuilding(self) -> bool:
        """A new read model is being built; readers still read the old one."""
        return self._replaced is not None

    # ---- the store --------------------------------------------------------------------------------------

    def _open_store(self) -> None:
        stores = self.site.folder.stores
        self._file = current_file(stores)
        if not rebuild_requested(stores):
            try:
                self._open_file(self._file)
                return
            except StoreCorrupt as error:
                log.warning("read_model_outdated", detail=str(error)[:200])
                self.store.close()
        self._replaced = self._file if self._file.exists() else None
        self._file = next_file(stores) if self._replaced else self._file
        self._open_file(self._file)

    def _open_file(self, file: Path) -> None:
        self.store = ApswStore(file)
        self.store.claim(f"{NAME}:{os.getpid()}")
        self.store.migrate(MIGRATIONS)

    async def _swap_when_caught_up(self, old: Path) -> None:
        began = time.monotonic()
        await self.consumer.started.wait()
        point_to(self._file)
        remove(old)
        self._replaced = None
        log.info("rebuilt", entries=self.consumer.at.position, seconds=round(time.monotonic() - began, 3))

    async def _thin(self) -> None:
        now_us = self.clock.now_us()
        await self.sink.run(lambda: thinning.thin(self.store, now_us))

    # ---- viewers ----------------------------------------------------------------------------------------

    def _flushed(self, flushed: Flushed) -> None:
        self._flushes += 1
        self._entries += flushed.deeds
        if self.rebuilding or not (flushed.changed or flushed.deeds):
            return
        self._pending = flushed if self._pending is None else self._pending.joined(flushed)
        if self._pushing is None or self._pushing.done():
            self._pushing = asyncio.create_task(self._push())

    async def _push(self) -> None:
        """Says what changed. What changes meanwhile waits, and is then said together."""
        while self._pending is not None and self.broker.client.is_connected:
            flushed, self._pending = self._pending, None
            try:
                await self._tell(flushed)
            except Exception:
                # Viewers see it with the next flush, or when they open their stream anew.
                log.exception("push_failed", position=flushed.position)

    async def _tell(self, flushed: Flushed) -> None:
        client, loop = self.broker.client, asyncio.get_running_loop()
        for message in await loop.run_in_executor(self._pushes, self._encode, flushed):
            await client.publish(self.subjects.view("figures"), message)
        if flushed.deeds:
            await client.publish(self.subjects.view("feed"), str(flushed.position).encode())

    def _encode(self, flushed: Flushed) -> list[bytes]:
        with self.store.snapshot() as reader:
            return list(messages(reader, flushed, self.clock.now_us()))

    # ---- how it is --------------------------------------------------------------------------------------

    async def _answer(self, message: Msg) -> None:
        method = message.subject.rsplit(".", 1)[-1]
        if method == "Health":
            body = (await self.sink.run(self._health)).SerializeToString()
        elif method == "Metrics":
            body = chassis_pb2.MetricsResponse(text=metrics_text()).SerializeToString()
        else:
            await message.respond(refused(UnknownMethod(method=method[:64])).SerializeToString())
            return
        await message.respond(call_pb2.Reply(body=body).SerializeToString())

    def _health(self) -> chassis_pb2.HealthResponse:
        problems = list(self._problems())
        with self.store.snapshot() as reader:
            inboxes = health.inboxes(reader, [(PRODUCER, self.consumer)])
        return chassis_pb2.HealthResponse(
            service=NAME,
            ready=not any(problem.blocking for problem in problems),
            problems=problems,
            head_position=self.consumer.at.position,
            published_position=self.consumer.at.position,
            inboxes=inboxes,
            disk_free_bytes=psutil.disk_usage(str(self.site.folder.root)).free,
            business_time_us=self.clock.now_us(),
            started_at_us=self.started_at_us,
            memory_bytes=psutil.Process().memory_info().rss,
        )

    def _problems(self) -> Iterable[chassis_pb2.Problem]:
        if self.rebuilding:
            yield health.problem("READ_MODEL_REBUILDING", str(self.consumer.at.position), blocking=False)
        elif not self.consumer.started.is_set():
            yield health.problem("CONSUMER_STARTING", PRODUCER, blocking=True)
        if self.broker.denied:
            yield health.problem("BROKER_DENIED", self.broker.denied[-1], blocking=True)
        yield from health.disk_problems(self.site.folder.root, self.site.limits.disk_free_bytes_min)
        with self.store.snapshot() as reader:
            yield from health.consumer_problems(reader, [(PRODUCER, self.consumer)])

    async def _log_counts(self) -> None:
        if self._flushes:
            log.info("flushes", flushes=self._flushes, entries=self._entries, position=self.consumer.at.position)
            self._flushes = self._entries = 0


async def serve(site: Site) -> None:
    """Runs the projector until SIGTERM or SIGINT."""
    configure_logging(NAME, site.log_level)  # type: ignore[arg-type]
    configure_metrics(NAME)
    configure_tracing(NAME, site.trace_ratio, site.otlp_endpoint)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    await run_until(stopping, Projector(site))
