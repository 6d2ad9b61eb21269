"""Reading tables as offices send them: CSV (UTF-8, UTF-16, GB18030) and XLSX, trusting no byte of them.

`read_sheet` gives the rows that hold something, each with its line number and which of its cells compute,
were merged, or lost digits; what the rows mean is the caller's business. Anything that makes the whole file
unreadable is a SheetRefused. .xls is not read: its formulas cannot be told from values here.
"""

from typing import Final

from services.chassis.sheets.csv_file import read_csv
from services.chassis.sheets.formats import content_of, ending_of
from services.chassis.sheets.model import FILE_BYTES_MAX, Note, Row, Sheet
from services.chassis.sheets.refusals import (
    SheetEmpty,
    SheetFormatUnsupported,
    SheetHasMacros,
    SheetRefused,
    SheetTooLarge,
    SheetWrongExtension,
)
from services.chassis.sheets.workbook import read_workbook

__all__ = ["Note", "Row", "Sheet", "SheetRefused", "read_sheet"]

_TEXT_ENDINGS: Final = frozenset({"csv", "tsv", "txt"})


def read_sheet(data: bytes, filename: str) -> Sheet:
    """The table in a file. Raises a SheetRefused when the file as a whole cannot be read."""
    if len(data) > FILE_BYTES_MAX:
        raise SheetTooLarge(limit_mib=FILE_BYTES_MAX // 1024 // 1024)
    ending = ending_of(filename)
    if ending == "xlsm":
        raise SheetHasMacros()
    actual = content_of(data)
    if not data:
        raise SheetEmpty()
    if actual in ("xls", "pdf"):
        raise SheetFormatUnsupported(format=actual)
    if ending in _TEXT_ENDINGS and actual == "text":
        sheet = read_csv(data)
    elif ending == "xlsx" and actual == "zip":
        sheet = read_workbook(data)
    elif ending in _TEXT_ENDINGS or ending == "xlsx":
        raise SheetWrongExtension(extension=ending, actual=actual)
    else:
        raise SheetFormatUnsupported(format=ending)
    if not sheet.rows:
        raise SheetEmpty()
    return sheet
