"""How the processes that are no services are entered. Each imports only what it runs."""

from __future__ import annotations

import os

from infra.local.ports import claim_http
from infra.local.programs import API, BROKER, PROGRAMS
from services.chassis.service import Site
from services.chassis.settings import Settings


async def serve_api(site: Site, settings: Settings) -> None:
    """The interface, on the port that was chosen when the platform started, or the next free one."""
    from gateway.api.context import ApiSettings
    from gateway.api.rates import Rates
    from gateway.app import serve

    limits = settings.limits
    served = ApiSettings(
        host=settings.http_host,
        port=claim_http(site.folder, settings.http_host, os.getpid()),
        services=tuple(program.name for program in PROGRAMS if program.name not in (BROKER, API.name)),
        rates=Rates.of(limits.account_requests_per_second, limits.address_requests_per_second),
        blob_bytes_max=limits.blob_bytes_max,
    )
    await serve(site, served)


async def serve_projector(site: Site, settings: Settings) -> None:
    """The read model's one writer."""
    from gateway.dashboard.projector import serve

    await serve(site)
