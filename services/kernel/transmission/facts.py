"""What is known of one unit under one directive: the facts that figures are computed from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter

from services.kernel.transmission.keys import Stage
from services.kernel.transmission.policy import FULL_CREDIT_E6

STAGE_SLOTS = 7
"""Lists by stage are indexed by the stage's number; slot 0 is unused."""


def _zeros() -> list[int]:
    return [0] * STAGE_SLOTS


@dataclass(slots=True)
class Facts:
    """One unit's record, as the events left it.

    `credits`: by stage, 0 not done, else 1..10**6; the DISPATCH slot holds what was said of this unit alone.
    `dues`: by stage, the due class of what is still open.
    `minutes`: by stage, elapsed minutes + 1 since dispatch; 0 unknown.
    `shift_days`: lateness of its own dispatch; `child_credit`, `child_shift_days`: of its dispatch to all
    its children. `first_report`: the credit of the first report; `returns`: how often a report was
    returned. `apart`: 1 for a unit that its parent's dispatch to all does not reach: it came later.
    """

    credits: list[int] = field(default_factory=_zeros)
    dues: list[int] = field(default_factory=_zeros)
    minutes: list[int] = field(default_factory=_zeros)
    shift_days: int = 0
    child_credit: int = 0
    child_shift_days: int = 0
    first_report: int = 0
    returns: int = 0
    withdrawn: int = 0
    apart: int = 0

    def edge(self, above: Facts | None) -> tuple[int, int]:
        """(credit, shift) of the dispatch that reached this unit: its own, else its parent's to all."""
        own = self.credits[Stage.DISPATCH]
        if own or self.apart:
            return own, self.shift_days
        if above is None:
            return FULL_CREDIT_E6, self.shift_days
        return above.child_credit, above.child_shift_days

    def row(self) -> tuple[int, ...]:
        """A flat tuple of ints, to be stored."""
        return (*self.credits[1:], *self.dues[1:], *self.minutes[1:], *_scalars(self))

    @classmethod
    def from_row(cls, row: tuple[int, ...]) -> Facts:
        """The record `row` was made from; ValueError if it is not one."""
        if len(row) != FACTS_WIDTH:
            raise ValueError(f"a facts row has {FACTS_WIDTH} numbers, not {len(row)}")
        size = STAGE_SLOTS - 1
        parts = [[0, *row[start : start + size]] for start in range(0, 3 * size, size)]
        return cls(parts[0], parts[1], parts[2], *row[3 * size :])

    def copy(self) -> Facts:
        """An equal record that shares nothing."""
        return Facts(self.credits[:], self.dues[:], self.minutes[:], *_scalars(self))


_SCALARS = tuple(item.name for item in fields(Facts))[3:]
_scalars = attrgetter(*_SCALARS)
FACTS_WIDTH = 3 * (STAGE_SLOTS - 1) + len(_SCALARS)
