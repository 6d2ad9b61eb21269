"""Forms for tests: any valid figures, workbooks made of them, and workbooks that somebody spoiled."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
from hypothesis import strategies as st

from gateway.papers.form_workbook import FormOf, FormUnit, unit_workbook
from services.chassis.sheets.pages import read_pages
from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.forms.checking import fold
from services.reporting.domain.forms.layout import CHECKED_MARKS, SHEET, layout_of
from services.reporting.domain.forms.model import Field, FieldKind, Form
from services.reporting.domain.forms.returned import Returned, address, read_returned
from services.reporting.domain.plain_text import found_in

DIRECTIVE = "dir_0v3k9d1m7q2x8b4c"
MADE_AT_US = 1_790_000_000_000_000
GOOD = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-09-30"}
# A worksheet of openpyxl, which says too little of its types.
Change = Callable[[Any], object]


def texts(chars_max: int) -> st.SearchStrategy[str]:
    """Texts as a report holds them: folded, given at all, without a person in them."""
    wild = st.text(max_size=min(chars_max, 40), alphabet=st.characters(exclude_categories=["Cs", "Cn"]))
    tricky = st.sampled_from(
        ["=1+1", "-", "@x", "+86", "007", "1E5", "3.70211E+11", "_x0041_", "TRUE", "#REF!", "a\nb"]
    )
    return st.one_of(wild, tricky).map(fold).filter(lambda text: 0 < len(text) <= chars_max and not found_in(text))


def values(field: Field) -> st.SearchStrategy[str]:
    """Canonical values of one field."""
    match field.kind:
        case FieldKind.COUNT:
            return st.integers(field.least, field.most).map(str)
        case FieldKind.DATE:
            first = date.fromisoformat(field.earliest) if field.earliest else date.min
            last = date.fromisoformat(field.latest) if field.latest else date.max
            return st.dates(first, last).map(date.isoformat)
        case FieldKind.CHOICE:
            return st.sampled_from(sorted(field.choices))
        case FieldKind.TEXT:
            return texts(field.chars_max)


def figures(form: Form) -> st.SearchStrategy[dict[str, str]]:
    """Values of any of the form's fields; whether they agree with each other is another matter."""
    return st.fixed_dictionaries({}, optional={name: values(field) for name, field in form.fields.items()})


def explanations(form: Form) -> st.SearchStrategy[dict[str, str]]:
    """Explanations of any of the form's warnings."""
    warnings = [rule.rule_id for rule in form.rules.values() if rule.severity == "warning"]
    return st.fixed_dictionaries({}, optional=dict.fromkeys(warnings, texts(200)))


def form_of(form_id: str = "rectification", version: int = 0, language: str = "zh") -> FormOf:
    return FormOf(find_form(form_id, version), DIRECTIVE, "关于报送问题整改进展情况的通知", language, MADE_AT_US)


def unit(code: str = "370211.1.1", **changes: Any) -> FormUnit:
    given: dict[str, Any] = {
        "code": code, "name": "第一党支部", "parent_name": "示例机关党委", "report_number": 1, "state": "已责任到人",
        "closed": False, "figures": GOOD, "explanations": {}, "summary": "",
    }  # fmt: skip
    return FormUnit(**(given | changes))


def value_cell(key: str, form_id: str = "rectification") -> str:
    """Where a sheet asks for it."""
    layout = layout_of(form_id, find_form(form_id).version, SHEET)
    index = [entry.key for entry in layout.entries].index(key)
    return address(*layout.place(index, 0))


def changed(data: bytes, change: Change) -> bytes:
    """The workbook as somebody saves it after doing something to its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def marked(data: bytes) -> bytes:
    """The same sheet, with its mark."""
    return changed(data, lambda page: page.__setitem__(value_cell("checked"), CHECKED_MARKS[0]))


def read(data: bytes, of: FormOf) -> Returned:
    pages = read_pages(data, "form.xlsx")
    assert not pages.blemishes
    return read_returned(pages.pages[0].lines, of.form, of.directive_id)


def sheet(**changes: Any) -> bytes:
    """A unit's sheet of the form on rectification."""
    return unit_workbook(form_of(), unit(**changes))
