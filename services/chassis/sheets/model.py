"""What a read table is, and the limits of reading."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

FILE_BYTES_MAX: Final = 20 * 1024 * 1024
UNZIPPED_BYTES_MAX: Final = 200 * 1024 * 1024
# Looked at only when a workbook unpacks to more than RATIO_FREE_BYTES: small empty grids compress very well.
UNZIPPED_RATIO_MAX: Final = 200
RATIO_FREE_BYTES: Final = 10 * 1024 * 1024
ZIP_PARTS_MAX: Final = 2_000
ROWS_MAX: Final = 100_000
COLUMNS_MAX: Final = 64
CELL_CHARS_MAX: Final = 2_000
# A spreadsheet program keeps 15 significant digits of a number; what stood behind them is gone.
NUMBER_DIGITS_MAX: Final = 15
LISTED_MAX: Final = 10

NO_COLUMNS: Final[frozenset[int]] = frozenset()
_FORMULA_START: Final = "=+-@＝＋－＠"
_NUMBER: Final = re.compile(r"[+\-＋－]?[\d,.，．]+%?")
_DASHES: Final = re.compile(r"[-－—–]+")
_SCIENTIFIC: Final = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d{2,3}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something; `line` is its number as a spreadsheet program shows it (from 1).

    `cells` ends at the last cell that holds something, so rows differ in length. The three sets hold column
    indexes (from 0): `formulas` are cells that compute, or that a spreadsheet program would take for
    computing, or that show a computing error; `merged` are cells that got their value from the cell above
    them by merging; `lossy` are numbers longer than a spreadsheet program keeps.
    """

    line: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = NO_COLUMNS
    merged: frozenset[int] = NO_COLUMNS
    lossy: frozenset[int] = NO_COLUMNS


@dataclass(frozen=True, slots=True)
class Note:
    """Something the sender should know about how the file was read. Wording: wording/sheets.*.json."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name ("" for a text file), its rows that hold something, and what was noticed."""

    name: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


def is_formula_text(text: str) -> bool:
    """Would a spreadsheet program compute this text? It starts with = + - @ and is no number or dash."""
    text = text.lstrip()
    if not text or text[0] not in _FORMULA_START:
        return False
    return not (_NUMBER.fullmatch(text) or _DASHES.fullmatch(text))


def is_lossy_number(text: str) -> bool:
    """Is this text what a spreadsheet program leaves of a long number, such as 3.70211E+11?"""
    return _SCIENTIFIC.fullmatch(text.strip()) is not None


def listed(values: Iterable[str | int]) -> str:
    """The first few values in one text, with a mark when there are more."""
    texts = [str(value) for value in values]
    more = " …" if len(texts) > LISTED_MAX else ""
    return ", ".join(texts[:LISTED_MAX]) + more


def column_letters(index: int) -> str:
    """The name of a column as a spreadsheet program shows it: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
