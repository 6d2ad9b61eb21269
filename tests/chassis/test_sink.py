"""Entries that a consumer uses nothing of cost it no commit, and are never claimed before they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from huanjie.ledger.v1 import ledger_pb2
from services.chassis import inbox, ledger, sink
from services.chassis.app import App
from services.chassis.service import Service
from tests.brokers import NatsServer
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import Scene
from tests.chassis.test_way import mirrored, open_and_add


def only_openings() -> App:
    """The mirror, which does not listen to additions."""
    opened = str(pb.CounterOpened.DESCRIPTOR.full_name)
    listen = MIRROR.listens["counters"]
    projections = {opened: listen.projections[opened]}
    return replace(MIRROR, listens={"counters": replace(listen, projections=projections, reactions={})})


async def quiet(mirror: Service) -> None:
    """Ends the chassis' own loops, which would commit in between."""
    for loop in mirror._loops:
        await loop.stop()


def kept(mirror: Service) -> int:
    with mirror.store.snapshot() as reader:
        return inbox.position_of(reader, "counters").position


async def test_what_is_used_nothing_of_moves_the_inbox_with_the_next_commit(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        counters = await scene.start(COUNTERS)
        mirror = await scene.start(only_openings())
        await quiet(mirror)
        await open_and_add(scene, "c1", [])
        await scene.settled("mirror", "counters")
        used = kept(mirror)
        await open_and_add_more(scene, 20)
        await scene.settled("mirror", "counters")
        head = counters.recorder.ledger.head
        assert mirror.consumers["counters"].at.position == head
        assert kept(mirror) == used == head - 20
        await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="free"), pb.ReserveResponse)
        with mirror.store.snapshot() as reader:
            last = ledger_pb2.Entry.FromString(list(ledger.read_all(reader))[-1].entry)
        assert [(seen.producer, seen.position) for seen in last.seen] == [("counters", head)]
        assert kept(mirror) == head


async def test_what_was_not_kept_is_read_again_and_used_once(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(only_openings())
        await quiet(mirror)
        await open_and_add(scene, "c1", [])
        await scene.settled("mirror", "counters")
        await open_and_add_more(scene, 3)
        await scene.settled("mirror", "counters")
        assert kept(mirror) < mirror.consumers["counters"].at.position
        await scene.stop("mirror")
        await scene.start(MIRROR)
        await open_and_add(scene, "c2", [4])
        await scene.settled("mirror", "counters")
        assert (await mirrored(scene, "c2")).total == 4


async def test_no_more_than_a_bounded_number_is_read_again(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "UNKEPT_ENTRIES_MAX", 10)
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        mirror = await scene.start(only_openings())
        await open_and_add(scene, "c1", list(range(40)))
        await scene.settled("mirror", "counters")
        assert mirror.consumers["counters"].at.position - kept(mirror) < 10


async def open_and_add_more(scene: Scene, count: int) -> None:
    for _ in range(count):
        await scene.call("counters", "Add", pb.AddRequest(counter_id="c1", amount=1), pb.CounterResponse)
