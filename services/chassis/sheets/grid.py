"""One worksheet, read as a stream: values, and what they hide (formulas, merges, hidden rows and columns).

Only cells that hold something are kept, so a grid that claims a billion cells costs nothing. (python-calamine
lays a sheet out densely: a 5 KB workbook with a value in XFD1048576 ends the process. It stays the second
reader in tests.)
"""

import re
from bisect import bisect_left
from datetime import date, timedelta
from typing import Final

from services.chassis.sheets.archive import Archive
from services.chassis.sheets.model import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    NO_COLUMNS,
    NUMBER_DIGITS_MAX,
    ROWS_MAX,
    Note,
    Row,
    column_letters,
    is_formula_text,
    is_lossy_number,
    listed,
)
from services.chassis.sheets.refusals import (
    SheetBroken,
    SheetCellTooLong,
    SheetTooManyColumns,
    SheetTooManyRows,
)
from services.chassis.sheets.xml_parts import XmlReader

_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INTEGER: Final = re.compile(r"-?\d+")
_TRUE: Final = frozenset({"1", "true"})
# Day 60 of the 1900 system is a 29 February that never was.
_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1900_EARLY: Final = date(1899, 12, 31)
_EPOCH_1904: Final = date(1904, 1, 1)
_LEAP_FAULT_DAYS: Final = 60
_DAY_SECONDS: Final = 86_400


class Book:
    """What all sheets share: texts, which cell styles show dates, and the day that dates count from."""

    def __init__(self, texts: list[str], date_styles: frozenset[int], from_1904: bool) -> None:
        self.texts, self.date_styles, self.from_1904 = texts, date_styles, from_1904


