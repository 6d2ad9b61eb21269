"""A plan as a calendar that phones and mail programs subscribe to (RFC 5545): one all-day event a milestone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from gateway.papers.plan import PlanRow, PlanSheet
from gateway.papers.typst import REHEARSAL_WORDS

PRODUCT: Final = "-//huanjie//schedule//ZH"
REFRESH: Final = timedelta(hours=6)
UID_HOST: Final = "huanjie"
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_SECOND_US: Final = 1_000_000
ONE_DAY: Final = timedelta(days=1)

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "latest": "最迟：{title}", "done": "已完成：{title}", "owner": "责任主体：", "papers": "应备材料：",
        "waits": "尚缺条件：", "source": "依据：", "between": "；",
    },
    "en": {
        "latest": "Latest: {title}", "done": "Done: {title}", "owner": "Done by: ", "papers": "Papers: ",
        "waits": "Still waits for: ", "source": "Source: ", "between": "; ",
    },
}  # fmt: skip


def calendar_feed(sheet: PlanSheet, language: str, made_at_us: int, milestones: Iterable[str] | None = None) -> bytes:
    """The feed of a plan, or of some of its milestones: those of one owner or unit.

    An event keeps its id from version to version of the plan, so that a moved day moves the entry and adds none.
    """
    wanted = None if milestones is None else frozenset(milestones)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _marked(sheet, language, sheet.title))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made_at = datetime.fromtimestamp(made_at_us // _SECOND_US, UTC)
    for row in sheet.rows:
        if wanted is None or row.milestone in wanted:
            calendar.add_component(_event(sheet, row, language, made_at))
    return bytes(calendar.to_ical())


def _event(sheet: PlanSheet, row: PlanRow, language: str, made_at: datetime) -> Event:
    words = WORDS[language]
    day = row.done_on or row.latest
    event = Event()
    event.add("uid", f"{sheet.turnover}.{row.milestone}@{UID_HOST}")
    event.add("dtstamp", made_at)
    event.add("sequence", sheet.version)
    event.add("dtstart", day)
    event.add("dtend", day + ONE_DAY)
    summary = words["done" if row.done_on else "latest"].format(title=row.title)
    event.add("summary", _marked(sheet, language, summary))
    event.add("categories", [row.phase])
    event.add("description", "\n".join(_lines(row, words)))
    # Free time: a latest day keeps nobody from other appointments.
    event.add("transp", "TRANSPARENT")
    return event


def _marked(sheet: PlanSheet, language: str, text: str) -> str:
    """An entry stands in somebody's calendar among others: one of a rehearsal says what it is."""
    return f"【{REHEARSAL_WORDS[language]}】{text}" if sheet.rehearsal else text


def _lines(row: PlanRow, words: Mapping[str, str]) -> Iterable[str]:
    yield words["owner"] + row.owner
    if row.documents:
        yield words["papers"] + words["between"].join(row.documents)
    if row.waits_for and row.done_on is None:
        yield words["waits"] + words["between"].join(row.waits_for)
    yield f"{words['source']}{row.citation} {row.confidence}"
