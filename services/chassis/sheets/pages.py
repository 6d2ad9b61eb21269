"""A workbook read cell by cell, for forms that must come back as they went out.

`read_sheet` takes a table as an office sends it and makes the best of it; here nothing is filled in or passed over:
what a cell is stands beside what it says, and whatever would let a reader and this program see different things
(merged cells, comments, hidden sheets, rows, columns) is named with its place.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from services.chassis.sheets.archive import Archive
from services.chassis.sheets.cells import TRUE, Book, CellStream, date_text, number_text, unescape, whole
from services.chassis.sheets.formats import content_of, ending_of
from services.chassis.sheets.model import FILE_BYTES_MAX, NUMBER_DIGITS_MAX, column_letters
from services.chassis.sheets.refusals import (
    SheetBroken,
    SheetEmpty,
    SheetFormatUnsupported,
    SheetHasMacros,
    SheetTooLarge,
    SheetTooManyRows,
    SheetWrongExtension,
)
from services.chassis.sheets.workbook import (
    DATE_FORMATS,
    shared_texts,
    shows_date,
    styles_of,
    targets_of,
    workbook_part,
)
from services.chassis.sheets.xml_parts import elements

# As many units as a table may have, and its head.
PAGE_ROWS_MAX: Final = 100_100
SHEETS_MAX: Final = 20
BLEMISHES_MAX: Final = 20
_PERCENT_FORMATS: Final = frozenset({9, 10})
_VISIBLE: Final = "visible"
_MACRO_SHEETS: Final = frozenset({"xlMacrosheet", "xlIntlMacrosheet"})
_COMMENTS: Final = frozenset({"comments", "threadedComment"})


class CellKind(StrEnum):
    """What a cell holds."""

    NUMBER = "number"
    # A number shown as a percentage; its text ends in "%".
    PERCENT = "percent"
    # A number shown as a date; its text is an ISO day, with the time of day where there is one.
    DAY = "day"
    TEXT = "text"
    TRUTH = "truth"
    # An error value such as #REF!
    FAULT = "fault"
    FORMULA = "formula"


class Cell(NamedTuple):
    """What a cell is and says."""

    kind: CellKind
    text: str


class Blemish(NamedTuple):
    """Something that a form may not have: its code, the sheet, and the place in it ("" for the whole sheet)."""

    code: str
    sheet: str
    place: str


Line = dict[int, Cell]


@dataclass(frozen=True, slots=True)
class Page:
    """A visible worksheet: its lines from 1, columns from 0. Cells that hold nothing are not there."""

    name: str
    lines: Mapping[int, Line]


@dataclass(frozen=True, slots=True)
class Pages:
    """A workbook's visible sheets that hold something, and the first blemishes found in it."""

    pages: tuple[Page, ...]
    blemishes: tuple[Blemish, ...]


