"""The only code that changes schedule's state tables: one fold an event."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.act import Evolve
from services.schedule.store.evolve_office import OFFICE_EVOLVE
from services.schedule.store.evolve_turnovers import TURNOVER_EVOLVE

EVOLVE: Mapping[type, Evolve] = {**TURNOVER_EVOLVE, **OFFICE_EVOLVE}
