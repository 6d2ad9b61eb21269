"""The committed table is what `chinesecalendar` says, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from services.kernel.workdays import calendar_versions, work_calendar


def test_every_day_of_every_announced_year_agrees_with_the_source() -> None:
    calendar = work_calendar(calendar_versions()[-1])
    day = date(2004, 1, 1)
    while calendar.announced(day.year):
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)
