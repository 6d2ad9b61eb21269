"""Forms that go out as workbooks come back without loss, whatever their figures; what may not be changed is locked."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.papers.form_workbook import FormUnit, table_workbook, unit_workbook, workbook_set
from services.chassis.wording import LANGUAGES
from services.reporting.domain.forms.catalogue import forms
from services.reporting.domain.forms.checking import check
from services.reporting.domain.forms.layout import SHEET, TABLE, layout_of
from services.reporting.domain.forms.returned import address
from tests.papers.forms import DIRECTIVE, GOOD, explanations, figures, form_of, read, sheet, texts, unit, value_cell

VERSIONS = sorted(forms())
SOFFICE = shutil.which("soffice")
# Against hanging for ever, not a measure.
SOFFICE_SECONDS_MAX = 600


@st.composite
def filled(draw: st.DrawFn) -> tuple[str, int, str, FormUnit]:
    """A form's version, a language, and a unit with any figures."""
    form_id, version = draw(st.sampled_from(VERSIONS))
    form = forms()[form_id, version]
    known = unit(
        figures=draw(figures(form)),
        explanations=draw(explanations(form)),
        summary=draw(st.one_of(st.just(""), texts(200))),
        report_number=draw(st.integers(1, 99)),
    )
    return form_id, version, draw(st.sampled_from(LANGUAGES)), known


@given(filled())
def test_every_form_with_any_valid_values_goes_out_and_comes_back_without_loss(
    case: tuple[str, int, str, FormUnit],
) -> None:
    form_id, version, language, known = case
    of = form_of(form_id, version, language)
    (row,) = read(unit_workbook(of, known), of).rows
    assert not row.faults and not row.checked
    assert (row.unit_code, row.report_number, row.summary) == (known.code, known.report_number, known.summary)
    assert row.explanations == known.explanations
    assert check(of.form, row.figures, row.explanations) == check(of.form, known.figures, known.explanations)
    assert dict(check(of.form, row.figures, {}).figures) == known.figures


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(filled(), min_size=1, max_size=4))
def test_a_table_comes_back_without_loss_line_by_line(
    tmp_path: Path, cases: list[tuple[str, int, str, FormUnit]]
) -> None:
    form_id, version, language, _ = cases[0]
    of = form_of(form_id, version, language)
    units = [known for name, number, _, known in cases if (name, number) == (form_id, version)]
    table_workbook(of, units, tmp_path / "table.xlsx")
    returned = read((tmp_path / "table.xlsx").read_bytes(), of)
    assert not returned.faults and len(returned.rows) == len(units)
    for row, known in zip(returned.rows, units, strict=True):
        assert (row.faults, row.summary, row.explanations) == ((), known.summary, known.explanations)
        assert dict(check(of.form, row.figures, {}).figures) == known.figures


def test_the_same_data_give_the_same_bytes() -> None:
    assert sheet() == sheet()


def test_only_answers_are_open_and_each_says_what_it_takes() -> None:
    page = openpyxl.load_workbook(io.BytesIO(sheet())).worksheets[0]
    layout = layout_of("rectification", 1, SHEET)
    asked = {address(*layout.place(index, 0)) for index in range(len(layout.entries))}
    assert page.protection.sheet
    assert {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked} == asked
    ranges = {str(each.sqref): each for each in page.data_validations.dataValidation}
    assert set(ranges) == asked
    found = ranges[value_cell("problems_found")]
    assert (found.type, found.formula1, found.formula2) == ("whole", "0", "100000")
    assert ranges[value_cell("rectified_by")].type == "date"
    assert ranges[value_cell("checked")].formula1 == '"是"'


def test_a_unit_that_is_closed_has_nothing_open() -> None:
    page = openpyxl.load_workbook(io.BytesIO(sheet(closed=True))).worksheets[0]
    assert all(cell.protection.locked for row in page.iter_rows() for cell in row)


def test_nothing_is_hidden_merged_or_commented() -> None:
    with zipfile.ZipFile(io.BytesIO(sheet())) as parts:
        names = parts.namelist()
        book = parts.read("xl/workbook.xml").decode()
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="hidden"' not in book and "hidden=" not in page and "mergeCell" not in page
    assert not any("comments" in name or "drawing" in name for name in names)
    shown = openpyxl.load_workbook(io.BytesIO(sheet())).worksheets[0]
    assert [shown[place].value for place in ("B2", "B3", "B4", "B5")] == [
        "rectification/1/sheet", DIRECTIVE, "370211.1.1", 1
    ]  # fmt: skip


def test_a_set_has_a_workbook_for_each_unit_that_may_still_report(tmp_path: Path) -> None:
    units = [unit("370211.1.1"), unit("370211.1.2", name="甲/乙:支部"), unit("370211.1.3", closed=True)]
    assert workbook_set(form_of(), units, tmp_path / "set.zip") == 2
    with zipfile.ZipFile(tmp_path / "set.zip") as bundle:
        names = bundle.namelist()
        codes = [read(bundle.read(name), form_of()).rows[0].unit_code for name in names]
    assert names == ["示例机关党委/370211.1.1 第一党支部.xlsx", "示例机关党委/370211.1.2 甲_乙_支部.xlsx"]
    assert codes == ["370211.1.1", "370211.1.2"]


@pytest.mark.parametrize(("form_id", "version"), VERSIONS)
@pytest.mark.parametrize("shape", [SHEET, TABLE])
def test_codes_and_labels_of_a_layout_are_told_apart(form_id: str, version: int, shape: str) -> None:
    layout = layout_of(form_id, version, shape)
    assert len({entry.code for entry in layout.entries}) == len({entry.key for entry in layout.entries})
    assert len(set(layout.at)) == len(layout.entries)
    for field in layout.form.fields.values():
        labels = [label for words in field.choices.values() for label in (words.zh, words.en)]
        assert len(set(labels)) == len(labels) and "," not in "".join(labels)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_and_saves_forms_that_still_come_back_without_loss(tmp_path: Path) -> None:
    of = form_of()
    known = unit(
        figures=GOOD | {"rectification_obstacle": "=等待批复 _x0041_"},
        explanations={"overdue_explained": "-1 项待批"},
        summary="007\n第二行",
    )
    (tmp_path / "sheet.xlsx").write_bytes(unit_workbook(of, known))
    table_workbook(of, [known, unit("370211.1.2", figures={}), unit("370211.1.3")], tmp_path / "table.xlsx")
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    files = [str(tmp_path / name) for name in ("sheet.xlsx", "table.xlsx")]
    subprocess.run([*command, str(saved), *files], check=True, capture_output=True, timeout=SOFFICE_SECONDS_MAX)
    for name, count in (("sheet.xlsx", 1), ("table.xlsx", 3)):
        data = (saved / name).read_bytes()
        assert data != (tmp_path / name).read_bytes()
        returned = read(data, of)
        assert not returned.faults and len(returned.rows) == count
        row = returned.rows[0]
        assert (row.faults, row.summary, row.explanations) == ((), known.summary, known.explanations)
        assert dict(check(of.form, row.figures, {}).figures) == known.figures
