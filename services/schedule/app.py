"""Schedule, declared: turnovers, plans, gates, meetings, what goes up, units' meetings, closing."""

from __future__ import annotations

from pathlib import Path

from huanjie.schedule.v1 import office_pb2, schedule_pb2, turnovers_pb2
from services.chassis.app import App
from services.schedule import commands, queries
from services.schedule.context import context_of
from services.schedule.domain.events import EVENTS
from services.schedule.loops import loops_of
from services.schedule.permissions import PERMISSIONS
from services.schedule.reactions import LISTENS
from services.schedule.store.evolve import EVOLVE
from services.schedule.store.papers import TABLES as ERASABLE

APP = App(
    name="schedule",
    descriptor=schedule_pb2.DESCRIPTOR.services_by_name["ScheduleService"],
    commands=commands,
    queries=queries,
    permissions=PERMISSIONS,
    events=EVENTS,
    messages=(turnovers_pb2, office_pb2),
    evolve=EVOLVE,
    schema=Path(__file__).parent / "schema",
    listens=LISTENS,
    erasable=ERASABLE,
    context=context_of,
    loops=loops_of,
)
