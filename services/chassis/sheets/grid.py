"""One worksheet, read as a stream: values, and what they hide (formulas, merges, hidden rows and columns).

Only cells that hold something are kept, so a grid that claims a billion cells costs nothing. (python-calamine
lays a sheet out densely: a 5 KB workbook with a value in XFD1048576 ends the process. It stays the second
reader in tests.)
"""

from bisect import bisect_left

from services.chassis.sheets.archive import Archive
from services.chassis.sheets.cells import TRUE, Book, CellStream, cell_place, date_text, number_text, unescape, whole
from services.chassis.sheets.model import (
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
from services.chassis.sheets.refusals import SheetBroken, SheetTooManyRows


class Grid(CellStream):
    """Reads one worksheet part; then `rows()` and `notes()`."""

    def __init__(self, archive: Archive, part: str, book: Book) -> None:
        self._cells: dict[int, dict[int, str]] = {}
        self._formulas: dict[int, set[int]] = {}
        self._merged: dict[int, set[int]] = {}
        self._lossy: dict[int, set[int]] = {}
        self._merges: list[tuple[int, int, int]] = []
        super().__init__(archive, part, book)
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

    def _hold(self, raw: str) -> None:
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

    def _text(self, raw: str) -> str:
        if self._type == "n":
            return self._number(raw)
        if self._type == "b":
            return "TRUE" if raw.strip() in TRUE else "FALSE"
        if self._type == "s":
            raw = self._shared_text(raw)
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

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        (top, left), (bottom, _right) = cell_place(first), cell_place(last or first)
        if bottom > top and left < COLUMNS_MAX:
            self._merges.append((left, top, bottom))

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
