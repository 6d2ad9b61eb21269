"""Rows that carry a refusal as data say it in the reader's language."""

from __future__ import annotations

import pytest

from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIGURES = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "1"}


@pytest.mark.parametrize(("language", "unusual"), [("zh", "说明随反馈"), ("en", "please explain")])
async def test_what_is_wrong_with_figures_is_worded_with_the_code(town: Town, language: str, unusual: str) -> None:
    directive = await town.directive(form_id="rectification")
    branch = town.with_role("unit_reporter", town.units.first)
    path, headers = f"{town.path(directive, town.units.first)}/figures", {"accept-language": language}
    body = {"figures": FIGURES | {"rectified_by": "2026-09-30"}, "check_only": True}
    (warned,) = (await branch.post(path, json=body, headers=headers)).json()["problems"]
    assert (warned["code"], warned["rule_id"]) == ("FORM_NEEDS_EXPLANATION", "overdue_explained")
    assert unusual in warned["detail"]
    row = {"directive_id": directive, "unit_id": town.units.first, "figures": {"problems_found": "x"}}
    batch = (await branch.post("/api/v1/figures:batch", json={"rows": [row]}, headers=headers)).json()
    (receipt,) = batch["receipts"]
    assert receipt["code"] == "FIGURES_REFUSED" and receipt["problems"][0]["detail"] not in ("", "FORM_NOT_A_COUNT")


async def test_a_receipt_of_many_acts_says_why_a_row_was_refused(town: Town) -> None:
    directive = await town.directive()
    committee = town.with_role("unit_secretary", town.units.committee)
    rows = [{"directive_id": directive, "unit_id": town.units.first, "report_number": 1}]
    answer = await committee.post("/api/v1/assignments/verify", json={"rows": rows}, headers={"accept-language": "zh"})
    (receipt,) = answer.json()["receipts"]
    assert not receipt["accepted"]
    assert receipt["detail"] and receipt["detail"] != receipt["code"]
