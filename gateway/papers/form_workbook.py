"""A form as a workbook to be filled in: a unit's own sheet, a superior's table, or a folder with a sheet for each unit.

What may be filled in is white and open; all else is grey and locked, without a password: the lock is against slips of
the hand. What a cell takes is its validation, and stands beside it in words. Last figures are filled in. Nothing is
hidden.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gateway.papers.form_words import WORDS, range_words, said
from gateway.papers.typst import REHEARSAL_WORDS
from gateway.papers.workbooks import DAY_FORMAT, local_time
from services.reporting.domain.assignments import SUMMARY_CHARS_MAX
from services.reporting.domain.forms import layout as at
from services.reporting.domain.forms.checking import EXPLANATION_CHARS_MAX
from services.reporting.domain.forms.layout import Asks, Entry, Layout, layout_of, measure_of
from services.reporting.domain.forms.model import Field, FieldKind, Form
from services.reporting.domain.forms.returned import FIRST_DAY

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONT: Final = "Microsoft YaHei"
SHEET_WIDTHS_CHARS: Final = (9, 36, 9, 18, 32)
TABLE_UNIT_WIDTHS_CHARS: Final = (16, 24, 20, 9, 11)
TABLE_FIGURE_WIDTH_CHARS: Final = 13
TABLE_TEXT_WIDTH_CHARS: Final = 26
TABLE_LABELS_HEIGHT_POINTS: Final = 62
# What a spreadsheet program takes for a validation's list and its hint.
LIST_CHARS_MAX: Final = 255
HINT_CHARS_MAX: Final = 255
LINE_POINTS, LINE_SPACE_POINTS, HEIGHT_POINTS_MAX = 14, 7, 400
FILE_NAME_CHARS_MAX: Final = 60
# Paper sizes as a workbook numbers them.
A3, A4 = 8, 9
_LAST_DAY: Final = date(9999, 12, 31)
_UNFIT: Final = re.compile(r"[^\w.()（）-]+")
# Characters that XML cannot hold, beyond those that the writer escapes itself.
_NOT_XML: Final = re.compile("[\ufffe\uffff]")
_THIN: Final = {"border": 1, "border_color": "#bfbfbf", "valign": "vcenter"}
_LOCKED: Final = {**_THIN, "bg_color": "#f2f2f2", "text_wrap": True}
_OPEN: Final = {**_THIN, "locked": False, "text_wrap": True}


@dataclass(frozen=True, slots=True)
class FormOf:
    """The form of a directive, for its reader."""

    form: Form
    directive_id: str
    directive_title: str
    language: str
    made_at_us: int
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class FormUnit:
    """A unit and what is known of it. `report_number` is the one that its next report will have; `state` is worded.

    From a unit that is `closed` no report is taken any more.
    """

    code: str
    name: str
    parent_name: str
    report_number: int
    state: str
    closed: bool
    figures: Mapping[str, str]
    explanations: Mapping[str, str]
    summary: str


def unit_workbook(of: FormOf, unit: FormUnit) -> bytes:
    """One unit's sheet. The same data, the same bytes."""
    # Here, not above: only a process that writes workbooks should load it.
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        _Sheet(book, of).write(unit)
    return buffer.getvalue()


