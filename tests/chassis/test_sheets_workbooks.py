"""Workbooks: what attackers send is refused, what a workbook hides is told, values are what others read."""

import io
import random
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.worksheet import Worksheet

from services.chassis.sheets import read_sheet, refusals
from services.chassis.sheets.cells import date_text, number_text, unescape
from services.chassis.sheets.model import (
    column_letters,
)
from tests.chassis.workbooks import (
    SAMPLE,
    TABLE,
    cells,
    noted,
    part_of,
    refusal_of,
    repacked,
    simple_workbook,
    workbook,
    worksheet,
)

# ---- hostile workbooks --------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(simple_workbook(), {"xl/worksheets/sheet1.xml": b" " * (32 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert refusal_of(bomb, "a.xlsx").code == "SHEET_ZIP_BOMB"


def test_a_workbook_that_declares_more_than_the_limit_is_refused() -> None:
    data = repacked(simple_workbook(), {"xl/media/image1.png": random.Random(7).randbytes(2_000_000)})
    entry = data.rindex(b"xl/media/image1.png") - 46
    declared = struct.pack("<L", 201 * 1024 * 1024)
    assert refusal_of(data[: entry + 24] + declared + data[entry + 28 :], "a.xlsx").code == "SHEET_ZIP_BOMB"


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    data = repacked(simple_workbook(), {"xl/worksheets/sheet1.xml": worksheet(" " * (32 * 1024 * 1024))})
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    lying = data[: entry + 24] + struct.pack("<L", 1_000) + data[entry + 28 :]
    assert refusal_of(lying, "a.xlsx").code == "SHEET_BROKEN"


def test_too_many_parts_are_refused() -> None:
    parts: dict[str, bytes | None] = {f"xl/media/{number}": b"" for number in range(2_100)}
    assert refusal_of(repacked(simple_workbook(), parts), "a.xlsx").code == "SHEET_ZIP_BOMB"


def test_a_cell_in_the_last_corner_of_the_grid_costs_nothing() -> None:
    data = workbook(lambda book: book.add_worksheet().write_column(0, 0, ["a"]))
    far = worksheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>')
    sheet = read_sheet(repacked(data, {"xl/worksheets/sheet1.xml": far}), "a.xlsx")
    assert [row.line for row in sheet.rows] == [1, 1_048_576]
    corner = worksheet('<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
    refused = refusal_of(repacked(data, {"xl/worksheets/sheet1.xml": corner}), "a.xlsx")
    assert refused.code == "SHEET_TOO_MANY_COLUMNS"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize(
    "inside", ['<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">', '<!ENTITY x SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused_in_every_part(part: str, inside: str) -> None:
    data = simple_workbook()
    body = part_of(data, part).partition("?>")[2]
    hostile = f'<?xml version="1.0"?><!DOCTYPE r [{inside}]>{body}'.encode()
    assert refusal_of(repacked(data, {part: hostile}), "a.xlsx").code == "SHEET_UNSAFE_XML"


def test_macros_are_refused_by_name_and_by_content() -> None:
    assert refusal_of(simple_workbook(), "a.xlsm").code == "SHEET_HAS_MACROS"
    hidden = repacked(simple_workbook(), {"xl/vbaProject.bin": b"code"})
    assert refusal_of(hidden, "a.xlsx").code == "SHEET_HAS_MACROS"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "SHEET_EMPTY"),
        (b"", "a.xlsx", "SHEET_EMPTY"),
        (b"\n , \n", "a.csv", "SHEET_EMPTY"),
        (OLE, "a.xls", "SHEET_FORMAT_UNSUPPORTED"),
        (OLE, "a.xlsx", "SHEET_FORMAT_UNSUPPORTED"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "SHEET_ENCRYPTED"),
        (b"%PDF-1.7 ...", "a.csv", "SHEET_FORMAT_UNSUPPORTED"),
        (TABLE.encode(), "a.xlsx", "SHEET_WRONG_EXTENSION"),
        (TABLE.encode(), "a.xls", "SHEET_FORMAT_UNSUPPORTED"),
        (TABLE.encode(), "roster", "SHEET_FORMAT_UNSUPPORTED"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.csv", "SHEET_NOT_TEXT"),
        (b"PK\x03\x04" + b"\x01" * 60, "a.xlsx", "SHEET_BROKEN"),
    ],
)
def test_each_wrong_file_has_its_own_code(data: bytes, name: str, code: str) -> None:
    assert refusal_of(data, name).code == code


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped("mimetype", "content.xml"), "SHEET_FORMAT_UNSUPPORTED"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "SHEET_FORMAT_UNSUPPORTED"),
        (zipped("[Content_Types].xml", "word/document.xml"), "SHEET_NOT_WORKBOOK"),
        (zipped("名册.csv"), "SHEET_NOT_WORKBOOK"),
        (zipped(), "SHEET_NOT_WORKBOOK"),
    ],
)
def test_a_zip_that_is_no_workbook_is_told_apart(data: bytes, code: str) -> None:
    assert refusal_of(data, "a.xlsx").code == code


