"""Workbooks for tests: made, taken apart and put together again."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from services.chassis.sheets import Sheet, read_sheet, refusals
from services.chassis.wording import LANGUAGES, Catalogue

SAMPLE = Path(__file__).parents[2] / "infra" / "local" / "sample"
SOURCE = Path(refusals.__file__).parent
CATALOGUE = Catalogue.load("services.chassis")
TABLE = "代码,名称,人数\n001,区委,\n002,隐珠街道党工委,12\n"
Fill = Callable[[xlsxwriter.Workbook], object]


def workbook(fill: Fill) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    fill(book)
    book.close()
    return buffer.getvalue()


def simple_workbook() -> bytes:
    return workbook(lambda book: book.add_worksheet().write_row(0, 0, ["代码", "名称"]))


def repacked(data: bytes, change: dict[str, bytes | None]) -> bytes:
    """The same ZIP with parts replaced, added, or (None) left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = change.get(part, old.read(part))
            if content is not None:
                new.writestr(part, content)
        for part, content in change.items():
            if part not in old.namelist() and content is not None:
                new.writestr(part, content)
    return buffer.getvalue()


def part_of(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


def noted(sheet: Sheet) -> dict[str, dict[str, str]]:
    for note in sheet.notes:
        for language in LANGUAGES:
            CATALOGUE.render(note.code, note.params, language)
    return {note.code: dict(note.params) for note in sheet.notes}


def refusal_of(data: bytes, filename: str) -> refusals.SheetRefused:
    with pytest.raises(refusals.SheetRefused) as caught:
        read_sheet(data, filename)
    for language in LANGUAGES:
        CATALOGUE.render(caught.value.code, caught.value.params(), language)
    return caught.value


def worksheet(rows: str, after: str = "", before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()