def table_workbook(of: FormOf, units: Iterable[FormUnit], file: Path) -> None:
    """A line for each unit, written as it goes: a large one is never in memory."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"constant_memory": True, "tmpdir": str(file.parent)}) as book:
        _Table(book, of).write(units)


def workbook_set(of: FormOf, units: Iterable[FormUnit], file: Path) -> int:
    """A ZIP with the sheet of every unit that is not closed, in a folder for each superior. Returns how many."""
    count = 0
    made_at = local_time(of.made_at_us)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
        for unit in units:
            if unit.closed:
                continue
            name = f"{_file_part(unit.parent_name)}/{_file_part(unit.code)} {_file_part(unit.name)}.xlsx"
            bundle.writestr(zipfile.ZipInfo(name.lstrip("/"), made_at.timetuple()[:6]), unit_workbook(of, unit))
            count += 1
    return count


def _file_part(text: str) -> str:
    return _UNFIT.sub("_", text)[:FILE_NAME_CHARS_MAX].strip(". ")


class _Form:
    """What sheet and table share: the workbook, its formats, cells and their validations."""

    shape = ""

    def __init__(self, book: Workbook, of: FormOf) -> None:
        self.of, self.words = of, WORDS[of.language]
        self.layout: Layout = layout_of(of.form.form_id, of.form.version, self.shape)
        title = said(of.form.title, of.language)
        book.set_properties({"title": title, "created": local_time(of.made_at_us)})
        self._book = book
        self._formats: dict[str, Format] = {}
        self.page: Worksheet = book.add_worksheet(self.words["sheet"])
        self.page.protect("", {"format_columns": True, "format_rows": True})
        self.page.set_paper(A4)
        self.page.hide_gridlines(2)
        self.page.set_footer("&C&P / &N")
        mark = f"【{REHEARSAL_WORDS[of.language]}】" if of.rehearsal else ""
        self.text(1, 0, mark + title, bold=True, font_size=16)

    def format(self, **properties: Any) -> Format:
        """A format, made once."""
        key = repr(properties)
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"font_name": FONT, "font_size": 10, **properties})
        return self._formats[key]

    def text(self, line: int, column: int, text: str, **properties: Any) -> None:
        """A text, whatever it looks like; lines count from 1."""
        self.page.write_string(line - 1, column, _held(text), self.format(**properties))

    def identity(self, line: int, name: str, value: str, beside: str = "") -> None:
        """A line that says what the form is of."""
        self.text(line, 0, self.words[name], **_LOCKED, bold=True)
        self.text(line, at.IDENTITY_COLUMN, value, **_LOCKED)
        if beside:
            self.text(line, at.IDENTITY_COLUMN + 1, beside)

    def number(self, line: int, column: int, number: int) -> None:
        """The number of the report that the form is for."""
        self.page.write_number(line - 1, column, number, self.format(**_LOCKED, align="left"))

    def answer(self, line: int, column: int, entry: Entry, unit: FormUnit) -> None:
        """The cell of an answer, with what is known already."""
        look: dict[str, Any] = dict(_LOCKED if unit.closed else _OPEN)
        value = _known(entry, unit)
        kind = entry.field.kind if entry.field else FieldKind.TEXT
        if kind is FieldKind.COUNT:
            look["align"] = "right"
            shown = self.format(**look, num_format="0")
            if value:
                self.page.write_number(line - 1, column, int(value), shown)
                return
        elif kind is FieldKind.DATE:
            shown = self.format(**look, num_format=DAY_FORMAT, align="left")
            if value and (day := date.fromisoformat(value)) >= FIRST_DAY:
                self.page.write_datetime(line - 1, column, datetime(day.year, day.month, day.day), shown)  # noqa: DTZ001
                return
        else:
            # Text stays text in the program too, also where it looks like a number or begins with "=".
            shown = self.format(**look, num_format="@")
            if entry.field and kind is FieldKind.CHOICE and value:
                value = said(entry.field.choices[value], self.of.language)
        if value:
            self.page.write_string(line - 1, column, _held(value), shown)
        else:
            self.page.write_blank(line - 1, column, None, shown)

    def validate(self, first_line: int, last_line: int, column: int, entry: Entry) -> None:
        """What these cells take."""
        rule = _rule(entry, self.of.language)
        hint = range_words(entry, self.of.language)[:HINT_CHARS_MAX]
        options = {**rule, "input_message": hint, "error_title": self.words["wrong"], "error_message": hint}
        self.page.data_validation(first_line - 1, column, last_line - 1, column, options)


class _Sheet(_Form):
    """One unit's."""

    shape = at.SHEET

    def write(self, unit: FormUnit) -> None:
        page, words, layout = self.page, self.words, self.layout
        for column, width in enumerate(SHEET_WIDTHS_CHARS):
            page.set_column(column, column, width)
        page.set_portrait()
        page.fit_to_pages(1, 0)
        page.set_row(0, 28)
        self.identity(at.FORM_LINE, "form", layout.mark)
        self.identity(at.DIRECTIVE_LINE, "directive", self.of.directive_id, self.of.directive_title)
        self.identity(at.UNIT_LINE, "unit", unit.code, " · ".join(filter(None, (unit.name, unit.parent_name))))
        self.identity(at.NUMBER_LINE, "number", "")
        self.number(at.NUMBER_LINE, at.IDENTITY_COLUMN, unit.report_number)
        self.text(at.NUMBER_LINE, at.IDENTITY_COLUMN + 1, unit.state)
        note = words["closed"] if unit.closed else words["note"]
        for number, text in enumerate(note.split("\n")):
            self.text(at.NUMBER_LINE + 1 + number, 0, text, font_color="#c00000" if unit.closed else "#595959")
        heads = ("code", "label", "measure", "value", "range")
        for column, name in enumerate(heads):
            self.text(at.SHEET_HEAD_LINE, column, words[name], **_LOCKED, bold=True, align="center")
        page.freeze_panes(at.SHEET_HEAD_LINE, 0)
        page.repeat_rows(at.SHEET_HEAD_LINE - 1)
        for line, section in layout.sections.items():
            label = self.of.form.sections.get(section)
            text = said(label, self.of.language) if label else words["rest"]
            self.text(line, at.LABEL_COLUMN, text, bold=True, font_color="#a61b1b")
        for index, entry in enumerate(layout.entries):
            line = layout.at[index]
            page.set_row(line - 1, self._height(entry, unit))
            self.text(line, at.CODE_COLUMN, entry.code, **_LOCKED, align="center")
            self.text(line, at.LABEL_COLUMN, said(entry.label, self.of.language), **_LOCKED)
            self.text(line, at.MEASURE_COLUMN, said(measure_of(entry), self.of.language), **_LOCKED, align="center")
            self.answer(line, at.VALUE_COLUMN, entry, unit)
            self.text(line, at.RANGE_COLUMN, range_words(entry, self.of.language), **_LOCKED, font_color="#595959")
            self.validate(line, line, at.VALUE_COLUMN, entry)
        page.set_selection(layout.at[0] - 1, at.VALUE_COLUMN, layout.at[0] - 1, at.VALUE_COLUMN)

    def _height(self, entry: Entry, unit: FormUnit) -> int:
        """Points that a line needs: not every program makes room for wrapped text itself."""
        label, takes = said(entry.label, self.of.language), range_words(entry, self.of.language)
        known = _lines(_known(entry, unit), at.VALUE_COLUMN)
        lines = max(_lines(label, at.LABEL_COLUMN), _lines(takes, at.RANGE_COLUMN), known)
        return min(LINE_POINTS * lines + LINE_SPACE_POINTS, HEIGHT_POINTS_MAX)


