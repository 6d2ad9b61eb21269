"""Tally, declared: votes, the meetings that hold them, sheets read twice, outcomes by rule."""

from __future__ import annotations

from pathlib import Path

from huanjie.tally.v1 import elections_pb2, sheets_pb2, tally_pb2
from services.chassis.app import App
from services.tally import commands, queries
from services.tally.context import context_of
from services.tally.domain.events import EVENTS
from services.tally.permissions import PERMISSIONS
from services.tally.reactions import LISTENS
from services.tally.store import people
from services.tally.store.evolve import EVOLVE

APP = App(
    name="tally",
    descriptor=tally_pb2.DESCRIPTOR.services_by_name["TallyService"],
    commands=commands,
    queries=queries,
    permissions=PERMISSIONS,
    events=EVENTS,
    messages=(elections_pb2, sheets_pb2),
    evolve=EVOLVE,
    schema=Path(__file__).parent / "schema",
    listens=LISTENS,
    erasable=people.TABLES,
    context=context_of,
)
