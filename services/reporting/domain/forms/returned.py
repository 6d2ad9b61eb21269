"""A workbook that came back: figures by unit as they were typed, and what is wrong, each with its cell.

What makes the whole file unsafe to read (another form, version or directive, moved lines or columns, notes outside the
form) is a fault of the file, and nothing of it is taken. What is wrong in a unit's own cells is that unit's alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from services.reporting.domain.forms import layout as at
from services.reporting.domain.forms.checking import Problem, check, fold
from services.reporting.domain.forms.layout import Asks, Entry, Layout, layout_of
from services.reporting.domain.forms.model import FieldKind, Form
from services.reporting.domain.plain_text import found_in

FILE_FAULTS_MAX: Final = 20
# A spreadsheet program has no days before this one; earlier ones can only be texts.
FIRST_DAY: Final = date(1900, 3, 1)
_COMPUTES: Final = frozenset({"formula", "fault"})
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_FOUND_CHARS_MAX: Final = 60


class ReadCell(Protocol):
    """What a cell is and says (services.chassis.sheets.pages.Cell fits)."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


Lines = Mapping[int, Mapping[int, ReadCell]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a cell, such as D12. `code` is worded with its parameters."""

    cell: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    # The rule across figures that is broken, if it is one.
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook says of one unit. `line` is where: 0 in a sheet, which is all of one unit."""

    line: int
    unit_code: str
    unit_name: str
    report_number: int
    figures: Mapping[str, str]
    explanations: Mapping[str, str]
    summary: str
    checked: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook's rows; none where the file itself has faults."""

    rows: tuple[Filled, ...]
    faults: tuple[Fault, ...] = ()
    layout: Layout | None = None


def read_returned(lines: Lines, form: Form, directive_id: str) -> Returned:
    """Reads a sheet or a table of the directive's form."""
    said = _text(lines, at.FORM_LINE, at.IDENTITY_COLUMN)
    shape = said.rpartition("/")[2]
    if shape not in (at.SHEET, at.TABLE):
        for mark in (layout_of(form.form_id, form.version, shape).mark for shape in (at.SHEET, at.TABLE)):
            if now := _place_of(lines, mark):
                return _not_it("FORM_BOOK_MOVED", at.FORM_LINE, said, wanted=mark, now=now)
        return _not_it("FORM_BOOK_NOT_OURS", at.FORM_LINE, said)
    wanted = layout_of(form.form_id, form.version, shape)
    if said != wanted.mark:
        return _not_it("FORM_BOOK_OTHER_FORM", at.FORM_LINE, said, wanted=wanted.mark)
    of = _text(lines, at.DIRECTIVE_LINE, at.IDENTITY_COLUMN)
    if of != directive_id:
        return _not_it("FORM_BOOK_OTHER_DIRECTIVE", at.DIRECTIVE_LINE, of, wanted=directive_id)
    faults = [*_moved(lines, wanted), *_outside(lines, wanted)]
    if faults:
        return Returned((), tuple(faults[:FILE_FAULTS_MAX]))
    if shape == at.SHEET:
        unit_code = _text(lines, at.UNIT_LINE, at.IDENTITY_COLUMN)
        name = _text(lines, at.UNIT_LINE, at.IDENTITY_COLUMN + 1)
        return Returned((_filled(lines, wanted, 0, unit_code, name),), layout=wanted)
    units = sorted(line for line in lines if line >= at.TABLE_FIRST_LINE)
    rows = (
        _filled(lines, wanted, n, _text(lines, n, at.UNIT_CODE_COLUMN), _text(lines, n, at.UNIT_NAME_COLUMN))
        for n in units
    )
    return Returned(tuple(rows), layout=wanted)


def address(line: int, column: int) -> str:
    """A cell's address as a spreadsheet program shows it; columns count from 0 and there are few."""
    first, second = divmod(column, 26)
    return f"{chr(ord('A') + first - 1) if first else ''}{chr(ord('A') + second)}{line}"


# ---- is it the form as it went out? -----------------------------------------------------------------------


def _moved(lines: Lines, layout: Layout) -> Iterator[Fault]:
    """Codes and labels that do not stand where they stood."""
    if layout.shape == at.TABLE:
        for column, code in enumerate(at.TABLE_UNIT_CODES):
            if _text(lines, at.TABLE_CODES_LINE, column) != code:
                yield _moved_to(lines, code, at.TABLE_CODES_LINE, column)
    for index, entry in enumerate(layout.entries):
        here = layout.at[index]
        table = layout.shape == at.TABLE
        code_at = (at.TABLE_CODES_LINE, here) if table else (here, at.CODE_COLUMN)
        label_at = (at.TABLE_LABELS_LINE, here) if table else (here, at.LABEL_COLUMN)
        label = _text(lines, *label_at)
        if _text(lines, *code_at) != entry.code:
            yield _moved_to(lines, entry.code, *code_at)
        elif label not in (fold(entry.label.zh), fold(entry.label.en)):
            params = {"found": label[:_FOUND_CHARS_MAX], "wanted": entry.label.zh}
            yield Fault(address(*label_at), "FORM_BOOK_LABEL_CHANGED", params)


def _place_of(lines: Lines, text: str) -> str:
    """Where a text stands in the head of the form, "" where it does not."""
    for line in range(1, at.TABLE_FIRST_LINE):
        for column, cell in lines.get(line, {}).items():
            if fold(cell.text) == text:
                return address(line, column)
    return ""


def _moved_to(lines: Lines, code: str, line: int, column: int) -> Fault:
    for number, cells in lines.items():
        for place, cell in cells.items():
            if fold(cell.text) == code and (number == line or place == column):
                return Fault(address(line, column), "FORM_BOOK_MOVED", {"wanted": code, "now": address(number, place)})
    found = _text(lines, line, column)[:_FOUND_CHARS_MAX]
    return Fault(address(line, column), "FORM_BOOK_CODE_GONE", {"wanted": code, "found": found})


def _outside(lines: Lines, layout: Layout) -> Iterator[Fault]:
    """What somebody wrote where nothing is asked: it would be lost without a word."""
    asked = set(layout.at)
    for line, cells in lines.items():
        for column in cells:
            if layout.shape == at.TABLE:
                fits = column <= layout.last
            elif line < at.SHEET_HEAD_LINE:
                fits = column <= at.RANGE_COLUMN
            else:
                fits = line <= layout.last and column <= at.RANGE_COLUMN
                fits = fits and (column != at.VALUE_COLUMN or line in asked or line == at.SHEET_HEAD_LINE)
            if not fits:
                yield Fault(address(line, column), "FORM_CELL_OUTSIDE")


# ---- what does it say of a unit? --------------------------------------------------------------------------


def _filled(lines: Lines, layout: Layout, line: int, unit_code: str, unit_name: str) -> Filled:
    faults: list[Fault] = []
    figures: dict[str, str] = {}
    explanations: dict[str, str] = {}
    summary, checked = "", False
    for index, entry in enumerate(layout.entries):
        where = layout.place(index, line)
        cell = lines.get(where[0], {}).get(where[1])
        if cell is None:
            continue
        if cell.kind in _COMPUTES:
            faults.append(Fault(address(*where), "FORM_CELL_COMPUTES"))
        elif entry.asks is Asks.FIGURE:
            if _day_as_text(entry, cell):
                faults.append(Fault(address(*where), "FORM_DATE_AS_TEXT"))
            figures[entry.key] = cell.text
        elif entry.asks is Asks.EXPLANATION:
            explanations[entry.key] = cell.text
        elif entry.asks is Asks.SUMMARY:
            summary = cell.text
            if found := found_in(summary):
                faults.append(Fault(address(*where), "FORM_SHOWS_PERSON", {"found": found}))
        elif fold(cell.text) in at.CHECKED_MARKS:
            checked = True
        else:
            faults.append(Fault(address(*where), "FORM_MARK_UNKNOWN", {"mark": at.CHECKED_MARKS[0]}))
    number_at = (line, at.NUMBER_COLUMN) if line else (at.NUMBER_LINE, at.IDENTITY_COLUMN)
    number = _text(lines, *number_at)
    if not _NUMBER.fullmatch(number) or int(number) == 0:
        faults.append(Fault(address(*number_at), "FORM_NUMBER_GONE", {"found": number[:_FOUND_CHARS_MAX]}))
        number = "0"
    if not unit_code:
        unit_at = (line, at.UNIT_CODE_COLUMN) if line else (at.UNIT_LINE, at.IDENTITY_COLUMN)
        faults.append(Fault(address(*unit_at), "FORM_UNIT_GONE"))
    if faults:
        faults += _also_wrong(layout, line, figures, explanations, faults)
    return Filled(line, unit_code, unit_name, int(number), figures, explanations, summary, checked, tuple(faults))


def _day_as_text(entry: Entry, cell: ReadCell) -> bool:
    """Is it a day that a spreadsheet program does not know to be one? It would read 3/4 as it pleases."""
    if entry.field is None or entry.field.kind is not FieldKind.DATE or cell.kind != "text":
        return False
    try:
        return date.fromisoformat(fold(cell.text)) >= FIRST_DAY
    except ValueError:
        return True


def _also_wrong(
    layout: Layout, line: int, figures: Mapping[str, str], explanations: Mapping[str, str], faults: list[Fault]
) -> list[Fault]:
    """The rest of what is wrong, so that it can be put right in one go."""
    named = {fault.cell for fault in faults}
    checked = check(layout.form, figures, explanations)
    others = (fault_of(layout, line, problem) for problem in checked.problems)
    return [other for other in others if other.cell not in named]


def fault_of(layout: Layout, line: int, problem: Problem) -> Fault:
    """A problem that a check found, at its cell: a warning's is where its explanation goes."""
    keys = [entry.key for entry in layout.entries]
    key = problem.rule_id if problem.rule_id in keys else problem.field_id
    index = keys.index(key) if key in keys else 0
    return Fault(address(*layout.place(index, line)), problem.code, problem.params, problem.rule_id)


def _not_it(code: str, line: int, found: str, **params: str) -> Returned:
    """Not the form that is wanted, by one of the lines that say what it is."""
    shown = {"found": found[:_FOUND_CHARS_MAX], **params}
    return Returned((), (Fault(address(line, at.IDENTITY_COLUMN), code, shown),))


def _text(lines: Lines, line: int, column: int) -> str:
    cell = lines.get(line, {}).get(column)
    return fold(cell.text) if cell else ""
