"""What was done, as the feed shows it and explanations cite it: what the entry says, and no person's name."""

from __future__ import annotations

from typing import NamedTuple


class Deed(NamedTuple):
    """A line of the table `deed` (see the schema). Instants are microseconds of business time; 0 where none applies."""

    position: int
    ordinal: int
    ledger_id: str
    type: str
    directive_id: str
    unit_id: str
    stage: int
    to_all: int
    at_us: int
    due_us: int
    late_minutes: int

    @property
    def event_id(self) -> str:
        """The entry's id."""
        return f"{self.ledger_id}/{self.position}"
