"""From a turnover and what is asked for to a plan: what both trying and adopting do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.cascade import Cascade, Shares, cascade
from services.schedule.domain.milestones import Milestone, Template
from services.schedule.domain.office_errors import TemplateNotOfLevel
from services.schedule.domain.plan import Given, Plan, check_given, make_plan
from services.schedule.domain.terms import check_term
from services.schedule.domain.turnovers import Turnover

# How a window is divided among layers; policy of the district, the same for all until it is set otherwise.
SHARES = Shares()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is to be made of."""

    template: Template
    congress: date
    term_approval_number: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A milestone whose latest day differs; an empty day: not in that plan."""

    milestone: str
    from_day: str
    to_day: str


def plan_for(turnover: Turnover, wanted: Wanted, done: Mapping[str, date], today: date, calendar: WorkCalendar) -> Plan:
    """A plan, feasible or not.

    Raises TemplateNotOfLevel, TermExceeded, TermApprovalMissing, DateInPast, DateOnHoliday.
    """
    if wanted.template.level != turnover.level:
        raise TemplateNotOfLevel(template=wanted.template.key, level=turnover.level)
    check_term(turnover.term(), wanted.congress, wanted.term_approval_number, turnover.on_time_days)
    given = given_of(turnover, wanted, done, today)
    check_given(wanted.template, given, calendar)
    return make_plan(wanted.template, given, calendar)


def given_of(turnover: Turnover, wanted: Wanted, done: Mapping[str, date], today: date) -> Given:
    """What the plan is counted from."""
    end = turnover.term_end(wanted.congress, wanted.term_approval_number)
    known = {name: day for name, day in done.items() if name in wanted.template.by_id}
    return Given(wanted.congress, end, today, known)


def moved(before: Mapping[str, str], plan: Plan) -> tuple[Moved, ...]:
    """What has another latest day than before, in the plan's order; what is gone comes last."""
    after = {row.milestone: row.latest.isoformat() for row in plan.rows}
    found = [Moved(name, before.get(name, ""), day) for name, day in after.items() if before.get(name, "") != day]
    return (*found, *(Moved(name, day, "") for name, day in before.items() if name not in after))


def cascade_of(plan: Plan, milestone: Milestone, layers: int, calendar: WorkCalendar) -> Cascade | None:
    """The latest days below, were the milestone to open on its latest day. None where it issues nothing to anybody.

    Raises WindowBelowLayers.
    """
    if milestone.issues is None or not layers:
        return None
    launch = plan.by_id[milestone.id].latest
    return cascade(milestone.id, launch, plan.by_id[milestone.issues.done_by].latest, layers, SHARES, calendar)


def kinds_concerned(template: Template, milestone_id: str) -> tuple[tuple[str, ...], ...]:
    """Kinds of units whose days hang on the milestone: of the directives that it issues or that must be done by it.

    An empty tuple of kinds stands for every kind.
    """
    return tuple(
        each.issues.kinds
        for each in template.milestones
        if each.issues and milestone_id in (each.id, each.issues.done_by)
    )
