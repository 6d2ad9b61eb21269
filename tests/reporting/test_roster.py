"""Rosters: every bad row by line and reason, nothing half-imported, and the same tree from every file."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.sheets import Row, read_sheet
from services.chassis.sheets.model import is_formula_text
from services.chassis.wording import LANGUAGES, Catalogue
from services.reporting.domain import roster
from services.reporting.domain.roster import KnownUnit, RosterPlan, Severity, UnitKind, plan_import
from services.reporting.domain.roster.kinds import Placement, kind_of_name, kind_of_text, placement
from services.reporting.domain.roster.model import FINDINGS_MAX, TREE_DEPTH_MAX, UNIT_MEMBERS_MAX

SAMPLE = Path(__file__).parents[2] / "infra" / "local" / "sample"
CATALOGUE = Catalogue.load("services.reporting")
HEADER = ("党组织代码", "党组织名称", "类别", "上级党组织", "党员人数")
DISTRICT = ("1", "区委", "区委", "", "")
STREET = ("2", "甲街道党工委", "党工委", "区委", "")
VILLAGE = ("3", "东村党总支", "党总支", "甲街道党工委", "80")
GROUP = ("4", "东村第一党支部", "党支部", "东村党总支", "30")
ROSTER = (HEADER, DISTRICT, STREET, VILLAGE, GROUP)
CODE, NAME, KIND, PARENT, MEMBERS = range(5)
Table = Sequence[Sequence[str]]


def rows_of(table: Table) -> list[Row]:
    """Rows as the sheet reader gives them; lines count from 1 and blank rows are left out."""
    rows = []
    for line, cells in enumerate(table, 1):
        if any(cells):
            formulas = frozenset(place for place, cell in enumerate(cells) if is_formula_text(cell))
            rows.append(Row(line, tuple(cells), formulas))
    return rows


def ids(first: int = 1) -> Callable[[], str]:
    numbers = count(first)
    return lambda: f"unit_{next(numbers)}"


def plan(table: Table, known: Sequence[KnownUnit] = ()) -> RosterPlan:
    return checked(plan_import(rows_of(table), known, ids(len(known) + 1)))


def checked(planned: RosterPlan) -> RosterPlan:
    """What holds for every plan: each finding has its words, and a refused plan does nothing."""
    for finding in (*planned.problems, *planned.notes):
        for language in LANGUAGES:
            params: dict[str, str | int] = {"line": finding.line, "column": finding.column, **finding.params}
            CATALOGUE.render(finding.code, params, language)
    if planned.refused:
        assert not planned.establish and not planned.change and not planned.missing
    return planned


def changed(table: Table, line: int, column: int, value: str) -> list[tuple[str, ...]]:
    """The table with one cell replaced."""
    rows = [tuple(row) for row in table]
    rows[line - 1] = (*rows[line - 1][:column], value, *rows[line - 1][column + 1 :])
    return rows


def found(planned: RosterPlan) -> list[tuple[int, str]]:
    return [(problem.line, problem.code.removeprefix("ROSTER_")) for problem in planned.problems]


def notes(planned: RosterPlan) -> dict[str, dict[str, str]]:
    return {note.code.removeprefix("ROSTER_"): dict(note.params) for note in planned.notes}


def applied(planned: RosterPlan, known: Sequence[KnownUnit] = ()) -> list[KnownUnit]:
    """The plan carried out step by step; no step may leave an orphan or a cycle."""
    units = {unit.unit_id: unit for unit in known}
    for new in planned.establish:
        assert new.unit_id not in units
        assert new.parent_id in units or not (new.parent_id or units)
        units[new.unit_id] = KnownUnit(new.unit_id, new.parent_id, new.code, new.name, new.kind, new.members)
    for change in planned.change:
        fields = ("code", "name", "kind", "parent_id", "members")
        new_values = {name: getattr(change, name) for name in fields if getattr(change, name) is not None}
        units[change.unit_id] = replace(units[change.unit_id], **new_values)
        assert_no_cycle(units)
    return list(units.values())


def assert_no_cycle(units: dict[str, KnownUnit]) -> None:
    for unit in units.values():
        for _ in units:
            if not unit.parent_id:
                break
            unit = units[unit.parent_id]
        assert not unit.parent_id


def tree_of(units: Sequence[KnownUnit]) -> dict[str, tuple[str, str, UnitKind, int]]:
    """Code → parent's code, name, kind, members: a tree without its ids."""
    codes = {unit.unit_id: unit.code for unit in units} | {"": ""}
    return {unit.code: (codes[unit.parent_id], unit.name, unit.kind, unit.members) for unit in units}


