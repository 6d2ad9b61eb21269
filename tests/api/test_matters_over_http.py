"""Matters over HTTP: raised by a branch, answered above once, and published to everybody."""

from __future__ import annotations

import pytest

from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_matter_goes_up_and_its_answer_comes_down(town: Town) -> None:
    branch = town.with_role("unit_secretary", town.units.first)
    committee = town.with_role("unit_secretary", town.units.committee)
    operator = town.with_role("operator", town.units.root)
    body = {"topic": "materials", "kind": "question", "text": "草案是否须先报审？"}
    raised = await branch.post(f"/api/v1/units/{town.units.first}/matters", json=body)
    assert raised.status_code == 201, raised.text
    matter = f"/api/v1/matters/{raised.json()['matter_id']}"
    owed = await committee.get(f"/api/v1/units/{town.units.committee}/matters/owed")
    assert raised.json()["matter_id"] in [one["matter_id"] for one in owed.json()["items"]]
    answered = await committee.post(f"{matter}/answer", json={"answer": "是。"}, headers={"if-match": '"1"'})
    assert answered.status_code == 200, answered.text
    late = await operator.post(f"{matter}/answer", json={"answer": "否。"})
    assert (late.status_code, late.json()["code"]) == (409, "MATTER_ANSWERED_ALREADY")
    published = await operator.post(f"{matter}/publish", json={"question": "草案是否须先报审？"})
    assert published.status_code == 200, published.text
    read = await town.with_role("unit_reporter", town.units.second).get("/api/v1/published-answers")
    assert "是。" in [one["answer"] for one in read.json()["items"]]
    assert town.units.first not in read.text


async def test_a_telephone_number_in_a_matter_is_refused_in_plain_words(town: Town) -> None:
    branch = town.with_role("unit_secretary", town.units.first)
    body = {"topic": "other", "kind": "concern", "text": "请打 13800000000"}
    refused = await branch.post(
        f"/api/v1/units/{town.units.first}/matters", json=body, headers={"accept-language": "zh"}
    )
    assert refused.status_code == 400
    assert "电话号码" in refused.text and "13800000000" not in refused.text
