"""One worksheet part as a stream of cells, and what stored values mean: what every reader of workbooks does alike.

`CellStream` follows the part and keeps where it is; what becomes of a cell is its reader's business (`_hold`).
"""

import re
from abc import ABC, abstractmethod
from datetime import date, timedelta
from typing import Final

from services.chassis.sheets.archive import Archive
from services.chassis.sheets.model import CELL_CHARS_MAX, COLUMNS_MAX, NUMBER_DIGITS_MAX, column_letters
from services.chassis.sheets.refusals import SheetBroken, SheetCellTooLong, SheetTooManyColumns
from services.chassis.sheets.xml_parts import XmlReader

TRUE: Final = frozenset({"1", "true"})
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INTEGER: Final = re.compile(r"-?\d+")
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


class CellStream(ABC):
    """Reads one worksheet part: the place, type and style of each cell, and which lines and columns are hidden."""

    def __init__(self, archive: Archive, part: str, book: Book) -> None:
        self._book = book
        self._hidden_lines: list[int] = []
        self._hidden_columns: list[int] = []
        self._line, self._column = 0, -1
        self._type = self._style = ""
        self._formula, self._phonetic = False, 0
        self._xml = XmlReader(self._start, self._end)
        self._xml.read(archive, part)

    @abstractmethod
    def _hold(self, raw: str) -> None:
        """Takes the cell at the present place; `raw` is what stands in it, before it is read."""

    @abstractmethod
    def _merge(self, reference: str) -> None:
        """Takes an area of merged cells."""

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
            self._merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in TRUE:
            first, last = whole(attributes.get("min", "1")), whole(attributes.get("max", "1"))
            self._hidden_columns.extend(range(first - 1, min(last, COLUMNS_MAX)))

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._xml.wanted = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "c":
            self._hold(self._xml.take())

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._line = whole(attributes.get("r", str(self._line + 1)))
        self._column = -1
        if attributes.get("hidden") in TRUE:
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

    def _check_place(self, text: str) -> None:
        """Raises SheetTooManyColumns, SheetCellTooLong."""
        if self._column >= COLUMNS_MAX:
            raise SheetTooManyColumns(line=self._line, limit=COLUMNS_MAX)
        if len(text) > CELL_CHARS_MAX:
            column = column_letters(self._column)
            raise SheetCellTooLong(line=self._line, column=column, limit=CELL_CHARS_MAX)

    def _shared_text(self, raw: str) -> str:
        """The shared text of that number. Raises SheetBroken."""
        index = whole(raw)
        if index >= len(self._book.texts):
            raise SheetBroken()
        return self._book.texts[index]


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
