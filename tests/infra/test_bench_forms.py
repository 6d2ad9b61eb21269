"""The bench of forms uploads what a superior would: every unit filled in and marked."""

from __future__ import annotations

from pathlib import Path

from gateway.api.form_files import files_of
from gateway.papers.form_workbook import FormOf, FormUnit, workbook_set
from infra.local.bench.forms import FIGURES, FORM, SET_DIRECTIVE, TABLE_DIRECTIVE, filled_set, filled_table
from infra.local.bench.overdue import START_US
from services.chassis.sheets.pages import read_pages
from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.forms.returned import Filled, read_returned

CODES = ["unit_b000_000_000", "unit_b000_000_001", "unit_b000_000_002"]


def rows(data: bytes, number: int) -> list[Filled]:
    pages = read_pages(data, "a.xlsx")
    returned = read_returned(pages.pages[0].lines, find_form(FORM), f"dir_{number}")
    assert not pages.blemishes and not returned.faults
    return list(returned.rows)


def test_a_table_is_filled_in_and_marked(tmp_path: Path) -> None:
    found = rows(filled_table(tmp_path / "table.xlsx", CODES), TABLE_DIRECTIVE)
    assert [row.unit_code for row in found] == CODES
    assert all(row.checked and row.figures == FIGURES and not row.faults for row in found)


def test_a_set_is_filled_in_and_marked(tmp_path: Path) -> None:
    of = FormOf(find_form(FORM), f"dir_{SET_DIRECTIVE}", "示例事项", "zh", START_US)
    units = [FormUnit(code, code, "", 1, "", False, {}, {}, "") for code in CODES]
    workbook_set(of, units, tmp_path / "set.zip")
    bundle = filled_set((tmp_path / "set.zip").read_bytes())
    found = [row for _, data in files_of(bundle, "set.zip") for row in rows(data, SET_DIRECTIVE)]
    assert [row.unit_code for row in found] == CODES
    assert all(row.checked and row.figures == FIGURES and not row.faults for row in found)
