"""Terms of office and lead times: when a turnover is due, and what an early or late one needs.

Sources: A1-A3, A13, T1-T3, T-order.
The day on which a term ends is the anniversary of the last congress; 29 February has its anniversary on the 28th.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.milestones import MONTHS_PER_YEAR, Gap, add_months
from services.schedule.domain.plan_errors import TermApprovalMissing, TermExceeded, TermYearsUnknown
from services.schedule.domain.template_checks import FIXED_GAPS

LEVELS: Final[Mapping[str, tuple[int, ...]]] = {"district": (5,), "township": (5,), "primary": (3, 5)}
"""Level → the lengths of term that a rule knows, in years."""
TERM_RULES: Final[Mapping[str, str]] = {"district": "A1", "township": "A13", "primary": "A13"}
EXTENSION_YEARS_MAX: Final = 1
EXTENSION_RULES: Final[Mapping[str, str]] = {"district": "A3", "township": "A3a", "primary": "A3a"}
APPROVAL_RULE: Final = "A2"


class Timing(StrEnum):
    """How a turnover lies to the end of the term."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of office. `approved_until`: the new end, where the superior approved an early or late turnover (A2)."""

    level: str
    years: int
    began_on: date
    approved_until: date | None = None

    @property
    def regular_end(self) -> date:
        """The end without any approval."""
        return add_months(self.began_on, self.years * MONTHS_PER_YEAR)

    @property
    def end(self) -> date:
        """The end in force: with an approved date the committee's term changes accordingly (A2)."""
        return self.approved_until or self.regular_end


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long before its day something was, or would be, sent up. `short`: less than the rule's general time.

    `latest`: the last day on which it would have been in time. `rule_id`: T1, T2 or T3.
    """

    rule_id: str
    sent_on: date
    latest: date
    short: bool


def term_of(level: str, years: int, began_on: date, approved_until: date | None = None) -> Term:
    """A term of a level. Raises TermYearsUnknown. Sources: A1, A13."""
    if years not in LEVELS.get(level, ()):
        raise TermYearsUnknown(level=level, years=years, rule=TERM_RULES.get(level, ""))
    return Term(level, years, began_on, approved_until)


def timing(term: Term, congress: date, on_time_days: int = 0) -> Timing:
    """Whether a congress date is early, on time or late. `on_time_days`: how many days before the end still count as
    on time; 0 by rule, more where the superior's own notice gives all its districts one window.
    """
    if congress > term.regular_end:
        return Timing.LATE
    return Timing.ON_TIME if congress >= term.regular_end - timedelta(days=on_time_days) else Timing.EARLY


def check_term(term: Term, congress: date, approval_number: str, on_time_days: int = 0) -> Timing:
    """How the date lies to the term, if it may. Raises TermExceeded (A3, A3a), TermApprovalMissing (A2).

    A district may be a year late at most and early without limit; primary units a year either way.
    """
    year = EXTENSION_YEARS_MAX * MONTHS_PER_YEAR
    end = term.regular_end
    last = add_months(end, year)
    rule_id = EXTENSION_RULES[term.level]
    if congress > last:
        raise TermExceeded(day=congress.isoformat(), limit_day=last.isoformat(), rule=rule_id)
    first = add_months(end, -year)
    if term.level != "district" and congress < first:
        raise TermExceeded(day=congress.isoformat(), limit_day=first.isoformat(), rule=rule_id)
    found = timing(term, congress, on_time_days)
    if found is not Timing.ON_TIME and not approval_number.strip():
        rule = APPROVAL_RULE if term.level == "district" else rule_id
        raise TermApprovalMissing(day=congress.isoformat(), term_end=end.isoformat(), rule=rule)
    return found


def lead_time(rule_id: str, sent_on: date, event_on: date, calendar: WorkCalendar) -> LeadTime:
    """How a day of sending lies to the general lead time of T1, T2 or T3. A short one is a warning, not a refusal."""
    gap: Gap = FIXED_GAPS[rule_id]
    latest = gap.before(event_on, calendar)
    return LeadTime(rule_id, sent_on, latest, sent_on > latest)


def order_breaches(steps: Iterable[tuple[str, date | None]]) -> tuple[tuple[str, str], ...]:
    """Pairs of neighbouring steps that are the wrong way round; steps without a day are passed over. Source: T-order.

    For a congress: T1, request 1 approved, delegates' notice, delegates' lists, request 2 approved, congress.
    """
    dated = [(step, day) for step, day in steps if day is not None]
    pairs = pairwise(dated)
    return tuple((first, second) for (first, earlier), (second, later) in pairs if later < earlier)
