"""kill -9 and SIGSTOP of any process under load; and the same test catches builds that are broken on purpose."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from huanjie.chassis.v1 import chassis_pb2
from huanjie.ledger.v1 import ledger_pb2
from services.chassis import doctor, ledger
from services.chassis.apsw_store import ApswStore
from services.chassis.client import ServiceClient
from services.chassis.wire import Subjects
from services.kernel.refusal import Refusal
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS_APP
from tests.chassis.scene import DISTRICT
from tests.faults.campaign import WAIT_SECONDS_MAX, Campaign, print_environment

pytestmark = pytest.mark.faults

BLOWS = 16
MUTANT_BLOWS = 2


async def settle(campaign: Campaign) -> None:
    """Waits until the mirror has read, and the relay published, everything that the counters hold."""
    descriptor = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
    subjects = Subjects(DISTRICT)
    counters = ServiceClient(campaign.broker, subjects, "counters", descriptor)
    mirror = ServiceClient(campaign.broker, subjects, "mirror", descriptor)
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while True:
            try:
                request = chassis_pb2.HealthRequest()
                theirs = (await counters.call("Health", request, chassis_pb2.HealthResponse)).message
                ours = (await mirror.call("Health", request, chassis_pb2.HealthResponse)).message
            except Refusal:
                continue
            if ours.inboxes[0].forked or ours.inboxes[0].parked or any(p.blocking for p in theirs.problems):
                return
            if ours.inboxes[0].position >= theirs.head_position <= theirs.published_position:
                return


async def faults_found(campaign: Campaign) -> list[str]:
    """Compares everything with everything; empty when nothing was lost, doubled or bent."""
    found = list(campaign.load.contradictions)
    acknowledged = campaign.load.acknowledged
    stores = campaign.folder.stores
    counters = ApswStore(stores / "counters.sqlite3")
    mirror = ApswStore(stores / "mirror.sqlite3")
    with counters.snapshot() as reader:
        entries = [ledger_pb2.Entry.FromString(s.entry) for s in ledger.read_all(reader)]
        rows = {str(r[0]): (r[1], r[2]) for r in reader.all("SELECT counter_id, total, additions FROM counter")}
        broken = doctor.broken_entries(reader)
    with mirror.snapshot() as reader:
        mirrored = {str(r[0]): (r[1], r[2]) for r in reader.all("SELECT counter_id, total, additions FROM mirrored")}
        parked = reader.one("SELECT COUNT(*) FROM parked")
        forked = reader.one("SELECT forked FROM inbox")
    amounts = Counter(pb.Added.FromString(e.data).amount for e in entries if e.type.endswith(".Added"))
    lost = [a for a in acknowledged if a not in amounts]
    doubled = [a for a, n in amounts.items() if n > 1]
    found += [f"acknowledged and lost: {lost[:5]}"] if lost else []
    found += [f"done twice: {doubled[:5]}"] if doubled else []
    found += [f"the ledger's own hashes break at {broken[:5]}"] if broken else []
    expected = {
        c: (sum(a for a in amounts if f"c{a % 4}" == c), sum(1 for a in amounts if f"c{a % 4}" == c)) for c in rows
    }
    found += [] if rows == expected else [f"state differs from the ledger: {rows} {expected}"]
    found += [] if mirrored == rows else [f"the mirror differs: {mirrored} {rows}"]
    found += [f"parked: {parked}"] if parked != (0,) else []
    found += [f"forked: {forked}"] if forked and forked[0] else []
    found += doctor.differences(counters, COUNTERS_APP, stores / "refold.sqlite3")
    found += await stream_differences(campaign, {e.position for e in entries}, counters)
    counters.close()
    mirror.close()
    return found


async def stream_differences(campaign: Campaign, positions: set[int], counters: ApswStore) -> list[str]:
    """Stream sequence = ledger position, same bytes: looked at over the whole stream."""
    stream = Subjects(DISTRICT).stream("counters")
    state = await campaign.broker.stream_state(stream)
    if state.last != max(positions):
        return [f"the stream ends at {state.last}, the ledger at {max(positions)}"]
    sample = range(max(state.first, state.last - 300), state.last + 1)
    with counters.snapshot() as reader:
        for position in sample:
            stored = ledger.read_page(reader, position - 1, 1)[0]
            if await campaign.broker.message_at(stream, position) != stored.entry:
                return [f"the stream holds other bytes at {position}"]
    return []


async def test_no_acknowledged_command_is_lost_or_doubled_whatever_dies(tmp_path: Path, seed: int) -> None:
    print_environment(seed)
    async with Campaign(tmp_path, seed) as campaign:
        await campaign.run(BLOWS)
        await campaign.finish()
        await settle(campaign)
        assert await faults_found(campaign) == []
        assert len(campaign.load.acknowledged) > BLOWS * 20


@pytest.mark.parametrize(
    ("mutant", "blows"),
    [
        ("inbox_outside_the_transaction", ("kill_mirror_in_its_moment",)),
        ("relay_skips_a_row", ("stop_counters_a_while",)),
        ("answer_before_commit", ("kill_counters_in_its_moment",)),
    ],
)
async def test_a_build_that_is_broken_on_purpose_is_caught(
    tmp_path: Path, seed: int, mutant: str, blows: tuple[str, ...]
) -> None:
    print_environment(seed)
    found: list[str] = []
    async with Campaign(tmp_path, seed, mutant) as campaign:
        await campaign.run(MUTANT_BLOWS, blows)
        await campaign.finish()
        await settle(campaign)
        found = await faults_found(campaign)
    print(found)
    assert found, f"{mutant} was not caught in {MUTANT_BLOWS} blows"
