"""A vote over HTTP: a branch's whole sitting in one request, and what its readers see."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import MessageToDict

from tests.api.town import Town
from tests.tally.hall import sample_names
from tests.tally.small import small_sitting, small_vote

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_small_sitting_is_recorded_once_and_its_result_is_read(town: Town) -> None:
    names = sample_names(4)
    request = small_sitting(small_vote(names, 3, [19, 18, 5, 15], 20))
    body = MessageToDict(request, preserving_proto_field_name=True)
    del body["unit_id"]
    secretary = town.with_role("unit_secretary", town.units.first)
    path = f"/api/v1/units/{town.units.first}/small-sittings"
    done = await secretary.post(path, json=body, headers={"idempotency-key": "phone-1-sitting-1"})
    assert done.status_code == 201, done.text
    # The phone got no answer and sends it again.
    again = await secretary.post(path, json=body, headers={"idempotency-key": "phone-1-sitting-1"})
    assert again.json() == done.json()
    assert again.headers["idempotent-replayed"] == "true"
    (vote,) = done.json()["election_ids"]
    result = await secretary.get(f"/api/v1/elections/{vote}/result")
    assert [each["name"] for each in result.json()["persons"] if each["elected"]] == [names[0], names[1], names[3]]
    assert {"E1b", "Q3"} <= {each["rule"] for each in result.json()["explained"]}
    listed = await secretary.get("/api/v1/elections", params={"state": "declared"})
    # Newest first: other tests of the same town may have held votes before.
    assert listed.json()["items"][0]["election_id"] == vote
    stranger = await town.with_role("unit_secretary", town.units.second).get(f"/api/v1/elections/{vote}")
    assert stranger.status_code == 404


async def test_what_cannot_be_is_told_in_the_readers_language(town: Town) -> None:
    request = small_sitting(small_vote(sample_names(4), 3, [19, 18, 5, 15], 20), present=10)
    body = MessageToDict(request, preserving_proto_field_name=True)
    del body["unit_id"]
    secretary = town.with_role("unit_secretary", town.units.second)
    path = f"/api/v1/units/{town.units.second}/small-sittings"
    before = await town.heads()
    refused = await secretary.post(path, json=body, headers={"accept-language": "zh"})
    assert (refused.status_code, refused.json()["code"]) == (422, "TALLY_QUORUM_MISSING")
    assert "至少须到会 19 人" in refused.json()["detail"]
    assert await town.heads() == before
