"""A duty list over HTTP."""

from __future__ import annotations

import pytest

from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_list_is_uploaded_and_its_findings_are_told_in_words(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    rows = "单位,职务,责任事项\n第一党支部,书记,组织学习\n没有的支部,书记,组织学习\n".encode()
    headers = {"accept-language": "zh"}
    refused = await operator.post("/api/v1/duties", files={"file": ("list.csv", rows)}, headers=headers)
    assert refused.status_code == 200, refused.text
    assert refused.json()["refused"] and "没有的支部" in refused.json()["findings"][0]["detail"]
    taken = await operator.post("/api/v1/duties", files={"file": ("list.csv", rows.rsplit(b"\n", 2)[0])})
    assert taken.json()["imported"], taken.text
    listed = await operator.get(f"/api/v1/units/{town.units.first}/duties")
    assert [line["person_name"] for line in listed.json()["items"]] == ["李乙"]
