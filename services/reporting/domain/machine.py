"""One step in a table of states: where it leads, or a refusal that names both in terms."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from services.reporting.domain.campaign_errors import StepNotPossible

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def advanced(thing: str, table: Mapping[tuple[S, A], S], state: S, action: A) -> S:
    """The state that the action leads to. Raises StepNotPossible."""
    following = table.get((state, action))
    if following is None:
        raise StepNotPossible(now=f"{thing}.{state.value}", step=f"{thing}.{action.value}")
    return following
