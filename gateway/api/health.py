"""Is it alive, is it ready, how does it fare: for supervisors and operators, told as it is."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.answers import Answered, answer_json
from gateway.api.context import Api
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.shapes import output_model, plain_of
from huanjie.chassis.v1 import chassis_pb2 as pb
from services.chassis.telemetry import metrics_text
from services.kernel.refusal import Refusal

_TAG: Final = "health"
ASK_SECONDS: Final = 1.0
METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"
_DESCRIBES: Final = (b"# HELP ", b"# TYPE ")
_PLAIN: Final = plain_of(pb.HealthResponse.DESCRIPTOR)

ServiceHealth: Final[type[BaseModel]] = output_model(pb.HealthResponse.DESCRIPTOR)


class Alive(BaseModel):
    """The process answers."""

    alive: bool


class Readiness(BaseModel):
    """Ready when the broker is reached and every service says that it is ready."""

    ready: bool
    broker_connected: bool
    # What the broker denied to this process.
    broker_denied: list[str]
    services: list[ServiceHealth]  # type: ignore[valid-type]
    # Services that did not answer within a second.
    silent: list[str]


async def get_alive(incoming: Incoming) -> ASGIApp:
    """Says nothing of the services."""
    return answer_json({"alive": True})


async def get_ready(incoming: Incoming) -> ASGIApp:
    """Asks every service."""
    api = incoming.api
    answers = await asyncio.gather(*(_health(api, service) for service in api.chassis))
    services = [answer for answer in answers if answer is not None]
    silent = [service for service, answer in zip(api.chassis, answers, strict=True) if answer is None]
    connected, denied = api.broker.client.is_connected, api.broker.denied
    ready = connected and not denied and not silent and all(service["ready"] for service in services)
    content = {
        "ready": ready,
        "broker_connected": connected,
        "broker_denied": denied,
        "services": services,
        "silent": silent,
    }
    return answer_json(content, 200 if ready else 503)


async def get_metrics(incoming: Incoming) -> ASGIApp:
    """The metrics of this process and of every service that answers, in the Prometheus text format."""
    api = incoming.api
    texts = await asyncio.gather(*(_metrics(api, service) for service in api.chassis))
    return Answered(merged([metrics_text(), *texts]), media_type=METRICS)


async def _health(api: Api, service: str) -> dict[str, Any] | None:
    try:
        answer = await api.chassis[service].call(
            "Health", pb.HealthRequest(), pb.HealthResponse, timeout_seconds=ASK_SECONDS
        )
    except Refusal:
        return None
    return _PLAIN(answer.message)


async def _metrics(api: Api, service: str) -> bytes:
    try:
        answer = await api.chassis[service].call(
            "Metrics", pb.MetricsRequest(), pb.MetricsResponse, timeout_seconds=ASK_SECONDS
        )
    except Refusal:
        return b""
    return answer.message.text


def merged(texts: list[bytes]) -> bytes:
    """Several texts as one: what belongs to one metric stands together, described once."""
    families: dict[bytes, tuple[dict[bytes, bytes], list[bytes]]] = {}
    for text in texts:
        family: tuple[dict[bytes, bytes], list[bytes]] = ({}, [])
        for line in text.splitlines():
            if line.startswith(_DESCRIBES):
                _, kind, name, _ = line.split(b" ", 3)
                family = families.setdefault(name, ({}, []))
                family[0].setdefault(kind, line)
            elif line:
                family[1].append(line)
    lines = [line for described, samples in families.values() for line in (*described.values(), *samples)]
    return b"\n".join(lines) + b"\n"


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_alive", "GET", "/healthz", _TAG, "The process is alive", get_alive,
              answer=Alive, outside=True, unmetered=True),
    Operation("get_ready", "GET", "/readyz", _TAG, "Every service is ready", get_ready,
              answer=Readiness, outside=True, unmetered=True),
    Operation("get_metrics", "GET", "/metrics", _TAG, "Prometheus metrics of all processes", get_metrics,
              gives="text/plain", outside=True, unmetered=True),
)  # fmt: skip
