"""The process of the interface, put together on one page: broker, clients, callers, live views, and the HTTP server."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

import structlog
import uvicorn
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.api.answers import JSON, Answered
from gateway.api.callers import Callers
from gateway.api.context import Api, ApiSettings
from gateway.api.edge import Counts, Edge
from gateway.api.errors import RouteNotFound
from gateway.api.feed import FeedHub
from gateway.api.parts import SERVICES
from gateway.api.problems import Problems
from gateway.api.rates import Buckets
from gateway.api.routing import Operations, problem
from gateway.api.static import static_route
from gateway.api.stream import FigureHub
from gateway.api.table import OPERATIONS
from gateway.api.views import NO_VIEWS, Views
from huanjie.chassis.v1 import chassis_pb2
from services.chassis.blobs import FolderBlobStore
from services.chassis.broker import wait_any
from services.chassis.client import ServiceClient
from services.chassis.clock import security_now_us
from services.chassis.keys import trusted_keys
from services.chassis.loops import LOG_SECONDS, Every
from services.chassis.principals import Verifier
from services.chassis.refusals import InternalFailure
from services.chassis.service import Site, connect_patiently
from services.chassis.telemetry import configure_logging, configure_metrics, configure_tracing
from services.chassis.wire import Subjects

NAME: Final = "gateway"
OPENAPI_PATH: Final = "/api/v1/openapi.json"
STOP_SECONDS_MAX: Final = 5
BACKLOG: Final = 2_048

log = structlog.get_logger()


async def open_api(site: Site, settings: ApiSettings, views: Views) -> Api:
    """Connects, and makes what the operations share. Raises BrokerSilent."""
    broker = await connect_patiently(site, NAME)
    subjects = Subjects(site.district)
    chassis = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
    clients = {name: ServiceClient(broker, subjects, name, descriptor) for name, descriptor in SERVICES.items()}
    api = Api(
        settings=settings,
        folder=site.folder,
        broker=broker,
        clients=clients,
        chassis={name: ServiceClient(broker, subjects, name, chassis) for name in settings.services},
        callers=Callers(
            clients["identity"],
            lambda: Verifier(trusted_keys(site.folder.keys), site.district, security_now_us),
        ),
        problems=Problems.load(),
        blobs=FolderBlobStore(site.folder.blobs),
        figures=FigureHub(broker, subjects.view("figures"), views, settings.viewers_max),
        feed=FeedHub(broker, subjects.view("feed"), views, settings.viewers_max),
        account_rate=Buckets(settings.rates.account),
        address_rate=Buckets(settings.rates.address),
    )
    await api.figures.start()
    await api.feed.start()
    return api


async def close_api(api: Api) -> None:
    """Ends every stream, then the connection."""
    await api.figures.stop()
    await api.feed.stop()
    await api.broker.close()


def build(site: Site, settings: ApiSettings, views: Views = NO_VIEWS) -> FastAPI:
    """The application; it connects when it starts and lets go when it stops. `app.state.api` is its Api then."""
    counts = Counts()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        api = await open_api(site, settings, views)
        app.state.api = api
        app.router.routes.insert(0, Operations(OPERATIONS, api))
        lines = Every("log", LOG_SECONDS, lambda: _log(counts))
        lines.start()
        try:
            yield
        finally:
            await lines.stop()
            await close_api(api)

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.add_middleware(Edge, counts=counts, secure=settings.secure)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_failure)
    app.add_route(OPENAPI_PATH, _openapi, include_in_schema=False)
    if settings.static.is_dir():
        app.router.routes.append(static_route(settings.static))
    return app


async def _log(counts: Counts) -> None:
    taken = counts.take()
    if taken.answered or taken.refused or taken.failed:
        log.info("requests", answered=taken.answered, refused=taken.refused, failed=taken.failed)


async def _openapi(request: Request) -> Response:
    from gateway.api.openapi import DOCUMENT, render

    committed = DOCUMENT.read_bytes() if DOCUMENT.is_file() else render()
    return Response(committed, media_type=JSON.decode())


async def _on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: there is nothing at that path."""
    return _as_response(problem(request.app.state.api, request.scope, RouteNotFound(path=request.url.path[:256])))


async def _on_failure(request: Request, error: Exception) -> Response:
    log.error("request_failed", error=type(error).__name__, exc_info=error)
    return _as_response(problem(request.app.state.api, request.scope, InternalFailure()))


def _as_response(answered: Answered) -> Response:
    headers = {name.decode(): value.decode() for name, value in (answered.caching, *answered.headers)}
    return Response(answered.body, answered.status, headers, answered.media_type.decode())


class _Server(uvicorn.Server):
    """Uvicorn, which says when it listens and leaves signals to us."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Any:
        yield


class Gateway:
    """The running interface. `start` returns when it answers, `stop` when nothing is left; it may be called twice."""

    def __init__(self, site: Site, settings: ApiSettings, views: Views = NO_VIEWS) -> None:
        self.app = build(site, settings, views)
        self._settings = settings
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._socket is None:
            raise RuntimeError("the gateway is not started")
        host, port = self._socket.getsockname()[:2]
        return f"{'https' if self._settings.tls_certificate else 'http'}://{host}:{port}"

    async def start(self) -> None:
        """Raises OSError when the port is taken, BrokerSilent without a broker."""
        settings = self._settings
        self._socket = socket.create_server((settings.host, settings.port), backlog=BACKLOG)
        config = uvicorn.Config(
            self.app,
            lifespan="on",
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
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        listening = asyncio.ensure_future(self._server.listening.wait())
        await asyncio.wait([self._task, listening], return_when=asyncio.FIRST_COMPLETED)
        if not listening.done():
            listening.cancel()
            await self._task
            raise RuntimeError("the HTTP server did not start; the log says why")

    async def stop(self) -> None:
        """Streams end first, then requests under way, then the rest."""
        server, self._server = self._server, None
        if server is None or self._task is None:
            return
        api: Api | None = getattr(self.app.state, "api", None)
        if api is not None:
            await api.figures.stop()
            await api.feed.stop()
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await self._task

    async def ended(self) -> None:
        """Returns when the server has ended, for whatever reason."""
        if self._task is not None:
            await asyncio.wait([self._task])


async def serve(site: Site, settings: ApiSettings, views: Views = NO_VIEWS) -> None:
    """Serves until SIGTERM or SIGINT."""
    configure_logging(NAME, site.log_level)  # type: ignore[arg-type]
    configure_metrics(NAME)
    configure_tracing(NAME, site.trace_ratio, site.otlp_endpoint)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    gateway = Gateway(site, settings, views)
    try:
        await gateway.start()
        log.info("ready", url=gateway.url)
        await wait_any(stopping)
    finally:
        await gateway.stop()
