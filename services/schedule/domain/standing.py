"""How a thing with a table of states moves: every state machine of schedule is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from services.schedule.domain.office_errors import WrongStanding

S = TypeVar("S", bound=StrEnum)
D = TypeVar("D", bound=StrEnum)


def follow(thing: str, table: Mapping[tuple[S, D], S], standing: S, deed: D) -> S:
    """Where the deed leads. Raises WrongStanding."""
    leads = table.get((standing, deed))
    if leads is None:
        raise WrongStanding(thing=thing, standing=standing.value, deed=deed.value)
    return leads
