"""Live figures and the feed, over a real broker and real HTTP, with a read model of a few lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.callers import NOBODY, Caller
from gateway.api.sse import HEARTBEAT
from gateway.api.stream import FigureHub, FigureViewer
from gateway.api.views import FeedItem, Figures, Flush, Key, Views, encode_flush
from services.chassis.broker import connect
from services.chassis.clock import BusinessClock, ClockSettings
from services.chassis.refusals import PermissionDenied
from services.chassis.wire import Subjects
from tests.api.town import Town
from tests.brokers import NatsServer
from tests.chassis.desk import Hands
from tests.chassis.scene import DISTRICT

WAIT_SECONDS_MAX = 10
BASE = Subjects(DISTRICT).view("figures")


class Model:
    """What a dashboard would know."""

    def __init__(self) -> None:
        self.position = 0
        self.figures: dict[Key, bytes] = {}
        self.items: list[FeedItem] = []
        self.reads = 0
        self.denied: set[str] = set()

    def views(self) -> Views:
        return Views(self.admit, self.read, self.feed)

    async def admit(self, caller: Caller, keys: Sequence[Key]) -> None:
        if any(key.unit_id in self.denied for key in keys):
            raise PermissionDenied(action="WatchFigures")

    async def read(self, key: Key) -> Figures:
        self.reads += 1
        return Figures(self.position, self.figures.get(key, b"{}"))

    async def feed(self, caller: Caller, after: str, limit: int) -> list[FeedItem]:
        start = int(after) if after else max(0, len(self.items) - limit)
        return self.items[start : start + limit]

    def change(self, key: Key, value: int, *, only_key: bool = False) -> bytes:
        """Changes the store and returns the flush that says so."""
        self.position += 1
        self.figures[key] = orjson.dumps({"value": value})
        return encode_flush(self.position, [(key, None if only_key else self.figures[key])])

    def happen(self, text: str) -> None:
        self.items.append(FeedItem(str(len(self.items) + 1), orjson.dumps({"text": text})))


@asynccontextmanager
async def town_of(server: NatsServer, root: Path, model: Model, viewers_max: int = 8) -> AsyncIterator[Town]:
    async with Town(server, root, views=model.views(), viewers_max=viewers_max) as town:
        yield town


async def publish(town: Town, name: str, payload: bytes) -> None:
    client = town.scene.broker.client
    await client.publish(Subjects(DISTRICT).view(name), payload)
    await town.scene.broker.settle()


async def events(answer: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """The events of a stream, without heartbeats."""
    event: dict[str, str] = {}
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if line and name:
                event[name] = value
            elif event:
                yield event
                event = {}


async def test_a_viewer_sees_the_present_at_once_and_then_each_change(nats_server: NatsServer, tmp_path: Path) -> None:
    model = Model()
    async with town_of(nats_server, tmp_path, model) as town:
        watched = Key(town.units.root)
        model.change(watched, 1)
        secretary = town.with_role("operator", town.units.root)
        async with secretary.stream("GET", "/api/v1/stream", params={"node": town.units.root}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert "content-security-policy" in answer.headers
            seen = events(answer)
            assert await anext(seen) == {"id": "1", "event": "figures", "data": '{"value":1}'}
            await publish(town, "figures", model.change(Key("unit_else"), 9))
            await publish(town, "figures", model.change(watched, 2))
            assert await anext(seen) == {"id": "3", "event": "figures", "data": '{"value":2}'}
            # Leaf units come as keys only: what is watched is read anew.
            await publish(town, "figures", model.change(watched, 3, only_key=True))
            assert (await anext(seen))["data"] == '{"value":3}'


async def test_what_is_not_to_be_seen_is_refused_before_the_stream_opens(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    model = Model()
    async with town_of(nats_server, tmp_path, model) as town:
        model.denied.add(town.units.second)
        secretary = town.with_role("unit_secretary", town.units.first)
        answer = await secretary.get("/api/v1/stream", params={"node": town.units.second})
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
        assert (await town.client().get("/api/v1/stream", params={"node": "u"})).status_code == 401
        for query, problem in (({}, "required"), ({"node": "a b"}, "malformed"), ({"node": "u," * 65}, "too_many")):
            bad = await secretary.get("/api/v1/stream", params=query)
            assert bad.json()["params"]["problem"] == problem
        assert town.gateway.api.figures.viewers == 0


async def test_viewers_are_bounded_and_their_places_come_free(nats_server: NatsServer, tmp_path: Path) -> None:
    model = Model()
    async with town_of(nats_server, tmp_path, model, viewers_max=1) as town:
        viewer = town.with_role("operator", town.units.root)
        params = {"node": town.units.root}
        async with viewer.stream("GET", "/api/v1/stream", params=params) as answer:
            await anext(events(answer))
            full = await viewer.get("/api/v1/stream", params=params)
            assert (full.status_code, full.json()["code"], full.headers["retry-after"]) == (503, "VIEWERS_FULL", "1")
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while town.gateway.api.figures.viewers:
                await asyncio.wait_for(town.client().get("/healthz"), WAIT_SECONDS_MAX)
        async with viewer.stream("GET", "/api/v1/stream", params=params) as answer:
            assert (await anext(events(answer)))["event"] == "figures"


async def test_stopping_the_gateway_ends_open_streams(nats_server: NatsServer, tmp_path: Path) -> None:
    model = Model()
    async with town_of(nats_server, tmp_path, model) as town:
        viewer = town.with_role("operator", town.units.root)
        async with viewer.stream("GET", "/api/v1/stream", params={"node": town.units.root}) as answer:
            seen = events(answer)
            await anext(seen)
            await town.gateway.stop()
            assert [event async for event in seen] == []


async def test_the_feed_goes_on_where_its_reader_stopped(nats_server: NatsServer, tmp_path: Path) -> None:
    model = Model()
    async with town_of(nats_server, tmp_path, model) as town:
        for text in "abc":
            model.happen(text)
        reader = town.with_role("operator", town.units.root)
        page = (await reader.get("/api/v1/feed", params={"limit": 2})).json()
        assert page == {"items": [{"text": "b"}, {"text": "c"}], "next_cursor": "3"}
        assert (await reader.get("/api/v1/feed", params={"after": "3"})).json() == {"items": [], "next_cursor": "3"}
        resumed = {"last-event-id": "1"}
        async with reader.stream("GET", "/api/v1/feed/stream", headers=resumed) as answer:
            seen = events(answer)
            assert [(await anext(seen))["data"] for _ in "bc"] == ['{"text":"b"}', '{"text":"c"}']
            model.happen("d")
            await publish(town, "feed", b"")
            assert await anext(seen) == {"id": "4", "event": "item", "data": '{"text":"d"}'}


async def test_after_the_broker_was_away_watched_figures_are_read_anew(nats_server: NatsServer, tmp_path: Path) -> None:
    model, key = Model(), Key("unit_x")
    broker = await connect(nats_server.url, "hub")
    hub = FigureHub(broker, BASE, model.views())
    await hub.start()
    viewer = await hub.open(NOBODY, [key])
    await viewer.take()
    returned = asyncio.Event()
    broker.on_reconnect.append(returned.set)
    nats_server.kill()
    model.change(key, 5)
    nats_server.start()
    await asyncio.wait_for(returned.wait(), WAIT_SECONDS_MAX)
    stream = viewer.events()
    assert b'{"value":5}' in await asyncio.wait_for(anext(stream), WAIT_SECONDS_MAX)
    await stream.aclose()
    await hub.stop()
    await hub.stop()
    await broker.close()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=40), st.sets(st.integers(0, 39)))
def test_a_viewer_is_never_shown_older_after_newer_and_at_the_end_the_newest(
    offers: list[tuple[int, int]], taken_at: set[int]
) -> None:
    async def play() -> None:
        viewer, newest, shown = FigureViewer(), dict[int, int](), dict[int, int]()

        async def take() -> None:
            for line in (await viewer.take()).split():
                unit, position = map(int, line.split(b"/"))
                assert position > shown.get(unit, -1)
                shown[unit] = position

        for number, (unit, position) in enumerate(offers):
            viewer.offer(Key(str(unit)), position, b"%d/%d\n" % (unit, position))
            newest[unit] = max(newest.get(unit, -1), position)
            if number in taken_at:
                await take()
        await take()
        assert shown == newest

    asyncio.run(play())


NAMES = st.from_regex(r"[a-z]{1,6}_[a-z0-9]{1,6}", fullmatch=True)


@given(
    st.integers(0, 1 << 60),
    st.dictionaries(st.builds(Key, NAMES, NAMES), st.none() | st.binary().map(lambda data: orjson.dumps(data.hex()))),
)
def test_a_flush_is_read_as_it_was_written(position: int, changed: dict[Key, bytes | None]) -> None:
    flush = Flush.decode(encode_flush(position, changed.items()))
    assert flush == Flush(position, {key.encode(): data for key, data in changed.items()})


async def test_unchanged_figures_cost_no_viewer_anything(nats_server: NatsServer, tmp_path: Path) -> None:
    model, key = Model(), Key("unit_x")
    model.change(key, 1)
    broker = await connect(nats_server.url, "hub")
    hub = FigureHub(broker, BASE, model.views())
    await hub.start()
    viewer = await hub.open(NOBODY, [key])
    assert b'"value":1' in await viewer.take()
    await broker.client.publish(BASE, model.change(key, 1))
    flushed = asyncio.create_task(hub.flushed(WAIT_SECONDS_MAX))
    await broker.settle()
    assert await flushed
    assert await viewer.take() == b""
    assert model.reads == 1
    await hub.stop()
    await broker.close()


class Dated(Model):
    """A model whose figures say by which time they were judged, and when they change by themselves."""

    def __init__(self, hands: Hands, turns: dict[Key, int]) -> None:
        super().__init__()
        self._hands = hands
        self._turns = turns

    async def read(self, key: Key) -> Figures:
        self.reads += 1
        turn, now = self._turns[key], self._hands.us
        said = {"overdue": turn <= now, "moment": {"business_us": now}, "changes_at_us": turn if turn > now else 0}
        return Figures(self.position, orjson.dumps(said))


async def test_a_latest_time_that_passes_reaches_who_watches_it_and_reads_nothing_else(nats_server: NatsServer) -> None:
    first, other, never = Key("unit_first"), Key("unit_other"), Key("unit_never")
    hands = Hands(1_000)
    model = Dated(hands, {first: 2_000, other: 3_000, never: 1 << 50})
    broker = await connect(nats_server.url, "hub")
    hub = FigureHub(broker, BASE, model.views(), clock=BusinessClock(ClockSettings.real(), wall=hands))
    await hub.start()
    viewer, quiet = await hub.open(NOBODY, [first, other]), await hub.open(NOBODY, [never])
    shown = viewer.events()
    assert (await anext(shown)).count(b'"overdue":false') == 2
    assert b'"overdue":false' in await quiet.take()
    reads = model.reads
    hands.us = 2_000
    turned = await asyncio.wait_for(anext(shown), WAIT_SECONDS_MAX)
    assert (turned.count(b'"overdue":true'), turned.count(b'"overdue":false')) == (1, 0)
    assert model.reads == reads + 1
    # A reader who comes by meanwhile is no reason to tell the others again.
    await hub.leave(await hub.open(NOBODY, [first]))
    assert await viewer.take() == b""
    hands.us = 3_000
    turned = await asyncio.wait_for(anext(shown), WAIT_SECONDS_MAX)
    assert (turned.count(b'"overdue":true'), turned.count(b'"overdue":false')) == (1, 0)
    assert await quiet.take() == b""
    await shown.aclose()
    await hub.stop()
    await broker.close()


async def test_figures_that_were_judged_before_a_latest_time_do_not_stay(nats_server: NatsServer) -> None:
    """The projector judged them just before, and they arrive just after."""
    key, hands = Key("unit_x"), Hands(2_500)
    model = Dated(hands, {key: 2_000})
    broker = await connect(nats_server.url, "hub")
    hub = FigureHub(broker, BASE, model.views(), clock=BusinessClock(ClockSettings.real(), wall=hands))
    await hub.start()
    viewer = await hub.open(NOBODY, [key])
    shown = viewer.events()
    assert b'"overdue":true' in await anext(shown)
    model.position = 1
    late = {"overdue": False, "moment": {"business_us": 1_999}, "changes_at_us": 2_000}
    await broker.client.publish(BASE, encode_flush(1, [(key, orjson.dumps(late))]))
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while b'"overdue":true' not in await anext(shown):
            continue
    await shown.aclose()
    await hub.stop()
    await broker.close()


async def test_a_heartbeat_is_a_comment_that_readers_skip() -> None:
    assert HEARTBEAT.startswith(b":") and HEARTBEAT.endswith(b"\n\n")
