"""Reporting, declared: units and the people who answer for them, directives, and how far each has come."""

from __future__ import annotations

from pathlib import Path

from huanjie.reporting.v1 import (
    directives_pb2,
    duties_pb2,
    evidence_pb2,
    forms_pb2,
    matters_pb2,
    messages_pb2,
    reporting_pb2,
    routes_pb2,
    supervision_pb2,
    units_pb2,
    verification_pb2,
)
from services.chassis.app import App
from services.reporting import commands, queries
from services.reporting.context import context_of
from services.reporting.domain.events import EVENTS
from services.reporting.loops import loops_of
from services.reporting.permissions import PERMISSIONS
from services.reporting.reactions import LISTENS
from services.reporting.store.directives import route_of_call as route_of
from services.reporting.store.evolve import EVOLVE

APP = App(
    name="reporting",
    descriptor=reporting_pb2.DESCRIPTOR.services_by_name["ReportingService"],
    commands=commands,
    queries=queries,
    permissions=PERMISSIONS,
    events=EVENTS,
    messages=(
        units_pb2,
        directives_pb2,
        matters_pb2,
        supervision_pb2,
        messages_pb2,
        duties_pb2,
        forms_pb2,
        evidence_pb2,
        verification_pb2,
        routes_pb2,
    ),
    evolve=EVOLVE,
    erasable=("contact",),
    schema=Path(__file__).parent / "schema",
    listens=LISTENS,
    context=context_of,
    route_of=route_of,
    loops=loops_of,
)
