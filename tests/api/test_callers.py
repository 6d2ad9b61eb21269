"""Callers: asked about once however many wait, remembered not too long, and forgotten when it matters."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.api.callers import KEPT_SECONDS_MAX, Caller, Callers, Proof
from huanjie.call.v1 import call_pb2
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.client import Answer
from services.chassis.refusals import Unauthenticated

SECOND_US = 1_000_000
SESSION = Proof("session", "token")


class Identity:
    """The one call that callers make, answered when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.now_us = 1_000 * SECOND_US
        self.lifetime_us = 90 * SECOND_US
        self.known = True
        self.open = asyncio.Event()
        self.open.set()

    async def call(self, method: str, request: Any, kind: type[pb.ResolvedPrincipal]) -> Answer[pb.ResolvedPrincipal]:
        self.asked += 1
        await self.open.wait()
        if not self.known:
            raise Unauthenticated(reason="session")
        resolved = pb.ResolvedPrincipal(account_id="account_a", expires_at_us=self.now_us + self.lifetime_us)
        position: call_pb2.Position | None = None
        return Answer(resolved, position, False)


@pytest.fixture
def identity() -> Identity:
    return Identity()


def callers_of(identity: Identity, callers_max: int = 100) -> Callers:
    return Callers(identity, lambda: None, lambda: identity.now_us, callers_max)  # type: ignore[arg-type, return-value]


async def test_many_that_miss_at_once_ask_once(identity: Identity) -> None:
    callers = callers_of(identity)
    identity.open.clear()
    waiting = [asyncio.create_task(callers.resolve(SESSION)) for _ in range(50)]
    await asyncio.wait([asyncio.create_task(callers.resolve(SESSION))], timeout=0)
    identity.open.set()
    found = await asyncio.gather(*waiting)
    assert {caller.account_id for caller in found} == {"account_a"}
    assert identity.asked == 1


async def test_one_that_gives_up_does_not_spoil_it_for_the_others(identity: Identity) -> None:
    callers = callers_of(identity)
    identity.open.clear()
    first, second = (asyncio.create_task(callers.resolve(SESSION)) for _ in range(2))
    await asyncio.wait([first], timeout=0)
    first.cancel()
    identity.open.set()
    assert (await second).account_id == "account_a"


async def test_a_caller_is_asked_about_again_before_the_principal_runs_out(identity: Identity) -> None:
    callers = callers_of(identity)
    await callers.resolve(SESSION)
    identity.now_us += (KEPT_SECONDS_MAX - 1) * SECOND_US
    assert callers.recall(SESSION) is not None
    identity.now_us += SECOND_US
    assert callers.recall(SESSION) is None
    identity.lifetime_us = 30 * SECOND_US
    await callers.resolve(SESSION)
    identity.now_us += 20 * SECOND_US
    assert callers.recall(SESSION) is None


@pytest.mark.parametrize("by_account", [False, True])
async def test_what_was_forgotten_while_it_was_asked_about_does_not_come_back(
    identity: Identity, by_account: bool
) -> None:
    callers = callers_of(identity)
    identity.open.clear()
    waiting = asyncio.create_task(callers.resolve(SESSION))
    await asyncio.wait([waiting], timeout=0)
    if by_account:
        callers.forget_account("account_a")
    else:
        callers.forget(SESSION)
    identity.open.set()
    await waiting
    assert callers.recall(SESSION) is None


async def test_a_refusal_is_not_remembered(identity: Identity) -> None:
    callers = callers_of(identity)
    identity.known = False
    with pytest.raises(Unauthenticated):
        await callers.resolve(SESSION)
    identity.known = True
    assert isinstance(await callers.resolve(SESSION), Caller)


async def test_a_session_and_a_key_of_the_same_text_are_two(identity: Identity) -> None:
    callers = callers_of(identity)
    await callers.resolve(SESSION)
    assert callers.recall(Proof("key", "token")) is None


async def test_the_oldest_is_forgotten_when_there_are_too_many(identity: Identity) -> None:
    callers = callers_of(identity, callers_max=2)
    for name in "abc":
        await callers.resolve(Proof("key", name))
    assert [callers.recall(Proof("key", name)) is not None for name in "abc"] == [False, True, True]
