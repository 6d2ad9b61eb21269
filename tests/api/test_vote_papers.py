"""Papers of a vote over HTTP: the ballot before the vote, reports and lists after it, a sheet for its officers."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from gateway.api.vote_papers import OF_RECORD
from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

TURNOVER = "370211/district/2026"
CANDIDATES = [{"name": "丁示例", "note": "女"}, {"name": "王示例", "note": "回族"}, {"name": "张示例", "note": ""}]
CANDIDATES += [{"name": "陈示例", "note": ""}]
READING = [
    {"field": "votes", "text": "12"}, {"field": "valid", "text": "12"}, {"field": "invalid", "text": "0"},
    *(
        {"field": f"candidates.{place}.{column}", "text": str(value)}
        for place, marks in enumerate(((11, 1, 0, 0), (10, 1, 1, 0), (9, 2, 1, 0), (3, 8, 1, 0)), start=1)
        for column, value in zip(("approve", "disapprove", "abstain", "unreadable"), marks, strict=True)
    ),
]  # fmt: skip
SITTING: dict[str, Any] = {
    "turnover": TURNOVER,
    "electors": [{"name": f"示例选举人{n}", "standing": "entitled"} for n in range(1, 13)],
    "present": "12",
    "method_agree": 12,
    "first_reader": "示例选举人1",
    "second_reader": "示例选举人2",
    "officers_agree": 12,
    "elections": [
        {
            "body": "member_meeting", "post": "member", "seats": 3, "title": "示例支部党员大会选举支部委员会委员",
            "candidates": CANDIDATES, "printed": "12", "issued": "12", "returned": "12", "unused_destroyed": "0",
            "first_reading": READING, "second_reading": READING, "photo_sha256": "a" * 64,
        }
    ],
}  # fmt: skip


def text(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


async def small_sitting(town: Town) -> tuple[Any, str]:
    """(the branch's secretary, the election) of a sitting that is over."""
    secretary = town.with_role("unit_secretary", town.units.first)
    recorded = await secretary.post(f"/api/v1/units/{town.units.first}/small-sittings", json=SITTING)
    assert recorded.status_code == 201, recorded.text
    return secretary, recorded.json()["election_ids"][0]


async def test_every_paper_of_a_declared_vote_is_a_pdf_with_its_record_hash(town: Town) -> None:
    secretary, election_id = await small_sitting(town)
    digest = (await secretary.get(f"/api/v1/elections/{election_id}/record")).json()["record_sha256"]
    for paper in OF_RECORD:
        printed = await secretary.get(f"/api/v1/elections/{election_id}/papers/{paper}")
        assert printed.status_code == 200, printed.text
        assert printed.headers["content-type"] == "application/pdf"
        assert printed.headers["content-disposition"] == f'inline; filename="{paper}.pdf"'
        told = text(printed.content)
        assert digest in told
        assert "示例支部党员大会选举支部委员会委员" in told
    assert told.index("丁示例") < told.index("王示例") < told.index("张示例")
    assert "陈示例" not in told


async def test_a_ballot_is_printed_once_two_people_entered_the_same_names(town: Town) -> None:
    unit = town.units.first
    first, second = (town.with_role("unit_secretary", unit, f"account_{n}") for n in (1, 2))
    opened = await first.post(
        f"/api/v1/units/{unit}/elections",
        json={"turnover": TURNOVER, "body": "member_meeting", "post": "cdi_member", "seats": 3, "title": "示例选举"},
    )
    election = f"/api/v1/elections/{opened.json()['election_id']}"
    assert (await first.post(f"{election}/candidates", json={"candidates": CANDIDATES})).status_code == 200
    early = await first.get(f"{election}/ballot")
    assert (early.status_code, early.json()["code"]) == (404, "NOT_FOUND")
    assert (await second.post(f"{election}/candidates/confirm", json={"candidates": CANDIDATES})).status_code == 200
    ballot = await first.get(f"{election}/ballot")
    assert ballot.status_code == 200, ballot.text
    told = text(ballot.content)
    assert "应选3名，候选人4名（以姓氏笔画为序）" in told
    assert all(each["name"] in told for each in CANDIDATES)


@pytest.mark.parametrize("path", ["papers/result", "ballot", "papers/nothing"])
async def test_what_is_not_there_or_not_theirs_is_not_printed(town: Town, path: str) -> None:
    _, election_id = await small_sitting(town)
    stranger = town.with_role("unit_secretary", town.units.second)
    refused = await stranger.get(f"/api/v1/elections/{election_id}/{path}")
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
    assert "election" not in refused.json()["detail"]


async def test_a_sheet_is_printed_for_its_officers_only(town: Town) -> None:
    secretary, election_id = await small_sitting(town)
    sheets = (await secretary.get(f"/api/v1/elections/{election_id}/sheets")).json()["items"]
    path = f"/api/v1/sheets/{sheets[0]['sheet_id']}/paper"
    refused = await secretary.get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    # A teller of the unit, but of no sitting.
    refused = await town.with_role("teller", town.units.first).get(path)
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
