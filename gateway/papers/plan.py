"""A turnover's plan as every output takes it: plain rows with words and dates, from which all of them are made.

The caller has worded everything for its reader. No date is counted here: whatever a Gantt chart, a calendar, a workbook
and a print show is the same field of the same row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.kernel.workdays import WorkCalendar

COUNTDOWN_ROWS_MAX: Final = 12
# A step this close to its latest day is told as near. Source: RULES 5.2, a setting.
NEAR_WORKDAYS: Final = 3


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One milestone. `slack_workdays`: from its earliest to its latest day, negative when they do not fit.

    `waits_for`: worded facts that its gate still lacks. `citation`, `confidence`: why it is there, as printed.
    """

    milestone: str
    title: str
    phase: str
    owner: str
    earliest: date
    latest: date
    slack_workdays: int
    critical: bool
    citation: str
    confidence: str
    documents: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A whole plan. `kind`: its template's title; `version`: which adopted one.

    `shortfall_workdays`: by how much it cannot be met, else 0.
    `unannounced_years`: years counted Monday to Friday because nobody has announced their holidays.
    """

    turnover: str
    title: str
    kind: str
    version: int
    congress: date
    term_end: date
    calendar_version: str
    rows: tuple[PlanRow, ...]
    shortfall_workdays: int = 0
    unannounced_years: tuple[int, ...] = ()
    # Of a practice or a rehearsal: what leaves the page says so.
    rehearsal: bool = False


def gantt(sheet: PlanSheet) -> dict[str, Any]:
    """Data of a Gantt chart: a bar a milestone from its earliest to its latest day, or the day on which it was done."""
    days = [day for row in sheet.rows for day in (row.earliest, row.latest, row.done_on or row.latest)]
    return {
        "turnover": sheet.turnover,
        "version": sheet.version,
        "congress": sheet.congress.isoformat(),
        "first": min(days, default=sheet.congress).isoformat(),
        "last": max(days, default=sheet.congress).isoformat(),
        "bars": [
            {
                "milestone": row.milestone,
                "title": row.title,
                "phase": row.phase,
                "owner": row.owner,
                "earliest": row.earliest.isoformat(),
                "latest": row.latest.isoformat(),
                "done_on": row.done_on.isoformat() if row.done_on else None,
                "slack_workdays": row.slack_workdays,
                "critical": row.critical,
                "waits_for": list(row.waits_for),
            }
            for row in sheet.rows
        ],
    }


def countdown(sheet: PlanSheet, today: date, calendar: WorkCalendar) -> dict[str, Any]:
    """Data of a countdown board: what is left until the congress, what is overdue, what is near, what comes next."""
    open_rows = sorted((row for row in sheet.rows if row.done_on is None), key=lambda row: row.latest)
    overdue = [row for row in open_rows if row.latest < today]
    ahead = [row for row in open_rows if row.latest >= today]
    near = [row for row in ahead if calendar.workdays_between(today, row.latest) <= NEAR_WORKDAYS]
    later = [row for row in ahead if row not in near]
    return {
        "turnover": sheet.turnover,
        "congress": sheet.congress.isoformat(),
        "today": today.isoformat(),
        "days_left": (sheet.congress - today).days,
        "workdays_left": calendar.workdays_between(today, sheet.congress),
        "done": len(sheet.rows) - len(open_rows),
        "milestones": len(sheet.rows),
        "overdue": _board(overdue, today, calendar),
        "near": _board(near, today, calendar),
        "next": _board(later, today, calendar),
    }


def _board(rows: Iterable[PlanRow], today: date, calendar: WorkCalendar) -> list[dict[str, Any]]:
    return [
        {
            "milestone": row.milestone,
            "title": row.title,
            "owner": row.owner,
            "latest": row.latest.isoformat(),
            "workdays_left": calendar.workdays_between(today, row.latest),
            "waits_for": list(row.waits_for),
        }
        for row in list(rows)[:COUNTDOWN_ROWS_MAX]
    ]
