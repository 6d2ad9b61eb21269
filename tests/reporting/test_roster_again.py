"""Importing a roster into a tree that is there already: matched, changed, and nothing ended silently."""

import pytest

from services.reporting.domain.roster import UnitKind
from tests.reporting.rosters import (
    CODE,
    DISTRICT,
    GROUP,
    HEADER,
    MEMBERS,
    PARENT,
    ROSTER,
    STREET,
    VILLAGE,
    applied,
    changed,
    found,
    notes,
    plan,
    tree_of,
)


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


def test_a_left_out_unit_keeps_its_name_when_its_parent_is_known_by_name_only() -> None:
    known = applied(plan([*ROSTER, ("5", "东村第二党支部", "党支部", "东村党总支", "")]))
    parent, child = ("33", "东村党总支", "党总支", "2", ""), ("5", "东村第一党支部", "党支部", "33", "")
    assert found(plan([HEADER, parent, child], known)) == [(3, "NAME_TAKEN")]


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
