"""Roles given and taken."""

from __future__ import annotations

from gateway.identity.domain.errors import GrantExists, GrantUnitEnded, RoleOutOfReach, UnitPeopleFull
from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.permissions import OPERATOR, UNIT_REPORTER, UNIT_SECRETARY, VERIFIER
from services.chassis.principals import Principal
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied
from tests.chassis.desk import Hands
from tests.identity.house import (
    DAY_US,
    OPERATOR_OF_DISTRICT,
    SECRETARY_OF_BRANCH,
    SECRETARY_OF_SIBLING,
    SECRETARY_OF_STREET,
    House,
)
from tests.identity.test_accounts import refused


def give(
    house: House, account_id: str, role: str, unit_id: str, caller: Principal = OPERATOR_OF_DISTRICT, until_us: int = 0
) -> str:
    request = pb.GiveGrantRequest(account_id=account_id, role=role, unit_id=unit_id, until_us=until_us, acting=True)
    return str(house.do("GiveGrant", request, caller).grant_id)


def test_a_grant_given_is_held_at_once_and_no_longer_when_taken(house: House) -> None:
    account = house.invite("unit_s_a")
    token = house.activate(account).session_token
    grant_id = give(house, account.account_id, VERIFIER, "unit_s_b", SECRETARY_OF_STREET)
    assert house.roles(token) == {(UNIT_SECRETARY, "unit_s_a"), (VERIFIER, "unit_s_b")}
    assert {r.acting for r in house.resolve(token).roles if r.role == VERIFIER} == {True}
    request = pb.RevokeGrantRequest(account_id=account.account_id, grant_id=grant_id, unit_id="unit_s_b")
    house.do("RevokeGrant", request, SECRETARY_OF_STREET)
    assert house.roles(token) == {(UNIT_SECRETARY, "unit_s_a")}
    refused(house, NotFound, "RevokeGrant", request, SECRETARY_OF_STREET)


def test_a_grant_ends_with_its_term_and_makes_room(house: House, wall: Hands) -> None:
    account = house.invite("unit_s_a")
    token = house.activate(account).session_token
    other = house.invite("unit_s_b")
    until_us = wall.us + DAY_US // 4
    give(house, other.account_id, UNIT_SECRETARY, "unit_s_a", until_us=until_us)
    third = house.invite("unit_t_a")
    give_third = pb.GiveGrantRequest(account_id=third.account_id, role=UNIT_REPORTER, unit_id="unit_s_a")
    refused(house, UnitPeopleFull, "GiveGrant", give_third, OPERATOR_OF_DISTRICT)
    other_token = house.activate(other).session_token
    assert (UNIT_SECRETARY, "unit_s_a") in house.roles(other_token)
    wall.us = until_us
    assert house.roles(other_token) == {(UNIT_SECRETARY, "unit_s_b")}
    house.do("GiveGrant", give_third, OPERATOR_OF_DISTRICT)
    assert house.roles(token) == {(UNIT_SECRETARY, "unit_s_a")}


def test_one_person_may_hold_both_roles_of_a_unit(house: House) -> None:
    account = house.invite("unit_s_a")
    give(house, account.account_id, UNIT_REPORTER, "unit_s_a")
    house.invite("unit_s_a", UNIT_REPORTER)


def test_the_same_role_is_not_given_twice(house: House) -> None:
    account = house.invite("unit_s_a")
    request = pb.GiveGrantRequest(account_id=account.account_id, role=UNIT_SECRETARY, unit_id="unit_s_a")
    refused(house, GrantExists, "GiveGrant", request, OPERATOR_OF_DISTRICT)


def test_an_operator_of_a_street_gives_nothing_outside_it(house: House) -> None:
    account = house.invite("unit_s_a")
    request = pb.GiveGrantRequest(account_id=account.account_id, role=VERIFIER, unit_id="unit_t_a")
    operator_of_street = Principal("a", "370211", "services", SECRETARY_OF_STREET.grants, 0, 1)
    refused(house, PermissionDenied, "GiveGrant", request, operator_of_street)


def test_a_wrong_grant_is_refused(house: House, wall: Hands) -> None:
    account = house.invite("unit_s_a")
    house.hear(units_pb2.UnitAbolished(unit_id="unit_t_a"))

    def wanted(**changes: object) -> pb.GiveGrantRequest:
        fields = {"account_id": account.account_id, "role": VERIFIER, "unit_id": "unit_s_b"} | changes
        return pb.GiveGrantRequest(**fields)  # type: ignore[arg-type]

    operator = OPERATOR_OF_DISTRICT
    refused(house, BadRequest, "GiveGrant", wanted(role=""), operator)
    refused(house, BadRequest, "GiveGrant", wanted(role="machine"), operator)
    refused(house, BadRequest, "GiveGrant", wanted(until_us=wall.us), operator)
    refused(house, BadRequest, "GiveGrant", wanted(until_us=-1), operator)
    refused(house, NotFound, "GiveGrant", wanted(account_id="account_nobody"), operator)
    refused(house, NotFound, "GiveGrant", wanted(unit_id="unit_nowhere"), operator)
    refused(house, GrantUnitEnded, "GiveGrant", wanted(unit_id="unit_t_a"), operator)
    refused(house, RoleOutOfReach, "GiveGrant", wanted(role=OPERATOR), SECRETARY_OF_STREET)
    refused(house, PermissionDenied, "GiveGrant", wanted(), SECRETARY_OF_SIBLING)


def test_a_grant_is_taken_only_where_it_is_held_and_by_who_could_give_it(house: House) -> None:
    account = house.invite("unit_s_a")
    grant_id = give(house, account.account_id, OPERATOR, "unit_s_b")

    def wanted(unit_id: str = "unit_s_b", account_id: str = account.account_id) -> pb.RevokeGrantRequest:
        return pb.RevokeGrantRequest(account_id=account_id, grant_id=grant_id, unit_id=unit_id)

    refused(house, NotFound, "RevokeGrant", wanted("unit_s_a"), SECRETARY_OF_STREET)
    refused(house, NotFound, "RevokeGrant", wanted(account_id="account_nobody"), OPERATOR_OF_DISTRICT)
    refused(house, RoleOutOfReach, "RevokeGrant", wanted(), SECRETARY_OF_STREET)
    refused(house, PermissionDenied, "RevokeGrant", wanted(), SECRETARY_OF_BRANCH)
    house.do("RevokeGrant", wanted(), OPERATOR_OF_DISTRICT)


def test_the_founding_operators_grant_at_the_root_is_taken_by_naming_the_root(house: House) -> None:
    account_id = house.operator()
    token = house.log_in("operator").session_token
    with house.desk.store.snapshot() as reader:
        row = reader.one("SELECT grant_id FROM held_grant WHERE account_id = ?", (account_id,))
    assert row is not None
    request = pb.RevokeGrantRequest(account_id=account_id, grant_id=str(row[0]), unit_id="unit_d")
    house.do("RevokeGrant", request, OPERATOR_OF_DISTRICT)
    assert house.roles(token) == set()
