"""Reading tables: what offices send is read, what cannot be is refused with its code."""

import json

import pytest

from services.chassis.sheets import read_sheet, refusals
from services.chassis.sheets.model import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    FILE_BYTES_MAX,
    ROWS_MAX,
    is_formula_text,
)
from services.chassis.wording import LANGUAGES
from services.kernel.refusal import param_types
from tests.chassis.workbooks import (
    CATALOGUE,
    SOURCE,
    TABLE,
    cells,
    noted,
    refusal_of,
    repacked,
    simple_workbook,
    workbook,
    worksheet,
)

# ---- text tables --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
    ],
)
def test_a_csv_in_any_encoding_that_offices_use_reads_the_same_and_says_which(encoding: str, told: str) -> None:
    sheet = read_sheet(TABLE.encode(encoding), "名册.CSV")
    assert cells(sheet) == [("代码", "名称", "人数"), ("001", "区委"), ("002", "隐珠街道党工委", "12")]
    assert [row.line for row in sheet.rows] == [1, 2, 3]
    assert noted(sheet)["SHEET_ENCODING"] == {"encoding": told}


@pytest.mark.parametrize("data", [TABLE.encode("big5", "ignore"), "名前,党員\nひらがな,ﾊﾝｶｸ\n".encode("shift-jis")])
def test_text_in_another_encoding_is_refused_rather_than_read_as_nonsense(data: bytes) -> None:
    assert refusal_of(data, "a.csv").code == "SHEET_ENCODING_UNKNOWN"


def test_a_damaged_utf8_file_is_refused_with_the_line_of_the_damage() -> None:
    data = (TABLE + "003,“沟南崖”村党支部——原“沟北”,3\n").encode().replace("崖".encode(), b"\xe5\xb4", 1)
    data += ("004,开发区管委会机关党委,9\n" * 3).encode()
    refused = refusal_of(data, "a.csv")
    assert isinstance(refused, refusals.SheetEncodingUnknown)
    assert refused.line == 4


@pytest.mark.parametrize(("mark", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_the_delimiter_is_found_and_told(mark: str, name: str) -> None:
    sheet = read_sheet(TABLE.replace(",", mark).encode(), "a.csv")
    assert cells(sheet)[2] == ("002", "隐珠街道党工委", "12")
    assert noted(sheet)["SHEET_DELIMITER"] == {"delimiter": name}


def test_a_sep_line_is_obeyed_and_counted_as_a_line() -> None:
    sheet = read_sheet("sep=;\n代码;名称,全称\n1;甲\n".encode(), "a.csv")
    assert [(row.line, row.cells) for row in sheet.rows] == [(2, ("代码", "名称,全称")), (3, ("1", "甲"))]


def test_blank_rows_are_left_out_and_lines_still_count_as_a_spreadsheet_counts() -> None:
    sheet = read_sheet(b'a,"x\ny",b\n\n , \n,,\nc\n', "a.csv")
    assert [(row.line, row.cells) for row in sheet.rows] == [(1, ("a", "x\ny", "b")), (5, ("c",))]


def test_cells_that_a_spreadsheet_would_compute_are_flagged_and_numbers_are_not() -> None:
    sheet = read_sheet('a,=1+1,+cmd|x,@SUM(A1),-5,"-1,234",-,——,＝A1,"\t=1"\n'.encode(), "a.csv")
    assert sheet.rows[0].formulas == {1, 2, 3, 8, 9}
    assert is_formula_text("-甲") and not is_formula_text("")


def test_a_long_number_that_a_spreadsheet_has_shortened_is_flagged() -> None:
    sheet = read_sheet(b"3.70211E+11,370211003039,1E5\n", "a.csv")
    assert sheet.rows[0].lossy == {0}


@pytest.mark.parametrize("text", ['a,"b\nc,d\n', 'a,"b"c\n', 'a,"' + "x" * 200_000 + '"\n'])
def test_quotation_marks_that_do_not_pair_are_refused_with_their_line(text: str) -> None:
    refused = refusal_of(("前,行\n" + text).encode(), "a.csv")
    assert isinstance(refused, refusals.SheetQuotesBroken)
    assert refused.line == 2


# ---- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [FILE_BYTES_MAX + 1, 200_000_000])
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.docx"])
def test_a_file_over_the_limit_is_refused_unread(size: int, name: str) -> None:
    assert refusal_of(bytes(size), name).code == "SHEET_TOO_LARGE"


def test_rows_up_to_the_limit_are_read_and_one_more_is_refused() -> None:
    assert len(read_sheet(b"a\n" * ROWS_MAX, "a.csv").rows) == ROWS_MAX
    assert refusal_of(b"a\n" * (ROWS_MAX + 1), "a.csv").code == "SHEET_TOO_MANY_ROWS"


def test_rows_of_a_workbook_past_the_limit_are_refused() -> None:
    rows = "".join(f'<row r="{line}"><c r="A{line}"><v>1</v></c></row>' for line in range(1, ROWS_MAX + 2))
    data = repacked(simple_workbook(), {"xl/worksheets/sheet1.xml": worksheet(rows)})
    assert refusal_of(data, "a.xlsx").code == "SHEET_TOO_MANY_ROWS"


def test_columns_past_the_limit_are_refused_in_both_formats() -> None:
    row = ["x"] * (COLUMNS_MAX + 1)
    both = {
        "a.csv": ",".join(row).encode(),
        "a.xlsx": workbook(lambda book: book.add_worksheet().write_row(0, 0, row)),
    }
    for name, data in both.items():
        refused = refusal_of(data, name)
        assert refused.params() == {"line": 1, "limit": COLUMNS_MAX}
        assert refused.code == "SHEET_TOO_MANY_COLUMNS"


def test_a_cell_past_the_limit_is_refused_with_its_place_in_both_formats() -> None:
    text = "长" * (CELL_CHARS_MAX + 1)
    both = {
        "a.csv": f"a\nb,{text}".encode(),
        "a.xlsx": workbook(lambda book: book.add_worksheet().write(1, 1, text)),
    }
    for name, data in both.items():
        refused = refusal_of(data, name)
        assert refused.params() == {"line": 2, "column": "B", "limit": CELL_CHARS_MAX}


# ---- wording ------------------------------------------------------------------------------------


@pytest.mark.parametrize("refused", refusals.SheetRefused.__subclasses__(), ids=lambda refused: refused.code)
def test_every_refusal_has_wording_that_names_its_parameters(refused: type[refusals.SheetRefused]) -> None:
    for language in LANGUAGES:
        assert CATALOGUE.placeholders(refused.code, language) == set(param_types(refused))


def test_the_catalogue_holds_exactly_the_codes_in_the_source() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCE.glob("*.py"))
    for language in LANGUAGES:
        keys = json.loads((SOURCE.parent / "wording" / f"sheets.{language}.json").read_text("utf-8"))
        codes = {key for key in keys if ":" not in key}
        assert all(f'"{code}"' in source for code in codes)
        assert codes >= {word for word in source.split('"') if word.startswith("SHEET_")}