class Grid:
    """Reads one worksheet part; then `rows()` and `notes()`."""

    def __init__(self, archive: Archive, part: str, book: Book) -> None:
        self._book = book
        self._cells: dict[int, dict[int, str]] = {}
        self._formulas: dict[int, set[int]] = {}
        self._merged: dict[int, set[int]] = {}
        self._lossy: dict[int, set[int]] = {}
        self._merges: list[tuple[int, int, int]] = []
        self._hidden_lines: list[int] = []
        self._hidden_columns: list[int] = []
        self._line = self._column = 0
        self._type = self._style = ""
        self._value, self._formula, self._phonetic = "", False, 0
        self._xml = XmlReader(self._start, self._end)
        self._xml.read(archive, part)
        self._fill_merged()

    def rows(self) -> tuple[Row, ...]:
        """The rows that hold something, from the top."""
        return tuple(self._row(line) for line in sorted(self._cells))

    def notes(self) -> list[Note]:
        """What a reader of the values alone would not see."""
        notes = []
        hidden = [line for line in self._hidden_lines if line in self._cells]
        if hidden:
            notes.append(Note("SHEET_HIDDEN_ROWS", {"count": str(len(hidden)), "lines": listed(hidden)}))
        used = {column for cells in self._cells.values() for column in cells}
        columns = [column_letters(column) for column in self._hidden_columns if column in used]
        if columns:
            notes.append(Note("SHEET_HIDDEN_COLUMNS", {"columns": listed(columns)}))
        if self._merged:
            notes.append(Note("SHEET_MERGED_FILLED", {"lines": listed(sorted(self._merged))}))
        return notes

    def _row(self, line: int) -> Row:
        cells = self._cells[line]
        texts = tuple(cells.get(column, "") for column in range(max(cells) + 1))
        flags = (self._formulas, self._merged, self._lossy)
        formulas, merged, lossy = (frozenset(flag[line]) if line in flag else NO_COLUMNS for flag in flags)
        return Row(line, texts, formulas, merged, lossy)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name in ("v", "t"):
            self._xml.wanted = self._phonetic == 0
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            self._start_merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self._hide_columns(attributes)

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._xml.wanted = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "c":
            self._end_cell()

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._line = whole(attributes.get("r", str(self._line + 1)))
        self._column = -1
        if attributes.get("hidden") in _TRUE:
            self._hidden_lines.append(self._line)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            self._line, self._column = cell_place(reference)
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._formula = False
        self._xml.text.clear()

    def _end_cell(self) -> None:
        raw = self._xml.take()
        if not raw and not self._formula:
            return
        text = self._text(raw)
        is_text = self._type in ("s", "str", "inlineStr")
        computes = self._formula or self._type == "e" or (is_text and is_formula_text(text))
        if not text.strip() and not computes:
            return
        self._check_place(text)
        if computes:
            self._formulas.setdefault(self._line, set()).add(self._column)
        self._cells.setdefault(self._line, {})[self._column] = text
        if len(self._cells) > ROWS_MAX:
            raise SheetTooManyRows(limit=ROWS_MAX)

    def _check_place(self, text: str) -> None:
        if self._column >= COLUMNS_MAX:
            raise SheetTooManyColumns(line=self._line, limit=COLUMNS_MAX)
        if len(text) > CELL_CHARS_MAX:
            column = column_letters(self._column)
            raise SheetCellTooLong(line=self._line, column=column, limit=CELL_CHARS_MAX)

    def _text(self, raw: str) -> str:
        if self._type == "n":
            return self._number(raw)
        if self._type == "b":
            return "TRUE" if raw.strip() in _TRUE else "FALSE"
        if self._type == "s":
            index = whole(raw)
            if index >= len(self._book.texts):
                raise SheetBroken()
            raw = self._book.texts[index]
        elif self._type in ("str", "inlineStr"):
            raw = unescape(raw)
        if is_lossy_number(raw):
            self._lossy.setdefault(self._line, set()).add(self._column)
        return raw

    def _number(self, raw: str) -> str:
        raw = raw.strip()
        if whole(self._style) in self._book.date_styles:
            return date_text(raw, self._book.from_1904)
        text = number_text(raw)
        digits = sum(character.isdigit() for character in text)
        if digits > NUMBER_DIGITS_MAX or is_lossy_number(text):
            self._lossy.setdefault(self._line, set()).add(self._column)
        return text

    def _start_merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        (top, left), (bottom, _right) = cell_place(first), cell_place(last or first)
        if bottom > top and left < COLUMNS_MAX:
            self._merges.append((left, top, bottom))

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        first, last = whole(attributes.get("min", "1")), whole(attributes.get("max", "1"))
        self._hidden_columns.extend(range(first - 1, min(last, COLUMNS_MAX)))

    def _fill_merged(self) -> None:
        """A value merged over several rows counts for each row that holds something else."""
        lines = sorted(self._cells)
        for left, top, bottom in self._merges:
            value = self._cells.get(top, {}).get(left, "")
            computes = left in self._formulas.get(top, NO_COLUMNS)
            if not (value or computes):
                continue
            for index in range(bisect_left(lines, top + 1), bisect_left(lines, bottom + 1)):
                line = lines[index]
                if left in self._merged.get(line, NO_COLUMNS):
                    raise SheetBroken()
                self._merged.setdefault(line, set()).add(left)
                self._cells[line][left] = value
                if computes:
                    self._formulas.setdefault(line, set()).add(left)


def number_text(raw: str) -> str:
    """A stored number as a person would type it: 47 for 47.0, 370211003039 for 3.70211003039E11."""
    if _INTEGER.fullmatch(raw):
        return raw
    try:
        value = float(raw)
    except ValueError:
        return raw
    if value.is_integer() and abs(value) < 10**NUMBER_DIGITS_MAX:
        return str(int(value))
    return format(value, f".{NUMBER_DIGITS_MAX}g")


def unescape(text: str) -> str:
    """Characters that XML cannot hold are written _xHHHH_ in workbooks."""
    if "_x" not in text:
        return text
    units = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def date_text(raw: str, from_1904: bool) -> str:
    """A day number as an ISO date, with the time of day only when there is one."""
    try:
        days, seconds = divmod(round(float(raw) * _DAY_SECONDS), _DAY_SECONDS)
        early = not from_1904 and days < _LEAP_FAULT_DAYS
        epoch = _EPOCH_1904 if from_1904 else _EPOCH_1900_EARLY if early else _EPOCH_1900
        day = (epoch + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return raw
    if seconds == 0:
        return day
    return f"{day} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def cell_place(reference: str) -> tuple[int, int]:
    """Line from 1 and column from 0 of an address such as B7. Raises SheetBroken."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise SheetBroken()
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def whole(text: str) -> int:
    """A whole number as a part states it. Raises SheetBroken."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise SheetBroken()
    return int(text)
