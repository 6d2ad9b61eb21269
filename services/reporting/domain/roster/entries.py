"""Reading rows into entries: one for each unit that the file names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.kernel.text import code_text, name_key, name_text
from services.reporting.domain.roster.columns import Column, Columns, column_of
from services.reporting.domain.roster.kinds import UnitKind, kind_of_name, kind_of_text
from services.reporting.domain.roster.model import (
    CODE_CHARS_MAX,
    NAME_CHARS_MAX,
    UNIT_MEMBERS_MAX,
    Findings,
    SheetRow,
    listed,
)

SUM_WORDS: Final = frozenset({"合计", "总计", "小计", "共计", "total", "sum", "subtotal"})
BLANK_WORDS: Final = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无", "none", "n/a"})
_FOOTER: Final = re.compile(r"(填报|填表|制表|审核|审批|负责人|经办|联系|注|说明|备注|日期|单位负责人)[^:]{0,8}:")
CODE_FORM: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*")
_COUNT: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?[人名]?", re.ASCII)
_GUARDED: Final = (Column.CODE, Column.NAME, Column.KIND, Column.PARENT, Column.PARENT_CODE, Column.MEMBERS)
_NOT_MERGED: Final = frozenset({Column.CODE, Column.NAME, Column.MEMBERS})
_CODES: Final = frozenset({Column.CODE, Column.PARENT, Column.PARENT_CODE})


@dataclass(slots=True)
class Entry:
    """A unit as the file describes it. `members` is None where the file says nothing.

    `parents` holds what names the parent, by column: empty for the root, None where it cannot be trusted.
    """

    line: int
    code: str
    name: str
    key: str
    stated_kind: UnitKind | None
    shown_kind: UnitKind | None
    kind_text: str
    parents: tuple[tuple[Column, str], ...] | None
    members: int | None


def read_entries(rows: Sequence[SheetRow], columns: Columns, findings: Findings) -> list[Entry]:
    """The rows below the header that describe a unit, in the order of the file."""
    return _Reader(columns, findings).read(rows[columns.row + 1 :])


class _Reader:
    """One pass over the rows; what is true of many rows becomes one note."""

    def __init__(self, columns: Columns, findings: Findings) -> None:
        self._columns, self._findings = columns, findings
        self._folded: list[int] = []
        self._skipped: dict[str, list[int]] = {}

    def read(self, rows: Iterable[SheetRow]) -> list[Entry]:
        entries = []
        for row in rows:
            reason = self._skip(row)
            if reason is None:
                entries.append(self._entry(row))
            elif reason:
                self._skipped.setdefault(reason, []).append(row.line)
        for code, lines in self._skipped.items():
            self._findings.note(lines[0], code, lines=listed(lines))
        if self._folded:
            lines = sorted(set(self._folded))
            self._findings.note(lines[0], "ROSTER_TEXT_FOLDED", count=str(len(lines)), lines=listed(lines))
        return entries

    def _skip(self, row: SheetRow) -> str | None:
        """Why a row describes no unit: a note's code, or "" to say nothing; None when it describes one."""
        texts = [text for text in (self._raw(row, column) for column in _GUARDED) if text.strip()]
        guarded = {self._columns.places.get(column) for column in _GUARDED}
        if not texts and not (row.formulas & guarded):
            return self._skip_outside(row)
        if self._is_sum(row):
            return "ROSTER_SUM_ROWS_NOT_READ"
        if _FOOTER.match(name_key(next((cell for cell in row.cells if cell.strip()), ""))):
            return "ROSTER_FOOTER_ROWS_NOT_READ"
        if len(texts) > 1 and all(column_of(text) is not None for text in texts):
            return "ROSTER_HEADER_ROWS_REPEATED"
        return None

    def _skip_outside(self, row: SheetRow) -> str:
        """A row that says nothing of a unit: numbered in advance, or a remark."""
        if self._is_sum(row):
            return "ROSTER_SUM_ROWS_NOT_READ"
        serial = self._columns.places.get(Column.SERIAL)
        numbered = all(place == serial or not cell.strip() for place, cell in enumerate(row.cells))
        return "" if numbered and code_text(self._raw(row, Column.SERIAL)).isdigit() else "ROSTER_FOOTER_ROWS_NOT_READ"

    def _is_sum(self, row: SheetRow) -> bool:
        last = max(self._columns.places[Column.NAME], self._columns.places.get(Column.CODE, 0))
        return any(name_key(cell).strip(":") in SUM_WORDS for cell in row.cells[: last + 1])

    def _raw(self, row: SheetRow, column: Column) -> str:
        place = self._columns.places.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def _entry(self, row: SheetRow) -> Entry:
        cells = {column: self._cell(row, column) for column in _GUARDED}
        name = self._name(row, cells[Column.NAME])
        shown = kind_of_name(name) if name else None
        stated = self._kind(row, cells[Column.KIND], shown)
        return Entry(
            line=row.line,
            code=self._code(row, cells[Column.CODE]),
            name=name,
            key=name_key(name),
            stated_kind=stated,
            shown_kind=shown,
            kind_text=cells[Column.KIND].strip(),
            parents=self._parents(row, cells),
            members=self._members(row, cells[Column.MEMBERS]),
        )

    def _cell(self, row: SheetRow, column: Column) -> str:
        """A cell's text; "" with an error when the text cannot be trusted."""
        place = self._columns.places.get(column)
        if place is None:
            return ""
        if place in row.formulas:
            self._error(row, column, "ROSTER_FORMULA")
        elif place in row.merged and column in _NOT_MERGED:
            self._error(row, column, "ROSTER_CELL_MERGED")
        elif place in row.lossy and column in _CODES:
            self._error(row, column, "ROSTER_CODE_DIGITS_LOST", value=self._raw(row, column)[:CODE_CHARS_MAX])
        return self._raw(row, column)

    def _code(self, row: SheetRow, raw: str) -> str:
        code = code_text(raw)
        self._note_folded(row, raw, code)
        if code in BLANK_WORDS:
            return ""
        if not self._is_flagged(row, Column.CODE) and (len(code) > CODE_CHARS_MAX or not CODE_FORM.fullmatch(code)):
            self._error(
                row,
                Column.CODE,
                "ROSTER_CODE_MALFORMED",
                value=code[:CODE_CHARS_MAX],
                limit=str(CODE_CHARS_MAX),
            )
        return code

    def _name(self, row: SheetRow, raw: str) -> str:
        name = name_text(raw)
        self._note_folded(row, raw, name)
        if self._is_flagged(row, Column.NAME):
            return name
        if name_key(name) in BLANK_WORDS:
            self._error(row, Column.NAME, "ROSTER_NAME_MISSING")
            return ""
        if len(name) > NAME_CHARS_MAX:
            self._error(row, Column.NAME, "ROSTER_NAME_TOO_LONG", limit=str(NAME_CHARS_MAX))
        return name

    def _kind(self, row: SheetRow, raw: str, shown: UnitKind | None) -> UnitKind | None:
        text = name_text(raw)
        if name_key(text) in BLANK_WORDS or self._is_flagged(row, Column.KIND):
            return None
        kind = kind_of_text(text)
        if kind is None:
            self._error(row, Column.KIND, "ROSTER_KIND_UNKNOWN", value=text[:NAME_CHARS_MAX])
        elif shown is not None and shown is not kind:
            self._findings.warning(
                row.line, self._columns.title(Column.KIND), "ROSTER_KIND_DIFFERS_FROM_NAME", value=text
            )
        return kind

    def _parents(self, row: SheetRow, cells: dict[Column, str]) -> tuple[tuple[Column, str], ...] | None:
        columns = (Column.PARENT_CODE, Column.PARENT)
        if any(self._is_flagged(row, column) for column in columns):
            return None
        return tuple((column, cells[column]) for column in columns if name_key(cells[column]) not in BLANK_WORDS)

    def _members(self, row: SheetRow, raw: str) -> int | None:
        text = code_text(raw)
        self._note_folded(row, raw, text)
        if text in BLANK_WORDS or self._is_flagged(row, Column.MEMBERS):
            return None
        match = _COUNT.fullmatch(text)
        value = int(match[1].replace(",", "")) if match and len(text) <= CODE_CHARS_MAX else None
        if value is None or value > UNIT_MEMBERS_MAX:
            self._error(
                row,
                Column.MEMBERS,
                "ROSTER_MEMBERS_NOT_COUNT",
                value=text[:CODE_CHARS_MAX],
                limit=str(UNIT_MEMBERS_MAX),
            )
            return None
        return value

    def _is_flagged(self, row: SheetRow, column: Column) -> bool:
        place = self._columns.places.get(column, -1)
        return (
            place in row.formulas
            or (place in row.merged and column in _NOT_MERGED)
            or (place in row.lossy and column in _CODES)
        )

    def _note_folded(self, row: SheetRow, raw: str, kept: str) -> None:
        if raw.strip(" ") != kept:
            self._folded.append(row.line)

    def _error(self, row: SheetRow, column: Column, code: str, **params: str) -> None:
        self._findings.error(row.line, self._columns.title(column), code, **params)
