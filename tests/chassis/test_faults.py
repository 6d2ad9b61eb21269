"""What happens between the services when the broker, a store or a process fails."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from services.chassis.apsw_store import ApswStore
from services.chassis.refusals import LedgerReadOnly, PeerNotCaughtUp
from services.chassis.restore import mark_restored
from services.chassis.service import Service
from services.chassis.settings import Limits
from services.chassis.store import StoreFenced, StoreLocked
from services.chassis.writer import Call
from tests.brokers import NatsServer
from tests.chassis.desk import ADMINISTRATOR
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror import app as mirror_app
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.sample.mirror.app import POISON, CounterOpenAlready
from tests.chassis.scene import WAIT_SECONDS_MAX, Scene
from tests.chassis.test_way import mirrored, open_and_add
from tests.proxy import Proxy


async def add(scene: Scene, counter: str, amount: int) -> None:
    await scene.call("counters", "Add", pb.AddRequest(counter_id=counter, amount=amount), pb.CounterResponse)


async def test_a_broker_that_forgot_everything_is_refilled(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1] * 20)
        await scene.settled("mirror", "counters")
        nats_server.kill()
        nats_server.forget()
        nats_server.start()
        await scene.reconnected()
        for _ in range(10):
            await add(scene, "c1", 1)
        await scene.settled("mirror", "counters")
        assert (await mirrored(scene, "c1")).total == 30
        await scene.published("counters")
        stream = scene.services["counters"].subjects.stream("counters")
        assert (await scene.broker.stream_state(stream)).last == scene.services["counters"].recorder.ledger.head


async def test_commands_are_kept_while_the_broker_is_cut_and_arrive_afterwards(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        counters = await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        await scene.settled("mirror", "counters")
        nats_server.kill()
        bound = counters.calls._calls["Add"]
        for n in range(5):
            command = pb.AddRequest(counter_id="c1", amount=10)
            call = Call(bound, ADMINISTRATOR, f"cut-{n}", command.SerializeToString(), command)
            outcome = await counters.writer.execute(call)
            assert not outcome.HasField("refused")
        nats_server.start()
        await scene.settled("mirror", "counters")
        await scene.reconnected()
        assert (await mirrored(scene, "c1")).total == 51


async def test_a_decision_on_an_absence_is_refused_while_the_broker_is_cut(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    """Both ways: with the producer's word it is decided, without it nobody guesses; and nothing is missed after."""
    async with Scene(nats_server, tmp_path / "data") as scene, Proxy(nats_server.port) as way:
        counters = await scene.start(COUNTERS, way.url)
        await scene.start(MIRROR)
        await open_and_add(scene, "taken", [])
        await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="free"), pb.ReserveResponse)
        with pytest.raises(CounterOpenAlready):
            await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="taken"), pb.ReserveResponse)
        way.cut()
        opened = pb.OpenCounterRequest(counter_id="other")
        call = Call(counters.calls._calls["OpenCounter"], ADMINISTRATOR, "cut", opened.SerializeToString(), opened)
        assert not (await counters.writer.execute(call)).HasField("refused")
        with pytest.raises(PeerNotCaughtUp):
            await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="other"), pb.ReserveResponse)
        way.mend()
        await scene.reconnected()
        with pytest.raises(CounterOpenAlready):
            await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="other"), pb.ReserveResponse)
        await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id="unheard"), pb.ReserveResponse)


async def test_a_fact_committed_just_before_the_decision_is_never_missed(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        for n in range(10):
            opened = pb.OpenCounterRequest(counter_id=f"c{n}")
            await scene.call("counters", "OpenCounter", opened, pb.CounterResponse)
            with pytest.raises(CounterOpenAlready):
                await scene.call("mirror", "Reserve", pb.ReserveRequest(counter_id=f"c{n}"), pb.ReserveResponse)


async def test_an_entry_that_cannot_be_applied_parks_its_subject_only(nats_server: NatsServer, tmp_path: Path) -> None:
    mirror_app.poison_active[0] = True
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "sick", [])
        await open_and_add(scene, "well", [])
        await add(scene, "sick", POISON)
        await add(scene, "sick", 2)
        await add(scene, "well", 3)
        await scene.settled("mirror", "counters")
        assert (await mirrored(scene, "sick")).total == 0
        assert (await mirrored(scene, "well")).total == 3
        mirror_app.poison_active[0] = False
        await scene.stop("mirror")
        await scene.start(MIRROR)
        assert (await mirrored(scene, "sick")).total == POISON + 2


