"""What the operations share: the services' clients, callers, limits, wording, files, live views."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.api.callers import Callers
from gateway.api.counts import Counts
from gateway.api.feed import FeedHub
from gateway.api.problems import Problems
from gateway.api.rates import Buckets, Rates
from gateway.api.sse import VIEWERS_MAX
from gateway.api.standing import Standing
from gateway.api.stream import FigureHub
from gateway.dashboard.board import Board
from gateway.papers.typst import Printer
from services.chassis.blobs import BlobStore
from services.chassis.broker import Broker
from services.chassis.client import ServiceClient
from services.chassis.folder import DataFolder
from services.chassis.settings import BLOB_BYTES_MAX

# Pictures that this process decodes at once: each may take a quarter of a gigabyte meanwhile.
CLEANINGS_AT_ONCE_MAX: Final = 2
STATIC: Final = Path(__file__).parents[1] / "web" / "static"


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How this process serves. `port` 0 takes any that is free."""

    host: str = "127.0.0.1"
    port: int = 8080
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    # Cookies are marked Secure: this process, or a proxy before it, speaks TLS.
    secure: bool = False
    # Services that readiness and metrics ask.
    services: tuple[str, ...] = ("reporting", "identity", "schedule", "tally")
    rates: Rates = field(default_factory=Rates.of)
    blob_bytes_max: int = BLOB_BYTES_MAX
    viewers_max: int = VIEWERS_MAX
    static: Path = STATIC


@dataclass(slots=True)
class Api:
    """The parts of one running interface, put together in gateway/app.py."""

    settings: ApiSettings
    folder: DataFolder
    broker: Broker
    clients: Mapping[str, ServiceClient]
    # The chassis' own calls, by service.
    chassis: Mapping[str, ServiceClient]
    callers: Callers
    problems: Problems
    blobs: BlobStore
    board: Board
    figures: FigureHub
    feed: FeedHub
    standing: Standing
    account_rate: Buckets
    address_rate: Buckets
    cleaning: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CLEANINGS_AT_ONCE_MAX))
    printer: Printer = field(default_factory=Printer)
    # Forms' workbooks are written and read apart from papers: a large one takes long.
    workbooks: Printer = field(default_factory=lambda: Printer("workbooks"))
    counts: Counts = field(default_factory=Counts)