# ---- good rosters -------------------------------------------------------------------------------


def test_the_two_sample_files_give_the_same_558_units() -> None:
    plans = {}
    for ending in ("csv", "xlsx"):
        name = f"roster-370211.{ending}"
        sheet = read_sheet((SAMPLE / name).read_bytes(), name)
        plans[ending] = checked(plan_import(sheet.rows, (), ids()))
    for planned in plans.values():
        assert planned.rows_read == len(planned.establish) == 558
        assert planned.problems == ()
    assert notes(plans["csv"]) == {}
    assert notes(plans["xlsx"]) == {
        "COLUMNS_NOT_READ": {"columns": "备注"},
        "SUM_ROWS_NOT_READ": {"lines": "565"},
    }
    trees = [tree_of(applied(planned)) for planned in plans.values()]
    assert trees[0] == trees[1]


def test_a_roster_becomes_units_with_parents_before_children() -> None:
    planned = plan([HEADER, GROUP, VILLAGE, STREET, DISTRICT])
    assert [(unit.unit_id, unit.parent_id, unit.name, unit.line) for unit in planned.establish] == [
        ("unit_1", "", "区委", 5),
        ("unit_2", "unit_1", "甲街道党工委", 4),
        ("unit_3", "unit_2", "东村党总支", 3),
        ("unit_4", "unit_3", "东村第一党支部", 2),
    ]
    assert [unit.members for unit in planned.establish] == [0, 0, 80, 30]


def test_title_rows_blank_rows_sums_remarks_and_repeated_headers_are_left_out() -> None:
    table = [
        ("全区党组织名册",),
        ("填报单位：区委组织部", "", "", "", "单位：人"),
        HEADER,
        DISTRICT,
        (),
        STREET,
        HEADER,
        VILLAGE,
        ("小 计", "", "", "", "80"),
        GROUP,
        ("", "合计：", "", "", "=SUM(E4:E10)"),
        ("填表人：某某", "", "", "", "审核人：某某"),
        ("", "说明：人数截至上月底"),
    ]
    planned = plan(table)
    assert (planned.problems, len(planned.establish)) == ((), 4)
    assert notes(planned) == {
        "HEADER_ROWS_REPEATED": {"lines": "7"},
        "SUM_ROWS_NOT_READ": {"lines": "9, 11"},
        "FOOTER_ROWS_NOT_READ": {"lines": "12, 13"},
    }


def test_rows_numbered_in_advance_say_nothing_and_a_remark_alone_is_told() -> None:
    header = ("序号", *HEADER, "备注")
    table = [header, ("1", *DISTRICT), ("2", "", "", "", "", "", ""), ("3", "", "", "", "", "", "待定"), ("总计",)]
    planned = plan(table)
    assert (planned.problems, planned.rows_read) == ((), 1)
    assert notes(planned) == {
        "COLUMNS_NOT_READ": {"columns": "备注"},
        "FOOTER_ROWS_NOT_READ": {"lines": "4"},
        "SUM_ROWS_NOT_READ": {"lines": "5"},
    }


@pytest.mark.parametrize(
    "header",
    [
        ("code", "name", "kind", "parent_code", "members"),
        ("Code", "Name", "Type", "Parent", "Members"),
        ("单位编码", "单位名称", "组织类型", "上级单位", "党员数"),
        ("代码*", "名称（全称）", "类 型", "上级党组织\n名称", "党员总数（人）"),
        ("编号", "党组织全称", "党组织类别", "上级党组织代码", "党员"),
    ],
)
def test_headers_are_known_by_their_usual_names(header: tuple[str, ...]) -> None:
    planned = plan([header, DISTRICT, ("2", "甲党工委", "党工委", "1", "7")])
    assert [(unit.code, unit.members) for unit in planned.establish] == [("1", 0), ("2", 7)]
    assert planned.notes == ()


