"""What schedule asks reporting to issue: from a milestone, a meeting's decision, a superior's requirement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.cascade import Cascade, cascade
from services.schedule.domain.milestones import Milestone
from services.schedule.domain.plan import Plan
from services.schedule.domain.planning import SHARES
from services.schedule.domain.turnover_events import DirectiveScope, DirectiveSpec, StageDay

TITLE_CHARS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 20_000
BASIS_CHARS_MAX: Final = 1_000
SCOPE_UNITS_MAX: Final = 5_000
URGENCIES: Final = ("ordinary", "urgent", "immediate")
NO_DIRECTIVE: Final = DirectiveSpec("", "", "", "", "", "", DirectiveScope("", (), (), ()), ())


def of_milestone(
    milestone: Milestone, unit_id: str, source: str, plan: Plan, today: date, layers: int, calendar: WorkCalendar
) -> DirectiveSpec:
    """The directive that a milestone issues as it opens today; nothing where nobody below is obliged.

    What is late already is asked for within the shortest window that the layers need.
    """
    if milestone.issues is None or not layers:
        return NO_DIRECTIVE
    done_by = max(plan.by_id[milestone.issues.done_by].latest, calendar.add_workdays(today, layers + 2))
    of = cascade(milestone.id, today, done_by, layers, SHARES, calendar)
    return DirectiveSpec(
        title=milestone.issues.title.zh,
        text=milestone.issues.text.zh,
        basis=milestone.citation.zh,
        source=source,
        urgency="ordinary",
        issuer_unit_id=unit_id,
        scope=DirectiveScope(unit_id, tuple(sorted(milestone.issues.kinds)), (), ()),
        latest=stage_days(of),
    )


def stage_days(of: Cascade) -> tuple[StageDay, ...]:
    """A cascade as events carry it."""
    return tuple(StageDay(day.layer, day.stage, day.latest.isoformat()) for day in of.days())


def asked(
    spec: DirectiveSpec, cause: str, done_by: date, today: date, layers: int, calendar: WorkCalendar
) -> DirectiveSpec:
    """A directive that an office asks for, with latest days for each layer. Raises WindowBelowLayers."""
    return replace(spec, latest=stage_days(cascade(cause, today, done_by, layers, SHARES, calendar)))