async def test_a_second_writer_is_refused_and_a_seized_one_cannot_commit(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        service = await scene.start(COUNTERS)
        await open_and_add(scene, "c1", [])
        with pytest.raises(StoreLocked):
            await Service(COUNTERS, scene.site()).start()
        stand_by = ApswStore(scene.folder.stores / "counters.sqlite3")
        stand_by.seize("stand-by")
        with pytest.raises(StoreFenced), service.store.transaction():
            pytest.fail("a stale writer opened a transaction")
        stand_by.close()


async def test_a_rolled_back_ledger_is_seen_and_takes_no_more_commands(nats_server: NatsServer, tmp_path: Path) -> None:
    """Somebody copied an older file back by hand: the broker remembers more than the ledger."""
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        older = tmp_path / "older.sqlite3"
        scene.services["counters"].store.backup_to(older)
        await add(scene, "c1", 2)
        await scene.settled("mirror", "counters")
        await scene.stop("counters")
        put_back(scene, older)
        counters = await scene.start(COUNTERS)
        await asyncio.wait_for(counters.relay.started.wait(), WAIT_SECONDS_MAX)
        with pytest.raises(LedgerReadOnly):
            await add(scene, "c1", 4)


def put_back(scene: Scene, older: Path) -> None:
    path = scene.folder.stores / "counters.sqlite3"
    for leftover in path.parent.glob("counters.sqlite3-*"):
        leftover.unlink()
    shutil.copy(older, path)


async def test_a_restored_backup_opens_a_new_ledger_and_stops_whoever_read_further(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        older = tmp_path / "older.sqlite3"
        first_id = scene.services["counters"].recorder.ledger.identity.ledger_id
        scene.services["counters"].store.backup_to(older)
        await add(scene, "c1", 2)
        await scene.settled("mirror", "counters")
        await scene.stop("counters")
        put_back(scene, older)
        mark_restored(scene.folder.stores / "counters.sqlite3", "test")
        nats_server.kill()
        nats_server.forget()
        nats_server.start()
        await scene.reconnected()
        counters = await scene.start(COUNTERS)
        assert counters.recorder.ledger.identity.ledger_id != first_id
        mirror = scene.services["mirror"].consumers["counters"]
        async with asyncio.timeout(WAIT_SECONDS_MAX), mirror.moved:
            await mirror.moved.wait_for(lambda: bool(mirror.at.forked))
        assert (await mirrored(scene, "c1")).total == 3


async def test_a_consumer_that_was_not_further_goes_on_after_a_restore(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Scene(nats_server, tmp_path / "data") as scene:
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await open_and_add(scene, "c1", [1])
        await scene.settled("mirror", "counters")
        older = tmp_path / "older.sqlite3"
        await scene.stop("mirror")
        scene.services["counters"].store.backup_to(older)
        await add(scene, "c1", 2)
        await scene.stop("counters")
        put_back(scene, older)
        mark_restored(scene.folder.stores / "counters.sqlite3", "test")
        nats_server.kill()
        nats_server.forget()
        nats_server.start()
        await scene.reconnected()
        await scene.start(COUNTERS)
        await scene.start(MIRROR)
        await add(scene, "c1", 40)
        await scene.settled("mirror", "counters")
        assert (await mirrored(scene, "c1")).total == 41


async def test_a_second_relay_is_fenced_and_nothing_is_published_twice(nats_server: NatsServer, tmp_path: Path) -> None:
    from services.chassis.broker import connect
    from services.chassis.relay import Relay

    async with Scene(nats_server, tmp_path / "data") as scene:
        counters = await scene.start(COUNTERS)
        await scene.start(MIRROR)
        broker = await connect(nats_server.url, "second-relay")
        advanced = asyncio.Event()
        second = Relay(broker, counters.store, counters.subjects, "counters", advanced, print, Limits())
        second.start()
        await open_and_add(scene, "c1", [])
        for _ in range(100):
            await add(scene, "c1", 1)
            advanced.set()
        await scene.settled("mirror", "counters")
        await scene.published("counters")
        await second.stop()
        await broker.close()
        assert second.problem == ""
        assert (await mirrored(scene, "c1")).additions == 100
        state = await scene.broker.stream_state(counters.subjects.stream("counters"))
        assert state.last == counters.recorder.ledger.head