def test_a_parent_may_be_named_by_code_or_by_name_in_one_column() -> None:
    planned = plan([HEADER, DISTRICT, ("2", "甲党工委", "党工委", "1", ""), ("3", "乙党工委", "党工委", "区委", "")])
    assert [unit.parent_id for unit in planned.establish] == ["", "unit_1", "unit_1"]


def test_full_width_digits_and_odd_spaces_are_folded_and_told() -> None:
    table = [
        HEADER,
        DISTRICT,
        ("２", "\u3000甲街道\u200b党工委 ", "党工委", "区 委", "１２"),
        ("3", "王家（东）党支部", "党支部", "甲街道党工委", "1,204人"),
        ("4", "王家(西)党支部", "党支部", "２", "5"),
    ]
    planned = plan(table)
    assert planned.problems == ()
    assert [(unit.code, unit.name, unit.members) for unit in planned.establish[1:]] == [
        ("2", "甲街道党工委", 12),
        ("3", "王家（东）党支部", 1204),
        ("4", "王家(西)党支部", 5),
    ]
    assert notes(planned) == {"TEXT_FOLDED": {"count": "1", "lines": "3"}}


def test_brackets_of_either_width_name_the_same_parent() -> None:
    table = [
        HEADER,
        DISTRICT,
        ("2", "甲（东）党工委", "党工委", "区委", ""),
        ("3", "乙党支部", "党支部", "甲(东)党工委", ""),
    ]
    assert plan(table).problems == ()


def test_kinds_are_read_from_names_when_the_file_does_not_state_them() -> None:
    planned = plan([row[:2] + row[3:] for row in ROSTER])
    assert [unit.kind.value for unit in planned.establish] == [
        "district_committee",
        "working_committee",
        "general_branch",
        "branch",
    ]
    assert notes(planned) == {"KINDS_FROM_NAMES": {"count": "4", "lines": "2, 3, 4, 5"}}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("中共某区委员会", UnitKind.DISTRICT_COMMITTEE),
        ("某县委", UnitKind.DISTRICT_COMMITTEE),
        ("中共某街道工作委员会", UnitKind.WORKING_COMMITTEE),
        ("区直机关工委", UnitKind.WORKING_COMMITTEE),
        ("中共某镇委员会", UnitKind.PRIMARY_COMMITTEE),
        ("某社区党委", UnitKind.PRIMARY_COMMITTEE),
        ("某村党总支部委员会", UnitKind.GENERAL_BRANCH),
        ("某村党总支", UnitKind.GENERAL_BRANCH),
        ("区委办公室党支部", UnitKind.BRANCH),
        ("某公司党支部（联合）", UnitKind.BRANCH),
        ("某村党支部委员会", UnitKind.BRANCH),
        ("某村村民委员会", None),
        ("某社区委员会", None),
        ("某局党组", None),
    ],
)
def test_the_end_of_a_name_shows_the_kind(name: str, kind: UnitKind | None) -> None:
    assert kind_of_name(name) is kind


def test_kinds_are_known_by_chinese_words_and_by_their_own_names() -> None:
    assert [kind_of_text(kind.value.upper()) for kind in UnitKind] == list(UnitKind)
    words = ("区委", "党工委", "基层党委", "党总支", "党支部", "机关党委", "科室")
    assert [kind_of_text(word) for word in words] == [*UnitKind, UnitKind.PRIMARY_COMMITTEE, None]


def test_no_kind_may_lead_a_higher_one() -> None:
    order = list(UnitKind)
    for place, kind in enumerate(order):
        for below in order[place + 1 :]:
            assert placement(kind, below) is Placement.FORBIDDEN
            if kind is not UnitKind.BRANCH:
                assert placement(below, kind) is Placement.USUAL


