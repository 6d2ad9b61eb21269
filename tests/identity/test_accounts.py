"""Accounts opened, reset and revoked, one at a time and by the page."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message

from gateway.identity.commands.accounts import REASON_CHARS_MAX
from gateway.identity.commands.issue_unit_accounts import UNITS_MAX
from gateway.identity.domain.codes import fold_code
from gateway.identity.domain.errors import (
    AccountIsRevoked,
    AccountOutOfReach,
    CodeInvalid,
    GrantUnitEnded,
    LoginFailed,
    LoginTaken,
    PasswordTooWeak,
    RoleOutOfReach,
    UnitPeopleFull,
)
from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.permissions import INSPECTOR, OPERATOR, UNIT_REPORTER, UNIT_SECRETARY, VERIFIER
from services.chassis.principals import Principal
from services.chassis.refusals import AlreadyDone, BadRequest, NotFound, PermissionDenied, Unauthenticated
from services.kernel.refusal import Refusal
from tests.chassis.desk import ADMINISTRATOR, principal
from tests.identity.house import (
    OPERATOR_OF_DISTRICT,
    OTHER_PASSWORD,
    PASSWORD,
    SECRETARY_OF_BRANCH,
    SECRETARY_OF_SIBLING,
    SECRETARY_OF_STREET,
    House,
)


def refused(house: House, kind: type[Refusal], method: str, request: Message, caller: Principal) -> Refusal:
    """The refusal, which must have changed nothing."""
    before = house.desk.state()
    with pytest.raises(kind) as caught:
        house.do(method, request, caller)
    assert house.desk.state() == before
    return caught.value


# ---- operators -----------------------------------------------------------------------------------------------


def test_an_operator_made_before_the_roster_may_act_and_then_stands_at_the_root(empty_house: House) -> None:
    empty_house.operator()
    token = empty_house.log_in("operator").session_token
    assert empty_house.roles(token) == {(OPERATOR, "")}
    empty_house.read_roster()
    assert empty_house.roles(token) == {(OPERATOR, "unit_d")}
    assert empty_house.resolve(token).roles[0].unit_name == "党组织370211"


def test_an_inspector_is_made_the_same_way(house: House) -> None:
    house.operator("inspector", role=INSPECTOR)
    assert house.roles(house.log_in("inspector").session_token) == {(INSPECTOR, "unit_d")}


def test_an_operator_of_a_street_stands_there(house: House) -> None:
    house.operator("street", unit_id="unit_s")
    assert house.roles(house.log_in("street").session_token) == {(OPERATOR, "unit_s")}


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        (LoginTaken, pb.CreateOperatorRequest(login="ＦＩＲＳＴ", password=PASSWORD)),
        (BadRequest, pb.CreateOperatorRequest(login="张三", password=PASSWORD)),
        (BadRequest, pb.CreateOperatorRequest(password=PASSWORD)),
        (BadRequest, pb.CreateOperatorRequest(login="second", password=PASSWORD, role="machine")),
        (BadRequest, pb.CreateOperatorRequest(login="second", password=PASSWORD, role=UNIT_SECRETARY)),
        (PasswordTooWeak, pb.CreateOperatorRequest(login="second", password="short")),
        (NotFound, pb.CreateOperatorRequest(login="second", password=PASSWORD, unit_id="unit_nowhere")),
    ],
)
def test_a_wrong_operator_is_refused(house: House, kind: type[Refusal], request_: pb.CreateOperatorRequest) -> None:
    house.operator("first")
    refused(house, kind, "CreateOperator", request_, ADMINISTRATOR)


def test_only_the_machine_makes_operators(house: House) -> None:
    request = pb.CreateOperatorRequest(login="second", password=PASSWORD)
    refused(house, PermissionDenied, "CreateOperator", request, OPERATOR_OF_DISTRICT)


# ---- one account ---------------------------------------------------------------------------------------------


def test_a_new_account_has_its_units_login_and_a_code(house: House) -> None:
    secretary = house.invite("unit_s_a")
    reporter = house.invite("unit_s_a", UNIT_REPORTER)
    assert (secretary.login, reporter.login) == ("370211001001-1", "370211001001-2")
    assert secretary.unit_name == "党组织370211001001"
    assert fold_code(secretary.one_time_code) == secretary.one_time_code != reporter.one_time_code


def test_a_login_once_used_is_never_given_again(house: House) -> None:
    first = house.invite("unit_s_a")
    revoke = pb.RevokeAccountRequest(account_id=first.account_id, unit_id="unit_s_a")
    house.do("RevokeAccount", revoke, OPERATOR_OF_DISTRICT)
    assert house.invite("unit_s_a").login == "370211001001-3"
    request = pb.CreateAccountRequest(unit_id="unit_s_b", role=VERIFIER, login=first.login)
    refused(house, LoginTaken, "CreateAccount", request, OPERATOR_OF_DISTRICT)


def test_a_unit_has_two_people_until_one_is_revoked(house: House) -> None:
    first = house.invite("unit_s_a")
    house.invite("unit_s_a", UNIT_REPORTER)
    third = pb.CreateAccountRequest(unit_id="unit_s_a", role=UNIT_REPORTER)
    full = refused(house, UnitPeopleFull, "CreateAccount", third, OPERATOR_OF_DISTRICT)
    assert full.params() == {"unit_id": "unit_s_a", "people_max": 2}
    house.invite("unit_s_a", VERIFIER, login="someone-else")
    revoke = pb.RevokeAccountRequest(account_id=first.account_id, unit_id="unit_s_a")
    house.do("RevokeAccount", revoke, OPERATOR_OF_DISTRICT)
    house.do("CreateAccount", third, OPERATOR_OF_DISTRICT)


def test_a_superior_secretary_opens_accounts_below_and_never_at_home(house: House) -> None:
    house.invite("unit_s_a", caller=SECRETARY_OF_STREET)
    for caller, unit_id in (
        (SECRETARY_OF_STREET, "unit_s"),
        (SECRETARY_OF_STREET, "unit_t_a"),
        (SECRETARY_OF_BRANCH, "unit_s_b"),
    ):
        request = pb.CreateAccountRequest(unit_id=unit_id, role=UNIT_REPORTER)
        refused(house, PermissionDenied, "CreateAccount", request, caller)


@pytest.mark.parametrize("role", [OPERATOR, INSPECTOR, "discipline_officer", "teller"])
def test_a_unit_secretary_cannot_give_the_districts_roles(house: House, role: str) -> None:
    request = pb.CreateAccountRequest(unit_id="unit_s_a", role=role, login="new")
    refused(house, RoleOutOfReach, "CreateAccount", request, SECRETARY_OF_STREET)
    house.do("CreateAccount", request, OPERATOR_OF_DISTRICT)


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        (BadRequest, pb.CreateAccountRequest(unit_id="unit_s_a")),
        (BadRequest, pb.CreateAccountRequest(unit_id="unit_s_a", role="machine")),
        (BadRequest, pb.CreateAccountRequest(unit_id="unit_s_a", role="service")),
        (BadRequest, pb.CreateAccountRequest(unit_id="unit_s_a", role=VERIFIER)),
        (BadRequest, pb.CreateAccountRequest(unit_id="unit_s_a", role=VERIFIER, login="a b/c")),
        (NotFound, pb.CreateAccountRequest(unit_id="unit_nowhere", role=VERIFIER, login="new")),
        (GrantUnitEnded, pb.CreateAccountRequest(unit_id="unit_t_a", role=VERIFIER, login="new")),
    ],
)
def test_a_wrong_account_is_refused(house: House, kind: type[Refusal], request_: pb.CreateAccountRequest) -> None:
    house.hear(units_pb2.UnitAbolished(unit_id="unit_t_a"))
    refused(house, kind, "CreateAccount", request_, OPERATOR_OF_DISTRICT)


# ---- reset and revoke ----------------------------------------------------------------------------------------


def reset(account_id: str, unit_id: str) -> pb.ResetAccountRequest:
    return pb.ResetAccountRequest(account_id=account_id, unit_id=unit_id)


@pytest.mark.parametrize("superior", [SECRETARY_OF_STREET, OPERATOR_OF_DISTRICT, ADMINISTRATOR])
def test_a_superior_resets_an_account_which_ends_its_sessions_and_password(house: House, superior: Principal) -> None:
    account = house.invite("unit_s_a")
    session = house.activate(account)
    fresh = house.do("ResetAccount", reset(account.account_id, "unit_s_a"), superior).account
    assert (fresh.login, fresh.role, fresh.unit_id) == (account.login, UNIT_SECRETARY, "unit_s_a")
    with pytest.raises(Unauthenticated):
        house.resolve(session.session_token)
    with pytest.raises(LoginFailed):
        house.log_in(account.login)
    with pytest.raises(CodeInvalid):
        house.activate(account)
    house.activate(fresh, OTHER_PASSWORD)
    assert house.roles(house.log_in(account.login, OTHER_PASSWORD).session_token) == {(UNIT_SECRETARY, "unit_s_a")}


@pytest.mark.parametrize("stranger", [SECRETARY_OF_BRANCH, SECRETARY_OF_SIBLING, principal(UNIT_SECRETARY, "unit_t")])
@pytest.mark.parametrize("method", ["ResetAccount", "RevokeAccount"])
def test_neither_oneself_nor_a_sibling_nor_another_street_resets_an_account(
    house: House, stranger: Principal, method: str
) -> None:
    account = house.invite("unit_s_a")
    request = reset(account.account_id, "unit_s_a")
    if method == "RevokeAccount":
        refused(
            house,
            PermissionDenied,
            method,
            pb.RevokeAccountRequest(account_id=account.account_id, unit_id="unit_s_a"),
            stranger,
        )
    else:
        refused(house, PermissionDenied, method, request, stranger)


def test_naming_another_unit_does_not_reach_an_account(house: House) -> None:
    account = house.invite("unit_t_a")
    refused(house, NotFound, "ResetAccount", reset(account.account_id, "unit_s_a"), SECRETARY_OF_STREET)
    refused(house, NotFound, "ResetAccount", reset("account_nobody", "unit_s_a"), SECRETARY_OF_STREET)


def test_a_reset_is_no_way_to_borrow_greater_rights(house: House) -> None:
    account = house.invite("unit_s_a")
    give = pb.GiveGrantRequest(account_id=account.account_id, role=OPERATOR, unit_id="unit_t")
    house.do("GiveGrant", give, OPERATOR_OF_DISTRICT)
    request = reset(account.account_id, "unit_s_a")
    refused(house, AccountOutOfReach, "ResetAccount", request, SECRETARY_OF_STREET)
    refused(house, AccountOutOfReach, "ResetAccount", request, principal(OPERATOR, "unit_s"))
    house.do("ResetAccount", request, OPERATOR_OF_DISTRICT)


def test_an_operator_at_the_root_is_reset_by_naming_the_root(house: House) -> None:
    account_id = house.operator()
    fresh = house.do("ResetAccount", reset(account_id, "unit_d"), OPERATOR_OF_DISTRICT).account
    assert fresh.unit_name == "党组织370211"
    refused(house, NotFound, "ResetAccount", reset(account_id, "unit_s"), OPERATOR_OF_DISTRICT)
    house.do("ResetAccount", reset(account_id, ""), ADMINISTRATOR)


def test_a_revoked_account_opens_nothing_and_cannot_be_revived(house: House) -> None:
    account = house.invite("unit_s_a")
    session = house.activate(account)
    revoke = pb.RevokeAccountRequest(account_id=account.account_id, unit_id="unit_s_a", reason="调离")
    house.do("RevokeAccount", revoke, SECRETARY_OF_STREET)
    with pytest.raises(Unauthenticated):
        house.resolve(session.session_token)
    with pytest.raises(LoginFailed):
        house.log_in(account.login)
    refused(house, AccountIsRevoked, "RevokeAccount", revoke, SECRETARY_OF_STREET)
    refused(house, AccountIsRevoked, "ResetAccount", reset(account.account_id, "unit_s_a"), SECRETARY_OF_STREET)
    give = pb.GiveGrantRequest(account_id=account.account_id, role=VERIFIER, unit_id="unit_s_a")
    refused(house, AccountIsRevoked, "GiveGrant", give, OPERATOR_OF_DISTRICT)
    assert all(house.desk.state()[table].startswith("0:") for table in ("password", "one_time_code", "session"))


def test_a_reason_has_a_length(house: House) -> None:
    account = house.invite("unit_s_a")
    request = pb.RevokeAccountRequest(
        account_id=account.account_id, unit_id="unit_s_a", reason="长" * (REASON_CHARS_MAX + 1)
    )
    refused(house, BadRequest, "RevokeAccount", request, OPERATOR_OF_DISTRICT)


# ---- by the page ---------------------------------------------------------------------------------------------


def page(people: int = 2, after: str = "", units: int = 0, top: str = "unit_d") -> pb.IssueUnitAccountsRequest:
    return pb.IssueUnitAccountsRequest(subtree_unit_id=top, people_per_unit=people, after_path=after, units_max=units)


def test_all_units_of_a_subtree_get_their_people_page_by_page(house: House) -> None:
    issued: list[pb.NewAccount] = []
    after, pages = "", 0
    while True:
        answer = house.do("IssueUnitAccounts", page(after=after, units=2), OPERATOR_OF_DISTRICT)
        issued += answer.accounts
        pages += 1
        after = answer.next_path
        if not after:
            break
    assert pages == 4
    assert [(a.unit_id, a.role) for a in issued] == [
        (unit, role)
        for unit in ("unit_d", "unit_s", "unit_s_a", "unit_s_b", "unit_t", "unit_t_a")
        for role in (UNIT_SECRETARY, UNIT_REPORTER)
    ]
    assert len({a.one_time_code for a in issued}) == len({a.login for a in issued}) == len(issued)
    for account in issued:
        house.activate(account)


def test_no_page_is_longer_than_the_writer_can_bear(house: House) -> None:
    for number in range(UNITS_MAX + 1):
        house.hear(units_pb2.UnitEstablished(unit_id=f"unit_t_b_{number}", parent_id="unit_t", code=f"9{number}"))
    first = house.do("IssueUnitAccounts", page(people=1, top="unit_t", units=2 * UNITS_MAX), OPERATOR_OF_DISTRICT)
    assert len(first.accounts) == UNITS_MAX
    rest = house.do("IssueUnitAccounts", page(people=1, top="unit_t", after=first.next_path), OPERATOR_OF_DISTRICT)
    assert (len(rest.accounts), rest.next_path) == (3, "")


def test_units_that_have_people_are_passed_over(house: House) -> None:
    house.invite("unit_s_a")
    house.hear(units_pb2.UnitAbolished(unit_id="unit_s_b"))
    answer = house.do("IssueUnitAccounts", page(people=1, top="unit_s"), principal(OPERATOR, "unit_s"))
    assert [a.unit_id for a in answer.accounts] == ["unit_s"]
    again = house.do("IssueUnitAccounts", page(people=2, top="unit_s"), OPERATOR_OF_DISTRICT)
    assert (list(again.accounts), again.next_path) == ([], "")


@pytest.mark.parametrize(
    ("kind", "request_", "caller"),
    [
        (BadRequest, page(people=0), OPERATOR_OF_DISTRICT),
        (BadRequest, page(people=3), OPERATOR_OF_DISTRICT),
        (NotFound, page(top="unit_nowhere"), OPERATOR_OF_DISTRICT),
        (PermissionDenied, page(top="unit_d"), principal(OPERATOR, "unit_s")),
        (PermissionDenied, page(top="unit_s"), SECRETARY_OF_STREET),
        (Unauthenticated, page(), Principal("", "", "services", (), 0, 0)),
    ],
)
def test_a_wrong_page_is_refused(
    house: House, kind: type[Refusal], request_: pb.IssueUnitAccountsRequest, caller: Principal
) -> None:
    refused(house, kind, "IssueUnitAccounts", request_, caller)


def test_a_sheet_is_shown_once(house: House) -> None:
    house.do("IssueUnitAccounts", page(), OPERATOR_OF_DISTRICT, "sheet")
    before = house.desk.state()
    for request in (page(), page(people=1)):
        with pytest.raises(AlreadyDone):
            house.do("IssueUnitAccounts", request, OPERATOR_OF_DISTRICT, "sheet")
    assert house.desk.state() == before
