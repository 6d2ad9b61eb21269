"""The only code that changes reporting's state tables: one fold an event."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.act import Evolve
from services.reporting.store.duties import DUTY_EVOLVE
from services.reporting.store.evolve_assignments import ASSIGNMENT_EVOLVE
from services.reporting.store.evolve_evidence import EVIDENCE_EVOLVE
from services.reporting.store.evolve_forms import FORM_EVOLVE
from services.reporting.store.evolve_matters import MATTER_EVOLVE
from services.reporting.store.evolve_messages import MESSAGE_EVOLVE
from services.reporting.store.evolve_orders import SUPERVISION_EVOLVE
from services.reporting.store.evolve_routes import ROUTE_EVOLVE
from services.reporting.store.evolve_units import UNIT_EVOLVE
from services.reporting.store.reminders import REMINDER_EVOLVE

EVOLVE: Mapping[type, Evolve] = {
    **UNIT_EVOLVE,
    **ASSIGNMENT_EVOLVE,
    **MATTER_EVOLVE,
    **SUPERVISION_EVOLVE,
    **MESSAGE_EVOLVE,
    **DUTY_EVOLVE,
    **FORM_EVOLVE,
    **EVIDENCE_EVOLVE,
    **REMINDER_EVOLVE,
    **ROUTE_EVOLVE,
}