def test_a_workbook_named_csv_is_refused_as_wrongly_named() -> None:
    assert refusal_of(simple_workbook(), "a.csv").params() == {"extension": "csv", "actual": "zip"}


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(simple_workbook())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = 0
        while (place := data.find(start, place)) >= 0:
            data[place + (6 if start == b"PK\x03\x04" else 8)] |= 1
            place += 4
    assert refusal_of(bytes(data), "a.xlsx").code == "SHEET_ENCRYPTED"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(simple_workbook())
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    length = chance.choice([len(data), chance.randrange(len(data))])
    with suppress(refusals.SheetRefused):
        read_sheet(bytes(data[:length]), "a.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]))
def test_a_part_with_wrong_values_is_read_or_refused_and_nothing_else(seed: int, part: str) -> None:
    chance = random.Random(seed)
    text = list(part_of(simple_workbook(), part))
    for _ in range(chance.randint(1, 5)):
        text[chance.randrange(len(text))] = chance.choice('0123456789ABZ<>"/ rst=-:')
    with suppress(refusals.SheetRefused):
        read_sheet(repacked(simple_workbook(), {part: "".join(text).encode()}), "a.xlsx")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_named_csv_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    with suppress(refusals.SheetRefused):
        read_sheet(data, "a.csv")


# ---- what a workbook hides ----------------------------------------------------------------------


def test_formulas_errors_and_texts_like_formulas_are_flagged() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_string(0, 1, "=1+1")
        sheet.write_string(0, 2, "甲")
        sheet.write_formula(0, 3, "=A9", None, "")
        sheet.write_number(0, 4, -5)
        sheet.write_formula(0, 5, "=1/0", None, "#DIV/0!")

    row = read_sheet(workbook(fill), "a.xlsx").rows[0]
    assert row.cells == ("2", "=1+1", "甲", "", "-5", "#DIV/0!")
    assert row.formulas == {0, 1, 3, 5}


def test_an_error_value_left_behind_by_a_formula_is_flagged() -> None:
    rows = '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row>'
    data = repacked(simple_workbook(), {"xl/worksheets/sheet1.xml": worksheet(rows)})
    assert read_sheet(data, "a.xlsx").rows[0].formulas == {0}


def test_a_merged_column_counts_for_each_of_its_rows_and_is_flagged() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "标题")
        sheet.write_column(1, 1, ["甲", "乙", "丙", "丁"])
        sheet.merge_range("A2:A4", "上级")

    sheet = read_sheet(workbook(fill), "a.xlsx")
    assert cells(sheet) == [("标题",), ("上级", "甲"), ("上级", "乙"), ("上级", "丙"), ("", "丁")]
    assert [row.merged for row in sheet.rows] == [set(), set(), {0}, {0}, set()]
    assert noted(sheet)["SHEET_MERGED_FILLED"] == {"lines": "3, 4"}


