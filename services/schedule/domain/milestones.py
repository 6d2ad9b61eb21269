"""The parts of a template: milestones, the least time between them, and the citation behind each.

A gap counts from a predecessor's day to the first day on which the step may happen. "Working days" are those of the
working calendar; "months" are calendar months: the same day of the month, or its last day where the month is shorter.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from services.kernel.rules import Confidence, Document, rule, rules
from services.kernel.workdays import WorkCalendar

if TYPE_CHECKING:
    from services.schedule.domain.gates import Condition

MONTHS_PER_YEAR: Final = 12
GAP_COUNT_MAX: Final = 2_000
ONE_DAY: Final = timedelta(days=1)


class Measure(StrEnum):
    """What a gap is counted in."""

    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"


class Anchor(StrEnum):
    """A date that is given, and that others are counted from."""

    # The day on which the congress opens, or the unit's election meeting is held.
    CONGRESS = "congress"
    # The day on which the present term ends, or ends as the superior last approved.
    TERM_END = "term_end"


class Owner(StrEnum):
    """Who does a step. Wordings name them."""

    LEADING_GROUP = "leading_group"
    OFFICE = "office"
    WORKING_COMMITTEE = "working_committee"
    COMMITTEE = "committee"
    STANDING_COMMITTEE = "standing_committee"
    DISCIPLINE = "discipline"
    ORGANISATION = "organisation"
    PRESIDIUM = "presidium"
    SUPERIOR = "superior"
    ELECTORAL_UNIT = "electoral_unit"
    PRIMARY_UNIT = "primary_unit"


@dataclass(frozen=True, slots=True)
class Gap:
    """A length of time, never negative."""

    count: int
    measure: Measure

    def __str__(self) -> str:
        """As `2 months`: for parameters of refusals and for tables."""
        return f"{self.count} {self.measure}"

    def after(self, day: date, calendar: WorkCalendar) -> date:
        """The first day on which what waits for `day` may happen. Monotone in `day`."""
        return moved(day, self.count, self.measure, calendar)

    def before(self, day: date, calendar: WorkCalendar) -> date:
        """The last day d with `after(d) <= day`: backward and forward count therefore never disagree."""
        if not self.count:
            return day
        if self.measure is Measure.DAYS:
            return day - timedelta(days=self.count)
        if self.measure is Measure.MONTHS:
            return _months_before(day, self.count)
        # The count-th working day from the end of `day` backwards must still lie after d.
        return calendar.add_workdays(day + ONE_DAY, -self.count) - ONE_DAY

    def is_at_least(self, other: Gap) -> bool:
        """Whether it is as long as `other` wherever in the calendar both begin."""
        if self.count == 0 or other.count == 0:
            return other.count == 0
        if self.measure is other.measure:
            return self.count >= other.count
        # n working days span at least n days; no other pair is comparable everywhere.
        return (self.measure, other.measure) == (Measure.WORKDAYS, Measure.DAYS) and self.count >= other.count


NO_GAP: Final = Gap(0, Measure.DAYS)


@dataclass(frozen=True, slots=True)
class Offset:
    """A day counted from an anchor; negative counts lie before it."""

    anchor: Anchor
    count: int
    measure: Measure

    def __str__(self) -> str:
        """As `congress -2 months`."""
        return f"{self.anchor} {self.count:+d} {self.measure}"

    def day(self, anchors: Mapping[Anchor, date], calendar: WorkCalendar) -> date:
        """The day that it falls on."""
        return moved(anchors[self.anchor], self.count, self.measure, calendar)


@dataclass(frozen=True, slots=True)
class Citation:
    """Why a step or a gap is there: a rule of the kernel's table, or a document with article and confidence.

    `rule_id` empty: `document_id`, `article` and `own_confidence` stand for themselves.
    """

    rule_id: str = ""
    document_id: str = ""
    article: str = ""
    own_confidence: Confidence = Confidence.UNCONFIRMED

    @property
    def confidence(self) -> Confidence:
        """How sure the wording of the source is."""
        return rule(self.rule_id).confidence if self.rule_id else self.own_confidence

    @property
    def fixed(self) -> bool:
        """A regulation says so (V1, V2): it cannot be weakened."""
        return self.confidence.fixes

    @property
    def zh(self) -> str:
        """As it is cited in Chinese."""
        if self.rule_id:
            return rule(self.rule_id).sources[0].zh
        document = documents()[self.document_id]
        return f"《{document.zh}》{f'第{self.article}条' if self.article else ''}" if _is_law(document) else document.zh

    @property
    def en(self) -> str:
        """As it is cited in English."""
        if self.rule_id:
            return rule(self.rule_id).sources[0].en
        document = documents()[self.document_id]
        return f"{document.en}, art. {self.article}" if self.article else document.en


@dataclass(frozen=True, slots=True)
class Link:
    """The step comes at least `gap` after the predecessor."""

    predecessor: str
    gap: Gap
    citation: Citation


@dataclass(frozen=True, slots=True)
class Bound:
    """A day that a step must fall on, or be done by."""

    offset: Offset
    citation: Citation


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Issue:
    """The directive that a milestone issues in reporting when it opens.

    `kinds`: unit kinds obliged, empty for every kind; `done_by`: the milestone by whose latest day the work must be
    verified.
    """

    title: Words
    text: Words
    kinds: tuple[str, ...]
    done_by: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of a plan.

    `at`: the day it falls on; `by`: the day it must be done by; both may be absent. `on_workday`: whether it needs a
    working day. `records`: the facts that its completion records, as keys (see gates.py). `gate`: what must be
    recorded before it may happen.
    """

    id: str
    title: Words
    owner: Owner
    phase: str
    citation: Citation
    after: tuple[Link, ...] = ()
    at: Bound | None = None
    by: Bound | None = None
    on_workday: bool = True
    documents: tuple[Words, ...] = ()
    records: tuple[str, ...] = ()
    gate: Condition | None = None
    issues: Issue | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the plan under one heading."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class Template:
    """A whole plan without dates. `milestones` stand in an order in which each comes after its predecessors."""

    key: str
    version: int
    level: str
    title: Words
    phases: tuple[Phase, ...]
    milestones: tuple[Milestone, ...]
    by_id: Mapping[str, Milestone] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {each.id: each for each in self.milestones})


@lru_cache(maxsize=1)
def documents() -> Mapping[str, Document]:
    """Every document that the rule table cites, by id."""
    return {source.document.id: source.document for each in rules().values() for source in each.sources}


def moved(day: date, count: int, measure: Measure, calendar: WorkCalendar) -> date:
    """A day that much later, or earlier for a negative count. 0 is the day itself, working day or not."""
    if not count:
        return day
    if measure is Measure.DAYS:
        return day + timedelta(days=count)
    if measure is Measure.MONTHS:
        return add_months(day, count)
    return calendar.add_workdays(day, count)


def add_months(day: date, months: int) -> date:
    """The same day of the month that many months later, or that month's last day."""
    index = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = index // MONTHS_PER_YEAR, index % MONTHS_PER_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _months_before(day: date, months: int) -> date:
    """The last day d with `add_months(d, months) <= day`."""
    found = add_months(day, -months)
    last = monthrange(found.year, found.month)[1]
    # From the end of a longer month several days lead to the same one.
    if day.day == monthrange(day.year, day.month)[1]:
        found = found.replace(day=last)
    return found


def _is_law(document: Document) -> bool:
    return document.id != "practice"
