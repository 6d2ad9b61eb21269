"""Every event of reporting: past tense, frozen, the same names and fields as its protobuf message."""

from services.reporting.domain.directive_events import DIRECTIVE_EVENTS
from services.reporting.domain.form_events import FORM_EVENTS
from services.reporting.domain.unit_events import UNIT_EVENTS

EVENTS: tuple[type, ...] = (*UNIT_EVENTS, *DIRECTIVE_EVENTS, *FORM_EVENTS)
