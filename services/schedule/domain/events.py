"""Every event of schedule: past tense, frozen, the same names and fields as its protobuf message."""

from services.schedule.domain.office_events import OFFICE_EVENTS
from services.schedule.domain.turnover_events import TURNOVER_EVENTS

EVENTS: tuple[type, ...] = (*TURNOVER_EVENTS, *OFFICE_EVENTS)
