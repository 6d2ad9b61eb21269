"""Where everything stands in a form's workbook: one layout for whoever writes it and whoever reads it back.

A *sheet* is one unit's: what is asked stands down the page, the answers in column D. A *table* is a superior's: a line
a unit, a column for each thing asked. Both say in plain sight which form, version, directive and unit they are of;
nothing is hidden in them. Lines count from 1 as a spreadsheet program shows them, columns from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.forms.model import NO_WORDS, Field, Form, Severity, Words

SHEET, TABLE = "sheet", "table"

FORM_LINE, DIRECTIVE_LINE, UNIT_LINE, NUMBER_LINE = 2, 3, 4, 5
# The column of these four.
IDENTITY_COLUMN: Final = 1
SHEET_HEAD_LINE: Final = 8
CODE_COLUMN, LABEL_COLUMN, MEASURE_COLUMN, VALUE_COLUMN, RANGE_COLUMN = range(5)

TABLE_SECTIONS_LINE, TABLE_LABELS_LINE, TABLE_MEASURES_LINE, TABLE_CODES_LINE = 5, 6, 7, 8
UNIT_CODE_COLUMN, UNIT_NAME_COLUMN, PARENT_COLUMN, NUMBER_COLUMN, STATE_COLUMN = range(5)
# What heads the columns that are not asked for, in the order of the columns.
TABLE_UNIT_CODES: Final = ("甲", "乙", "丙", "丁", "戊")
TABLE_FIRST_LINE: Final = 9

SUMMARY_KEY, CHECKED_KEY = "summary", "checked"
# What counts as the mark; a list offers the first two, by language.
CHECKED_MARKS: Final = ("是", "Yes", "yes", "y", "Y", "√", "✓", "✔")
_SUMMARY: Final = Words("工作情况说明", "What was done, in a few words")
_CHECKED: Final = Words("已核对全部数字，同意上报", "All figures were checked and may be reported")


class Asks(StrEnum):
    """What a cell asks for."""

    FIGURE = "figure"
    # Why a warning is no mistake.
    EXPLANATION = "explanation"
    SUMMARY = "summary"
    # Without this mark nothing of the unit is taken.
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something asked. `code` heads it on paper; `key` is its field or rule id."""

    code: str
    asks: Asks
    key: str
    label: Words
    section_id: str = ""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The entries of a form's sheet or table with their lines or columns."""

    shape: str
    form: Form
    entries: tuple[Entry, ...]
    # Index of the entry → its line in a sheet, its column in a table.
    at: tuple[int, ...]
    # Line of a sheet → the section that begins there.
    sections: Mapping[int, str]

    @property
    def mark(self) -> str:
        """What stands beside "form": id, version, shape."""
        return f"{self.form.form_id}/{self.form.version}/{self.shape}"

    @property
    def last(self) -> int:
        """The last line of a sheet, the last column of a table."""
        return self.at[-1]

    def place(self, index: int, line: int) -> tuple[int, int]:
        """Line and column of the answer to an entry, in a table on a unit's line."""
        return (self.at[index], VALUE_COLUMN) if self.shape == SHEET else (line, self.at[index])


def entries_of(form: Form) -> tuple[Entry, ...]:
    """Everything asked, in order: figures, explanations of warnings, the summary, the mark."""
    figures = [
        Entry(f"{number:02}", Asks.FIGURE, field.field_id, field.label, field.section_id, field)
        for number, field in enumerate(form.fields.values(), start=1)
    ]
    warnings = [rule for rule in form.rules.values() if rule.severity is Severity.WARNING]
    explanations = [
        Entry(f"E{number}", Asks.EXPLANATION, rule.rule_id, rule.wording) for number, rule in enumerate(warnings, 1)
    ]
    return (
        *figures, *explanations,
        Entry("S", Asks.SUMMARY, SUMMARY_KEY, _SUMMARY), Entry("C", Asks.CHECKED, CHECKED_KEY, _CHECKED),
    )  # fmt: skip


@lru_cache(maxsize=64)
def layout_of(form_id: str, version: int, shape: str) -> Layout:
    """The layout of a shipped form. Raises FormUnknown."""
    form = find_form(form_id, version)
    entries = entries_of(form)
    if shape == TABLE:
        first = len(TABLE_UNIT_CODES)
        return Layout(shape, form, entries, tuple(range(first, first + len(entries))), {})
    at: list[int] = []
    sections: dict[int, str] = {}
    line, section = SHEET_HEAD_LINE, None
    for entry in entries:
        line += 1
        if entry.section_id != section:
            section = entry.section_id
            sections[line] = section
            line += 1
        at.append(line)
    return Layout(shape, form, entries, tuple(at), sections)


def measure_of(entry: Entry) -> Words:
    """The unit of measure; none of what is no count."""
    return entry.field.measure if entry.field else NO_WORDS
