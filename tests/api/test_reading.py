"""Reading: pages by cursor, tags, one's own writes."""

from __future__ import annotations

import pytest

from tests.api.town import REPORT, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_list_comes_in_pages_that_together_hold_everything_once(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await operator.get("/api/v1/units", params={"limit": 1, "cursor": cursor})).json()
        assert len(page["items"]) <= 1
        seen += [unit["unit_id"] for unit in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    units = town.units
    assert sorted(seen) == sorted([units.root, units.committee, units.first, units.second])


async def test_a_unit_sees_its_own_subtree_only(town: Town) -> None:
    secretary = town.with_role("unit_secretary", town.units.first)
    page = (await secretary.get("/api/v1/units")).json()
    assert [unit["unit_id"] for unit in page["items"]] == [town.units.first]
    asked = await secretary.get(f"/api/v1/units/{town.units.second}")
    assert (asked.status_code, asked.json()["code"]) == (404, "NOT_FOUND")


async def test_children_are_listed_below_their_parent(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    page = (await operator.get(f"/api/v1/units/{town.units.committee}/children", params={"kinds": "branch"})).json()
    assert {unit["unit_id"] for unit in page["items"]} == {town.units.first, town.units.second}


async def test_what_has_not_changed_is_not_sent_again(town: Town) -> None:
    directive = await town.directive()
    path = town.path(directive, town.units.first)
    reporter = town.with_role("unit_reporter", town.units.first)
    seen = await reporter.get(path)
    again = await reporter.get(path, headers={"if-none-match": seen.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", seen.headers["etag"])
    done = await reporter.post(f"{path}/report", json=REPORT)
    changed = await reporter.get(path, headers={"if-none-match": seen.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"].startswith(done.headers["etag"][:-1])


async def test_two_readers_to_whom_one_version_looks_different_have_different_tags(town: Town) -> None:
    directive = await town.directive()
    path = town.path(directive, town.units.first)
    reporter = town.with_role("unit_reporter", town.units.first)
    superior = town.with_role("unit_secretary", town.units.committee)
    own, above = await reporter.get(path), await superior.get(path)
    assert own.json()["actions"] != above.json()["actions"]
    assert own.headers["etag"] != above.headers["etag"]


async def test_a_read_that_cannot_be_recent_enough_in_time_says_so(town: Town) -> None:
    from gateway.api.positions import token_of
    from huanjie.call.v1 import call_pb2

    operator = town.with_role("operator", town.units.root)
    never = token_of(call_pb2.Position(service="reporting", ledger_id="l", position=1 << 40)).decode()
    asked = await operator.get("/api/v1/units", headers={"hj-not-before": never})
    assert (asked.status_code, asked.json()["code"]) == (503, "NOT_CAUGHT_UP")
    assert asked.headers["retry-after"] == "1"
    for token in ("????", "", "x" * 300, "e30"):
        bad = await operator.get("/api/v1/units", headers={"hj-not-before": f"{token},"})
        assert (bad.status_code, bad.json()["params"]["field"]) == (400, "Hj-Not-Before"), token


async def test_the_history_of_an_assignment_is_read_oldest_first(town: Town) -> None:
    directive = await town.directive()
    path = town.path(directive, town.units.first)
    reporter = town.with_role("unit_reporter", town.units.first)
    await reporter.post(f"{path}/report", json=REPORT)
    items = (await reporter.get(f"{path}/history")).json()["items"]
    positions = [item["position"] for item in items]
    assert positions == sorted(positions)
    assert items[-1]["type"].endswith("ReportSubmitted")


async def test_a_head_request_is_a_get_without_the_body(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    path = f"/api/v1/units/{town.units.root}"
    head, got = await operator.head(path), await operator.get(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", got.headers["etag"])
