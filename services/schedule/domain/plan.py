"""A plan: the earliest and latest day of every milestone, its slack, and what stands in the way when it cannot be met.

Latest days are counted back from the congress date and the end of term, earliest days forward from today and from what
is done. A milestone that needs a working day gets one: the latest is moved to the one before, the earliest to the one
after. Both passes rest on the same test, "the gap after the predecessor's day is over" (`Gap.after`, `Gap.before`), so
they never disagree by a day.

When a moved congress date moves what (tests/schedule/test_plan_laws.py):

- Gaps and offsets in working days only, every milestone on a working day, all bounds from the congress: x working days
  move every latest day by exactly x working days.
- Gaps and offsets in calendar days only, no milestone bound to working days: x days move every latest day by exactly x.
- Anything mixed, months, days off in between: no latest day ever moves the other way; by how much is for `whatif`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from services.kernel.refusal import Refusal
from services.kernel.workdays import CalendarError, WorkCalendar
from services.schedule.domain.milestones import ONE_DAY, Anchor, Gap, Link, Milestone, Template
from services.schedule.domain.plan_errors import DateBeforePredecessor, DateInPast, DateOnHoliday, PlanInfeasible
from services.schedule.domain.template_checks import checked, links_of

MOVE_WORKDAYS_MAX: Final = 500
_Left = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Given:
    """What a plan is counted from. `from_day`: nothing still to do can happen earlier; `done`: what is, and when."""

    congress: date
    term_end: date
    from_day: date
    done: Mapping[str, date] = field(default_factory=dict)

    @property
    def anchors(self) -> dict[Anchor, date]:
        return {Anchor.CONGRESS: self.congress, Anchor.TERM_END: self.term_end}


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone of a plan. `slack_workdays`: by how much it may slip; negative: by how much it is too late."""

    milestone: str
    earliest: date
    latest: date
    slack_workdays: int
    critical: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Every date of a turnover, as one version of the calendar knows the days."""

    template: str
    template_version: int
    calendar_version: str
    given: Given
    rows: tuple[Row, ...]
    # Years whose holidays nobody has announced: they count Monday to Friday, and dates may still move.
    unannounced_years: tuple[int, ...]
    by_id: Mapping[str, Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {row.milestone: row for row in self.rows})

    @property
    def shortfall_workdays(self) -> int:
        """By how many working days the plan cannot be met; 0 when it can."""
        return max(0, -min(row.slack_workdays for row in self.rows))

    @property
    def critical(self) -> tuple[str, ...]:
        """The milestones with the least slack, along one chain from its first to its last."""
        return tuple(row.milestone for row in self.rows if row.critical)


@dataclass(frozen=True, slots=True)
class Cure:
    """One thing that would make an infeasible plan feasible, or would help.

    Moving the congress: `milestone` is empty and `congress` set. Shortening a gap: `milestone`, `predecessor` and
    `gap`, the longest that still helps. Giving up a day to be done by: `milestone` alone. `enough`: it alone suffices;
    `shortfall_workdays`: what remains.
    """

    enough: bool
    shortfall_workdays: int
    congress: date | None = None
    milestone: str = ""
    predecessor: str = ""
    gap: Gap | None = None


def make_plan(template: Template, given: Given, calendar: WorkCalendar) -> Plan:
    """Both passes. A plan that cannot be met is a plan too: its shortfall says by how much."""
    latest = latest_days(template, given, calendar)
    earliest = earliest_days(template, given, calendar)
    slack = {each: _slack(earliest[each], latest[each], calendar) for each in latest}
    chain = _critical_chain(template, given, earliest, slack, calendar)
    rows = tuple(
        Row(each.id, earliest[each.id], latest[each.id], slack[each.id], each.id in chain, each.id in given.done)
        for each in template.milestones
    )
    first = min(given.from_day, *(row.latest for row in rows))
    last = max(given.congress, *(row.latest for row in rows))
    return Plan(template.key, template.version, calendar.version, given, rows, calendar.unannounced_years(first, last))


def latest_days(template: Template, given: Given, calendar: WorkCalendar) -> dict[str, date]:
    """The backward pass: the last day on which each milestone may happen so that everything after it still can."""
    anchors, done = given.anchors, given.done
    held: dict[str, date] = {}
    latest: dict[str, date] = {}
    for milestone in reversed(template.milestones):
        day = done.get(milestone.id)
        if day is None:
            bounds = [bound.offset.day(anchors, calendar) for bound in (milestone.at, milestone.by) if bound]
            bounds += [held[milestone.id]] if milestone.id in held else []
            day = min(bounds, default=given.congress)
            if milestone.on_workday:
                day = calendar.add_workdays(day + ONE_DAY, -1)
            _hold_predecessors(milestone, day, done, held, calendar)
        latest[milestone.id] = day
    return {each.id: latest[each.id] for each in template.milestones}


def _hold_predecessors(
    milestone: Milestone, day: date, done: Mapping[str, date], held: dict[str, date], calendar: WorkCalendar
) -> None:
    for link in milestone.after:
        if link.predecessor in done:
            continue
        until = link.gap.before(day, calendar)
        known = held.get(link.predecessor)
        held[link.predecessor] = until if known is None or until < known else known


def earliest_days(template: Template, given: Given, calendar: WorkCalendar) -> dict[str, date]:
    """The forward pass: the first day on which each milestone can happen."""
    anchors = given.anchors
    earliest: dict[str, date] = {}
    for milestone in template.milestones:
        day = given.done.get(milestone.id)
        if day is None:
            day = max(
                [given.from_day, *(link.gap.after(earliest[link.predecessor], calendar) for link in milestone.after)]
            )
            if milestone.at:
                day = max(day, _snapped_at(milestone, anchors, calendar))
            if milestone.on_workday:
                day = calendar.next_workday(day)
        earliest[milestone.id] = day
    return earliest


def _snapped_at(milestone: Milestone, anchors: Mapping[Anchor, date], calendar: WorkCalendar) -> date:
    """The fixed day of a milestone; one that needs a working day and would fall on none comes on the one before."""
    if milestone.at is None:
        raise ValueError(f"{milestone.id} has no fixed day")
    day = milestone.at.offset.day(anchors, calendar)
    return calendar.add_workdays(day + ONE_DAY, -1) if milestone.on_workday else day


def _slack(earliest: date, latest: date, calendar: WorkCalendar) -> int:
    """Working days from the earliest to the latest day. Not met by days off alone is still not met: -1."""
    workdays = calendar.workdays_between(earliest, latest)
    return min(workdays, -1) if latest < earliest else workdays


def _critical_chain(
    template: Template, given: Given, earliest: Mapping[str, date], slack: Mapping[str, int], calendar: WorkCalendar
) -> frozenset[str]:
    """From the last milestone with the least slack back along the predecessors that hold it up.

    A fixed day has no slack by nature: before one that nothing holds up, the chain goes on with the tightest
    predecessor.
    """
    open_ids = [each.id for each in template.milestones if each.id not in given.done]
    if not open_ids:
        return frozenset()
    least = min(slack[each] for each in open_ids)
    current: str | None = next(each for each in reversed(open_ids) if slack[each] == least)
    chain = set()
    while current is not None:
        chain.add(current)
        milestone = template.by_id[current]
        before = [link for link in milestone.after if link.predecessor not in given.done]
        current = _binding(milestone, before, earliest, calendar)
        if current is None and milestone.at and before:
            current = min(before, key=lambda link: slack[link.predecessor]).predecessor
    return frozenset(chain)


def _binding(
    milestone: Milestone, links: Sequence[Link], earliest: Mapping[str, date], calendar: WorkCalendar
) -> str | None:
    """The predecessor that fixes the milestone's earliest day, None when today or its own day does."""
    for link in links:
        day = link.gap.after(earliest[link.predecessor], calendar)
        if milestone.on_workday:
            day = calendar.next_workday(day)
        if day == earliest[milestone.id]:
            return link.predecessor
    return None


