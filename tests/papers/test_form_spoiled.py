"""Workbooks that came back spoiled: each fault is named with its place, in words, and nothing of it is taken."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment

from gateway.papers.form_workbook import table_workbook, unit_workbook
from services.chassis.sheets import refusals
from services.chassis.sheets.model import UNZIPPED_BYTES_MAX
from services.chassis.sheets.pages import Blemish, read_pages
from services.chassis.wording import LANGUAGES, Catalogue
from services.reporting.domain.forms.returned import Fault, read_returned
from tests.chassis.workbooks import part_of, repacked
from tests.papers.forms import GOOD, Change, changed, form_of, read, sheet, unit, value_cell

CATALOGUE = Catalogue.load("services.chassis", "services.reporting")
PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
INSTEAD = ["", '"', "<c>", ' r="ZZ99999"', "<f/>", "9" * 30, "１"]
FOUND, OVERDUE, DATE = (value_cell(name) for name in ("problems_found", "problems_overdue", "rectified_by"))


def told(*faults: Fault) -> None:
    """Every fault can be said in both languages."""
    for fault in faults:
        for language in LANGUAGES:
            assert CATALOGUE.render(fault.code, {"cell": fault.cell, **fault.params}, language)


def row_faults(change: Change) -> list[tuple[str, str]]:
    (row,) = read(changed(sheet(), change), form_of()).rows
    told(*row.faults)
    return [(fault.cell, fault.code) for fault in row.faults]


def file_faults(data: bytes, directive: str = "") -> list[tuple[str, str]]:
    of = form_of()
    returned = read_returned(read_pages(data, "a.xlsx").pages[0].lines, of.form, directive or of.directive_id)
    assert not returned.rows
    told(*returned.faults)
    return [(fault.cell, fault.code) for fault in returned.faults]


def blemishes(change: Change) -> list[Blemish]:
    found = read_pages(changed(sheet(), change), "a.xlsx").blemishes
    for blemish in found:
        for language in LANGUAGES:
            assert CATALOGUE.render(blemish.code, {"sheet": blemish.sheet, "cell": blemish.place}, language)
    return list(found)


# ---- the file ---------------------------------------------------------------------------------------------


def test_moved_columns_are_named_with_where_they_were_and_are() -> None:
    faults = file_faults(changed(sheet(), lambda page: page.insert_cols(1)))
    assert faults == [("B2", "FORM_BOOK_MOVED")]
    faults = file_faults(changed(sheet(), lambda page: page.insert_rows(11)))
    assert faults[0] == ("A11", "FORM_BOOK_MOVED")


def test_swapped_columns_of_a_table_are_named(tmp_path: Path) -> None:
    table_workbook(form_of(), [unit()], tmp_path / "t.xlsx")

    def swap(page: object) -> None:
        for line in range(6, 10):
            left, right = page[f"F{line}"], page[f"G{line}"]  # type: ignore[index]
            left.value, right.value = right.value, left.value

    data = changed((tmp_path / "t.xlsx").read_bytes(), swap)
    of = form_of()
    returned = read_returned(read_pages(data, "a.xlsx").pages[0].lines, of.form, of.directive_id)
    assert [(fault.cell, fault.params["now"]) for fault in returned.faults] == [("F8", "G8"), ("G8", "F8")]


def test_a_changed_label_a_lost_code_and_a_note_outside_the_form_are_named() -> None:
    label, code = "B" + FOUND[1:], "A" + FOUND[1:]
    assert file_faults(changed(sheet(), lambda page: page.__setitem__(label, "改过的指标"))) == [
        (label, "FORM_BOOK_LABEL_CHANGED")
    ]
    assert file_faults(changed(sheet(), lambda page: page.__setitem__(code, None))) == [(code, "FORM_BOOK_CODE_GONE")]
    assert file_faults(changed(sheet(), lambda page: page.__setitem__("G12", "见附件"))) == [
        ("G12", "FORM_CELL_OUTSIDE")
    ]
    below = "A" + str(int(value_cell("checked")[1:]) + 1)
    assert file_faults(changed(sheet(), lambda page: page.__setitem__(below, "备注"))) == [(below, "FORM_CELL_OUTSIDE")]


def test_another_form_version_or_directive_is_refused_at_the_line_that_says_so() -> None:
    older = unit_workbook(form_of("discipline_education", 2), unit(figures={}))
    of = form_of("discipline_education", 3)
    returned = read_returned(read_pages(older, "a.xlsx").pages[0].lines, of.form, of.directive_id)
    (fault,) = returned.faults
    told(fault)
    assert (fault.cell, fault.code, fault.params["found"]) == (
        "B2", "FORM_BOOK_OTHER_FORM", "discipline_education/2/sheet"
    )  # fmt: skip
    assert file_faults(sheet(), "dir_of_somebody_else") == [("B3", "FORM_BOOK_OTHER_DIRECTIVE")]


def test_a_workbook_that_is_not_ours_is_refused() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "汇总表"
    buffer = io.BytesIO()
    book.save(buffer)
    assert file_faults(buffer.getvalue()) == [("B2", "FORM_BOOK_NOT_OURS")]


def test_merged_cells_comments_and_what_is_hidden_are_named_with_their_place() -> None:
    assert blemishes(lambda page: page.merge_cells("B6:D7")) == [Blemish("FORM_CELLS_MERGED", "填报", "B6:D7")]
    comment = Comment("请核实", "示例甲")
    assert blemishes(lambda page: setattr(page[FOUND], "comment", comment)) == [
        Blemish("FORM_CELL_COMMENTED", "填报", FOUND)
    ]
    line = int(FOUND[1:])
    assert blemishes(lambda page: setattr(page.row_dimensions[line], "hidden", True)) == [
        Blemish("FORM_ROW_HIDDEN", "填报", str(line))
    ]
    assert Blemish("FORM_COLUMN_HIDDEN", "填报", "C") in blemishes(
        lambda page: setattr(page.column_dimensions["C"], "hidden", True)
    )


def test_a_hidden_sheet_is_named() -> None:
    def hide(page: object) -> None:
        other = page.parent.create_sheet("旧数据")  # type: ignore[attr-defined]
        other["A1"], other.sheet_state = 1, "veryHidden"

    assert blemishes(hide) == [Blemish("FORM_SHEET_HIDDEN", "旧数据", "")]


def test_macros_passwords_bombs_and_other_formats_are_refused() -> None:
    data = sheet()
    cases = [
        (repacked(data, {"xl/vbaProject.bin": b"x"}), "a.xlsx", refusals.SheetHasMacros),
        (data, "a.xlsm", refusals.SheetHasMacros),
        (data, "a.et", refusals.SheetFormatUnsupported),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "a.xlsx", refusals.SheetFormatUnsupported),
        (b"%PDF-1.7", "a.xlsx", refusals.SheetWrongExtension),
        (data[:2_000], "a.xlsx", refusals.SheetBroken),
        (b"", "a.xlsx", refusals.SheetEmpty),
    ]
    for content, name, refusal in cases:
        with pytest.raises(refusal):
            read_pages(content, name)
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as bundle, bundle.open("xl/big.bin", "w") as part:
        for _ in range(UNZIPPED_BYTES_MAX // 1_000_000 + 1):
            part.write(bytes(1_000_000))
    with pytest.raises(refusals.SheetZipBomb):
        read_pages(buffer.getvalue(), "a.xlsx")


@given(st.data())
def test_whatever_is_done_to_the_parts_of_a_workbook_it_is_read_or_refused_by_name(data: st.DataObject) -> None:
    whole = sheet()
    part = data.draw(
        st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
    )
    text = part_of(whole, part)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    instead = data.draw(
        st.one_of(
            st.just(""), st.sampled_from(['"', "<c>", ' r="ZZ99999"', "<f/>", "9" * 30, "１"]), st.text(max_size=8)
        )
    )
    spoiled = repacked(whole, {part: (text[:start] + instead + text[end:]).encode("utf-8", "surrogatepass")})
    of = form_of()
    try:
        pages = read_pages(spoiled, "a.xlsx")
    except refusals.SheetRefused as refusal:
        assert CATALOGUE.render(refusal.code, refusal.params(), "zh")
        return
    for page in pages.pages:
        returned = read_returned(page.lines, of.form, of.directive_id)
        told(*returned.faults, *(fault for row in returned.rows for fault in row.faults))


@pytest.mark.parametrize("length", [0, 1, 30, 3_000, 6_000])
def test_a_workbook_cut_short_is_refused_by_name(length: int) -> None:
    with pytest.raises(refusals.SheetRefused):
        read_pages(sheet()[:length], "a.xlsx")


# ---- a unit's cells ---------------------------------------------------------------------------------------


def test_formulas_and_error_values_are_named() -> None:
    assert row_faults(lambda page: page.__setitem__(FOUND, "=2+3")) == [(FOUND, "FORM_CELL_COMPUTES")]
    assert row_faults(lambda page: page.__setitem__(FOUND, "#REF!")) == [(FOUND, "FORM_CELL_COMPUTES")]


def test_a_date_as_text_is_named_and_a_day_is_taken() -> None:
    assert row_faults(lambda page: page.__setitem__(DATE, "2026/9/30")) == [(DATE, "FORM_DATE_AS_TEXT")]

    def as_day(page: object) -> None:
        page[DATE] = date(2026, 10, 1)  # type: ignore[index]

    (row,) = read(changed(sheet(), as_day), form_of()).rows
    assert (row.faults, row.figures["rectified_by"]) == ((), "2026-10-01")


def test_with_one_fault_all_others_are_named_too() -> None:
    def spoil(page: object) -> None:
        page[DATE], page[OVERDUE], page[FOUND] = "很快", "105%", "=5"  # type: ignore[index]

    assert sorted(row_faults(spoil)) == sorted(
        [(FOUND, "FORM_CELL_COMPUTES"), (DATE, "FORM_DATE_AS_TEXT"), (OVERDUE, "FORM_PERCENT")]
    )


def test_a_share_is_seen_as_a_percentage_whether_typed_or_formatted() -> None:
    for share, shown in ((1.05, "105%"), (1, "100%"), (0.5, "50%")):

        def as_share(page: object, share: float = share) -> None:
            page[OVERDUE].number_format = "0.0%"  # type: ignore[index]
            page[OVERDUE] = share  # type: ignore[index]

        (row,) = read(changed(sheet(), as_share), form_of()).rows
        assert row.figures["problems_overdue"] == shown


def test_full_width_digits_come_in_as_they_were_typed_and_are_folded_by_the_check() -> None:
    (row,) = read(changed(sheet(), lambda page: page.__setitem__(FOUND, "１２")), form_of()).rows
    assert row.figures == GOOD | {"problems_found": "１２"}


def test_a_person_in_the_summary_is_named_at_its_cell() -> None:
    summary = value_cell("summary")
    assert row_faults(lambda page: page.__setitem__(summary, "详询 13800000000")) == [(summary, "FORM_SHOWS_PERSON")]


def test_a_mark_that_is_none_a_lost_unit_and_a_lost_number_are_named() -> None:
    checked = value_cell("checked")
    assert row_faults(lambda page: page.__setitem__(checked, "待定")) == [(checked, "FORM_MARK_UNKNOWN")]
    assert row_faults(lambda page: page.__setitem__("B4", None)) == [("B4", "FORM_UNIT_GONE")]
    assert row_faults(lambda page: page.__setitem__("B5", "第一次")) == [("B5", "FORM_NUMBER_GONE")]
