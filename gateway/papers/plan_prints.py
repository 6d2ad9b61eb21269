"""A plan on paper and in a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from gateway.papers.plan import PlanRow, PlanSheet
from gateway.papers.typst import REHEARSAL_WORDS, Head, set_paper
from gateway.papers.workbooks import DAY_FORMAT, lay_out_table, local_time

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TEMPLATE: Final = "plan"
HEAD_ROW: Final = 3
COLUMNS: Final = (
    "number", "phase", "title", "owner", "earliest", "latest", "slack", "done", "waits", "documents", "citation",
    "confidence",
)  # fmt: skip
WIDTHS_CHARS: Final = (6, 16, 44, 16, 12, 12, 10, 12, 30, 40, 36, 10)

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "number": "序号", "phase": "阶段", "title": "工作事项", "owner": "责任主体",
        "earliest": "最早", "latest": "最迟", "slack": "余量（工作日）", "done": "完成日期",
        "waits": "尚缺条件", "documents": "应备材料", "citation": "依据",
        "confidence": "依据等级", "sheet": "工作计划", "between": "；",
        "line": "大会（会议）日期 {congress} · 任期届满 {term_end} · 第 {version} 版 · 工作日历 {calendar}",
        "unannounced": "{years} 年放假安排尚未公布，暂按周一至周五计算，公布后日期可能变动。",
        "shortfall": "按现有安排还差 {workdays} 个工作日，计划无法按期完成，请调整日期或间隔。",
        "unconfirmed": "依据等级：V1 条文原文；V2 权威二手资料；V3 一地做法；M 待确认。加粗的事项在关键路径上。",
    },
    "en": {
        "number": "No.", "phase": "Phase", "title": "Step", "owner": "Done by",
        "earliest": "Earliest", "latest": "Latest", "slack": "Slack (working days)", "done": "Done on",
        "waits": "Still waits for", "documents": "Papers",
        "citation": "Source", "confidence": "Confidence", "sheet": "Plan", "between": "; ",
        "line": "Congress (meeting) {congress} · term ends {term_end} · version {version} · calendar {calendar}",
        "unannounced": "Holidays of {years} are not announced yet: Monday to Friday is assumed; dates may still move.",
        "shortfall": "As it stands {workdays} working days are missing: the plan cannot be met.",
        "unconfirmed": "Confidence: V1 the regulation's text; V2 a secondary source; V3 one place's practice; M to be "
        "confirmed. Steps in bold are on the critical chain.",
    },
}  # fmt: skip


def notes(sheet: PlanSheet, language: str) -> list[str]:
    """The lines under the title: what the dates rest on, and what is wrong with them."""
    words = WORDS[language]
    found = [
        words["line"].format(
            congress=sheet.congress.isoformat(), term_end=sheet.term_end.isoformat(), version=sheet.version,
            calendar=sheet.calendar_version,
        )
    ]  # fmt: skip
    if sheet.shortfall_workdays:
        found.append(words["shortfall"].format(workdays=sheet.shortfall_workdays))
    if sheet.unannounced_years:
        found.append(words["unannounced"].format(years=words["between"].join(map(str, sheet.unannounced_years))))
    return [*found, words["unconfirmed"]]


def plan_data(sheet: PlanSheet, language: str) -> dict[str, Any]:
    """What `templates/plan.typ` shows."""
    numbered = list(enumerate(sheet.rows, start=1))
    return {
        "words": WORDS[language],
        "kind": sheet.kind,
        "notes": notes(sheet, language),
        "phases": [
            {"title": phase, "rows": [_printed(number, row) for number, row in rows]}
            for phase, rows in groupby(numbered, key=lambda each: each[1].phase)
        ],
    }


def plan_pdf(sheet: PlanSheet, head: Head) -> bytes:
    """The plan on A4, landscape. Raises FontMissing."""
    return set_paper(TEMPLATE, head, plan_data(sheet, head.language))


def _printed(number: int, row: PlanRow) -> dict[str, Any]:
    return {
        "number": number,
        "title": row.title,
        "owner": row.owner,
        "earliest": row.earliest.isoformat(),
        "latest": row.latest.isoformat(),
        "slack": row.slack_workdays,
        "critical": row.critical,
        "done": row.done_on.isoformat() if row.done_on else "",
        "documents": list(row.documents),
        "citation": row.citation,
        "confidence": row.confidence,
    }


def plan_workbook(sheet: PlanSheet, language: str, made_at_us: int) -> bytes:
    """The plan as an XLSX workbook: days are days, text is text and never a formula. The same data, the same bytes."""
    # Here, not above: only a process that writes workbooks should load it.
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": DAY_FORMAT}) as book:
        book.set_properties({"title": sheet.title, "created": local_time(made_at_us)})
        page = book.add_worksheet(WORDS[language]["sheet"])
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#eeeeee", "text_wrap": True, "valign": "top"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        strong = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "bold": True})
        day = book.add_format({"border": 1, "valign": "top", "num_format": DAY_FORMAT})
        mark = f"【{REHEARSAL_WORDS[language]}】" if sheet.rehearsal else ""
        page.write_string(0, 0, mark + sheet.title, bold)
        page.write_string(1, 0, " ".join([sheet.kind, *notes(sheet, language)]))
        for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS_CHARS, strict=True)):
            page.set_column(column, column, width)
            page.write_string(HEAD_ROW, column, WORDS[language][name], head)
        for number, row in enumerate(sheet.rows, start=1):
            _write_row(page, number, row, strong if row.critical else cell, day)
        lay_out_table(page, HEAD_ROW, 3)
    return buffer.getvalue()


def _write_row(page: Worksheet, number: int, row: PlanRow, cell: Format, day: Format) -> None:
    at = HEAD_ROW + number
    page.write_number(at, 0, number, cell)
    for column, text in ((1, row.phase), (2, row.title), (3, row.owner)):
        page.write_string(at, column, text, cell)
    page.write_datetime(at, 4, row.earliest, day)
    page.write_datetime(at, 5, row.latest, day)
    page.write_number(at, 6, row.slack_workdays, cell)
    if row.done_on:
        page.write_datetime(at, 7, row.done_on, day)
    else:
        page.write_blank(at, 7, None, cell)
    texts = ("\n".join(row.waits_for), "\n".join(row.documents), row.citation, row.confidence)
    for column, text in enumerate(texts, start=8):
        page.write_string(at, column, text, cell)
