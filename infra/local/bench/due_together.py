"""A million units fall due in one second while others work: the same requests just before it and just after.

Reporting runs for real, on a store that is made here and a wall clock that is put a few seconds before a latest time.
Nothing but that clock tells the quiet requests from the others; the ratio is taken round by round.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.reporting.v1 import supervision_pb2
from infra.local.bench.load import quantile
from infra.local.bench.overdue import COUNTRY, DISTRICT_CODE, LAYERS, START_US, Office, Tell
from infra.local.bench.page import Result
from infra.nats.server import server_binary
from services.chassis.client import ServiceClient
from services.chassis.clock import ClockSettings, security_now_us
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import IDENTITY_KEY, MACHINE_KEY, ensure_key
from services.chassis.permissions import UNIT_SECRETARY
from services.chassis.principals import AUDIENCE, Grant, Principal, Signer
from services.chassis.service import Service, Site
from services.kernel.workdays import DAY_US
from services.reporting.app import APP
from services.reporting.domain.deadlines import RECEIVE, Plan, newest_calendar, plan_deadlines

ROUNDS: Final = 7
PHASE_SECONDS: Final = 5.0
SETTLE_SECONDS: Final = 2.0
AT_ONCE: Final = 8
TIMES_QUIET_MAX: Final = 1.2
SECOND_US: Final = 1_000_000
LIFETIME_US: Final = 3_600 * SECOND_US
STOP_SECONDS_MAX: Final = 20.0
PUBLISHED_SECONDS_MAX: Final = 600.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The p99 of one round's requests in milliseconds, and how many there were."""

    quiet_ms: float
    due_ms: float
    requests: int

    @property
    def times(self) -> float:
        return self.due_ms / self.quiet_ms


class Wall:
    """Wall time that is put somewhere and goes on from there."""

    def __init__(self, us: int) -> None:
        self._offset_us = us - security_now_us()

    def __call__(self) -> int:
        return security_now_us() + self._offset_us

    def put(self, us: int) -> None:
        self._offset_us = us - security_now_us()


def due_result(scratch: Path, tell: Tell) -> Result:
    """For a country's district of a million units."""
    seen = asyncio.run(measure_due(scratch / "due-together", COUNTRY, ROUNDS, PHASE_SECONDS, tell))
    times = statistics.median(each.times for each in seen)
    quiet, due = (statistics.median(getattr(each, name) for each in seen) for name in ("quiet_ms", "due_ms"))
    return Result(
        "a million units fall due in one second: p99 of other requests against the quiet one, median of rounds",
        f"≤ {TIMES_QUIET_MAX}",
        f"{times:.2f} (quiet {quiet:.1f} ms, due {due:.1f} ms, {sum(each.requests for each in seen):,} requests)",
        times <= TIMES_QUIET_MAX,
        "The client shares the cores with the service and the broker.",
    )


async def measure_due(
    root: Path, shape: tuple[int, int, int], rounds: int, phase_seconds: float, tell: Tell
) -> list[Seen]:
    """One round a directive, each of which falls due for every branch at the end of a day of its own."""
    folder = DataFolder.create(root / "data", DISTRICT_CODE, "示例区", ClockSettings.real(), Ids())
    ensure_key(folder.keys, IDENTITY_KEY)
    signer = Signer(MACHINE_KEY, ensure_key(folder.keys, MACHINE_KEY))
    wall = Wall(START_US)
    folder.wall = wall
    dues = _prepare(folder, shape, rounds)
    with _broker(root / "nats") as url:
        service = Service(APP, Site(folder, url))
        await service.start()
        try:
            async with asyncio.timeout(PUBLISHED_SECONDS_MAX):
                while service.relay.published < service.recorder.ledger.head:
                    await service.broker.client.flush()
            work = _Work(service, signer, shape)
            seen = []
            for number, due_us in enumerate(dues):
                wall.put(due_us - round((SETTLE_SECONDS + phase_seconds) * SECOND_US))
                await asyncio.sleep(SETTLE_SECONDS)
                seen.append(await work.round(number, phase_seconds))
                tell(f"due together: quiet p99 {seen[-1].quiet_ms:.1f} ms, due p99 {seen[-1].due_ms:.1f} ms")
            return seen
        finally:
            await service.stop()


def _prepare(folder: DataFolder, shape: tuple[int, int, int], rounds: int) -> list[int]:
    """The units, and a directive a round; when each is due for the branches to receive."""
    office, calendar = Office(folder.stores, shape), newest_calendar()
    office.settle()
    dues = []
    for number in range(rounds):
        office.now_us = calendar.deadline(START_US, number) - DAY_US // 2
        office.issue(number)
        stages = plan_deadlines(Plan(), office.now_us, LAYERS, calendar)
        dues.append(next(each.due_us for each in stages if (each.layer, each.stage) == (LAYERS, RECEIVE)))
    office.store.close()
    return dues


class _Work:
    """What others do meanwhile: branches receive, look at their day, and list their assignments."""

    def __init__(self, service: Service, signer: Signer, shape: tuple[int, int, int]) -> None:
        self._client = ServiceClient(service.broker, service.subjects, APP.name, APP.descriptor)
        self._signer = signer
        self._branches = [
            f"unit_b{c:03}_{p:03}_{b:03}" for c in range(shape[0]) for p in range(shape[1]) for b in range(shape[2])
        ]

    async def round(self, number: int, phase_seconds: float) -> Seen:
        """Both phases without a break; a request counts to the one in which it was sent."""
        due_at = time.perf_counter() + phase_seconds
        numbers = itertools.count()
        quiet: list[float] = []
        due: list[float] = []

        async def worker() -> None:
            while (sent := time.perf_counter()) < due_at + phase_seconds or not due:
                await self._one(f"dir_{number}", next(numbers))
                (quiet if sent < due_at else due).append((time.perf_counter() - sent) * 1_000)

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        return Seen(quantile(sorted(quiet), 0.99), quantile(sorted(due), 0.99), len(quiet) + len(due))

    async def _one(self, directive_id: str, number: int) -> None:
        """A branch receives, once, and looks at its day."""
        unit = self._branches[number % len(self._branches)]
        now = security_now_us()
        caller = Principal(
            "account_bench", DISTRICT_CODE, AUDIENCE, (Grant(UNIT_SECRETARY, unit),), now, now + LIFETIME_US
        )
        signed = self._signer.sign(caller)
        if number < len(self._branches):
            receive = pb.ReceiveAssignmentRequest(directive_id=directive_id, unit_id=unit, receive_only=True)
            await self._client.call("ReceiveAssignment", receive, pb.AssignmentResponse, principal=signed)
        today = supervision_pb2.ListTodayRequest(unit_id=unit)
        await self._client.call("ListToday", today, supervision_pb2.ListTodayResponse, principal=signed)


@contextmanager
def _broker(store: Path) -> Iterator[str]:
    """A nats-server of its own."""
    store.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = store / "nats.conf"
    config.write_text(
        f'server_name: "bench-{secrets.token_hex(4)}"\nlisten: "127.0.0.1:{port}"\n'
        f'jetstream {{ store_dir: "{store}", sync_interval: always }}\n'
    )
    with subprocess.Popen(
        [server_binary(), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield f"nats://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(STOP_SECONDS_MAX)
