"""What doctor found: a code, where, and what to do about it. Wording stands in wording/doctor.*.json."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Level(Enum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. ``place`` is a service, a file or a part of the platform."""

    level: Level
    place: str
    code: str
    params: dict[str, str | int] = field(default_factory=dict)


WRONG: Final = Level.WRONG
WARNING: Final = Level.WARNING
NOTE: Final = Level.NOTE
OK: Final = Level.OK
