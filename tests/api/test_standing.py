"""Whoever is let off somewhere is let off everywhere: other gateways hear of it, and open streams end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from gateway.api.callers import Caller, Proof
from gateway.api.standing import Change, Standing, change_of
from gateway.api.views import NO_VIEWS, FeedItem
from gateway.app import Gateway
from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.ledger.v1 import ledger_pb2
from services.chassis.broker import connect
from tests.api.test_callers import SESSION, Identity, callers_of
from tests.api.town import REPORT, Town
from tests.brokers import NatsServer

pytestmark = pytest.mark.asyncio(loop_scope="session")
# Far less than what was resolved is remembered for (KEPT_SECONDS_MAX).
WAIT_SECONDS_MAX = 20


async def no_news(caller: Caller, after: str, items_max: int) -> list[FeedItem]:
    return []


# A read model in which nothing happens.
QUIET = replace(NO_VIEWS, feed=no_news)


@asynccontextmanager
async def second_gateway(town: Town) -> AsyncIterator[Gateway]:
    """Another process of the interface, as far as it can tell."""
    gateway = Gateway(town.scene.site(), replace(town.gateway.api.settings, port=0), QUIET)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()


async def forgotten(gateway: Gateway, proof: Proof) -> None:
    """Waits until the gateway remembers it no more."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while gateway.api.callers.recall(proof) is not None:
            await gateway.api.broker.settle()


async def test_a_key_that_one_gateway_revoked_opens_nothing_at_another(town: Town) -> None:
    operator = await town.operator("op-two-gateways")
    unit = town.units.second
    asked = {"label": "办公系统", "role": "unit_reporter", "days": 30}
    issued = (await operator.post(f"/api/v1/units/{unit}/keys", json=asked)).json()
    directive = await town.directive()
    path = f"{town.path(directive, unit)}/report"
    bearer = {"authorization": f"Bearer {issued['secret']}"}
    async with second_gateway(town) as other, httpx.AsyncClient(base_url=other.url, headers=bearer) as system:
        assert (await system.post(path, json=REPORT)).status_code == 200
        proof = Proof("key", issued["secret"])
        assert other.api.callers.recall(proof) is not None
        assert (await operator.delete(f"/api/v1/units/{unit}/keys/{issued['key_id']}")).status_code == 204
        await forgotten(other, proof)
        again = await system.post(path, json=REPORT)
        assert (again.status_code, again.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_an_account_that_one_gateway_revoked_sees_nothing_more_at_another(town: Town) -> None:
    operator, leaving = await town.operator("op-stays"), await town.operator("op-leaves")
    token = leaving.cookies["hj_session"]
    proof = Proof("session", token)
    cookies = {"hj_session": token}
    async with second_gateway(town) as other, httpx.AsyncClient(base_url=other.url, cookies=cookies) as browser:
        assert (await browser.get("/api/v1/session")).status_code == 200
        caller = other.api.callers.recall(proof)
        assert caller is not None
        async with browser.stream("GET", "/api/v1/feed/stream") as open_stream:
            lines = open_stream.aiter_lines()
            await anext(lines)
            path = f"/api/v1/units/{town.units.root}/accounts/{caller.account_id}/revoke"
            revoked = await operator.post(path, json={"reason": "调离"})
            assert revoked.status_code == 204, revoked.text
            # The stream ends by itself: nothing is left to wait for.
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                async for _ in lines:
                    continue
        await forgotten(other, proof)
        assert (await browser.get("/api/v1/session")).status_code == 401
        assert (await browser.get("/api/v1/feed/stream")).status_code == 401


async def test_after_the_broker_was_away_everybody_is_asked_about_anew(nats_server: NatsServer) -> None:
    identity, broker = Identity(), await connect(nats_server.url, "gateway")
    callers = callers_of(identity)
    standing = Standing(broker, "hj.370211.evt.identity.>", callers, ())
    await standing.start()
    await callers.resolve(SESSION)
    returned = asyncio.Event()
    broker.on_reconnect.append(returned.set)
    nats_server.kill()
    nats_server.start()
    await asyncio.wait_for(returned.wait(), WAIT_SECONDS_MAX)
    assert callers.recall(SESSION) is None
    await callers.resolve(SESSION)
    assert identity.asked == 2
    await standing.stop()
    await standing.stop()
    await broker.close()


async def test_hearing_of_one_account_forgets_no_other(nats_server: NatsServer) -> None:
    identity, broker = Identity(), await connect(nats_server.url, "gateway")
    callers = callers_of(identity)
    standing = Standing(broker, "hj.370211.evt.identity.>", callers, ())
    await standing.start()
    await callers.resolve(SESSION)
    for account_id, kept in (("account_b", True), ("account_a", False)):
        revoked = pb.AccountRevoked(account_id=account_id)
        entry = ledger_pb2.Entry(type=revoked.DESCRIPTOR.full_name, data=revoked.SerializeToString())
        await broker.client.publish("hj.370211.evt.identity.AccountRevoked", entry.SerializeToString())
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await broker.settle()
            while not kept and callers.recall(SESSION) is not None:
                await broker.settle()
        assert (callers.recall(SESSION) is not None) is kept
    await standing.stop()
    await broker.close()


@pytest.mark.parametrize(
    ("event", "change"),
    [
        (pb.AccountRevoked(account_id="a"), Change("a", given=False)),
        (pb.AccountReset(account_id="a"), Change("a", given=False)),
        (pb.GrantRevoked(account_id="a", grant_id="g"), Change("a", given=False)),
        (pb.GrantGiven(account_id="a", grant_id="g"), Change("a", given=True)),
        (pb.KeyRevoked(key_id="k"), Change("k", given=False)),
        (pb.AccountCreated(account_id="a"), None),
        (pb.KeyIssued(key_id="k", account_id="a"), None),
    ],
)
async def test_only_entries_that_change_a_standing_are_heard(event: object, change: Change | None) -> None:
    entry = ledger_pb2.Entry(type=event.DESCRIPTOR.full_name, data=event.SerializeToString())  # type: ignore[attr-defined]
    assert change_of(entry.SerializeToString()) == change
    assert change_of(b"\xff no entry") is None