# ---- bad rosters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "value", "expected"),
    [
        (4, NAME, "", [(4, "NAME_MISSING"), (5, "PARENT_MISSING")]),
        (5, NAME, "长" * 101, [(5, "NAME_TOO_LONG")]),
        (5, NAME, "=甲", [(5, "FORMULA")]),
        (5, CODE, "=1+1", [(5, "FORMULA")]),
        (5, KIND, "=A1", [(5, "FORMULA")]),
        (5, PARENT, "@x", [(5, "FORMULA")]),
        (5, MEMBERS, "=A1", [(5, "FORMULA")]),
        (5, CODE, "3", [(4, "CODE_REPEATED"), (5, "CODE_REPEATED")]),
        (5, CODE, "代码四", [(5, "CODE_MALFORMED")]),
        (5, CODE, "4" * 33, [(5, "CODE_MALFORMED")]),
        (5, KIND, "科室", [(5, "KIND_UNKNOWN")]),
        (5, KIND, "党委", [(5, "KIND_DIFFERS_FROM_NAME"), (5, "KIND_NOT_UNDER")]),
        (5, MEMBERS, "-3", [(5, "MEMBERS_NOT_COUNT")]),
        (5, MEMBERS, "4.5", [(5, "MEMBERS_NOT_COUNT")]),
        (5, MEMBERS, "十二", [(5, "MEMBERS_NOT_COUNT")]),
        (5, MEMBERS, str(UNIT_MEMBERS_MAX + 1), [(5, "MEMBERS_NOT_COUNT")]),
        (5, MEMBERS, "9" * 500, [(5, "MEMBERS_NOT_COUNT")]),
        (5, PARENT, "西村党总支", [(5, "PARENT_MISSING")]),
        (5, PARENT, "4", [(5, "CYCLE")]),
        (5, PARENT, "", [(2, "ROOTS_SEVERAL"), (5, "ROOTS_SEVERAL")]),
        (2, PARENT, "东村党总支", [(0, "ROOT_MISSING"), (2, "CYCLE"), (3, "CYCLE"), (4, "CYCLE")]),
    ],
)
def test_each_bad_cell_is_reported_by_line_and_reason(
    line: int, column: int, value: str, expected: list[tuple[int, str]]
) -> None:
    planned = plan(changed(ROSTER, line, column, value))
    assert found(planned) == expected
    assert planned.refused
    own = [problem for problem in planned.problems if problem.line == line]
    assert {problem.column for problem in own} <= {"", *HEADER}


def test_all_problems_are_gathered_at_once() -> None:
    table = changed(changed(changed(ROSTER, 3, MEMBERS, "-1"), 4, KIND, "处"), 5, PARENT, "无此单位")
    assert found(plan(table)) == [(3, "MEMBERS_NOT_COUNT"), (4, "KIND_UNKNOWN"), (5, "PARENT_MISSING")]


def test_namesakes_as_parents_are_reported_with_their_lines() -> None:
    table = [
        *ROSTER[:3],
        ("8", "乙街道党工委", "党工委", "区委", ""),
        VILLAGE,
        ("9", "东村党总支", "党总支", "乙街道党工委", ""),
        GROUP,
    ]
    planned = plan(table)
    assert found(planned) == [(7, "PARENT_AMBIGUOUS")]
    assert planned.problems[0].params == {"value": "东村党总支", "lines": "5, 6"}
    assert plan(changed(table, 7, PARENT, "9")).problems == ()


def test_one_name_twice_under_one_parent_is_reported_on_both_lines() -> None:
    planned = plan([*ROSTER, ("5", "东村 第一党支部", "党支部", "东村党总支", "")])
    assert found(planned) == [(5, "NAME_REPEATED"), (6, "NAME_REPEATED")]


def test_a_cycle_names_its_members_and_not_those_below_it() -> None:
    table = [
        HEADER,
        DISTRICT,
        ("2", "甲党委", "党委", "丙党委", ""),
        ("3", "乙党委", "党委", "甲党委", ""),
        ("4", "丙党委", "党委", "乙党委", ""),
        ("5", "丁党支部", "党支部", "丙党委", ""),
    ]
    planned = plan(table)
    assert found(planned) == [(3, "CYCLE"), (4, "CYCLE"), (5, "CYCLE")]
    assert planned.problems[0].params == {"count": "3", "names": "甲党委 → 丙党委 → 乙党委 → 甲党委"}


def test_a_code_and_a_name_that_mean_two_parents_are_reported() -> None:
    header = ("代码", "名称", "类别", "上级代码", "上级名称")
    table = [
        header,
        ("1", "区委", "区委", "", ""),
        ("2", "甲党委", "党委", "1", "区委"),
        ("3", "乙党支部", "党支部", "2", "区委"),
    ]
    assert found(plan(table)) == [(4, "PARENTS_DISAGREE")]
    assert plan(changed(table, 4, 4, "")).problems == ()


