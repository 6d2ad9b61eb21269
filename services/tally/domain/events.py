"""Every event of tally: past tense, frozen, the same names and fields as its protobuf message."""

from services.tally.domain.election_events import ELECTION_EVENTS
from services.tally.domain.sheet_events import SHEET_EVENTS

EVENTS: tuple[type, ...] = (*ELECTION_EVENTS, *SHEET_EVENTS)