def cures(template: Template, given: Given, calendar: WorkCalendar) -> tuple[Cure, ...]:
    """What would make the plan feasible: the first congress date that does; then gaps on the chain that may be
    shortened, and days to be done by that may be given up, those that suffice first.

    Only what is custom or unconfirmed (V3, M) is offered. Nothing for a plan that can be met.
    """
    plan = make_plan(template, given, calendar)
    if not plan.shortfall_workdays:
        return ()
    congress = first_feasible_congress(template, given, calendar)
    found = [] if congress is None else [Cure(True, 0, congress=congress)]
    looser = [*_shorter_gaps(template, given, plan, calendar), *_days_given_up(template, given, plan, calendar)]
    return (*found, *sorted(looser, key=lambda cure: (not cure.enough, cure.shortfall_workdays)))


def first_feasible_congress(template: Template, given: Given, calendar: WorkCalendar) -> date | None:
    """The first working day from the congress date on with which the plan can be met, None in MOVE_WORKDAYS_MAX.

    Day by day: what hangs on the end of term may fit an early date and not a late one.
    """
    day = calendar.next_workday(given.congress)
    try:
        for _ in range(MOVE_WORKDAYS_MAX + 1):
            if _fits(template, replace(given, congress=day), calendar):
                return day
            day = calendar.add_workdays(day, 1)
    except CalendarError:
        pass
    return None


