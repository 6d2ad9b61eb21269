"""Old versions of figures are thinned to one a day: a bounded sweep, a few days at a time."""

from __future__ import annotations

from typing import Final

from gateway.dashboard.store import writing
from services.chassis.store import Store
from services.kernel.workdays import DAY_US, SHANGHAI_OFFSET_US

KEPT_DAYS: Final = 30
"""Days, of business time, whose every version is kept."""
DAYS_A_SWEEP_MAX: Final = 8


def thin(store: Store, now_us: int) -> int:
    """Leaves of each old day only what stood at its end; returns how many rows went."""
    with store.transaction() as tx:
        before_us = now_us - KEPT_DAYS * DAY_US
        spans = writing.kept_flushes(tx, before_us, DAY_US, SHANGHAI_OFFSET_US, DAYS_A_SWEEP_MAX)
        return sum(writing.thin(tx, after, last) for after, last in spans)
