"""Reading tables sent as text: which characters, which delimiter, which rows."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from services.chassis.sheets.model import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    Note,
    Row,
    Sheet,
    column_letters,
    is_formula_text,
    is_lossy_number,
)
from services.chassis.sheets.refusals import (
    SheetCellTooLong,
    SheetEncodingUnknown,
    SheetNotText,
    SheetQuotesBroken,
    SheetTooManyColumns,
    SheetTooManyRows,
)

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
DELIMITER_LINES_MAX: Final = 50
# Text that was not GB18030 but is read as such turns into rare characters; names of places hold few of them.
COMMON_PERCENT_MIN: Final = 90
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def read_csv(data: bytes) -> Sheet:
    """The rows of a text table. Raises a SheetRefused: unknown encoding, broken quoting, over a limit."""
    text, encoding = _decode(data)
    if "\x00" in text:
        raise SheetNotText()
    delimiter, text, skipped = _delimiter(text)
    notes = (
        Note("SHEET_ENCODING", {"encoding": encoding}),
        Note("SHEET_DELIMITER", {"delimiter": DELIMITERS[delimiter]}),
    )
    return Sheet("", tuple(_rows(text, delimiter, skipped)), notes)


def _decode(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), name
            except UnicodeDecodeError as error:
                raise SheetEncodingUnknown(line=_line_of(data, error.start)) from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_chinese(data, error.start)
    if "\x00" in text:
        return _decode_chinese(data, 0)
    return text, "UTF-8"


def _decode_chinese(data: bytes, bad_byte: int) -> tuple[str, str]:
    """No mark and not UTF-8: UTF-16 shows itself by zero bytes, else GB18030 must give common characters."""
    candidates = ("utf-16-le", "utf-16-be") if b"\x00" in data else ("gb18030",)
    for codec in candidates:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and _is_common_chinese(text):
            return text, "GB18030" if codec == "gb18030" else "UTF-16"
    if b"\x00" in data:
        raise SheetNotText()
    raise SheetEncodingUnknown(line=_line_of(data, bad_byte))


def _is_common_chinese(text: str) -> bool:
    wide = [character for character in text if character > "\x7f"]
    common = len("".join(wide).encode("gb2312", "ignore")) // 2
    return common * 100 >= len(wide) * COMMON_PERCENT_MIN


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the text after a `sep=` line, and how many lines that line took."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r").strip('"')
    if first[:4].lower() == "sep=" and first[4:] in DELIMITERS:
        return first[4:], rest, 1
    head = "\n".join(text.split("\n", DELIMITER_LINES_MAX)[:DELIMITER_LINES_MAX])
    unquoted = "".join(head.split('"')[::2])
    return max(DELIMITERS, key=unquoted.count), text, 0


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = skipped
    kept = 0
    while True:
        line += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetQuotesBroken(line=line) from error
        row = _row(line, cells)
        if row is None:
            continue
        kept += 1
        if kept > ROWS_MAX:
            raise SheetTooManyRows(limit=ROWS_MAX)
        yield row


def _row(line: int, cells: list[str]) -> Row | None:
    while cells and not cells[-1].strip():
        cells.pop()
    if not cells:
        return None
    if len(cells) > COLUMNS_MAX:
        raise SheetTooManyColumns(line=line, limit=COLUMNS_MAX)
    for index, cell in enumerate(cells):
        if len(cell) > CELL_CHARS_MAX:
            raise SheetCellTooLong(line=line, column=column_letters(index), limit=CELL_CHARS_MAX)
    formulas = frozenset(index for index, cell in enumerate(cells) if is_formula_text(cell))
    lossy = frozenset(index for index, cell in enumerate(cells) if is_lossy_number(cell))
    return Row(line, tuple(cells), formulas=formulas, lossy=lossy)
