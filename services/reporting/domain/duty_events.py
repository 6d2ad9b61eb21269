"""What happens to duty lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """What a post answers for. ``post_name`` is the list's own; empty where it names none."""

    duty_id: str
    post_name: str
    number: str
    text: str
    directive_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyListSet:
    """A unit's duties as one imported list has them: they take the place of those before."""

    unit_id: str
    file_sha256: str
    duties: tuple[Duty, ...]


DUTY_EVENTS: tuple[type, ...] = (DutyListSet,)
