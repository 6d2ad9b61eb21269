"""What may never stand in the record, and that the state is what the record says."""

from __future__ import annotations

import hashlib

from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.permissions import UNIT_REPORTER, VERIFIER
from tests.identity.house import (
    OPERATOR_OF_DISTRICT,
    OTHER_PASSWORD,
    PASSWORD,
    SECRETARY_OF_BRANCH,
    SECRETARY_OF_STREET,
    House,
)


def lived(house: House) -> list[str]:
    """Everything once; returns every secret that was ever shown or typed."""
    house.operator()
    account = house.invite("unit_s_a")
    opened = [house.activate(account), house.log_in(account.login)]
    reset = pb.ResetAccountRequest(account_id=account.account_id, unit_id="unit_s_a")
    fresh = house.do("ResetAccount", reset, SECRETARY_OF_STREET).account
    opened.append(house.activate(fresh, OTHER_PASSWORD))
    page = pb.IssueUnitAccountsRequest(subtree_unit_id="unit_d", people_per_unit=2)
    sheet = list(house.do("IssueUnitAccounts", page, OPERATOR_OF_DISTRICT).accounts)
    give = pb.GiveGrantRequest(account_id=account.account_id, role=VERIFIER, unit_id="unit_s_b")
    grant_id = house.do("GiveGrant", give, OPERATOR_OF_DISTRICT).grant_id
    take = pb.RevokeGrantRequest(account_id=account.account_id, grant_id=grant_id, unit_id="unit_s_b")
    house.do("RevokeGrant", take, OPERATOR_OF_DISTRICT)
    request = pb.IssueKeyRequest(unit_id="unit_s_a", label="系统", role=UNIT_REPORTER, days=9)
    keys = [house.do("IssueKey", request, SECRETARY_OF_BRANCH) for _ in range(2)]
    house.do("RevokeKey", pb.RevokeKeyRequest(key_id=keys[0].key_id, unit_id="unit_s_a"), OPERATOR_OF_DISTRICT)
    revoke = pb.RevokeAccountRequest(account_id=sheet[0].account_id, unit_id=sheet[0].unit_id)
    house.do("RevokeAccount", revoke, OPERATOR_OF_DISTRICT)
    codes = [a.one_time_code for a in (account, fresh, *sheet)]
    return [PASSWORD, OTHER_PASSWORD, *codes, *(o.session_token for o in opened), *(k.secret for k in keys)]


def test_no_secret_nor_its_plain_digest_stands_in_the_ledger_or_anywhere_in_the_store(house: House) -> None:
    secrets = lived(house)
    ledger = b"".join(entry.entry for entry in house.desk.events())
    everything = b"".join(path.read_bytes() for path in house.desk.folder.stores.iterdir())
    assert b"370211001001-1" in ledger and b"370211001001-1" in everything
    assert len(secrets) > 15
    for secret in secrets:
        assert secret.encode() not in ledger
        assert secret.encode() not in everything
        assert hashlib.sha256(secret.encode()).digest() not in ledger
    for typed in (PASSWORD, OTHER_PASSWORD):
        for login in ("operator", "370211001001-1"):
            body = pb.LogInRequest(login=login, password=typed).SerializeToString()
            assert hashlib.sha256(body).digest() not in everything


def test_the_state_is_what_the_ledger_says(house: House) -> None:
    lived(house)
    assert house.desk.refold_differences() == []


def test_a_state_that_was_touched_by_hand_is_found(house: House) -> None:
    lived(house)
    with house.desk.store.transaction() as tx:
        tx.run("UPDATE held_grant SET role = 'operator' WHERE unit_id = 'unit_s_b'")
    assert house.desk.refold_differences() == ["held_grant"]


def test_the_ledger_speaks_of_accounts_grants_and_keys_only(house: House) -> None:
    lived(house)
    kinds = {entry.type.rpartition(".")[2] for entry in house.desk.events()}
    assert kinds == {
        "LedgerOpened", "AccountCreated", "AccountActivated", "AccountReset", "AccountRevoked", "GrantGiven",
        "GrantRevoked", "KeyIssued", "KeyRevoked",
    }  # fmt: skip
