"""A gate opened against its conditions: asked for by one person, agreed to by another, visible for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.schedule.domain.office_errors import OverrideSamePerson
from services.schedule.domain.standing import follow


class OverrideState(StrEnum):
    """How far an override has come."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class OverrideDeed(StrEnum):
    """What the second person does."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


TRANSITIONS: Final[Mapping[tuple[OverrideState, OverrideDeed], OverrideState]] = {
    (OverrideState.ASKED, OverrideDeed.CONFIRM): OverrideState.CONFIRMED,
    (OverrideState.ASKED, OverrideDeed.REFUSE): OverrideState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Override:
    """What decisions need of an override."""

    override_id: str
    turnover_id: str
    milestone_id: str
    state: OverrideState
    asked_by: str

    def after(self, deed: OverrideDeed, account_id: str) -> OverrideState:
        """Raises WrongStanding, OverrideSamePerson."""
        following = follow("override", TRANSITIONS, self.state, deed)
        if deed is OverrideDeed.CONFIRM and account_id == self.asked_by:
            raise OverrideSamePerson(override_id=self.override_id)
        return following
