"""A superior's table of figures, taken from the platform, filled in for some of its units, and ready to go back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from services.chassis.sheets.pages import read_pages
from services.reporting.domain.forms import layout as at
from services.reporting.domain.forms.layout import Asks, Entry, layout_of
from services.reporting.domain.forms.model import FieldKind

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FILE_NAME: Final = "table.xlsx"
DAY_FORMAT: Final = "yyyy-mm-dd"


def filled(table: bytes, said: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The same table with what units said, by their codes; each of these lines carries the mark that it was checked."""
    # Here, not above: only a rehearsal writes workbooks in this process.
    import xlsxwriter

    page = read_pages(table, FILE_NAME).pages[0]
    form_id, version, shape = page.lines[at.FORM_LINE][at.IDENTITY_COLUMN].text.split("/")
    layout = layout_of(form_id, int(version), shape)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, cells in page.lines.items():
            code = cells[at.UNIT_CODE_COLUMN].text if line >= at.TABLE_FIRST_LINE else ""
            given = said.get(code)
            for column, cell in cells.items():
                if given is None or column < layout.at[0]:
                    sheet.write_string(line - 1, column, cell.text)
            if given is not None:
                for entry, column in zip(layout.entries, layout.at, strict=True):
                    _answer(book, sheet, line - 1, column, entry, given)
    return buffer.getvalue()


def _answer(
    book: Workbook, sheet: Worksheet, row: int, column: int, entry: Entry, given: Mapping[str, Any]
) -> None:  # fmt: skip
    text = _text(entry, given)
    kind = entry.field.kind if entry.field else FieldKind.TEXT
    if not text:
        return
    if kind is FieldKind.COUNT:
        sheet.write_number(row, column, int(text))
    elif kind is FieldKind.DATE:
        sheet.write_datetime(row, column, datetime.fromisoformat(text), book.add_format({"num_format": DAY_FORMAT}))
    else:
        sheet.write_string(row, column, text)


def _text(entry: Entry, given: Mapping[str, Any]) -> str:
    match entry.asks:
        case Asks.FIGURE:
            return str(given["figures"].get(entry.key, ""))
        case Asks.EXPLANATION:
            return str(given.get("explanations", {}).get(entry.key, ""))
        case Asks.SUMMARY:
            return str(given["summary"])
        case Asks.CHECKED:
            return at.CHECKED_MARKS[0]
