"""A declared result as tables: every person's marks, and every group's as far as they may be shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.papers.workbooks import lay_out_table, local_time

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | None
PERSON_COLUMNS: Final = (
    "name", "note", "written_in", "approve", "disapprove", "abstain", "unreadable", "elected", "place",
)  # fmt: skip
GROUP_COLUMNS: Final = ("group", "votes", "valid", "invalid")
MARK_COLUMNS: Final = ("approve", "disapprove", "abstain", "unreadable")
HEAD_ROW: Final = 3
NAME_WIDTH_CHARS: Final = 24
FIGURE_WIDTH_CHARS: Final = 12
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "name": "姓名", "note": "说明", "written_in": "另选他人", "approve": "赞成", "disapprove": "不赞成",
        "abstain": "弃权", "unreadable": "无法辨认", "elected": "当选", "place": "名单次序", "group": "计票组",
        "votes": "票数", "valid": "有效票", "invalid": "无效票", "candidate": "候选人", "persons": "得票情况",
        "groups": "各组计票", "yes": "是", "no": "否", "hidden": "人数较少，不单独公布",
        "together": "不单独公布的各组合计",
        "counted": "应到 {entitled} 人，实到 {present} 人；发出选票 {issued} 张，收回 {returned} 张，"
        "其中有效 {valid} 张、无效 {invalid} 张；应选 {seats} 名。",
        "hash": "记录校验值（SHA-256）：{digest}",
    },
    "en": {
        "name": "Name", "note": "Note", "written_in": "Written in", "approve": "Approve",
        "disapprove": "Do not approve", "abstain": "Abstain", "unreadable": "Unreadable", "elected": "Elected",
        "place": "Place in the list", "group": "Counting group", "votes": "Ballots", "valid": "Valid",
        "invalid": "Invalid", "candidate": "Candidate", "persons": "Votes", "groups": "Groups", "yes": "yes",
        "no": "no", "hidden": "few ballots, not shown apart", "together": "Groups not shown apart, together",
        "counted": "Entitled {entitled}, present {present}; ballots issued {issued}, returned {returned}, of them "
        "valid {valid}, invalid {invalid}; seats {seats}.",
        "hash": "Hash of the record (SHA-256): {digest}",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One person's marks; of who is written in only approvals are counted. `place`: in the list, 0 for none."""

    name: str
    note: str
    written_in: bool
    marks: tuple[int, int, int, int]
    place: int


@dataclass(frozen=True, slots=True)
class Group:
    """One counting group; `persons` is empty where it is not shown apart."""

    name: str
    votes: int
    valid: int
    invalid: int
    shown: bool
    persons: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """A declared result. `counted`: entitled, present, issued, returned, valid, invalid, seats."""

    title: str
    counted: Mapping[str, int]
    digest: str
    persons: tuple[Person, ...]
    groups: tuple[Group, ...]


def person_rows(sheet: ResultSheet, language: str) -> list[list[Cell]]:
    """The heading, then a row a person in ballot order, those written in last."""
    words = WORDS[language]
    rows: list[list[Cell]] = [[words[column] for column in PERSON_COLUMNS]]
    for each in sheet.persons:
        yes_no = [words["yes" if flag else "no"] for flag in (each.written_in, each.place > 0)]
        rows.append([each.name, each.note, yes_no[0], *_marks(each), yes_no[1], each.place or None])
    return rows


def group_rows(sheet: ResultSheet, language: str) -> list[list[Cell]]:
    """The heading, then a row a group and person. Groups that are not shown apart stand together, without marks."""
    words = WORDS[language]
    rows: list[list[Cell]] = [[words[column] for column in (*GROUP_COLUMNS, "candidate", *MARK_COLUMNS)]]
    for group in sheet.groups:
        if group.shown:
            figures: list[Cell] = [group.name, group.votes, group.valid, group.invalid]
            rows += [[*figures, each.name, *_marks(each)] for each in group.persons]
    hidden = [each for each in sheet.groups if not each.shown]
    if hidden:
        sums = [sum(getattr(each, column) for each in hidden) for column in GROUP_COLUMNS[1:]]
        rows.append([words["together"], *sums, words["hidden"], None, None, None, None])
    return rows


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as such; what looks like a formula is text."""
    out = io.StringIO()
    csv.writer(out).writerows([[_text(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def result_workbook(sheet: ResultSheet, language: str, made_at_us: int) -> bytes:
    """Both tables as an XLSX workbook: figures are figures, text is text and never a formula."""
    # Here, not above: only a process that writes workbooks should load it.
    import xlsxwriter

    words = WORDS[language]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": sheet.title, "created": local_time(made_at_us)})
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#eeeeee", "text_wrap": True, "valign": "top"})
        cell = book.add_format({"border": 1, "valign": "top"})
        for name, rows in (("persons", person_rows(sheet, language)), ("groups", group_rows(sheet, language))):
            page = book.add_worksheet(words[name])
            page.write_string(0, 0, sheet.title, bold)
            page.write_string(1, 0, words["counted"].format(**sheet.counted))
            page.write_string(2, 0, words["hash"].format(digest=sheet.digest))
            _write_rows(page, rows, head, cell)
            lay_out_table(page, HEAD_ROW, 1)
    return buffer.getvalue()


def _write_rows(page: Worksheet, rows: Sequence[Sequence[Cell]], head: Format, cell: Format) -> None:
    for column, _ in enumerate(rows[0]):
        texts = any(isinstance(row[column], str) for row in rows[1:])
        page.set_column(column, column, NAME_WIDTH_CHARS if texts else FIGURE_WIDTH_CHARS)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            form = cell if number else head
            if value is None:
                page.write_blank(HEAD_ROW + number, column, None, form)
            elif isinstance(value, int):
                page.write_number(HEAD_ROW + number, column, value, form)
            else:
                page.write_string(HEAD_ROW + number, column, value, form)


def _marks(person: Person) -> list[Cell]:
    approve, *others = person.marks
    return [approve, *([None] * len(others) if person.written_in else others)]


def _text(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text
