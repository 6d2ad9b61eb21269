"""Buckets: never more than the rate allows, and never a refusal that did not have to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.errors import TooManyRequests
from gateway.api.rates import Buckets, Rate, Rates
from services.chassis.settings import load_settings
from tests.api.town import PLENTY, Town
from tests.brokers import NatsServer

SECOND_NS = 1_000_000_000


class Clock:
    def __init__(self) -> None:
        self.ns = SECOND_NS

    def __call__(self) -> int:
        return self.ns


@given(st.integers(1, 50), st.integers(1, 20), st.lists(st.integers(0, SECOND_NS), max_size=60))
def test_a_bucket_does_what_a_naive_one_does(per_second: int, burst: int, pauses: list[int]) -> None:
    clock, interval = Clock(), SECOND_NS // per_second
    buckets = Buckets(Rate(per_second, burst), clock)
    # Nanoseconds' worth of tokens, topped up as time goes by.
    level = full = burst * interval
    for pause in pauses:
        clock.ns += pause
        level = min(full, level + pause)
        try:
            buckets.take("a")
        except TooManyRequests as refusal:
            assert level < interval
            assert refusal.retry_after_seconds == -(-(interval - level) // SECOND_NS)
        else:
            assert level >= interval
            level -= interval


def test_one_key_does_not_use_up_anothers_and_memory_is_bounded() -> None:
    clock = Clock()
    buckets = Buckets(Rate(1, 1), clock, keys_max=2)
    buckets.take("a")
    with pytest.raises(TooManyRequests):
        buckets.take("a")
    for key in ("b", "c", "d"):
        buckets.take(key)
    assert len(buckets._full_at_ns) == 2


def test_what_an_operator_sets_is_what_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUANJIE_LIMITS__ACCOUNT_REQUESTS_PER_SECOND", "7")
    monkeypatch.setenv("HUANJIE_LIMITS__ADDRESS_REQUESTS_PER_SECOND", "3")
    limits = load_settings(data=tmp_path).limits
    rates = Rates.of(limits.account_requests_per_second, limits.address_requests_per_second)
    assert rates == Rates(account=Rate(7, 28), address=Rate(3, 18))


@pytest.mark.asyncio
async def test_too_many_requests_are_refused_with_the_time_to_wait(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Town(nats_server, tmp_path, rates=Rates(PLENTY, PLENTY)) as town:
        town.gateway.api.address_rate = Buckets(Rate(per_second=1, burst=2), Clock())
        anyone = town.client()
        answers = [await anyone.get("/api/v1/site") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        for path in ("/healthz", "/readyz", "/metrics"):
            assert (await anyone.get(path)).status_code == 200, path
        assert answers[-1].json()["code"] == "TOO_MANY_REQUESTS"
        assert int(answers[-1].headers["retry-after"]) >= 1
        town.gateway.api.account_rate = Buckets(Rate(per_second=1, burst=1), Clock())
        operator = town.with_role("operator", town.units.root)
        town.gateway.api.address_rate = Buckets(PLENTY)
        statuses = [(await operator.get("/api/v1/units")).status_code for _ in range(2)]
        assert statuses == [200, 429]