def _fits(template: Template, given: Given, calendar: WorkCalendar) -> bool:
    latest = latest_days(template, given, calendar)
    return all(day <= latest[each] for each, day in earliest_days(template, given, calendar).items())


def _shorter_gaps(template: Template, given: Given, plan: Plan, calendar: WorkCalendar) -> Iterator[Cure]:
    chain = set(plan.critical)
    for milestone, link in links_of(template):
        if not {milestone.id, link.predecessor} <= chain or link.citation.fixed:
            continue

        def left(count: int, waiting: str = milestone.id, before: str = link.predecessor) -> int:
            shorter = with_gap(template, waiting, before, count)
            return make_plan(shorter, given, calendar).shortfall_workdays

        gap = _longest_gap(link.gap, _least_allowed(template, milestone.id, link), left)
        remains = left(gap.count)
        if remains < plan.shortfall_workdays:
            yield Cure(not remains, remains, milestone=milestone.id, predecessor=link.predecessor, gap=gap)


def _least_allowed(template: Template, milestone: str, link: Link) -> int:
    """The shortest gap with which the template still passes its checks: a notice keeps its days."""
    for count in range(link.gap.count):
        try:
            checked(with_gap(template, milestone, link.predecessor, count))
        except Refusal:
            continue
        return count
    return link.gap.count


def _days_given_up(template: Template, given: Given, plan: Plan, calendar: WorkCalendar) -> Iterator[Cure]:
    for milestone in template.milestones:
        if milestone.id not in plan.critical or milestone.by is None or milestone.by.citation.fixed:
            continue
        freed = replace(milestone, by=None)
        loose = replace(
            template, milestones=tuple(freed if each is milestone else each for each in template.milestones)
        )
        remains = make_plan(loose, given, calendar).shortfall_workdays
        if remains < plan.shortfall_workdays:
            yield Cure(not remains, remains, milestone=milestone.id)


def _longest_gap(gap: Gap, least_count: int, left: _Left) -> Gap:
    """The longest gap that leaves as little as the least would."""
    low, high = least_count, gap.count
    least = left(least_count)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left(middle) == least else (low, middle - 1)
    return Gap(low, gap.measure)


def with_gap(template: Template, milestone: str, predecessor: str, count: int) -> Template:
    """The template with one gap of another length, unchecked: to try things out."""

    def changed(each: Milestone) -> Milestone:
        if each.id != milestone:
            return each
        links = tuple(
            replace(link, gap=Gap(count, link.gap.measure)) if link.predecessor == predecessor else link
            for link in each.after
        )
        return replace(each, after=links)

    return replace(template, milestones=tuple(map(changed, template.milestones)))


def check_given(template: Template, given: Given, calendar: WorkCalendar) -> None:
    """The congress date is neither over nor, where its step needs a working day, a day off.

    Raises DateInPast, DateOnHoliday.
    """
    for milestone in template.milestones:
        if milestone.at is None or milestone.at.offset.anchor is not Anchor.CONGRESS or milestone.at.offset.count:
            continue
        if milestone.id in given.done:
            continue
        day = given.congress
        if day < given.from_day:
            raise DateInPast(milestone=milestone.id, day=day.isoformat())
        if milestone.on_workday and not calendar.is_workday(day):
            next_day = calendar.next_workday(day).isoformat()
            raise DateOnHoliday(milestone=milestone.id, day=day.isoformat(), next_day=next_day)


def check_done(template: Template, milestone_id: str, day: date, given: Given, calendar: WorkCalendar) -> None:
    """A milestone is said to have happened on a day: not before what is done and must come before it.

    Raises DateBeforePredecessor with the rule behind the gap.
    """
    for link in template.by_id[milestone_id].after:
        before = given.done.get(link.predecessor)
        if before is None:
            continue
        first = link.gap.after(before, calendar)
        if day < first:
            raise DateBeforePredecessor(
                milestone=milestone_id, predecessor=link.predecessor, day=day.isoformat(),
                first_day=first.isoformat(), rule=link.citation.rule_id,
            )  # fmt: skip


def check_feasible(template: Template, plan: Plan, calendar: WorkCalendar) -> None:
    """Raises PlanInfeasible with the chain and the first congress date that would do."""
    if not plan.shortfall_workdays:
        return
    cure = first_feasible_congress(template, plan.given, calendar)
    raise PlanInfeasible(
        shortfall_workdays=plan.shortfall_workdays,
        chain=" < ".join(plan.critical),
        cure_day=cure.isoformat() if cure else "",
    )
