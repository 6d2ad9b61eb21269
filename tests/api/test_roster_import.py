"""A roster larger than one activation goes in by slices, over HTTP as from the command line: whole, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from google.protobuf.message import Message

from gateway.api import roster_import
from gateway.api.callers import Proof
from gateway.api.incoming import SESSION_COOKIE, Incoming
from gateway.api.roster_import import import_roster
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.client import CALL_TIMEOUT_SECONDS, Answer
from services.chassis.clock import security_now_us
from services.reporting.domain import imports
from services.reporting.domain.unit_errors import TreeMovedOn
from tests.api.town import Town
from tests.brokers import NatsServer

R = TypeVar("R", bound=Message)
PATH = "/api/v1/rosters"
ROSTER = (
    "代码,名称,上级党组织,党员数\n370211,示例区委,,12\n370211.7,第七党委,示例区委,0\n"
    + "".join(f"370211.7.{n},第七党委第{n}支部,第七党委,9\n" for n in range(1, 6))
).encode()
BRANCHES = {f"370211.7.{n}" for n in range(1, 6)}


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "ACTIVATION_ROWS_MAX", 3)
    monkeypatch.setattr(roster_import, "SLICE_UNITS_MAX", 2)


async def codes(town: Town) -> set[str]:
    answer = await town.machine.get("/api/v1/units", params={"limit": 500})
    return {unit["code"] for unit in answer.json()["items"]}


class Meddled:
    """The administrator's calls; the tree changes behind them once a slice is staged."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.staged = 0

    async def command(
        self,
        rpc: str,
        request: Message,
        answer: type[R],
        request_id: str = "",
        timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    ) -> Answer[R]:
        service, _, method = rpc.partition(".")
        if method == "StageRosterSlice":
            self.staged += 1
            if self.staged == 2:
                renamed = await self.town.machine.put(
                    f"/api/v1/units/{self.town.units.first}/name", json={"name": "另名党支部"}
                )
                assert renamed.status_code == 204, renamed.text
        return await self.town.scene.call(
            service, method, request, answer, request_id=request_id, timeout_seconds=timeout_seconds
        )

    async def head(self) -> int:
        return self.town.scene.services["reporting"].recorder.ledger.head


@pytest.mark.asyncio
async def test_a_roster_past_the_limit_is_imported_whole_and_only_once(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Town(nats_server, tmp_path) as town:
        operator = town.with_role("operator", town.units.root)
        sent = {"file": ("roster.csv", ROSTER)}
        looked = (await operator.post(PATH, files=sent, params={"dry_run": True})).json()
        answer = await operator.post(PATH, files=sent, headers={"idempotency-key": "one"})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["activated"], body["refused"]) == (True, False)
        assert body["import_id"].startswith("import_")
        assert (body["to_establish"], body["rows_read"]) == (looked["to_establish"], looked["rows_read"]) == (6, 7)
        assert body["findings"] == looked["findings"]
        shown = await operator.get("/api/v1/units", headers={"hj-not-before": answer.headers["hj-position"]})
        assert {unit["code"] for unit in shown.json()["items"]} >= BRANCHES
        heads = await town.heads()
        again = (await operator.post(PATH, files=sent, headers={"idempotency-key": "one"})).json()
        assert (again["to_establish"], again["to_change"], again["activated"]) == (0, 0, False)
        assert await town.heads() == heads


@pytest.mark.asyncio
async def test_an_import_that_the_tree_overtakes_is_refused_and_discarded(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Town(nats_server, tmp_path) as town:
        before = await codes(town)
        blobs, meddled = town.gateway.api.blobs, Meddled(town)
        sha256 = await asyncio.to_thread(blobs.put, iter([ROSTER]), len(ROSTER))
        request = pb.ImportRosterRequest(file_sha256=sha256, file_name="roster.csv")
        told: list[tuple[int, int]] = []
        with pytest.raises(TreeMovedOn):
            await import_roster(meddled.command, meddled.head, blobs, request, lambda *staged: told.append(staged))
        assert told == [(2, 6), (4, 6), (6, 6)]
        assert await codes(town) == before
        look = pb.ImportRosterRequest(file_sha256=sha256, file_name="roster.csv", dry_run=True)
        seen = await town.scene.call("reporting", "ImportRoster", look, pb.ImportRosterResponse)
        assert "ROSTER_IMPORT_WAITING" not in {finding.code for finding in seen.message.findings}


@pytest.mark.asyncio
async def test_a_caller_whose_principal_runs_out_on_the_way_is_asked_for_anew(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Town(nats_server, tmp_path) as town:
        signed_in = await town.operator()
        cookie = signed_in.cookies[SESSION_COOKIE]
        headers = [
            (b"cookie", f"{SESSION_COOKIE}={cookie}".encode()),
            (b"x-csrf-token", signed_in.headers["x-csrf-token"].encode()),
        ]
        scope = {"type": "http", "method": "POST", "headers": headers, "client": None}

        async def nothing() -> dict[str, str]:
            return {"type": "http.disconnect"}

        incoming = Incoming(town.gateway.api, scope, nothing, {})
        await incoming.identify()
        first = incoming.caller
        asked = ("reporting.ListUnits", pb.ListUnitsRequest(), pb.ListUnitsResponse)
        await incoming.command(*asked)
        assert incoming.caller is first
        town.gateway.api.callers.forget(Proof("session", cookie))
        incoming.caller = replace(first, until_us=security_now_us())
        await incoming.command(*asked)
        assert incoming.caller.account_id == first.account_id
        assert incoming.caller.until_us > security_now_us()
