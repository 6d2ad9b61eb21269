"""Who sees a turnover: those at or above its unit, and the units below it, whose days come from it."""

from __future__ import annotations

from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments
from services.schedule.domain.turnovers import Turnover
from services.schedule.store import turnovers


def seen_turnover(ask: Ask, turnover_id: str) -> Turnover:
    """Raises NotFound, also for what the caller may not see."""
    turnover = turnovers.load(ask.reader, turnover_id)
    unit = tree.find(ask.reader, turnover.unit_id)
    scope = ask.scope()
    if unit is None or not (scope.sees(unit.path) or any(unit.unit_id in segments(path) for path in scope.paths)):
        raise NotFound(kind="turnover", id=turnover_id)
    return turnover


def inner_turnover(ask: Ask, turnover_id: str) -> Turnover:
    """For what is the office's own: only those at or above the turnover's unit. Raises NotFound."""
    turnover = turnovers.load(ask.reader, turnover_id)
    unit = tree.find(ask.reader, turnover.unit_id)
    if unit is None or not ask.scope().sees(unit.path):
        raise NotFound(kind="turnover", id=turnover_id)
    return turnover


def seen_unit(ask: Ask, unit_id: str) -> TreeUnit:
    """A unit in one of the caller's subtrees. Raises NotFound."""
    unit = tree.find(ask.reader, unit_id)
    if unit is None or not ask.scope().sees(unit.path):
        raise NotFound(kind="unit", id=unit_id)
    return unit
