"""The only code that changes tally's state tables: one fold an event."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.act import Evolve
from services.tally.store.evolve_elections import ELECTION_EVOLVE
from services.tally.store.evolve_sheets import SHEET_EVOLVE

EVOLVE: Mapping[type, Evolve] = {**ELECTION_EVOLVE, **SHEET_EVOLVE}
