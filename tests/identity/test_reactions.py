"""What becomes of grants and keys when their unit ends."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message

from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import units_pb2
from services.chassis.permissions import UNIT_REPORTER, UNIT_SECRETARY, VERIFIER
from services.chassis.refusals import Unauthenticated
from tests.identity.house import OPERATOR_OF_DISTRICT, SECRETARY_OF_BRANCH, House


@pytest.mark.parametrize(
    "ended",
    [units_pb2.UnitAbolished(unit_id="unit_s_a"), units_pb2.UnitMerged(unit_id="unit_s_a", into_unit_id="unit_s_b")],
    ids=["abolished", "merged"],
)
def test_a_unit_that_ends_loses_its_grants_and_keys_and_nothing_else(house: House, ended: Message) -> None:
    secretary, reporter = house.invite("unit_s_a"), house.invite("unit_s_a", UNIT_REPORTER)
    give = pb.GiveGrantRequest(account_id=reporter.account_id, role=VERIFIER, unit_id="unit_s_b")
    house.do("GiveGrant", give, OPERATOR_OF_DISTRICT)
    tokens = [house.activate(account).session_token for account in (secretary, reporter)]
    request = pb.IssueKeyRequest(unit_id="unit_s_a", label="系统", role=UNIT_REPORTER, days=9)
    key = house.do("IssueKey", request, SECRETARY_OF_BRANCH)
    head = house.desk.recorder.ledger.head
    house.hear(ended)
    assert house.roles(tokens[0]) == set()
    assert house.roles(tokens[1]) == {(VERIFIER, "unit_s_b")}
    with pytest.raises(Unauthenticated):
        house.resolve_key(key.secret)
    entries = [ledger_pb2.Entry.FromString(e.entry) for e in house.desk.events(head)]
    assert sorted(e.type.rpartition(".")[2] for e in entries) == ["GrantRevoked", "GrantRevoked", "KeyRevoked"]
    assert {e.actor.role for e in entries} == {"chassis"}
    assert house.desk.state()["key_secret"].startswith("0:")
    assert house.desk.refold_differences() == []


def test_the_same_end_heard_twice_is_acted_upon_once(house: House) -> None:
    house.invite("unit_s_a")
    house.hear(units_pb2.UnitAbolished(unit_id="unit_s_a"))
    head = house.desk.recorder.ledger.head
    house.heard -= 1
    house.hear(units_pb2.UnitAbolished(unit_id="unit_s_a"))
    assert house.desk.recorder.ledger.head == head


def test_a_unit_that_is_renamed_or_moved_keeps_its_grants(house: House) -> None:
    token = house.activate(house.invite("unit_s_a")).session_token
    house.hear(units_pb2.UnitRenamed(unit_id="unit_s_a", name="新名"))
    house.hear(units_pb2.UnitTransferred(unit_id="unit_s_a", from_parent_id="unit_s", to_parent_id="unit_t"))
    assert house.roles(token) == {(UNIT_SECRETARY, "unit_s_a")}
    assert house.resolve(token).roles[0].unit_name == "新名"
