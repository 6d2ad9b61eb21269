"""What is overdue, told up the line: one digest a day to each superior and stage, worked out when it is to be sent.

Source: TRANSMISSION 6 (chasing is a digest; one level more after each grace, 2 working days by default).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from services.kernel.workdays import WorkCalendar, day_of, start_of_day
from services.reporting.domain.owing import POLICY_VERSION, Above, Owed, levels_told, superiors
from services.reporting.domain.supervision_events import DigestMade, OverdueItem

DIGEST_ITEMS_MAX: Final = 100

# (unit that is told, stage)
Key = tuple[str, int]


@dataclass(slots=True)
class _Digest:
    items: list[OverdueItem] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class DigestPlan:
    """The digests of one day, filled with what is found overdue, in any order."""

    now_us: int
    calendar: WorkCalendar
    _digests: dict[Key, _Digest] = field(default_factory=dict)

    def add(self, directive_id: str, item: Owed, above: Above) -> None:
        """Tells as many superiors of the owner as graces have passed; an owner with many waiting below counts once."""
        levels = levels_told(item.due_us, self.now_us, self.calendar)
        for level, unit_id in enumerate(superiors(item.unit_id, above)[:levels]):
            digest = self._digests.setdefault((unit_id, item.stage), _Digest())
            told = (directive_id, item.unit_id)
            if told not in digest.told and len(digest.items) < DIGEST_ITEMS_MAX:
                digest.items.append(OverdueItem(directive_id, item.unit_id, item.due_us, level))
            digest.told.add(told)

    def events(self) -> Iterator[DigestMade]:
        """One a superior and stage, by unit and stage."""
        day_us = start_of_day(day_of(self.now_us))
        for (unit_id, stage), digest in sorted(self._digests.items()):
            yield DigestMade(
                unit_id, stage, day_us, tuple(digest.items), len(digest.told) - len(digest.items),
                self.calendar.version, POLICY_VERSION,
            )  # fmt: skip
