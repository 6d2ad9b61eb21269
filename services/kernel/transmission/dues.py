"""When things are due: common latest times and the exceptions kept per day (TRANSMISSION 6). Nothing is
timed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.kernel.transmission.keys import (
    DUE_SETTLED,
    DUE_SHIFT_DAYS_MAX,
    Category,
    Stage,
    category_of,
    due_class_of,
    layer_of,
    shifted,
    stage_of,
)
from services.kernel.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Latest times of one directive: `rows[layer - 1][stage - 1]`, instants in microseconds since the epoch.

    Layer 1 is the issuer's children; deeper layers than rows use the last row. Within a row times never
    fall, so that a stage is never due before the one it rests on; ValueError otherwise.
    """

    rows: tuple[tuple[int, int, int, int, int, int], ...]

    def __post_init__(self) -> None:
        if not self.rows or any(len(row) != len(Stage) or list(row) != sorted(row) for row in self.rows):
            raise ValueError("deadlines need a row of six rising times for each layer below the issuer")

    def common(self, layer: int, stage: Stage) -> int:
        """The common latest time of a (layer >= 1, stage)."""
        return self.rows[min(layer, len(self.rows)) - 1][stage - 1]

    def due_us(self, layer: int, stage: Stage, due_class: int, calendar: WorkCalendar) -> int:
        """The instant a due class means at a (layer, stage). DUE_SETTLED means none: ValueError."""
        if due_class == DUE_SETTLED:
            raise ValueError("what is settled is not due")
        if due_class > DUE_SHIFT_DAYS_MAX:
            return calendar.end_of_workday(date.fromordinal(due_class))
        common = self.common(layer, stage)
        return calendar.deadline(common, due_class) if due_class else common


class Clockwork:
    """Which keys of a node's vector are overdue at one moment: each (layer, stage, class) is worked out once.

    `layer`, `shift_days`: where the node stands (`explain.Standing`); 0 and 0 for the issuer. `ahead_us`: the first
    latest time after the moment, of all that were asked for; 0 when there was none. Until then nothing becomes due
    of what they decided.
    """

    def __init__(
        self, deadlines: Deadlines, calendar: WorkCalendar, now_us: int, layer: int = 0, shift_days: int = 0
    ) -> None:
        self.deadlines = deadlines
        self.calendar = calendar
        self.now_us = now_us
        self.layer = layer
        self.shift_days = shift_days
        self.ahead_us = 0
        self._known: dict[int, bool] = {}

    def overdue(self, key: int) -> bool:
        """Whether a line's time has come (t >= L): settled losses are, what was earned is not."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._judge(key)
        return known

    def at(self, depth: int, shift_days: int) -> Clockwork:
        """The same moment seen from a node `depth` layers further down, behind `shift_days` more of late
        dispatch.
        """
        return Clockwork(self.deadlines, self.calendar, self.now_us, self.layer + depth, self.shift_days + shift_days)

    def _judge(self, key: int) -> bool:
        category = category_of(key)
        due_class = due_class_of(key)
        if category is Category.EARNED:
            return False
        if due_class == DUE_SETTLED:
            return True
        due_class = shifted(due_class, self.shift_days)
        return self.now_us >= self.due_us(self.layer + layer_of(key), stage_of(category), due_class)

    def due_us(self, layer: int, stage: Stage, due_class: int) -> int:
        """The instant a due class means at a (layer, stage), the layer counted from the issuer."""
        due_us = self.deadlines.due_us(layer, stage, due_class, self.calendar)
        if self.now_us < due_us and (due_us < self.ahead_us or not self.ahead_us):
            self.ahead_us = due_us
        return due_us