def test_merged_and_shortened_cells_are_reported_where_they_matter() -> None:
    rows = rows_of(ROSTER)
    rows[3] = replace(rows[3], merged=frozenset({NAME}))
    rows[4] = replace(rows[4], merged=frozenset({KIND}), lossy=frozenset({CODE, MEMBERS}))
    planned = checked(plan_import(rows, (), ids()))
    assert found(planned) == [(4, "CELL_MERGED"), (5, "CODE_DIGITS_LOST")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (("代码", "类别", "上级"), "NAME_COLUMN_MISSING"),
        (("代码", "名称", "类别"), "PARENT_COLUMN_MISSING"),
        (("代码", "名称", "编码", "上级"), "COLUMN_REPEATED"),
        (("甲", "乙", "丙"), "HEADER_MISSING"),
        (("名称",), "HEADER_MISSING"),
        (HEADER, "EMPTY"),
    ],
)
def test_a_roster_without_a_usable_header_or_without_units_is_refused(header: tuple[str, ...], code: str) -> None:
    planned = plan([header])
    assert [word for _, word in found(planned)] == [code]


def test_no_rows_at_all_are_refused() -> None:
    assert found(plan([])) == [(0, "HEADER_MISSING")]


def test_a_unit_without_kind_in_cell_or_name_is_refused() -> None:
    table = [*ROSTER, ("5", "某办公室", "", "区委", "")]
    assert found(plan(table)) == [(6, "KIND_NOT_SHOWN")]


def test_a_root_that_is_no_district_committee_is_only_a_warning() -> None:
    planned = plan([HEADER, ("1", "某镇党委", "党委", "", ""), ("2", "甲党支部", "党支部", "1", "")])
    assert (found(planned), planned.refused) == ([(2, "ROOT_NOT_DISTRICT")], False)
    assert len(planned.establish) == 2


def test_a_working_committee_under_another_is_only_a_warning() -> None:
    planned = plan([*ROSTER, ("5", "乙街道党工委", "党工委", "甲街道党工委", "")])
    assert (found(planned), planned.refused) == ([(6, "KIND_UNUSUAL_UNDER")], False)


def test_a_tree_deeper_than_the_limit_is_refused_from_the_first_line_too_deep() -> None:
    chain = [(str(n), f"第{n}党委", "党委", str(n - 1), "") for n in range(2, TREE_DEPTH_MAX + 4)]
    assert found(plan([HEADER, DISTRICT, *chain[:-2]])) == []
    deep = found(plan([HEADER, DISTRICT, *chain]))
    assert deep == [(TREE_DEPTH_MAX + 3, "TREE_TOO_DEEP"), (TREE_DEPTH_MAX + 4, "TREE_TOO_DEEP")]


def test_the_list_of_problems_is_bounded_and_the_rest_is_counted() -> None:
    bad = [(str(n), f"第{n}党支部", "党支部", "区委", "-1") for n in range(2, FINDINGS_MAX + 12)]
    planned = plan([HEADER, DISTRICT, *bad])
    assert (len(planned.problems), planned.problems_left_out) == (FINDINGS_MAX, 10)


# ---- importing again ----------------------------------------------------------------------------


def test_importing_the_same_roster_again_does_nothing() -> None:
    known = applied(plan(ROSTER))
    planned = plan(ROSTER, known)
    assert (planned.establish, planned.change, planned.missing, planned.problems) == ((), (), (), ())


def test_a_roster_may_rename_transfer_recount_and_establish() -> None:
    known = applied(plan(ROSTER))
    table = [
        HEADER,
        DISTRICT,
        STREET,
        ("9", "乙街道党工委", "党工委", "区委", ""),
        ("3", "东村党委", "党委", "乙街道党工委", "81"),
        (*GROUP[:3], "东村党委", ""),
    ]
    planned = plan(table, known)
    assert [unit.name for unit in planned.establish] == ["乙街道党工委"]
    change = planned.change[0]
    assert (change.unit_id, change.name, change.kind) == ("unit_3", "东村党委", UnitKind.PRIMARY_COMMITTEE)
    assert (change.parent_id, change.members, change.code) == (planned.establish[0].unit_id, 81, None)
    assert len(planned.change) == 1


