"""The whole platform as `huanjie up` runs it, under HTTP load, while its processes are killed and stopped one by one.

Every report is sent with its own key until it is acknowledged; at the end ledger, requests, state and read model agree.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
import pytest

from huanjie.ledger.v1 import ledger_pb2
from infra.local.bench.stage import Stage, staged
from infra.local.check_read_model import check_read_model
from infra.local.findings import Level
from infra.local.lifeline import process_name
from services.chassis import doctor, ledger
from services.chassis.apsw_store import ApswStore
from services.reporting.app import APP as REPORTING

pytestmark = pytest.mark.faults

WORKERS = 6
WAIT_SECONDS_MAX = 60.0
REQUEST_SECONDS_MAX = 4.0
NAMES = ("reporting", "identity", "schedule", "projector", "api", "broker")


class Load:
    """Reports of units' own systems, each insisted upon."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.acknowledged: set[str] = set()
        self.troubles = 0
        self.stopping = False
        self.moved = asyncio.Condition()
        self._next = 0

    async def worker(self) -> None:
        units = list(self.stage.keys)
        async with httpx.AsyncClient(base_url=self.stage.platform.address, timeout=REQUEST_SECONDS_MAX) as client:
            while not self.stopping:
                self._next += 1
                await self._insist(client, units[self._next % len(units)], f"fault-{self._next}", self._next)

    async def _insist(self, client: httpx.AsyncClient, unit_id: str, key: str, number: int) -> None:
        headers = {"authorization": f"Bearer {self.stage.keys[unit_id]}", "idempotency-key": key}
        body = {"due_count": 100, "done_count": number % 101, "summary": "示例"}
        while True:
            status = 0
            with suppress(httpx.TransportError):
                status = (await client.post(self.stage.report_path(unit_id), json=body, headers=headers)).status_code
            async with self.moved:
                if status == 200:
                    self.acknowledged.add(key)
                else:
                    self.troubles += 1
                self.moved.notify_all()
            if status == 200:
                return
            if status not in (0, 401, 429, 500, 502, 503, 504):
                raise AssertionError(f"a report was refused with {status}")

    async def more(self, count: int) -> None:
        goal = len(self.acknowledged) + count
        async with asyncio.timeout(WAIT_SECONDS_MAX), self.moved:
            await self.moved.wait_for(lambda: len(self.acknowledged) >= goal)

    async def trouble(self) -> None:
        goal = self.troubles + 1
        async with asyncio.timeout(WAIT_SECONDS_MAX), self.moved:
            await self.moved.wait_for(lambda: self.troubles >= goal)

    async def more_or_trouble(self, count: int) -> None:
        """Without identity only those callers are known whom the interface has seen since it started."""
        goal, limit = len(self.acknowledged) + count, self.troubles + 1
        async with asyncio.timeout(WAIT_SECONDS_MAX), self.moved:
            await self.moved.wait_for(lambda: len(self.acknowledged) >= goal or self.troubles >= limit)


def process_of(stage: Stage, name: str) -> psutil.Process | None:
    """The running process of a program."""
    for process in stage.processes():
        with suppress(psutil.NoSuchProcess):
            # Other platforms and brokers of this test run are left alone.
            if not any(str(stage.platform.folder.root) in word for word in process.cmdline()):
                continue
            if process.name() == ("nats-server" if name == "broker" else process_name(name)):
                return process
    return None


def strike(stage: Stage, name: str, signum: signal.Signals) -> None:
    """Sends a signal to a program, if it runs just now."""
    process = process_of(stage, name)
    if process is not None:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signum)


async def blows(stage: Stage, load: Load, rng: random.Random) -> None:
    """kill -9 and SIGSTOP of each process in an order that the seed draws; the broker's store deleted in the middle."""
    plan = [(name, kind) for name in NAMES for kind in ("kill", "stop")] + [("broker", "forget")]
    rng.shuffle(plan)
    for name, kind in plan:
        print(f"blow: {kind} {name} after {len(load.acknowledged)} acknowledged", flush=True)
        if kind == "kill":
            strike(stage, name, signal.SIGKILL)
        elif kind == "forget":
            shutil.rmtree(stage.platform.folder.root / "broker" / "jetstream", ignore_errors=True)
            strike(stage, name, signal.SIGKILL)
        else:
            strike(stage, name, signal.SIGSTOP)
            await (load.more_or_trouble(10) if name in ("identity", "schedule", "projector") else load.trouble())
            strike(stage, name, signal.SIGCONT)
        await load.more(rng.randrange(10, 40))


def differences(stage: Stage, acknowledged: set[str]) -> list[str]:
    """Ledger, requests and state compared; empty when nothing was lost, doubled or bent."""
    store = ApswStore(stage.platform.folder.stores / "reporting.sqlite3")
    with store.snapshot() as reader:
        taken = {str(r[0]) for r in reader.all("SELECT request_id FROM request WHERE method = 'SubmitReport'")}
        types = [ledger_pb2.Entry.FromString(s.entry).type for s in ledger.read_all(reader)]
        found = [f"broken entries: {broken}"] if (broken := doctor.broken_entries(reader)) else []
    reports = sum(t.endswith(".ReportSubmitted") for t in types)
    found += [f"acknowledged and lost: {lost}"] if (lost := sorted(acknowledged - taken)[:5]) else []
    found += [f"{reports} reports for {len(taken)} requests"] if reports != len(taken) else []
    found += doctor.differences(store, REPORTING, stage.platform.folder.stores / "refold.sqlite3")
    store.close()
    return found + read_model_differences(stage)


def read_model_differences(stage: Stage) -> list[str]:
    """What doctor says of the read model, once it has read everything; empty when it is what the ledger says."""
    folder = stage.platform.folder
    with TemporaryDirectory() as scratch:
        findings = list(check_read_model(folder, Path(scratch)))
    return [f"{f.code} {f.params}" for f in findings if f.level is not Level.OK]


def await_read_model(stage: Stage) -> None:
    """The figures at the ledger's end: a read that may not be older waits for the projection."""
    unit_id = next(iter(stage.keys))
    path = f"/directives/{stage.directive_id}/assignments/{unit_id}/report"
    body = {"due_count": 1, "done_count": 1, "summary": "示例"}
    headers = {"authorization": f"Bearer {stage.keys[unit_id]}", "idempotency-key": "last"}
    with httpx.Client(base_url=stage.platform.address + "/api/v1", timeout=REQUEST_SECONDS_MAX) as own:
        position = own.post(path, json=body, headers=headers).raise_for_status().headers["hj-position"]
    figures = f"/dashboard/directives/{stage.directive_id}"
    while stage.operator.get(figures, headers={"hj-not-before": position}).status_code == 503:
        continue


async def play(stage: Stage, seed: int) -> set[str]:
    """Load and blows; returns what was acknowledged."""
    load = Load(stage)
    workers = [asyncio.create_task(load.worker()) for _ in range(WORKERS)]
    try:
        await load.more(20)
        await blows(stage, load, random.Random(seed))
        load.stopping = True
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return load.acknowledged


def test_the_platform_loses_and_doubles_nothing_whatever_dies(tmp_path: Path, seed: int) -> None:
    print(f"platform seed {seed}", flush=True)
    with staged(tmp_path / "data") as stage:
        acknowledged = asyncio.run(play(stage, seed))
        assert stage.platform.await_ready(lambda parts: None)
        await_read_model(stage)
        assert differences(stage, acknowledged) == []
        assert len(acknowledged) > 100
