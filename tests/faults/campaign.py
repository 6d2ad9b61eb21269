"""A load that insists, and a hand that kills: what was acknowledged must be there once, whatever died meanwhile.

Every command is sent with its own request id until somebody acknowledges it. So at the end the total is known exactly.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error as NatsError

from huanjie.chassis.v1 import chassis_pb2
from services.chassis.broker import Broker, BrokerSilent, connect
from services.chassis.client import ServiceClient
from services.chassis.permissions import MACHINE
from services.chassis.principals import Grant
from services.chassis.wire import Subjects
from services.kernel.refusal import Refusal
from tests.brokers import NatsServer
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import CounterMissing
from tests.chassis.scene import DISTRICT, make_folder, sign
from tests.faults.mutants import ASK, IN_IT, LINE_VARIABLE

WORKERS = 24
COUNTERS = 4
CALL_SECONDS = 1.5
WAIT_SECONDS_MAX = 60.0
FOLLOWING_BEHIND_MAX = 500
ROOT = Path(__file__).parents[2]
BLOWS = (
    "kill_counters", "kill_mirror", "stop_counters_a_while", "stop_mirror_a_while", "kill_broker",
    "stop_broker_a_while", "delete_the_brokers_store", "start_a_second_writer",
)  # fmt: skip


@dataclass
class Process:
    """One service process that can be killed, stopped and started again."""

    app: str
    folder: Path
    nats: NatsServer
    mutant: str = ""
    log_level: str = "error"
    running: subprocess.Popen[bytes] | None = None
    line: socket.socket | None = None

    def start(self) -> None:
        log = (self.folder / "logs" / f"{self.app.rsplit('.', 2)[-2]}.log").open("ab")
        command = [sys.executable, "-m", "tests.faults.process", "--app", self.app, "--data", str(self.folder)]
        command += ["--nats", self.nats.url, "--mutant", self.mutant, "--log-level", self.log_level]
        self.line, theirs = socket.socketpair()
        self.line.setblocking(False)
        with theirs:
            self.running = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, pass_fds=[theirs.fileno()],
                env=os.environ | {LINE_VARIABLE: str(theirs.fileno())},
            )  # fmt: skip

    async def in_its_moment(self) -> None:
        """Asks a broken build for the state that an honest one never shows, and returns when it is in it."""
        if self.line is None:
            raise RuntimeError("not started")
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.line, ASK)
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            if await loop.sock_recv(self.line, 1) != IN_IT:
                raise RuntimeError("the build ended by itself")

    def kill(self) -> None:
        if self.running is not None:
            self.running.send_signal(signal.SIGCONT)
            self.running.kill()
            self.running.wait()
            self.running = None
        if self.line is not None:
            self.line.close()
            self.line = None

    def send(self, signum: signal.Signals) -> None:
        if self.running is not None:
            self.running.send_signal(signum)


@dataclass
class Load:
    """Sends additions with unique amounts; ``acknowledged`` holds those that somebody confirmed."""

    client: ServiceClient
    # A round trip to the broker paces the retries.
    pace: Client
    principal: bytes
    rng: random.Random
    acknowledged: dict[int, str] = field(default_factory=dict)
    failures: int = 0
    next_amount: int = 1
    stopping: bool = False
    contradictions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.moved = asyncio.Condition()

    async def worker(self) -> None:
        while not self.stopping:
            amount, self.next_amount = self.next_amount, self.next_amount + 1
            counter = f"c{amount % COUNTERS}"
            await self.insist("Add", pb.AddRequest(counter_id=counter, amount=amount), f"add-{amount}")
            async with self.moved:
                if not self.contradictions:
                    self.acknowledged[amount] = counter
                self.moved.notify_all()

    async def insist(self, method: str, request: pb.AddRequest | pb.OpenCounterRequest, request_id: str) -> None:
        """The same request again and again until it is acknowledged: the outcome of a lost answer is not known."""
        while True:
            try:
                await self.client.call(
                    method, request, pb.CounterResponse, principal=self.principal, request_id=request_id,
                    timeout_seconds=CALL_SECONDS,
                )  # fmt: skip
                return
            except CounterMissing as refusal:
                # It was acknowledged to have been opened: nothing more to wait for.
                async with self.moved:
                    self.contradictions.append(f"acknowledged and gone: {refusal.counter_id}")
                    self.stopping = True
                    self.moved.notify_all()
                return
            except (Refusal, BrokerSilent):
                async with self.moved:
                    self.failures += 1
                    self.moved.notify_all()
                with suppress(NatsError):
                    await self.pace.flush(timeout=1)

    async def more(self, acknowledgements: int) -> None:
        """Waits until that many more were acknowledged."""
        goal = len(self.acknowledged) + acknowledgements
        async with asyncio.timeout(WAIT_SECONDS_MAX), self.moved:
            await self.moved.wait_for(lambda: self.stopping or len(self.acknowledged) >= goal)

    async def trouble(self, failures: int) -> None:
        """Waits until the load has felt that something is gone."""
        goal = self.failures + failures
        async with asyncio.timeout(WAIT_SECONDS_MAX), self.moved:
            await self.moved.wait_for(lambda: self.stopping or self.failures >= goal)


class Campaign:
    """One broker, two services, one load, one seeded hand."""

    def __init__(self, root: Path, seed: int, mutant: str = "") -> None:
        self.rng = random.Random(seed)
        self.nats = NatsServer(root / "nats").start()
        self.folder = make_folder(root / "data")
        principal = sign(self.folder, (Grant(MACHINE, ""),), "load")
        self.counters = Process("tests.chassis.sample.counters.app", self.folder.root, self.nats, mutant)
        self.mirror = Process("tests.chassis.sample.mirror.app", self.folder.root, self.nats, mutant)
        self._principal = principal
        self.broker: Broker
        self.load: Load

    async def __aenter__(self) -> Campaign:
        self.broker = await connect(self.nats.url, "load")
        subjects = Subjects(DISTRICT)
        client = ServiceClient(self.broker, subjects, "counters", pb.DESCRIPTOR.services_by_name["CountersService"])
        self.load = Load(client, self.broker.client, self._principal, self.rng)
        self.counters.start()
        self.mirror.start()
        for n in range(COUNTERS):
            await self.load.insist("OpenCounter", pb.OpenCounterRequest(counter_id=f"c{n}"), f"open-{n}")
        self.workers = [asyncio.create_task(self.load.worker()) for _ in range(WORKERS)]
        return self

    async def __aexit__(self, *error: object) -> None:
        self.load.stopping = True
        for worker in self.workers:
            worker.cancel()
        await asyncio.gather(*self.workers, return_exceptions=True)
        self.counters.kill()
        self.mirror.kill()
        await self.broker.close()
        self.nats.stop()

    # ---- the hand -------------------------------------------------------------------------------------------

    async def _mirror_follows(self) -> None:
        """Waits until the mirror reads what is being written: killing one that only starts shows little."""
        descriptor = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
        mirror = ServiceClient(self.broker, Subjects(DISTRICT), "mirror", descriptor)
        request = chassis_pb2.HealthRequest()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while True:
                with suppress(Refusal):
                    health = await mirror.call("Health", request, chassis_pb2.HealthResponse, timeout_seconds=1)
                    inbox = health.message.inboxes[0]
                    if inbox.position > COUNTERS and inbox.behind < FOLLOWING_BEHIND_MAX:
                        return

    async def kill_counters_in_its_moment(self) -> None:
        await self.counters.in_its_moment()
        self.counters.kill()
        self.counters.start()
        await self.load.more(self.rng.randrange(30, 120))

    async def kill_mirror_in_its_moment(self) -> None:
        await self._mirror_follows()
        await self.mirror.in_its_moment()
        self.mirror.kill()
        self.mirror.start()
        await self.load.more(self.rng.randrange(30, 120))

    async def kill_counters(self) -> None:
        self.counters.kill()
        self.counters.start()
        await self.load.more(self.rng.randrange(30, 120))

    async def kill_mirror(self) -> None:
        await self._mirror_follows()
        # At any moment of its round, not just after it moved.
        await self.load.more(self.rng.randrange(1, 20))
        self.mirror.kill()
        self.mirror.start()
        await self.load.more(self.rng.randrange(100, 300))

    async def stop_counters_a_while(self) -> None:
        self.counters.send(signal.SIGSTOP)
        await self.load.trouble(1)
        self.counters.send(signal.SIGCONT)
        await self.load.more(self.rng.randrange(30, 120))

    async def stop_mirror_a_while(self) -> None:
        self.mirror.send(signal.SIGSTOP)
        await self.load.more(self.rng.randrange(100, 300))
        self.mirror.send(signal.SIGCONT)

    async def kill_broker(self) -> None:
        self.nats.kill()
        self.nats.start()
        await self.load.more(self.rng.randrange(30, 120))

    async def stop_broker_a_while(self) -> None:
        self.nats.send(signal.SIGSTOP)
        await self.load.trouble(1)
        self.nats.send(signal.SIGCONT)
        await self.load.more(self.rng.randrange(30, 120))

    async def delete_the_brokers_store(self) -> None:
        """While it runs; then it dies of it, or is killed, and comes back with nothing."""
        self.nats.forget()
        await self.load.more(self.rng.randrange(1, 30))
        self.nats.kill()
        self.nats.forget()
        self.nats.start()
        await self.load.more(self.rng.randrange(30, 120))

    async def start_a_second_writer(self) -> None:
        """On the same store: it must give up, and the first must not notice."""
        second = Process(self.counters.app, self.folder.root, self.nats)
        second.start()
        if second.running is None or await asyncio.to_thread(second.running.wait) == 0:
            raise AssertionError("a second writer ran on the same store")
        await self.load.more(self.rng.randrange(30, 120))

    async def run(self, rounds: int, only: tuple[str, ...] = ()) -> None:
        """Plays that many blows, drawn by the seed; prints each, so that a failure can be replayed."""
        blows = {name: getattr(self, name) for name in only or BLOWS}
        order = list(blows) * (rounds // len(blows) + 1)
        self.rng.shuffle(order)
        for name in order[:rounds]:
            print(f"blow: {name} after {len(self.load.acknowledged)} acknowledged", flush=True)
            await blows[name]()

    async def finish(self) -> None:
        """Ends the load: every command that was begun is acknowledged."""
        self.load.stopping = True
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await asyncio.gather(*self.workers)


def print_environment(seed: int) -> None:
    """What is needed to replay a campaign."""
    print(f"campaign seed {seed}, pid {os.getpid()}", flush=True)
