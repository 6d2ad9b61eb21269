"""Identity over a real broker."""

from __future__ import annotations

from pathlib import Path

import pytest

from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.permissions import OPERATOR
from services.chassis.principals import Grant
from services.chassis.refusals import PeerNotCaughtUp
from tests.brokers import NatsServer
from tests.chassis.scene import Scene, sign
from tests.identity.house import CHEAP_APP, PASSWORD, House


async def test_an_operator_logs_in_and_the_principal_is_taken_by_services(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(CHEAP_APP)
        create = pb.CreateOperatorRequest(login="operator", password=PASSWORD)
        await scene.call("identity", "CreateOperator", create, pb.CreateOperatorResponse)
        log_in = pb.LogInRequest(login="operator", password=PASSWORD)
        opened = await scene.call("identity", "LogIn", log_in, pb.OpenSessionResponse, principal=b"")
        resolve = pb.ResolveSessionRequest(session_token=opened.message.session_token)
        resolved = await scene.call("identity", "ResolveSession", resolve, pb.ResolvedPrincipal, principal=b"")
        listed = await scene.call(
            "identity", "ListAccounts", pb.ListAccountsRequest(), pb.ListAccountsResponse,
            principal=resolved.message.signed_principal,
        )  # fmt: skip
        assert list(listed.message.accounts) == []


def test_every_command_that_opens_something_in_a_unit_rests_on_the_units_not_having_ended(house: House) -> None:
    waiting = {name for name, call in house.desk.calls.items() if "reporting" in call.traits.absence_of}
    assert waiting == {"CreateAccount", "IssueUnitAccounts", "GiveGrant", "IssueKey"}


def test_no_call_with_a_secret_in_it_is_remembered(house: House) -> None:
    secret = {name for name, call in house.desk.calls.items() if call.traits.reply_is_secret}
    assert secret == {
        "CreateOperator", "IssueUnitAccounts", "CreateAccount", "ResetAccount", "IssueKey", "Activate", "LogIn",
    }  # fmt: skip


async def test_while_reporting_is_silent_nothing_is_opened_in_its_units(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(CHEAP_APP)
        head = service.recorder.ledger.head
        caller = sign(scene.folder, (Grant(OPERATOR, "unit_x"),), "account_x")
        request = pb.IssueKeyRequest(unit_id="unit_x", label="系统", role="unit_reporter", days=9)
        with pytest.raises(PeerNotCaughtUp) as refused:
            await scene.call("identity", "IssueKey", request, pb.IssueKeyResponse, principal=caller)
        assert refused.value.peer == "reporting"
        assert service.recorder.ledger.head == head
