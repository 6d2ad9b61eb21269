from __future__ import annotations

import pytest

from gateway.identity.queries.lists import ROWS_MAX
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.permissions import UNIT_SECRETARY
from services.chassis.principals import Principal
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied
from tests.chassis.desk import ADMINISTRATOR, principal
from tests.identity.house import OPERATOR_OF_DISTRICT, SECRETARY_OF_BRANCH, SECRETARY_OF_STREET, House


def listed(house: House, unit_id: str, caller: Principal, rows_max: int = 0) -> list[pb.Account]:
    """All pages."""
    accounts: list[pb.Account] = []
    cursor = ""
    while True:
        request = pb.ListAccountsRequest(unit_id=unit_id, cursor=cursor, rows_max=rows_max)
        answer = house.ask("ListAccounts", request, caller)
        accounts += answer.accounts
        cursor = answer.next_cursor
        if not cursor:
            return accounts


@pytest.fixture
def full_house(house: House) -> House:
    house.operator()
    request = pb.IssueUnitAccountsRequest(subtree_unit_id="unit_d", people_per_unit=2)
    house.do("IssueUnitAccounts", request, OPERATOR_OF_DISTRICT)
    return house


@pytest.mark.parametrize("rows_max", [1, 2, 5, 0, ROWS_MAX + 1])
def test_pages_show_every_account_of_the_subtree_once(full_house: House, rows_max: int) -> None:
    accounts = listed(full_house, "unit_d", OPERATOR_OF_DISTRICT, rows_max)
    assert len(accounts) == 13
    assert [a.login for a in accounts] == sorted({a.login for a in accounts})
    assert {a.state for a in accounts if a.login != "operator"} == {"invited"}


def test_a_secretary_sees_the_own_unit_and_those_below(full_house: House) -> None:
    street = listed(full_house, "unit_s", SECRETARY_OF_STREET)
    assert {a.unit_id for a in street} == {"unit_s", "unit_s_a", "unit_s_b"}
    assert {a.unit_id for a in listed(full_house, "unit_s_a", SECRETARY_OF_STREET)} == {"unit_s_a"}
    for caller, unit_id in ((SECRETARY_OF_BRANCH, "unit_s"), (SECRETARY_OF_STREET, "unit_t")):
        with pytest.raises(PermissionDenied):
            listed(full_house, unit_id, caller)
    with pytest.raises(NotFound):
        listed(full_house, "", OPERATOR_OF_DISTRICT)


def test_the_machine_sees_all_also_before_there_is_a_roster(empty_house: House) -> None:
    empty_house.operator()
    (account,) = listed(empty_house, "", ADMINISTRATOR)
    assert (account.login, account.state, [r.role for r in account.roles]) == ("operator", "active", ["operator"])


def test_roles_are_shown_with_the_names_of_their_units(full_house: House) -> None:
    accounts = listed(full_house, "unit_s_a", principal(UNIT_SECRETARY, "unit_s_a"))
    assert [(r.role, r.unit_name) for a in accounts for r in a.roles] == [
        ("unit_secretary", "党组织370211001001"),
        ("unit_reporter", "党组织370211001001"),
    ]


@pytest.mark.parametrize("cursor", ["!", "x" * 5_000, "bm8"])
def test_a_broken_cursor_is_refused(full_house: House, cursor: str) -> None:
    with pytest.raises(BadRequest):
        full_house.ask("ListAccounts", pb.ListAccountsRequest(unit_id="unit_d", cursor=cursor), OPERATOR_OF_DISTRICT)
