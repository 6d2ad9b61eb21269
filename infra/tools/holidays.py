"""Write the kernel's table of Chinese public holidays from `chinesecalendar` (a tool: run by hand once a
year).

    python -m infra.tools.holidays

A year the table has already keeps its version; a new year is appended as one more release, so that every
calendar version ever carried in a ledger entry keeps meaning what it meant.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TypedDict

import chinese_calendar

TABLE = Path(__file__).parents[2] / "services" / "kernel" / "holidays_cn.json"


class Release(TypedDict):
    """One State Council notice, as the table keeps it: a year's days off on weekdays and working weekend
    days.
    """

    version: str
    year: int
    off: list[str]
    work: list[str]


def release(year: int) -> Release:
    """The exceptions of one year to Monday-Friday."""
    off, work = [], []
    day = date(year, 1, 1)
    while day.year == year:
        weekday = day.weekday() < 5
        working = chinese_calendar.is_workday(day)
        if weekday and not working:
            off.append(day.isoformat())
        if working and not weekday:
            work.append(day.isoformat())
        day += timedelta(days=1)
    return {"version": f"cn-{year}", "year": year, "off": off, "work": work}


def main() -> None:
    """Append the years `chinesecalendar` knows and the table does not."""
    releases: list[Release] = json.loads(TABLE.read_text("utf-8"))["releases"] if TABLE.exists() else []
    known = {entry["year"] for entry in releases}
    years = sorted({day.year for day in chinese_calendar.holidays} - known)
    releases += [release(year) for year in years]
    TABLE.write_text(json.dumps({"releases": releases}, indent=1) + "\n", "utf-8")
    print(f"{TABLE.name}: added {years or 'nothing'}")


if __name__ == "__main__":
    main()
