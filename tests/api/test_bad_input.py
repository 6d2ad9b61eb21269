"""Every bad input is refused with its own code over HTTP, and nothing changes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.chassis.keys import MACHINE_KEY
from services.chassis.principals import Grant
from tests.api.town import REPORT, Town, bearer_of
from tests.chassis.scene import make_folder, sign

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def refused(town: Town, asked: httpx.Response, status: int, code: str, **params: Any) -> None:
    """The answer is this refusal, worded, as a problem."""
    assert (asked.status_code, asked.json()["code"]) == (status, code), asked.text
    problem = asked.json()
    assert asked.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == f"urn:huanjie:refusal:{code}"
    assert problem["title"] and problem["detail"] != code and "{" not in problem["detail"]
    assert {name: problem["params"][name] for name in params} == params


class Assignment:
    """One assignment that is ready for a report."""

    def __init__(self, town: Town, path: str) -> None:
        self.path = path
        self.reporter = town.with_role("unit_reporter", town.units.first)


@pytest_asyncio.fixture(loop_scope="session")
async def assignment(town: Town) -> Assignment:
    directive = await town.directive()
    return Assignment(town, town.path(directive, town.units.first))


@pytest.mark.parametrize(
    ("content", "code", "params"),
    [
        (b"{", "BODY_NOT_JSON", {}),
        (b"due_count=1", "BODY_NOT_JSON", {}),
        (b'{"due_count": 1, "done_count": 1, "summary": "\xff"}', "BODY_NOT_JSON", {}),
        (b"[]", "BAD_REQUEST", {"field": "body", "problem": "malformed"}),
        (b'{"due_count": 1}', "BAD_REQUEST", {"field": "done_count", "problem": "required"}),
        (b'{"due_count": 1, "done_count": 1, "mood": 5}', "BAD_REQUEST", {"field": "mood", "problem": "unknown"}),
        (b'{"due_count": "1", "done_count": 1}', "BAD_REQUEST", {"field": "due_count", "problem": "malformed"}),
        (b'{"due_count": 1.5, "done_count": 1}', "BAD_REQUEST", {"field": "due_count", "problem": "malformed"}),
        (b'{"due_count": true, "done_count": 1}', "BAD_REQUEST", {"field": "due_count", "problem": "malformed"}),
        (b'{"due_count": null, "done_count": 1}', "BAD_REQUEST", {"field": "due_count", "problem": "malformed"}),
        (b'{"due_count": 9223372036854775808, "done_count": 1}', "BAD_REQUEST", {"problem": "out_of_range"}),
        (b'{"unit_id": "u", "due_count": 1, "done_count": 1}', "BAD_REQUEST", {"field": "unit_id"}),
        (b'{"evidence": [1], "due_count": 1, "done_count": 1}', "BAD_REQUEST", {"field": "evidence.0"}),
    ],
)
async def test_a_body_that_is_not_as_declared_is_refused(
    town: Town, assignment: Assignment, content: bytes, code: str, params: dict[str, Any]
) -> None:
    heads = await town.heads()
    json = {"content-type": "application/json"}
    asked = await assignment.reporter.post(f"{assignment.path}/report", content=content, headers=json)
    await refused(town, asked, 400, code, **params)
    assert await town.heads() == heads


@pytest.mark.parametrize("counts", [(-1, 0), (3, -1), (3, 4), (10**12, 1)])
async def test_an_impossible_count_is_refused_by_its_own_code(
    town: Town, assignment: Assignment, counts: tuple[int, int]
) -> None:
    heads = await town.heads()
    body = {"due_count": counts[0], "done_count": counts[1]}
    asked = await assignment.reporter.post(f"{assignment.path}/report", json=body)
    await refused(town, asked, asked.status_code, "COUNT_IMPOSSIBLE")
    assert asked.status_code in (400, 422)
    assert await town.heads() == heads


async def test_another_media_type_is_refused(town: Town, assignment: Assignment) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    asked = await assignment.reporter.post(f"{assignment.path}/report", content=b"{}", headers=form)
    await refused(town, asked, 415, "MEDIA_TYPE_UNSUPPORTED", expected="application/json")


async def test_a_body_past_the_limit_is_refused_however_it_comes(town: Town, assignment: Assignment) -> None:
    async def pieces() -> Any:
        for _ in range(40):
            yield b" " * 65_536

    json = {"content-type": "application/json"}
    asked = await assignment.reporter.post(f"{assignment.path}/report", content=pieces(), headers=json)
    await refused(town, asked, 413, "PAYLOAD_TOO_LARGE", limit_bytes=512 * 1024)


async def test_a_stale_version_is_refused_and_the_present_one_taken(town: Town, assignment: Assignment) -> None:
    seen = await assignment.reporter.get(assignment.path)
    first = await assignment.reporter.post(
        f"{assignment.path}/report", json=REPORT, headers={"if-match": seen.headers["etag"]}
    )
    assert first.status_code == 200, first.text
    again = await assignment.reporter.post(
        f"{assignment.path}/report", json=REPORT, headers={"if-match": seen.headers["etag"]}
    )
    version = first.json()["version"]
    await refused(town, again, 412, "STALE_VERSION", actual=version)
    corrected = await assignment.reporter.post(
        f"{assignment.path}/report", json=REPORT, headers={"if-match": first.headers["etag"]}
    )
    assert corrected.status_code == 200, corrected.text


async def test_a_version_tag_that_is_none_is_refused(town: Town, assignment: Assignment) -> None:
    asked = await assignment.reporter.post(
        f"{assignment.path}/report", json=REPORT, headers={"if-match": '"yesterday"'}
    )
    await refused(town, asked, 400, "BAD_REQUEST", field="If-Match", problem="malformed")


async def test_a_repeated_request_is_answered_as_before_and_done_once(town: Town, assignment: Assignment) -> None:
    key = {"idempotency-key": "report-1"}
    first = await assignment.reporter.post(f"{assignment.path}/report", json=REPORT, headers=key)
    heads = await town.heads()
    again = await assignment.reporter.post(f"{assignment.path}/report", json=REPORT, headers=key)
    assert (again.status_code, again.json(), await town.heads()) == (200, first.json(), heads)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


async def test_a_repeated_request_id_with_other_content_is_refused(town: Town, assignment: Assignment) -> None:
    key = {"idempotency-key": f"other-content-{assignment.path}"}
    await assignment.reporter.post(f"{assignment.path}/report", json=REPORT, headers=key)
    heads = await town.heads()
    other = await assignment.reporter.post(f"{assignment.path}/report", json=REPORT | {"done_count": 11}, headers=key)
    await refused(town, other, 409, "REQUEST_ID_REUSED")
    assert await town.heads() == heads


async def test_another_principal_gets_nothing_of_a_request_id(town: Town, assignment: Assignment) -> None:
    key = {"idempotency-key": f"other-caller-{assignment.path}"}
    await assignment.reporter.post(f"{assignment.path}/report", json=REPORT, headers=key)
    heads = await town.heads()
    stranger = town.with_role("unit_reporter", town.units.second)
    asked = await stranger.post(f"{assignment.path}/report", json=REPORT, headers=key)
    await refused(town, asked, 403, "PERMISSION_DENIED", action="SubmitReport")
    assert await town.heads() == heads


async def test_a_report_for_anothers_unit_is_refused(town: Town, assignment: Assignment) -> None:
    stranger = town.with_role("unit_secretary", town.units.second)
    await refused(town, await stranger.post(f"{assignment.path}/report", json=REPORT), 403, "PERMISSION_DENIED")


async def test_verifying_ones_own_report_is_refused(town: Town, assignment: Assignment) -> None:
    await assignment.reporter.post(f"{assignment.path}/report", json=REPORT)
    own = town.with_role("unit_secretary", town.units.first)
    asked = await own.post(f"{assignment.path}/verify", json={"report_number": 1})
    await refused(town, asked, 403, "PERMISSION_DENIED", action="VerifyReport")
    superior = town.with_role("unit_secretary", town.units.committee)
    verified = await superior.post(f"{assignment.path}/verify", json={"report_number": 1})
    assert verified.json()["state"] == "verified", verified.text


def signed(town: Town, **changes: Any) -> dict[str, str]:
    return bearer_of(sign(town.scene.folder, (Grant("unit_reporter", town.units.first),), "account_x", **changes))


async def test_an_expired_token_is_refused(town: Town, assignment: Assignment) -> None:
    long_ago = time.time_ns() // 1_000 - 3_600_000_000
    client = town.client(signed(town, issued_at_us=long_ago, expires_at_us=long_ago + 1))
    await refused(town, await client.post(f"{assignment.path}/report", json=REPORT), 401, "TOKEN_EXPIRED")


async def test_a_token_of_another_audience_is_refused(town: Town, assignment: Assignment) -> None:
    client = town.client(signed(town, audience="inspection"))
    await refused(town, await client.post(f"{assignment.path}/report", json=REPORT), 401, "WRONG_AUDIENCE")


async def test_a_token_of_another_district_is_refused(town: Town, assignment: Assignment) -> None:
    client = town.client(signed(town, district="370212"))
    await refused(town, await client.post(f"{assignment.path}/report", json=REPORT), 401, "WRONG_DISTRICT")


async def test_a_token_signed_elsewhere_is_refused(town: Town, assignment: Assignment, tmp_path: Path) -> None:
    elsewhere = make_folder(tmp_path / "elsewhere")
    token = sign(elsewhere, (Grant("unit_reporter", town.units.first),), MACHINE_KEY)
    asked = await town.client(bearer_of(token)).post(f"{assignment.path}/report", json=REPORT)
    await refused(town, asked, 401, "UNAUTHENTICATED", reason="bad_signature")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "no_principal"),
        ({"authorization": "Bearer something"}, "not_a_token"),
        ({"authorization": "Basic aGo6aGo="}, "not_a_token"),
        ({"authorization": "Bearer hjp_????"}, "not_a_token"),
        ({"authorization": "Bearer hjk_unknown"}, "key"),
        ({"cookie": "hj_session=unknown"}, "session"),
    ],
)
async def test_without_a_good_proof_nobody_is_let_in(
    town: Town, assignment: Assignment, headers: dict[str, str], reason: str
) -> None:
    asked = await town.client(headers).post(f"{assignment.path}/report", json=REPORT)
    await refused(town, asked, 401, "UNAUTHENTICATED", reason=reason)
    assert asked.headers["www-authenticate"].startswith("Bearer")


async def test_what_does_not_exist_says_so(town: Town) -> None:
    anyone = town.client()
    await refused(town, await anyone.get("/api/v1/nothing/here"), 404, "ROUTE_NOT_FOUND", path="/api/v1/nothing/here")
    await refused(town, await anyone.get("/wp-login.php"), 404, "ROUTE_NOT_FOUND")
    await refused(town, await anyone.post("/"), 404, "ROUTE_NOT_FOUND")
    asked = await anyone.put("/api/v1/session", json={})
    await refused(town, asked, 405, "METHOD_NOT_ALLOWED", method="PUT", allowed="DELETE, GET, POST")
    assert asked.headers["allow"] == "DELETE, GET, POST"
    asked = await anyone.get(town.path("d", "u") + "/report")
    await refused(town, asked, 405, "METHOD_NOT_ALLOWED", method="GET", allowed="POST")
    assert (await anyone.get("/api/v1/session/")).status_code == 404
    operator = town.with_role("operator", town.units.root)
    await refused(town, await operator.get("/api/v1/units/unit_none"), 404, "NOT_FOUND", kind="unit")


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ("limit=0", "limit", "out_of_range"),
        ("limit=501", "limit", "out_of_range"),
        ("limit=many", "limit", "malformed"),
        ("order=index", "order", "unknown"),
        ("code=1&code=2", "code", "too_many"),
        ("code=%ff", "query", "malformed"),
    ],
)
async def test_a_query_that_is_not_as_declared_is_refused(town: Town, query: str, field: str, problem: str) -> None:
    operator = town.with_role("operator", town.units.root)
    asked = await operator.get(f"/api/v1/units?{query}")
    await refused(town, asked, 400, "BAD_REQUEST", field=field, problem=problem)


async def test_refusals_are_worded_in_the_readers_language(town: Town) -> None:
    anyone = town.client()
    zh = (await anyone.get("/api/v1/session")).json()
    en = (await anyone.get("/api/v1/session", headers={"accept-language": "en-GB, zh;q=0.5"})).json()
    assert (zh["title"], en["title"]) == ("需要登录", "Please sign in")
    assert zh["code"] == en["code"]
