"""What the rows of a duty list mean: which unit and post answer for what, with a finding by line. Source: RULES 5.1."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.kernel.text import code_text, name_key, name_text
from services.reporting.domain.duty_events import Duty
from services.reporting.domain.roster.model import Findings, RosterFinding, Severity, SheetRow

HEADER_ROWS_MAX: Final = 10
DUTIES_ROWS_MAX: Final = 5_000
TEXT_CHARS_MAX: Final = 1_000
POST_CHARS_MAX: Final = 100
NUMBER_CHARS_MAX: Final = 30
_SEPARATORS: Final = re.compile(r"[、，,;；\n]+")


class Column(StrEnum):
    """What the columns of a duty list may hold."""

    UNIT = "unit"
    POST = "post"
    NUMBER = "number"
    TEXT = "text"
    DIRECTIVES = "directives"


_HEADERS: Final[Mapping[str, Column]] = {
    **dict.fromkeys(("单位", "单位名称", "单位编码", "党组织", "党组织名称", "unit"), Column.UNIT),
    **dict.fromkeys(("职务", "岗位", "责任岗位", "责任主体", "post"), Column.POST),
    **dict.fromkeys(("序号", "编号", "no", "number"), Column.NUMBER),
    **dict.fromkeys(("责任", "责任事项", "责任内容", "职责", "duty"), Column.TEXT),
    **dict.fromkeys(("文号", "关联事项", "督办事项", "关联文号", "directives"), Column.DIRECTIVES),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the platform knows beside the file: units by code or name key (an id, or "" where two share it),
    directives by number, post names of each unit by key, and which units the caller may import for.
    """

    units: Mapping[str, str]
    directives: Mapping[str, str]
    posts: Mapping[str, frozenset[str]]
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """Each unit's duties in the order of the file; with any error nothing of it may be imported."""

    rows_read: int
    duties: Mapping[str, tuple[Duty, ...]]
    problems: tuple[RosterFinding, ...]
    error_count: int
    warning_count: int

    @property
    def refused(self) -> bool:
        """Must nothing be imported?"""
        return self.error_count > 0

    @property
    def problems_left_out(self) -> int:
        """Problems past the list's limit."""
        return self.error_count + self.warning_count - len(self.problems)


def plan_duties(rows: Sequence[SheetRow], known: Known, new_id: Callable[[], str]) -> DutyPlan:
    """Reads a list; nothing is decided by order, and what cannot be meant is named by its line."""
    reading = _Reading(known, new_id)
    places = reading.header(rows)
    body: Sequence[SheetRow] = rows[places[0] + 1 :] if places else ()
    if len(body) > DUTIES_ROWS_MAX:
        reading.findings.error(0, "", "DUTY_ROWS_TOO_MANY", limit=str(DUTIES_ROWS_MAX))
    elif places:
        for row in body:
            reading.take(row, places[1])
    count = reading.findings.count
    duties = {} if count(Severity.ERROR) else {unit: tuple(found) for unit, found in reading.duties.items()}
    return DutyPlan(len(body), duties, reading.findings.problems(), count(Severity.ERROR), count(Severity.WARNING))


@dataclass(slots=True)
class _Reading:
    known: Known
    new_id: Callable[[], str]
    findings: Findings = field(default_factory=Findings)
    duties: dict[str, list[Duty]] = field(default_factory=dict)
    # (unit, post, text) → the line where it stood first.
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def header(self, rows: Sequence[SheetRow]) -> tuple[int, dict[Column, int]] | None:
        """The header's place among the rows, and the columns' places."""
        for index, row in enumerate(rows[:HEADER_ROWS_MAX]):
            places: dict[Column, int] = {}
            for place, cell in enumerate(row.cells):
                column = _HEADERS.get(name_key(cell))
                if column is not None and column not in places:
                    places[column] = place
            if Column.UNIT in places and Column.TEXT in places:
                return index, places
        self.findings.error(0, "", "DUTY_HEADER_MISSING", rows=str(HEADER_ROWS_MAX))
        return None

    def take(self, row: SheetRow, places: Mapping[Column, int]) -> None:
        """One row, whole or not at all."""
        cells = {column: self._cell(row, place) for column, place in places.items()}
        if any(place in row.formulas for place in places.values()):
            self.findings.error(row.line, "", "DUTY_FORMULA")
            return
        unit_id = self._unit(row.line, cells[Column.UNIT])
        text, post = cells[Column.TEXT], name_text(cells.get(Column.POST, ""))
        number = code_text(cells.get(Column.NUMBER, ""))
        if not text:
            self.findings.error(row.line, "", "DUTY_TEXT_MISSING")
        elif len(text) > TEXT_CHARS_MAX or len(post) > POST_CHARS_MAX or len(number) > NUMBER_CHARS_MAX:
            self.findings.error(row.line, "", "DUTY_TOO_LONG")
        elif unit_id:
            self._add(row.line, unit_id, Duty(self.new_id(), post, number, text, self._directives(row.line, cells)))

    def _add(self, line: int, unit_id: str, duty: Duty) -> None:
        key = (unit_id, name_key(duty.post_name), name_key(duty.text))
        if key in self.seen:
            self.findings.error(line, "", "DUTY_REPEATED", other=str(self.seen[key]))
            return
        self.seen[key] = line
        if name_key(duty.post_name) not in self.known.posts.get(unit_id, frozenset()):
            self.findings.warning(line, "", "DUTY_WITHOUT_POST", post=duty.post_name or "—")
        self.duties.setdefault(unit_id, []).append(duty)

    def _unit(self, line: int, cell: str) -> str:
        """The unit's id, or empty with a finding."""
        if not cell:
            self.findings.error(line, "", "DUTY_UNIT_MISSING")
            return ""
        unit_id = self.known.units.get(name_key(cell))
        if unit_id is None:
            self.findings.error(line, "", "DUTY_UNIT_UNKNOWN", unit=cell)
        elif not unit_id:
            self.findings.error(line, "", "DUTY_UNIT_AMBIGUOUS", unit=cell)
        elif unit_id not in self.known.within:
            self.findings.error(line, "", "DUTY_UNIT_OUTSIDE", unit=cell)
        else:
            return unit_id
        return ""

    def _directives(self, line: int, cells: Mapping[Column, str]) -> tuple[str, ...]:
        found = []
        for number in filter(None, map(str.strip, _SEPARATORS.split(cells.get(Column.DIRECTIVES, "")))):
            directive_id = self.known.directives.get(name_key(number))
            if directive_id is None:
                self.findings.warning(line, "", "DUTY_DIRECTIVE_UNKNOWN", number=number)
            else:
                found.append(directive_id)
        return tuple(dict.fromkeys(found))

    @staticmethod
    def _cell(row: SheetRow, place: int) -> str:
        return row.cells[place].strip() if place < len(row.cells) else ""
