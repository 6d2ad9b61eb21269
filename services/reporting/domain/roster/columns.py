"""Finding the header row and what each column holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.kernel.text import name_key, name_text
from services.reporting.domain.roster.model import HEADER_SEARCH_ROWS_MAX, Findings, SheetRow, listed


class Column(StrEnum):
    """What a roster's columns may hold."""

    CODE = "code"
    NAME = "name"
    KIND = "kind"
    PARENT = "parent"
    PARENT_CODE = "parent_code"
    MEMBERS = "members"
    SERIAL = "serial"


_BODIES: Final = ("", "单位", "组织", "党组织")
_HEADERS: Final[dict[str, Column]] = {
    **{f"{body}{word}": Column.CODE for body in _BODIES for word in ("编码", "代码", "编号")},
    **dict.fromkeys(("code", "unitcode"), Column.CODE),
    **{f"{body}{word}": Column.NAME for body in _BODIES for word in ("名称", "全称")},
    **dict.fromkeys(("单位", "党组织", "name", "unitname", "unit"), Column.NAME),
    **{f"{body}{word}": Column.KIND for body in _BODIES for word in ("类型", "类别", "种类")},
    **dict.fromkeys(("kind", "type", "unitkind"), Column.KIND),
    **{
        f"{way}{body}{word}": Column.PARENT
        for way in ("上级", "隶属", "所属")
        for body in _BODIES
        for word in ("", "名称")
    },
    **dict.fromkeys(("所属党委", "上级党委", "parent", "parentname", "superior"), Column.PARENT),
    **{f"上级{body}{word}": Column.PARENT_CODE for body in _BODIES for word in ("编码", "代码", "编号")},
    "parentcode": Column.PARENT_CODE,
    **dict.fromkeys(("党员数", "党员人数", "党员总数", "党员数量", "党员", "人数", "members"), Column.MEMBERS),
    **dict.fromkeys(("序号", "行号", "no", "no.", "#"), Column.SERIAL),
}
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_DECORATION: Final = "*_:·"
_RECOGNISED_MIN: Final = 2


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each kind of column stands. `row` is the header's index among the rows read."""

    row: int
    places: dict[Column, int]
    titles: dict[Column, str]

    def title(self, column: Column) -> str:
        """The header's own text."""
        return self.titles.get(column, "")


def column_of(header: str) -> Column | None:
    """What a column with this header holds; None when the header is not known."""
    key = _BRACKETS.sub("", name_key(header))
    for character in _DECORATION:
        key = key.replace(character, "")
    return _HEADERS.get(key)


def find_columns(rows: Sequence[SheetRow], findings: Findings) -> Columns | None:
    """The header row below title and fill-in rows; None, with an error, when none can be used."""
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS_MAX]):
        known = [column for column in map(column_of, row.cells) if column not in (None, Column.SERIAL)]
        if len(set(known)) >= _RECOGNISED_MIN:
            return _read_header(index, row, findings)
    findings.error(0, "", "ROSTER_HEADER_MISSING", rows=str(HEADER_SEARCH_ROWS_MAX))
    return None


def _read_header(index: int, row: SheetRow, findings: Findings) -> Columns | None:
    places: dict[Column, int] = {}
    titles: dict[Column, str] = {}
    unknown: list[str] = []
    usable = True
    for place, cell in enumerate(row.cells):
        title = name_text(cell)
        column = column_of(cell)
        if column is None:
            unknown += [title] if title else []
        elif column in places and column is not Column.SERIAL:
            usable = False
            findings.error(row.line, title, "ROSTER_COLUMN_REPEATED", other=titles[column])
        else:
            places[column], titles[column] = place, title
    if Column.NAME not in places:
        usable = False
        findings.error(row.line, "", "ROSTER_NAME_COLUMN_MISSING")
    if Column.PARENT not in places and Column.PARENT_CODE not in places:
        usable = False
        findings.error(row.line, "", "ROSTER_PARENT_COLUMN_MISSING")
    if unknown:
        findings.note(row.line, "ROSTER_COLUMNS_NOT_READ", columns=listed(unknown))
    return Columns(index, places, titles) if usable else None