def test_units_that_the_file_leaves_out_stay_and_are_told() -> None:
    known = applied(plan(ROSTER))
    planned = plan([HEADER, ("9", "西村党支部", "党支部", "甲街道党工委", "")], known)
    assert [(unit.parent_id, unit.name) for unit in planned.establish] == [("unit_2", "西村党支部")]
    assert planned.change == ()
    assert planned.missing == ("unit_1", "unit_2", "unit_3", "unit_4")
    assert notes(planned)["UNITS_NOT_IN_FILE"]["count"] == "4"


def test_a_roster_without_codes_is_matched_by_name_and_parent_and_keeps_the_codes() -> None:
    known = applied(plan(ROSTER))
    planned = plan([row[1:] for row in changed(ROSTER, 5, MEMBERS, "31")], known)
    assert [(change.unit_id, change.members, change.code) for change in planned.change] == [("unit_4", 31, None)]
    assert (planned.establish, planned.missing, planned.notes) == ((), (), ())


def test_a_new_code_for_a_known_name_is_a_change_of_code() -> None:
    planned = plan(changed(ROSTER, 4, CODE, "33"), applied(plan(ROSTER)))
    assert [(change.unit_id, change.code) for change in planned.change] == [("unit_3", "33")]
    assert (planned.establish, planned.missing) == ((), ())


def test_new_units_without_a_code_are_told() -> None:
    planned = plan(changed(ROSTER, 5, CODE, ""))
    assert notes(planned) == {"CODES_BLANK": {"count": "1", "lines": "5"}}
    assert planned.establish[3].code == ""


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("9", "新区委", "区委", "", ""), "ROOT_TAKEN"),
        (("9", "东村党总支", "党总支", "甲街道党工委", ""), None),
        (("2", "甲街道党工委", "党工委", "东村党总支", ""), "CYCLE"),
        (("3", "东村党支部", "党支部", "甲街道党工委", ""), "KIND_NOT_UNDER"),
    ],
)
def test_a_partial_roster_is_checked_against_the_units_it_leaves_out(
    row: tuple[str, ...], expected: str | None
) -> None:
    codes = [code for _, code in found(plan([HEADER, row], applied(plan(ROSTER))))]
    assert (expected in codes) if expected else not codes


def test_a_name_that_a_left_out_unit_holds_is_taken() -> None:
    known = applied(plan([*ROSTER, ("5", "东村第二党支部", "党支部", "东村党总支", "")]))
    planned = plan([HEADER, ("5", "东村第一党支部", "党支部", "东村党总支", "")], known)
    assert found(planned) == [(2, "NAME_TAKEN")]


def test_namesakes_among_known_units_are_no_parent() -> None:
    twins = [*ROSTER[:3], ("8", "乙街道党工委", "党工委", "区委", ""), VILLAGE]
    twins.append(("9", "东村党总支", "党总支", "乙街道党工委", ""))
    planned = plan([HEADER, GROUP], applied(plan(twins)))
    assert found(planned) == [(2, "PARENT_AMBIGUOUS_KNOWN")]


def test_two_units_may_change_places() -> None:
    table = [HEADER, DISTRICT, ("2", "甲党委", "党委", "1", ""), ("3", "乙党委", "党委", "2", "")]
    known = applied(plan(table))
    swapped = changed(changed(table, 3, PARENT, "3"), 4, PARENT, "1")
    planned = plan(swapped, known)
    assert [change.unit_id for change in planned.change] == ["unit_3", "unit_2"]
    assert tree_of(applied(planned, known)) == tree_of(applied(plan(swapped)))


# ---- random trees -------------------------------------------------------------------------------

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


# ---- wording ------------------------------------------------------------------------------------


def test_the_catalogue_holds_exactly_the_codes_in_the_source() -> None:
    folder = Path(roster.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'"(ROSTER_[A-Z_]+)"', source))
    for language in LANGUAGES:
        wording = folder.parents[1] / "wording" / f"roster.{language}.json"
        assert set(json.loads(wording.read_text("utf-8"))) == codes
