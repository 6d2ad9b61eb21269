"""Random templates and what plans are counted from."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from services.kernel.workdays import calendar_versions, work_calendar
from services.schedule.domain.milestones import (
    Anchor,
    Bound,
    Citation,
    Gap,
    Link,
    Measure,
    Milestone,
    Offset,
    Owner,
    Phase,
    Template,
    Words,
)
from services.schedule.domain.plan import Given

NEWEST = work_calendar(calendar_versions()[-1])
# From one that knows next to nothing to the newest: the laws hold for each.
CALENDARS = st.sampled_from([work_calendar(version) for version in ("cn-2004", "cn-2019", "cn-2023", "cn-2026")])
# Around new years, the golden weeks and leap days.
DAYS = st.dates(min_value=date(2023, 6, 1), max_value=date(2026, 12, 31))
CUSTOM = Citation(document_id="practice")
COUNTS = {Measure.WORKDAYS: 25, Measure.DAYS: 40, Measure.MONTHS: 3}


def step(
    name: str, after: tuple[Link, ...] = (), at: Bound | None = None, by: Bound | None = None, on_workday: bool = True
) -> Milestone:
    words = Words(name, name)
    return Milestone(name, words, Owner.OFFICE, "all", CUSTOM, after, at, by, on_workday)


def template_of(*milestones: Milestone) -> Template:
    return Template("random", 1, "district", Words("样例", "sample"), (Phase("all", Words("全部", "all")),), milestones)


def bound(count: int, measure: Measure = Measure.WORKDAYS, anchor: Anchor = Anchor.CONGRESS) -> Bound:
    return Bound(Offset(anchor, count, measure), CUSTOM)


@st.composite
def gaps(draw: st.DrawFn, measures: tuple[Measure, ...] = tuple(Measure)) -> Gap:
    measure = draw(st.sampled_from(measures))
    return Gap(draw(st.integers(0, COUNTS[measure])), measure)


@st.composite
def templates(
    draw: st.DrawFn,
    measures: tuple[Measure, ...] = tuple(Measure),
    anchors: tuple[Anchor, ...] = tuple(Anchor),
    workdays: st.SearchStrategy[bool] | None = None,
) -> Template:
    """Up to eight steps with random links; the last is the congress, every other leads to it or has its own day."""
    on_workday = st.booleans() if workdays is None else workdays
    count = draw(st.integers(2, 8))
    steps: list[Milestone] = []
    for index in range(count):
        earlier = [each.id for each in steps]
        named = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        links = [Link(each, draw(gaps(measures)), CUSTOM) for each in named]
        if index == count - 1:
            waited = {link.predecessor for each in steps for link in each.after} | set(named)
            bounded = {each.id for each in steps if each.by or each.at}
            links += [Link(each, draw(gaps(measures)), CUSTOM) for each in earlier if each not in waited | bounded]
            steps.append(step("congress", tuple(links), at=bound(0, measures[0]), on_workday=draw(on_workday)))
            break
        day = None
        if draw(st.integers(0, 3)) == 0:
            measure = draw(st.sampled_from(measures))
            day = bound(-draw(st.integers(0, COUNTS[measure])), measure, draw(st.sampled_from(anchors)))
        fixed = draw(st.integers(0, 5)) == 0
        steps.append(
            step(
                f"m{index}", tuple(links), at=day if fixed else None, by=None if fixed else day,
                on_workday=draw(on_workday),
            )
        )  # fmt: skip
    return template_of(*steps)


@st.composite
def givens(draw: st.DrawFn, template: Template) -> Given:
    """Dates before and after each other, and some first steps done."""
    congress, term_end, today = draw(DAYS), draw(DAYS), draw(DAYS)
    done = {}
    for milestone in template.milestones[:-1]:
        if all(link.predecessor in done for link in milestone.after) and draw(st.integers(0, 3)) == 0:
            done[milestone.id] = draw(DAYS)
    return Given(congress, term_end, today, done)
