"""What a service declares about itself; the chassis makes a running service of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from google.protobuf.descriptor import ServiceDescriptor

from services.chassis.act import Act, Evolve
from services.chassis.codec import Upcast
from services.chassis.ledger import Fact
from services.chassis.permissions import PermissionTable, RouteOf, by_unit_tree
from services.chassis.store import Transaction

# Folds another service's event (its bytes) into this service's tables; may run again when a projection is rebuilt.
Projection = Callable[[Transaction, Fact, bytes], None]
# An event of another service that causes acts of this one; never runs again: its request id is the event id.
Reaction = Callable[[Act, Fact, bytes], None]
# Called with the act of the tick and the instant reached, at least once per TICK_SECONDS of wall time.
Tick = Callable[[Act], None]


class Loop(Protocol):
    """Something that runs beside the calls: services.chassis.loops.Every fits. ``stop`` waits and may come twice."""

    def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Listen:
    """What a service reads of one producer: full event type → functions. ``unit_tree`` keeps the replica."""

    projections: Mapping[str, Projection] = field(default_factory=dict)
    reactions: Mapping[str, Reaction] = field(default_factory=dict)
    unit_tree: bool = False
    # Tables that the projections keep: functions of that ledger, not of this service's own.
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class App:
    """One service, declared."""

    name: str
    descriptor: ServiceDescriptor
    commands: ModuleType
    queries: ModuleType
    permissions: PermissionTable
    # Domain event classes and the modules that hold their messages.
    events: tuple[type, ...]
    messages: tuple[ModuleType, ...]
    evolve: Mapping[type, Evolve]
    schema: Path
    listens: Mapping[str, Listen] = field(default_factory=dict)
    upcasts: tuple[Upcast, ...] = ()
    # Tables that are no function of the ledger (secrets, sessions): doctor leaves them out, erasure may empty them.
    erasable: tuple[str, ...] = ()
    # By which route "above" is meant in a call.
    route_of: RouteOf = by_unit_tree
    on_tick: Tick | None = None
    # Loops of its own, started after the chassis' and stopped with them; made from the running service.
    loops: Callable[[Any], Sequence[Loop]] = lambda running: ()
    # Given to every function as ``context``; made from the running service.
    context: Callable[[Any], Any] = lambda running: None