class _Table(_Form):
    """A superior's: its lines are written from the top down, each once."""

    shape = at.TABLE

    def write(self, units: Iterable[FormUnit]) -> None:
        page, words, layout = self.page, self.words, self.layout
        for column, width in enumerate(TABLE_UNIT_WIDTHS_CHARS):
            page.set_column(column, column, width)
        for index, entry in enumerate(layout.entries):
            narrow = entry.field is not None and entry.field.kind is not FieldKind.TEXT
            width = TABLE_FIGURE_WIDTH_CHARS if narrow else TABLE_TEXT_WIDTH_CHARS
            page.set_column(layout.at[index], layout.at[index], width)
        page.set_landscape()
        page.set_paper(A3)
        page.repeat_rows(at.TABLE_SECTIONS_LINE - 1, at.TABLE_CODES_LINE - 1)
        page.repeat_columns(at.UNIT_CODE_COLUMN, at.UNIT_NAME_COLUMN)
        page.freeze_panes(at.TABLE_CODES_LINE, at.PARENT_COLUMN)
        self.identity(at.FORM_LINE, "form", layout.mark)
        self.identity(at.DIRECTIVE_LINE, "directive", self.of.directive_id, self.of.directive_title)
        self.text(at.UNIT_LINE, 0, words["table_note"], font_color="#595959")
        self._heads()
        line = at.TABLE_FIRST_LINE
        for unit in units:
            self._unit(line, unit)
            line += 1
        for index, entry in enumerate(layout.entries):
            self.validate(at.TABLE_FIRST_LINE, max(line - 1, at.TABLE_FIRST_LINE), layout.at[index], entry)

    def _heads(self) -> None:
        layout, language = self.layout, self.of.language
        names = ("unit_code", "unit_name", "parent", "number", "state")
        look = {**_LOCKED, "align": "center"}
        section = ""
        for index, entry in enumerate(layout.entries):
            if entry.section_id != section:
                section = entry.section_id
                label = self.of.form.sections.get(section)
                text = said(label, language) if label else self.words["rest"]
                self.text(at.TABLE_SECTIONS_LINE, layout.at[index], text, bold=True, font_color="#a61b1b")
        self.page.set_row(at.TABLE_LABELS_LINE - 1, TABLE_LABELS_HEIGHT_POINTS)
        for column, name in enumerate(names):
            self.text(at.TABLE_LABELS_LINE, column, self.words[name], **look, bold=True)
        for index, entry in enumerate(layout.entries):
            self.text(at.TABLE_LABELS_LINE, layout.at[index], said(entry.label, language), **look, bold=True)
        for column in range(len(names)):
            self.text(at.TABLE_MEASURES_LINE, column, "", **look)
        for index, entry in enumerate(layout.entries):
            self.text(at.TABLE_MEASURES_LINE, layout.at[index], said(measure_of(entry), language), **look)
        for column, code in enumerate(at.TABLE_UNIT_CODES):
            self.text(at.TABLE_CODES_LINE, column, code, **look)
        for index, entry in enumerate(layout.entries):
            self.text(at.TABLE_CODES_LINE, layout.at[index], entry.code, **look)

    def _unit(self, line: int, unit: FormUnit) -> None:
        for column, text in ((at.UNIT_CODE_COLUMN, unit.code), (at.UNIT_NAME_COLUMN, unit.name)):
            self.text(line, column, text, **_LOCKED)
        self.text(line, at.PARENT_COLUMN, unit.parent_name, **_LOCKED)
        self.number(line, at.NUMBER_COLUMN, unit.report_number)
        self.text(line, at.STATE_COLUMN, unit.state, **_LOCKED)
        for index, entry in enumerate(self.layout.entries):
            self.answer(line, self.layout.at[index], entry, unit)


