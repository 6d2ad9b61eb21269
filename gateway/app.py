"""The process of the interface, put together on one page: broker, clients, callers, live views, and the HTTP server."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI

from gateway.api.application import build
from gateway.api.callers import Callers
from gateway.api.context import Api, ApiSettings
from gateway.api.counts import Counts
from gateway.api.dashboard import views_of
from gateway.api.feed import FeedHub
from gateway.api.parts import SERVICES
from gateway.api.problems import Problems
from gateway.api.rates import Buckets
from gateway.api.standing import Standing
from gateway.api.stream import FigureHub
from gateway.api.views import Views
from gateway.dashboard.board import Board
from huanjie.chassis.v1 import chassis_pb2
from services.chassis.blobs import FolderBlobStore
from services.chassis.client import ServiceClient
from services.chassis.clock import BusinessClock, security_now_us
from services.chassis.keys import trusted_keys
from services.chassis.loops import LOG_SECONDS, Every
from services.chassis.principals import Verifier
from services.chassis.service import Site, connect_patiently, run_until
from services.chassis.telemetry import configure_logging, configure_metrics, configure_tracing
from services.chassis.wire import Subjects

NAME: Final = "gateway"
IDENTITY: Final = "identity"
# Uploads are rosters, and they are reporting's.
ROSTERS: Final = "reporting"
STOP_SECONDS_MAX: Final = 5
BACKLOG: Final = 2_048

log = structlog.get_logger()


async def open_api(site: Site, settings: ApiSettings, views: Views | None = None) -> Api:
    """Connects, and makes what the operations share; live views are the board's unless others are given.

    Raises BrokerSilent.
    """
    broker = await connect_patiently(site, NAME)
    subjects = Subjects(site.district)
    chassis = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
    clients = {name: ServiceClient(broker, subjects, name, descriptor) for name, descriptor in SERVICES.items()}
    callers = Callers(
        clients[IDENTITY],
        lambda: Verifier(trusted_keys(site.folder.keys), site.district, security_now_us),
    )
    board = Board(site.folder)
    views = views or views_of(board, callers)
    clock = BusinessClock(site.folder.clock)
    figures = FigureHub(broker, subjects.view("figures"), views, settings.viewers_max, clock)
    feed = FeedHub(broker, subjects.view("feed"), views, settings.viewers_max)
    api = Api(
        settings=settings,
        folder=site.folder,
        broker=broker,
        clients=clients,
        chassis={name: ServiceClient(broker, subjects, name, chassis) for name in settings.services},
        callers=callers,
        problems=Problems.load(),
        blobs=FolderBlobStore(site.folder.blob_area(ROSTERS)),
        board=board,
        figures=figures,
        feed=feed,
        standing=Standing(broker, subjects.events(IDENTITY), callers, (figures, feed)),
        account_rate=Buckets(settings.rates.account),
        address_rate=Buckets(settings.rates.address),
    )
    await api.figures.start()
    await api.feed.start()
    await api.standing.start()
    return api


async def close_api(api: Api) -> None:
    """Ends every stream, then the connection; may be called twice."""
    await api.figures.stop()
    await api.feed.stop()
    await api.standing.stop()
    await api.broker.close()
    api.printer.stop()
    api.workbooks.stop()
    api.board.close()


class _Server(uvicorn.Server):
    """Uvicorn, which says when it listens and leaves signals to us."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Gateway:
    """The running interface. `start` returns when it answers, `stop` when nothing is left; it may be called twice."""

    def __init__(self, site: Site, settings: ApiSettings, views: Views | None = None) -> None:
        self._site = site
        self._settings = settings
        self._views = views
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._lines: Every | None = None
        self.api: Api

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._socket is None:
            raise RuntimeError("the gateway is not started")
        host, port = self._socket.getsockname()[:2]
        return f"{'https' if self._settings.tls_certificate else 'http'}://{host}:{port}"

    async def start(self) -> None:
        """Raises OSError when the port is taken, BrokerSilent without a broker."""
        self._socket = socket.create_server((self._settings.host, self._settings.port), backlog=BACKLOG)
        self.api = await open_api(self._site, self._settings, self._views)
        self._lines = Every("log", LOG_SECONDS, lambda: _log(self.api.counts))
        self._lines.start()
        self._server = _Server(_config(build(self.api), self._settings))
        self._serving = asyncio.create_task(self._server.serve([self._socket]))
        await self._server.listening.wait()
        log.info("listening", url=self.url)

    async def stop(self) -> None:
        """Streams end first, then requests under way, then the rest."""
        server, self._server = self._server, None
        if hasattr(self, "api"):
            await self.api.figures.stop()
            await self.api.feed.stop()
        if server is not None and self._serving is not None:
            server.should_exit = True
            await asyncio.wait([self._serving])
        if self._lines is not None:
            await self._lines.stop()
        if hasattr(self, "api"):
            await close_api(self.api)


def _config(app: FastAPI, settings: ApiSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )


async def _log(counts: Counts) -> None:
    taken = counts.take()
    if taken.answered or taken.refused or taken.failed:
        log.info("requests", answered=taken.answered, refused=taken.refused, failed=taken.failed)


async def serve(site: Site, settings: ApiSettings) -> None:
    """Serves until SIGTERM or SIGINT."""
    configure_logging(NAME, site.log_level)  # type: ignore[arg-type]
    configure_metrics(NAME)
    configure_tracing(NAME, site.trace_ratio, site.otlp_endpoint)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    await run_until(stopping, Gateway(site, settings))
