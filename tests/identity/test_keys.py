"""Keys of units' own systems."""

from __future__ import annotations

import pytest

from gateway.identity.commands.keys import KEY_DAYS_MAX, LABEL_CHARS_MAX
from gateway.identity.domain.errors import GrantUnitEnded, RoleOutOfReach, UnitKeysFull
from gateway.identity.domain.grants import UNIT_KEYS_MAX
from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.keys import IDENTITY_KEY, trusted_keys
from services.chassis.permissions import INSPECTOR, OPERATOR, UNIT_REPORTER, UNIT_SECRETARY
from services.chassis.principals import Grant, Principal, Verifier
from services.chassis.refusals import AlreadyDone, BadRequest, NotFound, PermissionDenied, Unauthenticated
from services.kernel.refusal import Refusal
from tests.chassis.desk import DISTRICT, Hands, principal
from tests.identity.house import (
    DAY_US,
    OPERATOR_OF_DISTRICT,
    SECRETARY_OF_BRANCH,
    SECRETARY_OF_SIBLING,
    SECRETARY_OF_STREET,
    House,
)
from tests.identity.test_accounts import refused


def wanted(
    unit_id: str = "unit_s_a", role: str = UNIT_REPORTER, days: int = 30, label: str = "学习系统"
) -> pb.IssueKeyRequest:
    return pb.IssueKeyRequest(unit_id=unit_id, label=label, role=role, days=days)


def issue(house: House, caller: Principal = SECRETARY_OF_BRANCH, **changes: object) -> pb.IssueKeyResponse:
    issued: pb.IssueKeyResponse = house.do("IssueKey", wanted(**changes), caller)  # type: ignore[arg-type]
    return issued


def test_a_key_opens_its_role_in_its_unit_under_its_own_id(house: House, wall: Hands) -> None:
    key = issue(house)
    assert key.secret.startswith("hjk_") and len(key.secret) >= 28
    resolved = house.resolve_key(key.secret)
    verified = Verifier(trusted_keys(house.desk.folder.keys, (IDENTITY_KEY,)), DISTRICT, wall).verify(
        resolved.signed_principal
    )
    assert verified.grants == (Grant(UNIT_REPORTER, "unit_s_a"),)
    assert (verified.account_id, verified.kind) == (key.key_id, "system")
    assert (resolved.account_id, resolved.login, resolved.csrf_token) == (key.key_id, "", "")


def test_a_key_ends_with_its_days(house: House, wall: Hands) -> None:
    key = issue(house, days=1)
    assert key.until_us == wall.us + DAY_US
    wall.us = key.until_us - 1
    assert house.resolve_key(key.secret).expires_at_us == key.until_us
    wall.us = key.until_us
    with pytest.raises(Unauthenticated) as caught:
        house.resolve_key(key.secret)
    assert caught.value.reason == "key"


@pytest.mark.parametrize("secret", ["", "hjk_", "hjk_" + "x" * 32, "钥匙"])
def test_an_unknown_key_is_refused(house: House, secret: str) -> None:
    issue(house)
    with pytest.raises(Unauthenticated):
        house.resolve_key(secret)


def test_a_key_is_revoked_once_by_its_unit_a_superior_or_the_district(house: House) -> None:
    for caller in (SECRETARY_OF_BRANCH, SECRETARY_OF_STREET, OPERATOR_OF_DISTRICT):
        key = issue(house)
        request = pb.RevokeKeyRequest(key_id=key.key_id, unit_id="unit_s_a")
        refused(house, PermissionDenied, "RevokeKey", request, SECRETARY_OF_SIBLING)
        elsewhere = pb.RevokeKeyRequest(key_id=key.key_id, unit_id="unit_s_b")
        refused(house, NotFound, "RevokeKey", elsewhere, SECRETARY_OF_SIBLING)
        house.do("RevokeKey", request, caller)
        refused(house, NotFound, "RevokeKey", request, caller)
        with pytest.raises(Unauthenticated):
            house.resolve_key(key.secret)


