"""Units are read in pages, filtered, and only where the caller may look."""

from __future__ import annotations

import json

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import INSPECTOR, UNIT_SECRETARY
from services.chassis.refusals import Refusal
from tests.chassis.desk import principal
from tests.reporting.office import Office


@pytest.fixture
def east(office: Office) -> str:
    """A street with seven branches, beside one with two; two branches have no code."""
    root = office.establish("", "示例区委", "district_committee", code="1")
    made = office.establish(root, "东街党工委", "working_committee", code="11")
    other = office.establish(root, "西街党工委", "working_committee", code="12")
    for number in range(7):
        office.establish(made, f"东{number}村党支部", code=f"11{number}" if number else "")
    office.establish(other, "100%_村党支部", code="120")
    office.establish(other, "西村党总支", "general_branch")
    return made


def names(office: Office, **fields: object) -> list[str]:
    answer = office.ask(pb.ListUnitsRequest(**fields))  # type: ignore[arg-type]
    return [unit.name for unit in answer.units]


def test_pages_give_every_unit_once_and_in_order(office: Office, east: str) -> None:
    for rows_max in (1, 2, 3, 11, 12, 13, 1_000):
        seen, cursor, pages = [], "", 0
        while pages == 0 or cursor:
            answer = office.ask(pb.ListUnitsRequest(page=pb.Page(cursor=cursor, rows_max=rows_max)))
            seen += [(unit.code, unit.unit_id) for unit in answer.units]
            cursor, pages = answer.next_cursor, pages + 1
        assert len(seen) == 12 and seen == sorted(set(seen))
        assert pages == -(-12 // rows_max)


def test_a_unit_that_comes_between_two_pages_moves_nothing(office: Office, east: str) -> None:
    first = office.ask(pb.ListUnitsRequest(page=pb.Page(rows_max=6)))
    office.establish(east, "最前党支部", code="0")
    rest = office.ask(pb.ListUnitsRequest(page=pb.Page(cursor=first.next_cursor, rows_max=50)))
    assert len(first.units) + len(rest.units) == 12


def test_filters_narrow_and_join(office: Office, east: str) -> None:
    assert len(names(office, parent_id=east)) == 7
    assert names(office, code="112") == ["东2村党支部"]
    assert set(names(office, kinds=["working_committee", "district_committee"])) == {
        "示例区委", "东街党工委", "西街党工委",
    }  # fmt: skip
    assert names(office, parent_id=east, name_contains="3村") == ["东3村党支部"]
    assert names(office, name_contains="0%_村") == ["100%_村党支部"]
    assert names(office, name_contains="%") == ["100%_村党支部"]
    assert names(office, name_contains="!") == []


@pytest.mark.parametrize(
    "query",
    [
        pb.ListUnitsRequest(page=pb.Page(cursor="not a cursor")),
        pb.ListUnitsRequest(page=pb.Page(cursor="WzFd")),
        pb.ListUnitsRequest(page=pb.Page(cursor="x" * 2_000)),
        pb.ListUnitsRequest(kinds=["club"]),
        pb.ListUnitsRequest(name_contains="长" * 101),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(office: Office, east: str, query: pb.ListUnitsRequest) -> None:
    with pytest.raises(Refusal) as caught:
        office.ask(query)
    assert caught.value.code == "BAD_REQUEST"


def test_a_caller_sees_the_own_subtree_and_nothing_else(office: Office, east: str) -> None:
    west = next(unit.unit_id for unit in office.units() if unit.name == "西街党工委")
    for role in (UNIT_SECRETARY, INSPECTOR):
        caller = principal(role, east)
        seen = office.ask(pb.ListUnitsRequest(page=pb.Page(rows_max=500)), caller).units
        assert len(seen) == 8 and {unit.parent_name for unit in seen} == {"示例区委", "东街党工委"}
        assert not office.ask(pb.ListUnitsRequest(parent_id=west), caller).units
        assert office.ask(pb.GetUnitRequest(unit_id=east), caller).name == "东街党工委"
        for question in (pb.GetUnitRequest(unit_id=west), pb.GetUnitHistoryRequest(unit_id=west)):
            with pytest.raises(Refusal) as caught:
                office.ask(question, caller)
            assert caught.value.code == "NOT_FOUND"


def test_an_ended_unit_is_found_but_not_listed(office: Office, east: str) -> None:
    gone = next(unit.unit_id for unit in office.units() if unit.code == "111")
    office.do(pb.AbolishUnitRequest(unit_id=gone))
    assert office.unit(gone).state == "abolished"
    assert len(office.units()) == 11


def test_a_history_tells_what_when_and_by_whom(office: Office, east: str) -> None:
    items = office.ask(pb.GetUnitHistoryRequest(unit_id=east)).items
    assert len(items) == 1
    assert json.loads(items[0].event_json) == {
        "unit_id": east, "parent_id": office.unit(east).parent_id, "code": "11", "name": "东街党工委",
        "kind": "working_committee", "members": 0,
    }  # fmt: skip
    assert (items[0].actor_id, items[0].actor_role, items[0].actor_unit_id) == ("machine", "machine", "")
    assert items[0].event_id.endswith(f"/{items[0].position}")
