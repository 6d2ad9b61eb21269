"""Reports in bulk: a receipt a row, in slices, and again under the same key without doing anything twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.api import reports
from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATH = "/api/v1/reports:batch"


@pytest_asyncio.fixture(loop_scope="session")
async def system(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    yield town.with_role("unit_reporter", town.units.first)


def row(directive_id: str, unit_id: str, done: int = 3) -> dict[str, Any]:
    return {"directive_id": directive_id, "unit_id": unit_id, "due_count": 12, "done_count": done}


async def test_every_row_gets_its_receipt_in_order(town: Town, system: httpx.AsyncClient) -> None:
    directive = await town.directive()
    first, second = town.units.first, town.units.second
    rows = [row(directive, first), row(directive, second), row(directive, first, 13), row("dir_none", first)]
    answer = await system.post(PATH, json={"rows": rows}, headers={"idempotency-key": f"order-{directive}"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [receipt["accepted"] for receipt in body["receipts"]] == [True, False, False, False]
    assert [receipt["code"] for receipt in body["receipts"]][:3] == ["", "PERMISSION_DENIED", "COUNT_IMPOSSIBLE"]
    assert all(receipt["detail"] for receipt in body["receipts"][1:])
    assert (body["accepted"], body["refused"], body["complete"]) == (1, 3, True)
    assert "hj-position" in answer.headers


async def test_a_batch_sent_again_is_answered_the_same_and_done_once(
    town: Town, system: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "SLICE_ROWS", 2)
    directive = await town.directive()
    rows = [row(directive, town.units.first, done) for done in range(5)]
    key = {"idempotency-key": f"again-{directive}"}
    first = await system.post(PATH, json={"rows": rows}, headers=key)
    assert first.json()["accepted"] == 5, first.text
    heads = await town.heads()
    again = await system.post(PATH, json={"rows": rows}, headers=key)
    assert again.json() == first.json()
    assert await town.heads() == heads


async def test_slices_that_were_not_taken_are_taken_when_the_batch_comes_again(
    town: Town, system: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "SLICE_ROWS", 2)
    directive = await town.directive()
    key = {"idempotency-key": f"resumed-{directive}"}
    rows = [row(directive, town.units.first, done) for done in range(4)]
    other = [*rows[:2], row(directive, town.units.first, 9), row(directive, town.units.first, 9)]
    # The second slice of this key is taken by other content first: resuming must show exactly that.
    await system.post(PATH, json={"rows": other}, headers=key)
    mixed = (await system.post(PATH, json={"rows": rows}, headers=key)).json()
    assert [receipt["accepted"] for receipt in mixed["receipts"]] == [True, True, False, False]
    assert {receipt["code"] for receipt in mixed["receipts"][2:]} == {"REQUEST_ID_REUSED"}
    assert mixed["complete"] is False


@pytest.mark.parametrize(
    ("rows", "problem", "field"),
    [
        ([], "malformed", "rows"),
        ([{"directive_id": "d", "unit_id": "u", "due_count": 1}], "required", "rows.0.done_count"),
        ([{"directive_id": "d", "unit_id": "u", "due_count": 1, "done_count": 1, "mood": 1}], "unknown", "rows.0.mood"),
    ],
)
async def test_a_batch_that_is_not_as_declared_is_refused_by_row(
    town: Town, system: httpx.AsyncClient, rows: list[dict[str, Any]], problem: str, field: str
) -> None:
    heads = await town.heads()
    answer = await system.post(PATH, json={"rows": rows}, headers={"idempotency-key": "bad"})
    assert (answer.status_code, answer.json()["params"]) == (400, {"field": field, "problem": problem})
    assert await town.heads() == heads


async def test_too_many_rows_are_refused(system: httpx.AsyncClient) -> None:
    rows = [row("d", "u")] * (reports.ROWS_MAX + 1)
    answer = await system.post(PATH, json={"rows": rows}, headers={"idempotency-key": "many"})
    assert answer.json()["params"] == {"field": "rows", "problem": "too_many"}


async def test_a_batch_without_a_key_of_its_own_is_refused(system: httpx.AsyncClient) -> None:
    answer = await system.post(PATH, json={"rows": [row("d", "u")]})
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_REQUIRED")
    for key, problem in (("k" * 101, "too_long"), ("two words", "malformed")):
        bad = await system.post(PATH, json={"rows": [row("d", "u")]}, headers={"idempotency-key": key})
        assert bad.json()["params"] == {"field": "Idempotency-Key", "problem": problem}