def read_pages(data: bytes, filename: str) -> Pages:
    """Reads an XLSX workbook. Raises a SheetRefused."""
    if len(data) > FILE_BYTES_MAX:
        raise SheetTooLarge(limit_mib=FILE_BYTES_MAX // 1024 // 1024)
    _check_format(data, filename)
    archive = Archive(data)
    workbook = workbook_part(archive)
    targets = targets_of(archive, workbook)
    if any(kind in _MACRO_SHEETS for kind, _ in targets.values()):
        raise SheetHasMacros()
    parts = dict(targets.values())
    styles = parts.get("styles")
    days = styles_of(archive, styles, shows_date, DATE_FORMATS)
    percents = styles_of(archive, styles, lambda code: "%" in code, _PERCENT_FORMATS)
    sheets, blemishes, from_1904 = _sheets(archive, workbook, targets)
    book = Book(shared_texts(archive, parts.get("sharedStrings")), days, from_1904)
    pages = []
    for name, part in sheets:
        reader = _PageReader(archive, name, part, book, percents)
        blemishes += [*reader.blemishes(), *_comments(archive, name, part)]
        if reader.lines:
            pages.append(Page(name, reader.lines))
    if not pages:
        raise SheetEmpty()
    return Pages(tuple(pages), tuple(blemishes[:BLEMISHES_MAX]))


def _sheets(
    archive: Archive, workbook: str, targets: Mapping[str, tuple[str, str]]
) -> tuple[list[tuple[str, str]], list[Blemish], bool]:
    """Name and part of each visible worksheet, the sheets that are none, and whether days count from 1904."""
    found: list[tuple[str, str]] = []
    blemishes: list[Blemish] = []
    from_1904 = False
    for element, attributes in elements(archive, workbook, "sheet", "workbookPr"):
        if element == "workbookPr":
            from_1904 = attributes.get("date1904") in TRUE
            continue
        kind, part = targets.get(attributes.get("id", ""), ("", ""))
        name = attributes.get("name", "")
        if attributes.get("state", _VISIBLE) != _VISIBLE:
            blemishes.append(Blemish("FORM_SHEET_HIDDEN", name, ""))
        elif kind != "worksheet":
            blemishes.append(Blemish("FORM_SHEET_NOT_CELLS", name, ""))
        else:
            found.append((name, part))
    if len(found) > SHEETS_MAX:
        raise SheetBroken()
    return found, blemishes, from_1904


def place_of(line: int, column: int) -> str:
    """A cell's address as a spreadsheet program shows it; columns count from 0."""
    return f"{column_letters(column)}{line}"


def _check_format(data: bytes, filename: str) -> None:
    ending, actual = ending_of(filename), content_of(data)
    if ending == "xlsm":
        raise SheetHasMacros()
    if actual == "xls" or ending != "xlsx":
        raise SheetFormatUnsupported(format="xls" if actual == "xls" else ending)
    if not data:
        raise SheetEmpty()
    if actual != "zip":
        raise SheetWrongExtension(extension=ending, actual=actual)


def _comments(archive: Archive, name: str, part: str) -> Iterator[Blemish]:
    folder, file = posixpath.split(part)
    if f"{folder}/_rels/{file}.rels" not in archive:
        return
    for kind, target in targets_of(archive, part).values():
        if kind in _COMMENTS and target in archive:
            for _, attributes in elements(archive, target, "comment", "threadedComment"):
                yield Blemish("FORM_CELL_COMMENTED", name, attributes.get("ref", ""))


class _PageReader(CellStream):
    """Reads one worksheet part into `lines`."""

    def __init__(self, archive: Archive, name: str, part: str, book: Book, percents: frozenset[int]) -> None:
        self.lines: dict[int, Line] = {}
        self._name, self._percents = name, percents
        # The same cells come again and again: one object each.
        self._known: dict[Cell, Cell] = {}
        self._merges: list[str] = []
        super().__init__(archive, part, book)

    def blemishes(self) -> Iterator[Blemish]:
        """Merged cells anywhere; hidden lines and columns where they hold something."""
        for reference in self._merges:
            yield Blemish("FORM_CELLS_MERGED", self._name, reference)
        for line in self._hidden_lines:
            if line in self.lines:
                yield Blemish("FORM_ROW_HIDDEN", self._name, str(line))
        if self._hidden_columns:
            used = {column for cells in self.lines.values() for column in cells}
            for column in self._hidden_columns:
                if column in used:
                    yield Blemish("FORM_COLUMN_HIDDEN", self._name, column_letters(column))

    def _merge(self, reference: str) -> None:
        if len(self._merges) < BLEMISHES_MAX:
            self._merges.append(reference)

    def _hold(self, raw: str) -> None:
        if not raw and not self._formula:
            return
        cell = Cell(CellKind.FORMULA, raw) if self._formula else self._read(raw)
        if not cell.text.strip() and not self._formula:
            return
        self._check_place(cell.text)
        self.lines.setdefault(self._line, {})[self._column] = self._known.setdefault(cell, cell)
        if len(self.lines) > PAGE_ROWS_MAX:
            raise SheetTooManyRows(limit=PAGE_ROWS_MAX)

    def _read(self, raw: str) -> Cell:
        if self._type == "s":
            return Cell(CellKind.TEXT, self._shared_text(raw))
        if self._type in ("str", "inlineStr"):
            return Cell(CellKind.TEXT, unescape(raw))
        if self._type == "b":
            return Cell(CellKind.TRUTH, "TRUE" if raw.strip() in TRUE else "FALSE")
        if self._type == "e":
            return Cell(CellKind.FAULT, raw)
        if self._type == "d":
            return Cell(CellKind.DAY, raw.strip().removesuffix("T00:00:00"))
        return self._number(raw.strip())

    def _number(self, raw: str) -> Cell:
        style = whole(self._style)
        if style in self._book.date_styles:
            return Cell(CellKind.DAY, date_text(raw, self._book.from_1904))
        if style in self._percents:
            return Cell(CellKind.PERCENT, _percent(raw))
        return Cell(CellKind.NUMBER, number_text(raw))


def _percent(raw: str) -> str:
    """A stored share as it is shown: 105% for 1.05."""
    try:
        return f"{float(raw) * 100:.{NUMBER_DIGITS_MAX}g}%"
    except ValueError:
        return raw