def test_inspectors_keys_are_the_districts_at_the_root(house: House) -> None:
    key = issue(house, OPERATOR_OF_DISTRICT, unit_id="unit_d", role=INSPECTOR)
    assert [(r.role, r.unit_id) for r in house.resolve_key(key.secret).roles] == [(INSPECTOR, "unit_d")]
    for caller, unit_id in (
        (OPERATOR_OF_DISTRICT, "unit_s"),
        (principal(OPERATOR, "unit_s"), "unit_s"),
        (principal(UNIT_SECRETARY, "unit_d"), "unit_d"),
    ):
        refused(house, RoleOutOfReach, "IssueKey", wanted(unit_id=unit_id, role=INSPECTOR), caller)
    request = pb.RevokeKeyRequest(key_id=key.key_id, unit_id="unit_d")
    refused(house, RoleOutOfReach, "RevokeKey", request, principal(UNIT_SECRETARY, "unit_d"))
    house.do("RevokeKey", request, OPERATOR_OF_DISTRICT)


@pytest.mark.parametrize(
    ("kind", "request_", "caller"),
    [
        (BadRequest, wanted(days=0), SECRETARY_OF_BRANCH),
        (BadRequest, wanted(days=KEY_DAYS_MAX + 1), SECRETARY_OF_BRANCH),
        (BadRequest, wanted(label=" "), SECRETARY_OF_BRANCH),
        (BadRequest, wanted(label="长" * (LABEL_CHARS_MAX + 1)), SECRETARY_OF_BRANCH),
        (BadRequest, wanted(role=OPERATOR), SECRETARY_OF_BRANCH),
        (BadRequest, wanted(role=UNIT_SECRETARY), OPERATOR_OF_DISTRICT),
        (PermissionDenied, wanted(), SECRETARY_OF_STREET),
        (PermissionDenied, wanted(), SECRETARY_OF_SIBLING),
        (PermissionDenied, wanted(), principal(UNIT_REPORTER, "unit_s_a")),
        (NotFound, wanted(unit_id="unit_nowhere"), OPERATOR_OF_DISTRICT),
        (GrantUnitEnded, wanted(unit_id="unit_t_a"), OPERATOR_OF_DISTRICT),
    ],
)
def test_a_wrong_key_is_refused(
    house: House, kind: type[Refusal], request_: pb.IssueKeyRequest, caller: Principal
) -> None:
    house.hear(units_pb2.UnitAbolished(unit_id="unit_t_a"))
    refused(house, kind, "IssueKey", request_, caller)


def test_a_unit_has_only_so_many_valid_keys(house: House) -> None:
    keys = [issue(house) for _ in range(UNIT_KEYS_MAX)]
    refused(house, UnitKeysFull, "IssueKey", wanted(), SECRETARY_OF_BRANCH)
    house.do("RevokeKey", pb.RevokeKeyRequest(key_id=keys[0].key_id, unit_id="unit_s_a"), SECRETARY_OF_BRANCH)
    issue(house)


def test_a_secret_is_shown_once(house: House) -> None:
    house.do("IssueKey", wanted(), SECRETARY_OF_BRANCH, "again")
    with pytest.raises(AlreadyDone):
        house.do("IssueKey", wanted(), SECRETARY_OF_BRANCH, "again")


def test_keys_are_listed_without_their_secrets(house: House) -> None:
    old, new = issue(house), issue(house, label="新系统")
    house.do("RevokeKey", pb.RevokeKeyRequest(key_id=old.key_id, unit_id="unit_s_a"), SECRETARY_OF_BRANCH)
    listed = house.ask("ListKeys", pb.ListKeysRequest(unit_id="unit_s_a"), SECRETARY_OF_STREET)
    assert [(k.key_id, k.label, k.revoked) for k in listed.keys] == [
        (new.key_id, "新系统", False),
        (old.key_id, "学习系统", True),
    ]
    assert new.secret.encode() not in listed.SerializeToString()
    with pytest.raises(PermissionDenied):
        house.ask("ListKeys", pb.ListKeysRequest(unit_id="unit_s_a"), SECRETARY_OF_SIBLING)
