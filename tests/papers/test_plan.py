"""Every output of a plan says the same about every date; text from people stays text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import ics
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from gateway.api.problems import Problems
from gateway.api.sheet import Slip, render
from gateway.papers.plan import PlanRow, PlanSheet, countdown, gantt
from gateway.papers.plan_feed import calendar_feed
from gateway.papers.plan_prints import HEAD_ROW, plan_pdf, plan_workbook
from gateway.papers.typst import Head
from services.kernel.workdays import work_calendar

CALENDAR = work_calendar("cn-2026")
MADE_AT_US = 1_772_409_600_000_000
HEAD = Head("示例区党代表大会换届工作计划", "示例区", "zh", MADE_AT_US)
HOSTILE = '=HYPERLINK("x","点我"); #read("a") $x$, \\*b*;'


def row(number: int, latest: date, **more: object) -> PlanRow:
    fields: dict[str, object] = {
        "milestone": f"m{number}", "title": f"示例事项{number}", "phase": "筹备启动" if number < 3 else "召开大会",
        "owner": "组织部", "earliest": latest - timedelta(days=9), "latest": latest, "slack_workdays": 5,
        "critical": number % 2 == 0, "citation": "《中国共产党章程》第25条", "confidence": "V1",
        "documents": ("会议纪要", "请示"), "waits_for": ("上级批复",),
    }  # fmt: skip
    return PlanRow(**(fields | more))  # type: ignore[arg-type]


def sheet(*rows: PlanRow, **more: object) -> PlanSheet:
    fields: dict[str, object] = {
        "turnover": "turn_sample", "title": HEAD.title, "kind": "区党代表大会换届工作计划",
        "version": 3, "congress": date(2026, 9, 22),
        "term_end": date(2026, 10, 25), "calendar_version": "cn-2026", "rows": rows,
    }  # fmt: skip
    return PlanSheet(**(fields | more))  # type: ignore[arg-type]


SAMPLE = sheet(
    row(1, date(2026, 4, 30), done_on=date(2026, 4, 28)),
    row(2, date(2026, 5, 6), title=HOSTILE),
    row(3, date(2026, 9, 22)),
    row(4, date(2027, 1, 4), waits_for=()),
    unannounced_years=(2027,),
    shortfall_workdays=8,
)


def printed(of: PlanSheet) -> str:
    pages = PdfReader(io.BytesIO(plan_pdf(of, HEAD))).pages
    return "\n".join(page.extract_text() for page in pages)


def cells(of: PlanSheet) -> Worksheet:
    page = openpyxl.load_workbook(io.BytesIO(plan_workbook(of, "zh", MADE_AT_US))).active
    assert isinstance(page, Worksheet)
    return page


def day_of(value: object) -> date | None:
    return None if value is None else value.date()  # type: ignore[attr-defined]


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
DATED = st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), min_size=1, max_size=6)


@given(dated=DATED)
def test_gantt_calendar_and_workbook_agree_on_every_date(dated: list[tuple[date, date | None]]) -> None:
    of = sheet(*(row(number, latest, done_on=done) for number, (latest, done) in enumerate(dated, start=1)))
    bars = {bar["milestone"]: bar for bar in gantt(of)["bars"]}
    events = {event.uid: event for event in ics.Calendar(calendar_feed(of, "zh", MADE_AT_US).decode()).events}
    page = cells(of)
    for number, each in enumerate(of.rows, start=1):
        bar = bars[each.milestone]
        assert (bar["earliest"], bar["latest"]) == (each.earliest.isoformat(), each.latest.isoformat())
        event = events[f"turn_sample.{each.milestone}@huanjie"]
        assert event.all_day
        assert event.begin.date() == (each.done_on or each.latest)
        earliest, latest, done = (day_of(page.cell(HEAD_ROW + 1 + number, column).value) for column in (5, 6, 8))
        assert (earliest, latest, done) == (each.earliest, each.latest, each.done_on)


def test_the_print_agrees_with_the_calendar_on_every_date() -> None:
    text = printed(SAMPLE)
    events = {event.uid: event for event in ics.Calendar(calendar_feed(SAMPLE, "zh", MADE_AT_US).decode()).events}
    for each in SAMPLE.rows:
        assert each.earliest.isoformat() in text and each.latest.isoformat() in text
        day = events[f"turn_sample.{each.milestone}@huanjie"].begin.date().isoformat()
        assert day in text
    dates = {word for word in text.split() if word.count("-") == 2 and word[:4].isdigit()}
    known = {day for each in SAMPLE.rows for day in (each.earliest, each.latest, each.done_on) if day}
    assert dates <= {day.isoformat() for day in known | {SAMPLE.congress, SAMPLE.term_end}}


def test_the_print_says_what_its_dates_rest_on_and_what_is_wrong_with_them() -> None:
    text = printed(SAMPLE)
    assert "2027 年放假安排尚未公布" in text
    assert "还差 8 个工作日" in text
    assert "工作日历 cn-2026" in text
    assert "放假安排尚未公布" not in printed(sheet(row(1, date(2026, 4, 30))))


def test_the_print_is_landscape_and_every_page_repeats_its_heading() -> None:
    many = sheet(*(row(number, date(2026, 4, 30)) for number in range(3, 60)))
    pages = PdfReader(io.BytesIO(plan_pdf(many, HEAD))).pages
    assert len(pages) > 1
    for page in pages:
        assert page.mediabox.width > page.mediabox.height
        assert "责任主体" in page.extract_text()


@pytest.mark.parametrize("before", range(19, 26))
def test_no_phase_is_headed_at_the_foot_of_a_page_and_begun_on_the_next(before: int) -> None:
    of = sheet(
        *(row(number, date(2026, 4, 30), phase="甲阶段" if number <= before else "乙阶段") for number in range(1, 30))
    )
    (headed,) = (page for page in _pages(of) if "乙阶段" in page)
    assert f"示例事项{before + 1}" in headed


def _pages(of: PlanSheet) -> list[str]:
    return [page.extract_text().replace(" ", "") for page in PdfReader(io.BytesIO(plan_pdf(of, HEAD))).pages]


def test_the_print_says_what_kind_of_plan_it_is() -> None:
    assert SAMPLE.kind in _pages(SAMPLE)[0]


def test_text_from_people_is_no_formula_and_no_markup() -> None:
    assert HOSTILE.replace(" ", "") in printed(SAMPLE).replace("\n", "").replace(" ", "")
    cell = cells(SAMPLE).cell(HEAD_ROW + 3, 3)
    assert (cell.value, cell.data_type) == (HOSTILE, "s")
    event = next(e for e in ics.Calendar(calendar_feed(SAMPLE, "zh", MADE_AT_US).decode()).events if "m2@" in e.uid)
    assert event.name == f"最迟：{HOSTILE}"


def test_the_same_plan_makes_the_same_bytes() -> None:
    assert plan_workbook(SAMPLE, "zh", MADE_AT_US) == plan_workbook(SAMPLE, "zh", MADE_AT_US)
    assert calendar_feed(SAMPLE, "zh", MADE_AT_US) == calendar_feed(SAMPLE, "zh", MADE_AT_US)
    assert plan_pdf(SAMPLE, HEAD) == plan_pdf(SAMPLE, HEAD)


def test_a_feed_holds_only_what_was_asked_for_and_keeps_its_ids() -> None:
    mine = ics.Calendar(calendar_feed(SAMPLE, "zh", MADE_AT_US, ["m3"]).decode())
    moved = ics.Calendar(calendar_feed(sheet(row(3, date(2026, 10, 8)), version=4), "zh", MADE_AT_US, ["m3"]).decode())
    (first,), (second,) = mine.events, moved.events
    assert (first.uid, second.uid) == ("turn_sample.m3@huanjie",) * 2
    assert (first.begin.date(), second.begin.date()) == (date(2026, 9, 22), date(2026, 10, 8))
    assert ics.Calendar(calendar_feed(SAMPLE, "en", MADE_AT_US, []).decode()).events == set()


def test_lines_of_a_feed_are_folded_to_what_readers_must_take() -> None:
    long = sheet(row(1, date(2026, 4, 30), title="很长的示例事项" * 40))
    assert all(len(line) <= 75 for line in calendar_feed(long, "zh", MADE_AT_US).split(b"\r\n"))


@pytest.mark.parametrize(
    ("today", "overdue", "near", "later"),
    [
        (date(2026, 4, 30), [], ["m2"], ["m3", "m4"]),
        (date(2026, 5, 6), [], ["m2"], ["m3", "m4"]),
        (date(2026, 5, 7), ["m2"], [], ["m3", "m4"]),
        (date(2027, 1, 5), ["m2", "m3", "m4"], [], []),
    ],
)
def test_the_countdown_tells_overdue_near_and_next_apart(
    today: date, overdue: list[str], near: list[str], later: list[str]
) -> None:
    board = countdown(SAMPLE, today, CALENDAR)
    shown = {part: [each["milestone"] for each in board[part]] for part in ("overdue", "near", "next")}
    assert shown == {"overdue": overdue, "near": near, "next": later}
    assert board["workdays_left"] == CALENDAR.workdays_between(today, SAMPLE.congress)
    assert (board["done"], board["milestones"]) == (1, 4)


def test_what_leaves_a_rehearsal_says_what_it_is() -> None:
    of = replace(SAMPLE, rehearsal=True)
    feed = ics.Calendar(calendar_feed(of, "zh", MADE_AT_US).decode())
    assert feed.events and all(str(event.name).startswith("【演练 · 非正式文件】") for event in feed.events)
    page = openpyxl.load_workbook(io.BytesIO(plan_workbook(of, "zh", MADE_AT_US))).active
    assert isinstance(page, Worksheet) and str(page["A1"].value).startswith("【演练")
    real = ics.Calendar(calendar_feed(SAMPLE, "zh", MADE_AT_US).decode())
    assert not any("演练" in str(event.name) for event in real.events)
    slip = Slip(login="a", unit_name="示例甲支部", role="unit_secretary", one_time_code="c", code_until_us=0)
    sheets = [render([slip, slip], Problems.load(), "zh", "", rehearsal=rehearsal) for rehearsal in (True, False)]
    assert [sheet.count("【演练") for sheet in sheets] == [2, 0]