def test_overlapping_merges_are_refused() -> None:
    rows = "".join(f'<row r="{line}"><c r="A{line}"><v>1</v></c></row>' for line in (1, 2, 3))
    merges = '<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="A2:A3"/></mergeCells>'
    data = repacked(simple_workbook(), {"xl/worksheets/sheet1.xml": worksheet(rows, merges)})
    assert refusal_of(data, "a.xlsx").code == "SHEET_BROKEN"


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for line in range(4):
            sheet.write_row(line, 0, ["a", "b", "c"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
        sheet.set_column("F:XFD", None, None, {"hidden": True})

    sheet = read_sheet(workbook(fill), "a.xlsx")
    assert cells(sheet) == [("a", "b", "c")] * 4
    assert noted(sheet) == {
        "SHEET_HIDDEN_ROWS": {"count": "1", "lines": "3"},
        "SHEET_HIDDEN_COLUMNS": {"columns": "B"},
    }


def test_the_first_visible_sheet_with_content_is_read_and_the_others_are_told() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        secret = book.add_worksheet("底稿")
        secret.write(0, 0, "x")
        book.add_worksheet("空表").activate()
        secret.hide()
        book.add_worksheet("名册").write(0, 0, "甲")
        book.add_worksheet("说明").write(0, 0, "乙")

    sheet = read_sheet(workbook(fill), "a.xlsx")
    assert (sheet.name, cells(sheet)) == ("名册", [("甲",)])
    assert noted(sheet) == {
        "SHEET_OTHERS_NOT_READ": {"sheet": "名册", "others": "空表, 说明"},
        "SHEET_HIDDEN_NOT_READ": {"sheets": "底稿"},
    }


def test_a_workbook_of_empty_sheets_is_refused_as_empty() -> None:
    assert refusal_of(workbook(lambda book: book.add_worksheet()), "a.xlsx").code == "SHEET_EMPTY"


def test_numbers_dates_and_truths_read_as_a_person_would_type_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        sheet.write_row(0, 0, [47.0, 370211003039, 0.1 + 0.2, True, -3])
        sheet.write_datetime(0, 5, datetime(2026, 3, 1), day)  # noqa: DTZ001 a sheet's dates have no zone
        sheet.write_number(0, 6, 1.5, book.add_format({"num_format": '0.0"days"'}))
        sheet.write_number(0, 7, 37021100303912345678)

    row = read_sheet(workbook(fill), "a.xlsx").rows[0]
    assert row.cells[:7] == ("47", "370211003039", "0.3", "TRUE", "-3", "2026-03-01", "1.5")
    assert row.lossy == {7}


@given(st.integers(1, 60_000).filter(lambda day: day != 60))
def test_day_numbers_become_the_dates_that_openpyxl_gives(day: int) -> None:
    expected = from_excel(day)
    assert isinstance(expected, datetime)
    assert date_text(str(day), from_1904=False) == expected.date().isoformat()


def test_day_numbers_can_count_from_1904_and_carry_a_time() -> None:
    assert date_text("0", from_1904=True) == date(1904, 1, 1).isoformat()
    assert date_text("45000.5", from_1904=False) == "2023-03-15 12:00:00"
    assert date_text("1e300", from_1904=False) == "1e300"


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_reads_as_its_digits_however_it_is_stored(number: int) -> None:
    assert number_text(str(number)) == number_text(repr(float(number))) == str(number)


def test_escaped_characters_are_joined_and_halves_of_characters_replaced() -> None:
    assert unescape("a_x000D_b_xD83D__xDE00_c") == "a\rb😀c"
    assert unescape("a_xD83D_b") == "a\ufffdb"


@given(st.integers(0, 16_383))
def test_columns_have_the_letters_that_xlsxwriter_gives_them(index: int) -> None:
    assert column_letters(index) == xlsxwriter.utility.xl_col_to_name(index)


def test_prefixed_and_strict_workbooks_read_the_same() -> None:
    plain = simple_workbook()
    body = part_of(plain, "xl/worksheets/sheet1.xml")
    strict = body.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    prefixed = (
        f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t>代</x:t></x:r>'
        "<x:rPh><x:t>dai</x:t></x:rPh><x:r><x:t>码</x:t></x:r></x:is></x:c>"
        '<x:c t="str"><x:v>名_x79F0_</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    for part in (strict, prefixed):
        sheet = read_sheet(repacked(plain, {"xl/worksheets/sheet1.xml": part.encode()}), "a.xlsx")
        assert cells(sheet) == [("代码", "名称")]


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
        lambda text: text.strip() != "" and "_x" not in text
    ),
    st.integers(-(10**12), 10**12),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=6), st.booleans())
def test_our_reader_and_calamine_see_the_same_values(table: list[list[str | int]], with_openpyxl: bool) -> None:
    if with_openpyxl:
        book = openpyxl.Workbook()
        active = book.active
        assert isinstance(active, Worksheet)
        for line, row in enumerate(table, 1):
            for column, value in enumerate(row, 1):
                active.cell(line, column).value = value
                active.cell(line, column).data_type = "s" if isinstance(value, str) else "n"
        buffer = io.BytesIO()
        book.save(buffer)
        data = buffer.getvalue()
    else:

        def fill(book: xlsxwriter.Workbook) -> None:
            sheet = book.add_worksheet()
            for line, row in enumerate(table):
                for column, value in enumerate(row):
                    write = sheet.write_string if isinstance(value, str) else sheet.write_number
                    write(line, column, value)

        data = workbook(fill)
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    width = max(len(row) for row in table)
    expected = [
        tuple(str(int(value)) if isinstance(value, float) else str(value) for value in row)
        for row in theirs.to_python(skip_empty_area=False)
    ]
    ours = [row.cells + ("",) * (width - len(row.cells)) for row in read_sheet(data, "a.xlsx").rows]
    assert ours == expected


def test_both_sample_files_read_whole() -> None:
    from_csv = read_sheet((SAMPLE / "roster-370211.csv").read_bytes(), "roster.csv")
    from_xlsx = read_sheet((SAMPLE / "roster-370211.xlsx").read_bytes(), "roster.xlsx")
    assert len(from_csv.rows) == 559
    assert len(from_xlsx.rows) == 3 + 558 + 1
    assert from_xlsx.rows[-1].formulas == {5}
