"""A verified report is corrected over HTTP, with its reason, and verified again; the board follows both ways."""

from __future__ import annotations

import pytest

from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

CORRECTION = {"reason": "漏计一名请假党员", "due_count": 12, "done_count": 11, "summary": "已更正"}


async def test_a_verified_report_is_corrected_with_its_reason_and_verified_again(town: Town) -> None:
    unit_id = town.units.first
    directive_id = await town.directive()
    path = town.path(directive_id, unit_id)
    secretary, operator = town.with_role("unit_secretary", unit_id), town.with_role("operator", town.units.root)
    done = await secretary.post(f"{path}/report", json={"due_count": 12, "done_count": 12})
    assert done.status_code == 200, done.text
    early = await secretary.post(f"{path}/correct", json=CORRECTION)
    assert (early.status_code, early.json()["code"]) == (422, "WRONG_STATE")
    await operator.post(f"{path}/verify", json={"report_number": 1})
    bare = await secretary.post(f"{path}/correct", json={"due_count": 12, "done_count": 11})
    assert (bare.status_code, bare.json()["params"]) == (400, {"field": "reason", "problem": "required"})
    corrected = await secretary.post(f"{path}/correct", json=CORRECTION)
    assert corrected.status_code == 200, corrected.text
    assert (corrected.json()["state"], corrected.json()["correction_number"]) == ("reported", 1)
    assert corrected.headers["hj-position"] and corrected.headers["etag"]
    seen = (await operator.get(path)).json()
    assert (seen["correction_number"], seen["correction_reason"]) == (1, CORRECTION["reason"])
    told = [item["type"].rpartition(".")[2] for item in (await operator.get(f"{path}/history")).json()["items"]]
    assert told[-3:] == ["ReportSubmitted", "ReportVerified", "ReportCorrected"]
    stale = await operator.post(f"{path}/verify", json={"report_number": 1})
    assert stale.json()["code"] == "WRONG_REPORT"
    again = await operator.post(f"{path}/verify", json={"report_number": 2})
    assert (again.status_code, again.json()["state"]) == (200, "verified")
