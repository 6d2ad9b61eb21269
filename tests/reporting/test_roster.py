"""Rosters: every bad row by line and reason, nothing half-imported, and the same tree from every file."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from services.chassis.sheets import read_sheet
from services.chassis.wording import LANGUAGES
from services.reporting.domain import roster
from services.reporting.domain.roster import UnitKind, plan_import
from services.reporting.domain.roster.kinds import Placement, kind_of_name, kind_of_text, placement
from services.reporting.domain.roster.model import FINDINGS_MAX, TREE_DEPTH_MAX, UNIT_MEMBERS_MAX
from tests.reporting.rosters import (
    CODE,
    DISTRICT,
    GROUP,
    HEADER,
    KIND,
    MEMBERS,
    NAME,
    PARENT,
    ROSTER,
    SAMPLE,
    STREET,
    VILLAGE,
    applied,
    changed,
    checked,
    found,
    ids,
    notes,
    plan,
    rows_of,
    tree_of,
)

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


# ---- wording ------------------------------------------------------------------------------------


def test_the_catalogue_holds_exactly_the_codes_in_the_source() -> None:
    folder = Path(roster.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'"(ROSTER_[A-Z_]+)"', source))
    for language in LANGUAGES:
        wording = folder.parents[1] / "wording" / f"roster.{language}.json"
        assert set(json.loads(wording.read_text("utf-8"))) == codes
