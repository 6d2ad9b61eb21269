"""The same plan worked out again the slow way: every path, every day, nothing shared with the code it checks."""

from __future__ import annotations

from datetime import date, timedelta

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.milestones import Gap, Measure, Milestone, Offset, Template
from services.schedule.domain.plan import Given

ONE = timedelta(days=1)


def step_months(day: date, months: int) -> date:
    """Month by month on the calendar, then the same day, or the last one there is."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def is_over(first: date, last: date, gap: Gap, calendar: WorkCalendar) -> bool:
    """Whether a gap that begins with one day is over on another."""
    if gap.measure is Measure.DAYS:
        return (last - first).days >= gap.count
    if gap.measure is Measure.MONTHS:
        return last >= step_months(first, gap.count)
    if not gap.count:
        return last >= first
    worked = 0
    day = first
    while day < last:
        day += ONE
        worked += calendar.is_workday(day)
    return worked >= gap.count


def offset_day(offset: Offset, given: Given, calendar: WorkCalendar) -> date:
    day = given.anchors[offset.anchor]
    step = ONE if offset.count > 0 else -ONE
    if offset.measure is Measure.MONTHS:
        return step_months(day, offset.count)
    left = abs(offset.count)
    while left:
        day += step
        left -= 1 if offset.measure is Measure.DAYS or calendar.is_workday(day) else 0
    return day


def allowed(milestone: Milestone, day: date, calendar: WorkCalendar) -> bool:
    return calendar.is_workday(day) or not milestone.on_workday


def earliest(template: Template, given: Given, calendar: WorkCalendar, name: str) -> date:
    """The first day, tried one after the other, on which every predecessor's gap is over."""
    milestone = template.by_id[name]
    if name in given.done:
        return given.done[name]
    before = [(earliest(template, given, calendar, link.predecessor), link.gap) for link in milestone.after]
    day = given.from_day
    if milestone.at:
        fixed = offset_day(milestone.at.offset, given, calendar)
        while not allowed(milestone, fixed, calendar):
            fixed -= ONE
        day = max(day, fixed)
    while not (allowed(milestone, day, calendar) and all(is_over(each, day, gap, calendar) for each, gap in before)):
        day += ONE
    return day


def latest(template: Template, given: Given, calendar: WorkCalendar, name: str) -> date:
    """The last day, tried one after the other, after which every open successor's gap is still over in time."""
    milestone = template.by_id[name]
    if name in given.done:
        return given.done[name]
    after = [
        (latest(template, given, calendar, each.id), link.gap)
        for each in template.milestones
        for link in each.after
        if link.predecessor == name and each.id not in given.done
    ]
    bounds = [offset_day(bound.offset, given, calendar) for bound in (milestone.at, milestone.by) if bound]
    day = max([given.congress, *bounds, *(until for until, _ in after)])
    while not (
        allowed(milestone, day, calendar)
        and all(day <= bound for bound in bounds)
        and all(is_over(day, until, gap, calendar) for until, gap in after)
        and (bounds or after or day <= given.congress)
    ):
        day -= ONE
    return day
