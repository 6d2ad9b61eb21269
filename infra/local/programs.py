"""The processes of a platform on one machine, and how each is entered."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from infra.nats.permissions import GATEWAY, OTHERS, PROJECTOR, Wiring

if TYPE_CHECKING:
    from services.chassis.app import App

BROKER = "broker"


@dataclass(frozen=True, slots=True)
class Program:
    """One process. ``entry`` is module:attribute, imported by that process alone; empty for the broker.

    Groups start in order and stop in the opposite order; the programs of a group stop together.
    """

    name: str
    group: str
    entry: str = ""
    # As the broker knows it.
    user: str = ""
    # Whose ledgers a service reads: as its App says, known here without importing it (a test compares them).
    reads: tuple[str, ...] = ()


SERVICES = (
    Program("reporting", "services", "services.reporting.app:APP", "reporting", ("schedule",)),
    Program("identity", "services", "gateway.identity.app:APP", "identity", ("reporting",)),
    Program("schedule", "services", "services.schedule.app:APP", "schedule", ("reporting", "tally")),
    Program("tally", "services", "services.tally.app:APP", "tally", ("reporting",)),
)
WIRING: Wiring = {program.name: program.reads for program in SERVICES}
READ_MODEL = Program("projector", "projector", "infra.local.entries:serve_projector", PROJECTOR)
API = Program("api", "api", "infra.local.entries:serve_api", GATEWAY)
# In the order in which they start.
PROGRAMS = (Program(BROKER, BROKER), *SERVICES, READ_MODEL, API)
BROKER_USERS = (*(program.user for program in SERVICES), *OTHERS)


def load(entry: str) -> Any:
    """The attribute that ``module:attribute`` names."""
    module, _, attribute = entry.partition(":")
    return getattr(import_module(module), attribute)


def service_apps() -> tuple[App, ...]:
    """What every service declares; imports them all."""
    return tuple(load(program.entry) for program in SERVICES)
