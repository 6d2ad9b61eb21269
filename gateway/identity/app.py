"""Identity, declared: accounts, grants, keys and sessions, on the chassis like every service."""

from __future__ import annotations

from pathlib import Path

from gateway.identity import commands, queries
from gateway.identity.context import open_context
from gateway.identity.domain.events import EVENTS
from gateway.identity.permissions import PERMISSIONS
from gateway.identity.reactions import REACTIONS
from gateway.identity.store import secrets
from gateway.identity.store.evolve import EVOLVE
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import Act
from services.chassis.app import App, Listen


def tick(act: Act) -> None:
    """Erases sessions that have run out."""
    secrets.sweep_sessions(act.tx, act.wall_us)


APP = App(
    name="identity",
    descriptor=pb.DESCRIPTOR.services_by_name["IdentityService"],
    commands=commands,
    queries=queries,
    permissions=PERMISSIONS,
    events=EVENTS,
    messages=(pb,),
    evolve=EVOLVE,
    schema=Path(__file__).parent / "schema",
    listens={"reporting": Listen(reactions=REACTIONS, unit_tree=True)},
    erasable=secrets.TABLES,
    on_tick=tick,
    context=open_context,
)
