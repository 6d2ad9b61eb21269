"""The working calendar: weekends, public holidays and the weekends worked in exchange, Asia/Shanghai.

Days are `date`s; instants are int microseconds since the epoch, UTC. Working time is simple on purpose: a
working day has 24 working hours (1440 working minutes), any other day none. Holidays are data
(`holidays_cn.json`), one release a year. A calendar version knows its own release and those before it, for
ever: an old entry never changes its meaning. A year nobody announced yet counts Monday to Friday, and
`unannounced_years` says so.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
MINUTES_PER_WORKDAY: Final = 1440
MINUTE_US: Final = 60_000_000
DAY_US: Final = MINUTES_PER_WORKDAY * MINUTE_US
SHANGHAI_OFFSET_US: Final = 8 * 60 * MINUTE_US
"""Asia/Shanghai is UTC+8 all year; it has had no summer time since 1991."""

_FIRST: Final = FIRST_DAY.toordinal()
_LAST: Final = LAST_DAY.toordinal()
_EPOCH: Final = date(1970, 1, 1).toordinal()
_FIRST_SINCE_EPOCH: Final = _FIRST - _EPOCH
_TABLE: Final = Path(__file__).with_name("holidays_cn.json")


class CalendarError(ValueError):
    """The calendar cannot answer: an unknown version, or a day outside 2000-2099."""


@lru_cache(maxsize=1)
def _releases() -> Sequence[Mapping[str, object]]:
    """The table's releases, oldest first."""
    releases: Sequence[Mapping[str, object]] = json.loads(_TABLE.read_text("utf-8"))["releases"]
    return releases


@lru_cache(maxsize=1)
def calendar_versions() -> tuple[str, ...]:
    """Every version there is, oldest first; the last one is what new entries carry."""
    return tuple(str(release["version"]) for release in _releases())


@lru_cache(maxsize=32)
def work_calendar(version: str) -> WorkCalendar:
    """The calendar of a version, built once a process. CalendarError if there is no such version."""
    return WorkCalendar(version)


def day_of(instant_us: int) -> date:
    """The day in Shanghai an instant falls on."""
    return date.fromordinal(_EPOCH + (instant_us + SHANGHAI_OFFSET_US) // DAY_US)


def start_of_day(day: date) -> int:
    """The instant a day begins in Shanghai."""
    return (day.toordinal() - _EPOCH) * DAY_US - SHANGHAI_OFFSET_US


class WorkCalendar:
    """Working days and working time as one version of the announcements knows them."""

    def __init__(self, version: str) -> None:
        if version not in calendar_versions():
            raise CalendarError(f"unknown calendar version {version!r}")
        self.version = version
        self._announced: set[int] = set()
        off: set[int] = set()
        work: set[int] = set()
        for release in _releases():
            year = int(str(release["year"]))
            self._announced.add(year)
            off |= _ordinals(release["off"])
            work |= _ordinals(release["work"])
            if release["version"] == version:
                break
        self._index(off, work)

    def _index(self, off: set[int], work: set[int]) -> None:
        """`_before[i]`: working days before day i of the range; `_days`: the working days themselves."""
        self._before = array("i", [0])
        self._days = array("i")
        for ordinal in range(_FIRST, _LAST + 1):
            weekday = (ordinal - 1) % 7 < 5
            if (weekday or ordinal in work) and ordinal not in off:
                self._days.append(ordinal)
            self._before.append(len(self._days))

    def announced(self, year: int) -> bool:
        """Whether the year's holidays are known to this version."""
        return year in self._announced

    def unannounced_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years of a span, either way round, that are plain Monday to Friday for want of an
        announcement.
        """
        low, high = sorted((first.year, last.year))
        return tuple(year for year in range(low, high + 1) if year not in self._announced)

    def is_workday(self, day: date) -> bool:
        """Whether people work that day."""
        place = _place(day)
        return self._before[place + 1] > self._before[place]

    def next_workday(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        return self._nth(self._before[_place(day)])

    def add_workdays(self, day: date, count: int) -> date:
        """The count-th working day after a day (before it, if negative). 0: `next_workday`.

        From a working day, adding and then taking away the same count leads back.
        """
        place = _place(day)
        before = self._before[place]
        if count > 0:
            return self._nth(self._before[place + 1] + count - 1)
        return self._nth(before + count)

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative the other way round."""
        return self._before[_place(last) + 1] - self._before[_place(first) + 1]

    def end_of_workday(self, day: date) -> int:
        """The last microsecond of a day in Shanghai; of the next working day, if it is none."""
        return start_of_day(self.next_workday(day)) + DAY_US - 1

    def deadline(self, instant_us: int, workdays: int) -> int:
        """The same time of day, that many (>= 0) working days later. A day off counts as the next working
        day's 00:00.
        """
        if workdays < 0:
            raise CalendarError("a deadline lies zero or more working days ahead")
        day = day_of(instant_us)
        if self.is_workday(day):
            return start_of_day(self.add_workdays(day, workdays)) + (instant_us - start_of_day(day))
        return start_of_day(self.add_workdays(self.next_workday(day), workdays))

    def late_working_minutes(self, due_us: int, done_us: int) -> int:
        """Working minutes, begun ones too, from the latest time to when it was done; 0 if it was done by
        then.
        """
        if done_us <= due_us:
            return 0
        return -((self._worked(due_us) - self._worked(done_us)) // MINUTE_US)

    def _worked(self, instant_us: int) -> int:
        """Working microseconds from the start of the range to an instant."""
        day, rest = divmod(instant_us + SHANGHAI_OFFSET_US, DAY_US)
        place = day - _FIRST_SINCE_EPOCH
        if not 0 <= place < len(self._before) - 1:
            raise CalendarError(f"instant {instant_us} us lies outside {FIRST_DAY}..{LAST_DAY}")
        before = self._before[place]
        return before * DAY_US + (rest if self._before[place + 1] > before else 0)

    def _nth(self, index: int) -> date:
        if not 0 <= index < len(self._days):
            raise CalendarError(f"the answer lies outside {FIRST_DAY}..{LAST_DAY}")
        return date.fromordinal(self._days[index])


def _place(day: date) -> int:
    place = day.toordinal() - _FIRST
    if not 0 <= place <= _LAST - _FIRST:
        raise CalendarError(f"{day} lies outside {FIRST_DAY}..{LAST_DAY}")
    return place


def _ordinals(days: object) -> set[int]:
    if not isinstance(days, list):
        raise CalendarError("the table of holidays is damaged")
    return {date.fromisoformat(day).toordinal() for day in days}
