"""A unit's system on a bad line: it makes its own ids, is cut off in the middle, and sends the same again.

Nothing is done twice and nothing is lost, whichever end of the line went away.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.api import reports
from gateway.api.incoming import Incoming
from gateway.api.reports import _Slice
from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2, matters_pb2
from services.chassis import ledger
from services.chassis.ledger import PAGE_ENTRIES_MAX
from services.reporting.app import APP as REPORTING
from tests.api.town import Town
from tests.brokers import NatsServer

pytestmark = pytest.mark.asyncio

PATH = "/api/v1/reports:batch"
ROWS = 12
SLICE_ROWS = 2
WAIT_SECONDS_MAX = 20


@asynccontextmanager
async def offline_town(server: NatsServer, root: Path) -> AsyncIterator[tuple[Town, httpx.AsyncClient, str]]:
    """A town, a unit's own system, and a directive that it reports on."""
    async with Town(server, root) as town:
        yield town, town.with_role("unit_reporter", town.units.first), await town.directive()


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of several slices."""
    monkeypatch.setattr(reports, "SLICE_ROWS", SLICE_ROWS)


def batch(town: Town, directive: str) -> dict[str, Any]:
    """Corrections of one report: each row that is taken is a number of its own."""
    row = {"directive_id": directive, "unit_id": town.units.first, "due_count": ROWS}
    return {"rows": [row | {"done_count": done} for done in range(1, ROWS + 1)]}


def reported(town: Town) -> list[tuple[int, int]]:
    """(number, done) of every report in the ledger, in its order."""
    name = directives_pb2.ReportSubmitted.DESCRIPTOR.full_name
    events = [directives_pb2.ReportSubmitted.FromString(data) for data in data_of(town, name)]
    return [(event.report_number, event.done_count) for event in events]


def data_of(town: Town, name: str) -> list[bytes]:
    """What the ledger holds of a kind of event."""
    with town.scene.services["reporting"].store.snapshot() as reader:
        entries = [ledger_pb2.Entry.FromString(each.entry) for each in ledger.read_page(reader, 0, PAGE_ENTRIES_MAX)]
    return [entry.data for entry in entries if entry.type == name]


def at_slice(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], Awaitable[None]]) -> None:
    """Slices of a batch go one after the other; before that one, the first time, something happens."""
    send, acted = _Slice.send, set[int]()
    sent: dict[tuple[int, int], asyncio.Event] = defaultdict(asyncio.Event)
    batches: list[Incoming] = []

    async def in_turn(piece: _Slice, incoming: Incoming, *arguments: Any) -> None:
        batches.append(incoming)
        if piece.number:
            await sent[id(incoming), piece.number - 1].wait()
        if piece.number == number and number not in acted:
            acted.add(number)
            await act()
        await send(piece, incoming, *arguments)
        sent[id(incoming), piece.number].set()

    monkeypatch.setattr(_Slice, "send", in_turn)


async def send_raw(url: str, headers: dict[str, str], body: bytes, count: int) -> asyncio.StreamWriter:
    """A request of which only so many bytes of the body are sent."""
    split = urlsplit(url)
    _, writer = await asyncio.open_connection(split.hostname, split.port)
    lines = [f"POST {PATH} HTTP/1.1", f"Host: {split.netloc}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    writer.write("\r\n".join(lines).encode() + body[:count])
    await writer.drain()
    return writer


def headers_of(system: httpx.AsyncClient, key: str) -> dict[str, str]:
    return {"authorization": system.headers["authorization"], "idempotency-key": key}


async def test_a_line_cut_while_a_batch_is_sent_or_answered_loses_and_doubles_nothing(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with offline_town(nats_server, tmp_path) as (town, system, directive):
        body = json.dumps(batch(town, directive)).encode()
        headers = headers_of(system, "cut-1")
        # Half of the rows had left when the line went.
        half = await send_raw(town.gateway.url, headers, body, len(body) // 2)
        half.transport.abort()
        assert (await system.get("/api/v1/session")).status_code == 200
        assert reported(town) == []
        # All had left, and some were recorded, when the line went: nobody heard of them.
        middle, cut = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            middle.set()
            await cut.wait()

        at_slice(monkeypatch, ROWS // SLICE_ROWS // 2, hold)
        whole = await send_raw(town.gateway.url, headers, body, len(body))
        await asyncio.wait_for(middle.wait(), WAIT_SECONDS_MAX)
        taken = reported(town)
        assert 0 < len(taken) < ROWS
        whole.transport.abort()
        cut.set()
        again = await system.post(PATH, content=body, headers=headers | {"content-type": "application/json"})
        answer = again.json()
        assert (answer["accepted"], answer["refused"], answer["complete"]) == (ROWS, 0, True)
        assert reported(town) == [(number, number) for number in range(1, ROWS + 1)]
        assert reported(town)[: len(taken)] == taken


async def test_a_batch_whose_service_goes_away_in_the_middle_is_resumed_where_it_stopped(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with offline_town(nats_server, tmp_path) as (town, system, directive):
        key = {"idempotency-key": "resume-1"}
        stopped_at = ROWS // SLICE_ROWS // 2
        at_slice(monkeypatch, stopped_at, lambda: town.scene.stop("reporting"))
        first = (await system.post(PATH, json=batch(town, directive), headers=key)).json()
        taken = stopped_at * SLICE_ROWS
        assert (first["accepted"], first["complete"]) == (taken, False)
        assert [receipt["accepted"] for receipt in first["receipts"]] == [True] * taken + [False] * (ROWS - taken)
        assert {receipt["code"] for receipt in first["receipts"][taken:]} == {"SERVICE_UNREACHABLE"}
        await town.scene.start(REPORTING)
        again = (await system.post(PATH, json=batch(town, directive), headers=key)).json()
        assert (again["accepted"], again["complete"]) == (ROWS, True)
        assert again["receipts"][:taken] == first["receipts"][:taken]
        assert reported(town) == [(number, number) for number in range(1, ROWS + 1)]


async def test_what_was_kept_while_offline_may_be_sent_as_often_as_it_takes(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    """Each act under an id that its sender made; the second time is answered as the first, in whatever order."""
    async with offline_town(nats_server, tmp_path) as (town, system, directive):
        path = town.path(directive, town.units.first)
        matter = {"topic": "venue", "kind": "difficulty", "text": "没有能容纳全体党员的会场。"}
        kept: list[tuple[str, str, dict[str, Any]]] = [
            ("own-1", f"{path}/start", {}),
            ("own-2", f"{path}/report", {"due_count": 12, "done_count": 9}),
            ("own-3", f"/api/v1/units/{town.units.first}/matters", matter),
        ]
        first = [await system.post(url, json=body, headers={"idempotency-key": key}) for key, url, body in kept]
        assert all(answer.is_success for answer in first), [answer.text for answer in first]
        heads = await town.heads()
        again = [
            await system.post(url, json=body, headers={"idempotency-key": key}) for key, url, body in reversed(kept)
        ]
        assert [answer.json() for answer in reversed(again)] == [answer.json() for answer in first]
        assert await town.heads() == heads
        assert len(data_of(town, matters_pb2.MatterRaised.DESCRIPTOR.full_name)) == 1
        other = await system.post(
            kept[1][1], json={"due_count": 12, "done_count": 1}, headers={"idempotency-key": "own-2"}
        )
        assert (other.status_code, other.json()["code"]) == (409, "REQUEST_ID_REUSED")
        assert await town.heads() == heads
