"""The whole way for real: a report over HTTP, reporting's ledger, broker, projector, read model, a viewer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.api import alarm
from gateway.dashboard import recount
from gateway.dashboard.model import ReadModel, current_file, rebuild_requested, request_rebuild
from gateway.dashboard.projector import Projector
from huanjie.chassis.v1 import chassis_pb2
from services.chassis import ledger
from services.chassis.client import ServiceClient
from services.chassis.clock import BusinessClock, ClockSettings, security_now_us
from services.chassis.store import Reader
from tests.api.town import REPORT, Town
from tests.brokers import NatsServer
from tests.chassis.desk import Hands, principal

pytestmark = pytest.mark.asyncio
WAIT_SECONDS_MAX = 20


@asynccontextmanager
async def running(server: NatsServer, folder: Path) -> AsyncIterator[tuple[Town, Projector]]:
    """A town whose projector runs."""
    async with Town(server, folder, views=None) as town:
        projector = Projector(town.scene.site())
        await projector.start()
        try:
            await asyncio.wait_for(projector.consumer.started.wait(), WAIT_SECONDS_MAX)
            yield town, projector
        finally:
            await projector.stop()


async def caught_up(town: Town, projector: Projector) -> None:
    """The projector has read all that reporting has written."""
    head = town.scene.services["reporting"].recorder.ledger.head
    async with projector.consumer.moved:
        await asyncio.wait_for(
            projector.consumer.moved.wait_for(lambda: projector.consumer.at.position >= head), WAIT_SECONDS_MAX
        )


def reporting_entries(town: Town) -> list[bytes]:
    with town.scene.services["reporting"].store.snapshot() as reader:
        return [stored.entry for stored in ledger.read_page(reader, 0, ledger.PAGE_ENTRIES_MAX)]


def check(town: Town, reader: Reader, scratch: Path) -> None:
    """The read model is what the ledger says, counted both ways."""
    assert recount.differences(reader) == []
    assert recount.differences_from(reader, reporting_entries(town), scratch) == []


async def figures(client: httpx.AsyncClient, directive: str, unit: str, **headers: str) -> Any:
    answer = await client.get(f"/api/v1/dashboard/directives/{directive}", params={"unit": unit}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_whoever_reports_reads_their_own_report_in_the_figures_at_once(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        directive = await town.directive()
        reporter = town.with_role("unit_reporter", town.units.first)
        for number in range(1, 4):
            report = REPORT | {"done_count": number}
            done = await reporter.post(f"{town.path(directive, town.units.first)}/report", json=report)
            assert done.status_code == 200, done.text
            shown = await figures(
                reporter, directive, town.units.first, **{"hj-not-before": done.headers["hj-position"]}
            )
            assert shown["headline"]["index"] == "60.0"
        operator = town.with_role("operator", town.units.root)
        district = await figures(operator, directive, town.units.root)
        assert (district["headline"]["index"], district["headline"]["mass"]) == ("30.0", 2)
        assert [row["route_units"] for row in district["layers"]] == [1, 1, 2]
        await caught_up(town, projector)
        with projector.store.snapshot() as reader:
            check(town, reader, tmp_path / "scratch.sqlite3")


async def test_a_caller_sees_only_their_own_subtree(nats_server: NatsServer, tmp_path: Path) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        directive = await town.directive()
        await caught_up(town, projector)
        first = town.with_role("unit_secretary", town.units.first)
        assert (await figures(first, directive, town.units.first))["unit"]["unit_id"] == town.units.first
        for unit in (town.units.root, town.units.committee, town.units.second):
            for path in ("", "/children", "/blockers", "/explain"):
                url = f"/api/v1/dashboard/directives/{directive}{path}"
                refused = await first.get(url, params={"unit": unit})
                assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
            overview = await first.get("/api/v1/dashboard/overview", params={"unit": unit})
            assert overview.status_code == 403
            watch = await first.get("/api/v1/stream", params={"node": unit})
            assert watch.status_code == 403
        seen = (await first.get("/api/v1/feed", params={"limit": 100})).json()["items"]
        assert seen and {item["unit"]["unit_id"] for item in seen} == {town.units.first}
        unknown = await first.get("/api/v1/dashboard/overview", params={"unit": "unit_nobody"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")
        stranger = await town.client().get("/api/v1/dashboard/overview", params={"unit": town.units.first})
        assert stranger.status_code == 401


async def test_a_viewer_is_told_what_changed(nats_server: NatsServer, tmp_path: Path) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        directive = await town.directive()
        await caught_up(town, projector)
        operator = town.with_role("operator", town.units.root)
        reporter = town.with_role("unit_reporter", town.units.second)
        nodes = httpx.QueryParams({"node": [town.units.root, town.units.second], "directive": directive})
        async with asyncio.timeout(WAIT_SECONDS_MAX), operator.stream("GET", "/api/v1/stream", params=nodes) as stream:
            lines = stream.aiter_lines()
            assert await next_indices(lines, 2) == {town.units.root: "0.0", town.units.second: "0.0"}
            await reporter.post(f"{town.path(directive, town.units.second)}/report", json=REPORT)
            wanted = {town.units.root: "30.0", town.units.second: "60.0"}
            shown: dict[str, str] = {}
            while shown != wanted:
                shown |= await next_indices(lines, 1)


async def test_a_latest_time_that_passes_is_seen_by_who_watches_though_nobody_acts(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hands that leap days ahead are seen at the next look.
    monkeypatch.setattr(alarm, "LOOK_SECONDS_MAX", 0.01)
    async with running(nats_server, tmp_path) as (town, projector):
        directive = await town.directive()
        await caught_up(town, projector)
        hands = Hands(security_now_us())
        clock = BusinessClock(ClockSettings.real(), wall=hands)
        town.gateway.api.board._clock = town.gateway.api.figures._alarm._clock = clock
        operator = town.with_role("operator", town.units.root)
        nodes = httpx.QueryParams({"node": town.units.root, "directive": directive})
        async with asyncio.timeout(WAIT_SECONDS_MAX), operator.stream("GET", "/api/v1/stream", params=nodes) as stream:
            events = (json.loads(line[6:]) async for line in stream.aiter_lines() if line.startswith("data: "))
            shown = await anext(events)
            overdue = [shown["headline"]["overdue_e9"]]
            turns = 0
            while shown["changes_at_us"]:
                hands.us = shown["changes_at_us"]
                shown, turns = await anext(events), turns + 1
                assert shown["moment"]["business_us"] == hands.us
                overdue.append(shown["headline"]["overdue_e9"])
        # All that was asked and not done is overdue at the end, and it came step by step.
        assert overdue[0] == 0 and overdue == sorted(overdue)
        assert overdue[-1] == shown["headline"]["mass"] * 10**9
        assert turns >= len(set(overdue)) - 1 > 0


async def next_indices(lines: AsyncIterator[str], count: int) -> dict[str, str]:
    found: dict[str, str] = {}
    async for line in lines:
        if line.startswith("data: "):
            event = json.loads(line.removeprefix("data: "))
            found[event["unit"]["unit_id"]] = event["headline"]["index"]
            if len(found) == count:
                break
    return found


async def test_a_read_model_is_rebuilt_beside_the_old_one_which_is_read_meanwhile(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        directive = await town.directive()
        await caught_up(town, projector)
        operator = town.with_role("operator", town.units.root)
        before = await figures(operator, directive, town.units.root)
        stores = town.scene.folder.stores
        old = current_file(stores)
        request_rebuild(stores)
        await projector.stop()
        assert (await figures(operator, directive, town.units.root))["headline"] == before["headline"]
        again = Projector(town.scene.site())
        await again.start()
        try:
            await asyncio.wait_for(again.consumer.started.wait(), WAIT_SECONDS_MAX)
            if again._swap is not None:
                await asyncio.wait_for(asyncio.shield(again._swap), WAIT_SECONDS_MAX)
            assert current_file(stores) != old and not old.exists() and not rebuild_requested(stores)
            assert (await figures(operator, directive, town.units.root))["headline"] == before["headline"]
            model = ReadModel(stores)
            with model.snapshot() as reader:
                check(town, reader, tmp_path / "scratch.sqlite3")
            model.close()
        finally:
            await again.stop()


async def test_the_projector_says_how_it_is(nats_server: NatsServer, tmp_path: Path) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        await caught_up(town, projector)
        chassis = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
        client = ServiceClient(town.scene.broker, projector.subjects, "projector", chassis)
        answer = await client.call("Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse)
        health = answer.message
        assert health.ready and health.service == "projector"
        (inbox,) = health.inboxes
        head = town.scene.services["reporting"].recorder.ledger.head
        assert (inbox.producer, inbox.position, inbox.parked, inbox.forked) == ("reporting", head, 0, False)
        text = await client.call("Metrics", chassis_pb2.MetricsRequest(), chassis_pb2.MetricsResponse)
        assert text.message.text


async def test_what_the_asking_costs_is_answered_to_those_above_and_down_to_its_entries(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        await town.directive()
        await caught_up(town, projector)
        operator = town.with_role("operator", town.units.root)
        asked = {"unit": town.units.root}
        found = (await operator.get("/api/v1/dashboard/burden", params=asked)).json()
        assert [layer["asked_above"] for layer in found["layers"]] == [0, 0, 2]
        assert (found["load"]["items"], found["load"]["persons"], found["load"]["cells"]) == (2, None, [])
        assert "李乙" not in str(found) and "person_" not in str(found)
        entries = await operator.get("/api/v1/dashboard/burden/entries", params=asked | {"figure": "load"})
        units = {entry["unit"]["unit_id"] for entry in entries.json()["entries"]}
        assert units == {town.units.first, town.units.second} and "person_" not in entries.text
        secretary = town.with_role("unit_secretary", town.units.first)
        refused = await secretary.get("/api/v1/dashboard/burden", params=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
        strange = await operator.get("/api/v1/dashboard/burden/entries", params=asked | {"figure": "mood"})
        assert (strange.status_code, strange.json()["code"]) == (400, "BAD_REQUEST")


async def test_an_operator_takes_the_same_pack_twice_and_nobody_else_any(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        await town.directive()
        await caught_up(town, projector)
        operator = town.with_role("operator", town.units.root)
        asked = {"unit": town.units.root, "lang": "zh"}
        first = await operator.get("/api/v1/dashboard/pack.pdf", params=asked)
        assert first.status_code == 200 and first.content[:5] == b"%PDF-", first.text
        frozen = asked | {"as_of": first.headers["hj-position"], "at": first.headers["hj-at"]}
        reporter = town.with_role("unit_reporter", town.units.first)
        report = town.path(
            (await operator.get("/api/v1/directives")).json()["items"][0]["directive_id"], town.units.first
        )
        assert (await reporter.post(f"{report}/report", json=REPORT)).status_code == 200
        await caught_up(town, projector)
        again = await operator.get("/api/v1/dashboard/pack.pdf", params=frozen)
        assert again.content == first.content
        document = await operator.get("/api/v1/dashboard/pack.docx", params=asked)
        assert document.status_code == 200 and document.content[:2] == b"PK"
        for role in ("unit_secretary", "inspector", "verifier"):
            refused = await town.with_role(role, town.units.root).get("/api/v1/dashboard/pack.pdf", params=asked)
            assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
        below = await town.with_role("operator", town.units.committee).get("/api/v1/dashboard/pack.pdf", params=asked)
        assert below.status_code == 403
        # A district that is younger than the last meeting is told from its beginning.
        young = await operator.get("/api/v1/dashboard/pack.docx", params=asked | {"since": "1000000"})
        assert young.status_code == 200, young.text
        later = await operator.get("/api/v1/dashboard/pack.docx", params=asked | {"since": "9" * 17})
        assert (later.status_code, later.json()["params"]["field"]) == (400, "since")
        strange = await operator.get("/api/v1/dashboard/pack.pdf", params=asked | {"kind": "year"})
        assert (strange.status_code, strange.json()["code"]) == (400, "BAD_REQUEST")


async def test_a_committee_follows_what_a_directive_asks_of_the_school_that_answers_to_it_by_the_route(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with running(nats_server, tmp_path) as (town, projector):
        units = town.units
        committee = await town._establish(units.root, "370211.9", "示例教育工委", "working_committee")
        operator = town.with_role("operator", units.root)
        links = [{"unit": units.second, "superior": committee}]
        drawn = await operator.post(
            "/api/v1/routes", json={"name": "教育条线", "kind": "line_of_work", "basis": "示例", "links": links}
        )
        assert drawn.status_code == 201, drawn.text
        body = {
            "turnover": "370211/district/2026", "number": "督〔2026〕9号", "title": "报送教育情况", "text": "请报送。",
            "basis": "方案第三条", "source": "区委", "urgency": "ordinary", "issuer_unit_id": units.root,
            "scope": {"subtree_unit_id": units.root, "kinds": ["branch"]}, "lead_unit_id": units.root,
            "route_id": drawn.json()["route_id"],
        }  # fmt: skip
        issued = await operator.post("/api/v1/directives", json=body)
        assert issued.status_code == 201, issued.text
        by_route, by_tree = issued.json()["directive_id"], await town.directive()
        await caught_up(town, projector)
        secretary = town.with_role("unit_secretary", committee)
        below = await secretary.get(f"/api/v1/dashboard/directives/{by_route}/children", params={"unit": committee})
        assert [row["unit"]["unit_id"] for row in below.json()["items"]] == [units.second]
        school = await figures(secretary, by_route, units.second)
        assert (school["directive"]["route_name"], school["layer"]) == ("教育条线", 2)
        for directive in (by_tree, "all"):
            nodes = {"node": units.second, "directive": directive}
            watch = await secretary.get("/api/v1/stream", params=nodes)
            assert watch.status_code == 403, directive
        refused = await secretary.get(f"/api/v1/dashboard/directives/{by_tree}", params={"unit": units.second})
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
        nodes = {"node": units.second, "directive": by_route}
        async with asyncio.timeout(WAIT_SECONDS_MAX), secretary.stream("GET", "/api/v1/stream", params=nodes) as stream:
            assert await next_indices(stream.aiter_lines(), 1) == {units.second: "0.0"}
        board = town.gateway.api.board
        known = await board.names(principal("unit_secretary", committee), [units.second, units.first])
        assert known == {units.second: "第二党支部"}
        known = await board.names(principal("unit_secretary", units.second), [committee, units.first])
        assert known == {committee: "示例教育工委"}
        with projector.store.snapshot() as reader:
            check(town, reader, tmp_path / "scratch.sqlite3")
