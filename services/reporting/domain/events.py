"""Every event of reporting: past tense, frozen, the same names and fields as its protobuf message."""

from services.reporting.domain.directive_events import DIRECTIVE_EVENTS
from services.reporting.domain.duty_events import DUTY_EVENTS
from services.reporting.domain.evidence_events import EVIDENCE_EVENTS
from services.reporting.domain.form_events import FORM_EVENTS
from services.reporting.domain.matter_events import MATTER_EVENTS
from services.reporting.domain.message_events import MESSAGE_EVENTS
from services.reporting.domain.route_events import ROUTE_EVENTS
from services.reporting.domain.supervision_events import SUPERVISION_EVENTS
from services.reporting.domain.unit_events import UNIT_EVENTS

EVENTS: tuple[type, ...] = (
    *UNIT_EVENTS,
    *DIRECTIVE_EVENTS,
    *MATTER_EVENTS,
    *SUPERVISION_EVENTS,
    *MESSAGE_EVENTS,
    *DUTY_EVENTS,
    *FORM_EVENTS,
    *EVIDENCE_EVENTS,
    *ROUTE_EVENTS,
)