def _lines(text: str, column: int) -> int:
    """How many lines a text takes in a column of a sheet; a Chinese character is as wide as two others."""
    width = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return -(-width // (SHEET_WIDTHS_CHARS[column] - 3)) or 1


def _known(entry: Entry, unit: FormUnit) -> str:
    """What is filled in already; the mark never is."""
    match entry.asks:
        case Asks.FIGURE:
            return unit.figures.get(entry.key, "")
        case Asks.EXPLANATION:
            return unit.explanations.get(entry.key, "")
        case Asks.SUMMARY:
            return unit.summary
        case Asks.CHECKED:
            return ""


def _held(text: str) -> str:
    """A text as a workbook can hold it."""
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _rule(entry: Entry, language: str) -> dict[str, Any]:
    """A validation as the writer takes it."""
    if entry.asks is Asks.CHECKED:
        return {"validate": "list", "source": [at.CHECKED_MARKS[0] if language == "zh" else at.CHECKED_MARKS[1]]}
    if entry.field is None:
        most = SUMMARY_CHARS_MAX if entry.asks is Asks.SUMMARY else EXPLANATION_CHARS_MAX
        return {"validate": "length", "criteria": "<=", "value": most}
    return _field_rule(entry.field, language)


def _field_rule(field: Field, language: str) -> dict[str, Any]:
    match field.kind:
        case FieldKind.COUNT:
            return {"validate": "integer", "criteria": "between", "minimum": field.least, "maximum": field.most}
        case FieldKind.DATE:
            first = max(date.fromisoformat(field.earliest), FIRST_DAY) if field.earliest else FIRST_DAY
            last = date.fromisoformat(field.latest) if field.latest else _LAST_DAY
            return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        case FieldKind.CHOICE:
            labels = [said(label, language) for label in field.choices.values()]
            fits = len(",".join(labels)) <= LIST_CHARS_MAX
            return {"validate": "list", "source": labels} if fits else {"validate": "any"}
        case FieldKind.TEXT:
            return {"validate": "length", "criteria": "<=", "value": field.chars_max}
