"""Orders and the day's tasks over HTTP."""

from __future__ import annotations

import pytest

from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_order_goes_to_a_unit_and_stands_among_what_it_must_do(town: Town) -> None:
    directive = await town.directive()
    operator = town.with_role("operator", town.units.root)
    branch = town.with_role("unit_secretary", town.units.first)
    body = {"directive_id": directive, "stage": 4, "text": "请启动。"}
    issued = await operator.post(f"/api/v1/units/{town.units.first}/orders", json=body)
    assert issued.status_code == 201, issued.text
    order_id = issued.json()["order_id"]
    today = await branch.get(f"/api/v1/units/{town.units.first}/today")
    assert order_id in [item["order_id"] for item in today.json()["items"]]
    answered = await branch.post(f"/api/v1/orders/{order_id}/answer", json={"summary": "已启动。"})
    assert answered.status_code == 200, answered.text
    closed = await operator.post(f"/api/v1/orders/{order_id}/close", headers={"accept-language": "zh"})
    assert (closed.status_code, closed.json()["code"]) == (422, "EVIDENCE_MISSING")
    ledger = await operator.get(f"/api/v1/units/{town.units.root}/orders/issued")
    assert [one["state"] for one in ledger.json()["items"] if one["order_id"] == order_id] == ["answered"]


async def test_the_digest_loop_runs_in_a_living_service_and_stops_with_it(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    digests = await operator.get(f"/api/v1/units/{town.units.root}/digests")
    assert digests.status_code == 200, digests.text
    reporting = town.scene.services["reporting"]
    assert "digests" in {loop._name for loop in reporting._loops}  # type: ignore[attr-defined]


async def test_a_unit_is_reminded_and_an_act_taken_back_where_nothing_followed(town: Town) -> None:
    directive = await town.directive()
    operator = town.with_role("operator", town.units.root)
    branch = town.with_role("unit_secretary", town.units.first)
    rows = {"rows": [{"directive_id": directive, "unit_id": town.units.first}]}
    for expected in ("", "REMINDED_TODAY"):
        reminded = await operator.post("/api/v1/assignments/remind", json=rows)
        assert [receipt["code"] for receipt in reminded.json()["receipts"]] == [expected], reminded.text
    today = await branch.get(f"/api/v1/units/{town.units.first}/today")
    assert [item["reminded_us"] > 0 for item in today.json()["items"] if item["directive_id"] == directive] == [True]
    await branch.post("/api/v1/assignments/receive", json=rows)
    for expected in ("", "NOTHING_TO_UNDO"):
        undone = await branch.post("/api/v1/assignments/undo", json={"act": "receive", **rows})
        assert [receipt["code"] for receipt in undone.json()["receipts"]] == [expected], undone.text
    bad = await branch.post("/api/v1/assignments/undo", json={"act": "report", **rows})
    assert (bad.status_code, bad.json()["code"]) == (400, "BAD_REQUEST")
