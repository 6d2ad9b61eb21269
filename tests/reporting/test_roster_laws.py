"""What holds for every roster: any order, any format, any single corruption, any roster after any other."""

import csv
import io

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.sheets import read_sheet
from services.reporting.domain.roster import Severity, UnitKind, plan_import
from services.reporting.domain.roster.kinds import Placement, placement
from services.reporting.domain.roster.model import TREE_DEPTH_MAX
from tests.reporting.rosters import (
    CODE,
    HEADER,
    KIND,
    MEMBERS,
    NAME,
    PARENT,
    Table,
    applied,
    changed,
    checked,
    found,
    ids,
    plan,
    tree_of,
)

WORDS = {
    UnitKind.DISTRICT_COMMITTEE: "区委",
    UnitKind.WORKING_COMMITTEE: "党工委",
    UnitKind.PRIMARY_COMMITTEE: "党委",
    UnitKind.GENERAL_BRANCH: "党总支",
    UnitKind.BRANCH: "党支部",
}


@st.composite
def trees(draw: st.DrawFn, units_max: int = 14) -> list[tuple[str, ...]]:
    """Rows of a valid roster without header: code, name, kind, parent (code or name), members."""
    rows: list[tuple[str, ...]] = [("100", "区委", "区委", "", "")]
    kinds = [UnitKind.DISTRICT_COMMITTEE]
    depths = [0]
    for number in range(draw(st.integers(1, units_max))):
        parent = draw(st.sampled_from([place for place, kind in enumerate(kinds) if kind is not UnitKind.BRANCH]))
        usual = [kind for kind in UnitKind if placement(kind, kinds[parent]) is Placement.USUAL]
        kind = draw(st.sampled_from(usual)) if depths[parent] < TREE_DEPTH_MAX - 1 else UnitKind.BRANCH
        reference = rows[parent][draw(st.sampled_from([CODE, NAME]))]
        name = f"{draw(st.sampled_from('东西南北'))}{number}村{WORDS[kind]}"
        members = draw(st.sampled_from(["", "0", "35", "1208"]))
        rows.append((str(101 + number), name, WORDS[kind], reference, members))
        kinds.append(kind)
        depths.append(depths[parent] + 1)
    return rows


def meant(rows: Table) -> dict[str, tuple[str, str, UnitKind, int]]:
    """The tree that rows mean, read naively."""
    code_of = {row[NAME]: row[CODE] for row in rows} | {row[CODE]: row[CODE] for row in rows} | {"": ""}
    kind_of = {word: kind for kind, word in WORDS.items()}
    return {row[CODE]: (code_of[row[PARENT]], row[NAME], kind_of[row[KIND]], int(row[MEMBERS] or 0)) for row in rows}


def as_csv(table: Table, encoding: str, delimiter: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(table)
    return buffer.getvalue().encode(encoding)


def as_xlsx(table: Table) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["党组织名册"])
    for line, row in enumerate(table, 1):
        for column, cell in enumerate(row):
            if cell.isdigit():
                sheet.write_number(line, column, int(cell))
            else:
                sheet.write_string(line, column, cell)
    book.close()
    return buffer.getvalue()


@settings(max_examples=60)
@given(st.data(), trees())
def test_a_tree_survives_every_format_and_every_order_of_rows(data: st.DataObject, rows: list[tuple[str, ...]]) -> None:
    table = [HEADER, *data.draw(st.permutations(rows))]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    text = as_csv(table, encoding, data.draw(st.sampled_from([",", ";", "\t"])))
    for content, name in ((text, "a.csv"), (as_xlsx(table), "a.xlsx")):
        planned = checked(plan_import(read_sheet(content, name).rows, (), ids()))
        assert planned.problems == ()
        assert tree_of(applied(planned)) == meant(rows)


def corruptions(rows: Table, place: int) -> list[tuple[int, str]]:
    """Cells that are wrong in row `place` of a valid roster, whichever row that is."""
    row = rows[place]
    found = [
        (NAME, ""),
        (NAME, "=1"),
        (NAME, "名" * 101),
        (CODE, "代码"),
        (CODE, "-x"),
        (KIND, "科室"),
        (MEMBERS, "-2"),
        (MEMBERS, "2.5"),
        (MEMBERS, "二十"),
        (PARENT, "没有这个单位"),
        (PARENT, row[CODE]),
        (CODE, rows[place - 1][CODE]),
    ]
    if place:
        found += [(PARENT, ""), (KIND, "区委")]
    return found


@given(st.data(), trees())
def test_any_single_corruption_is_an_error_on_its_line_and_imports_nothing(
    data: st.DataObject, rows: list[tuple[str, ...]]
) -> None:
    table = [HEADER, *data.draw(st.permutations(rows))]
    line = data.draw(st.integers(2, len(table)))
    place = rows.index(table[line - 1])
    column, value = data.draw(st.sampled_from(corruptions(rows, place)))
    planned = plan(changed(table, line, column, value))
    errors = {problem.line for problem in planned.problems if problem.severity is Severity.ERROR}
    assert line in errors
    assert planned.refused


@given(st.data(), st.integers(1, 9))
def test_parents_cycles_and_namesakes_agree_with_a_naive_reading(data: st.DataObject, size: int) -> None:
    """References at random: to codes, to names (some shared), to nothing, to units that do not exist."""
    names = [f"{data.draw(st.sampled_from('甲乙丙'))}党委" for _ in range(size)]
    targets = ["", "无此党委", *(str(place) for place in range(size)), *names]
    parents = [data.draw(st.sampled_from(targets)) for _ in range(size)]
    table = [HEADER] + [(str(place), names[place], "党委", parents[place], "") for place in range(size)]
    reported: dict[str, set[int]] = {"PARENT_MISSING": set(), "PARENT_AMBIGUOUS": set(), "CYCLE": set()}
    for line, code in found(plan(table)):
        if code in reported:
            reported[code].add(line - 2)
    assert reported == naive_reading(names, parents)


def naive_reading(names: list[str], parents: list[str]) -> dict[str, set[int]]:
    fitting = [
        [place for place in range(len(names)) if str(place) == parent]
        or [place for place in range(len(names)) if names[place] == parent]
        for parent in parents
    ]
    cycle = set()
    for start in range(len(names)):
        node = start
        for _ in names:
            if len(fitting[node]) != 1:
                break
            node = fitting[node][0]
            if node == start:
                cycle.add(start)
    return {
        "PARENT_MISSING": {place for place, fits in enumerate(fitting) if parents[place] and not fits},
        "PARENT_AMBIGUOUS": {place for place, fits in enumerate(fitting) if len(fits) > 1},
        "CYCLE": cycle,
    }


@given(trees(), trees())
def test_any_roster_can_follow_any_other_and_the_tree_becomes_what_the_file_says(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    known = applied(plan([HEADER, *first]))
    planned = plan([HEADER, *second], known)
    if planned.refused:
        return
    becomes = tree_of(applied(planned, known))
    before = tree_of(known)
    for code, unit in meant(second).items():
        blank_members = next(row for row in second if row[CODE] == code)[MEMBERS] == ""
        assert becomes[code][:3] == unit[:3]
        assert becomes[code][3] == (before.get(code, unit)[3] if blank_members else unit[3])
    assert {unit.unit_id for unit in known} <= {unit.unit_id for unit in applied(planned, known)}
    again = plan([HEADER, *second], applied(planned, known))
    assert (again.establish, again.change, again.refused) == ((), (), False)
