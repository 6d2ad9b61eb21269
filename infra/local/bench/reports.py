"""Reports over HTTP: one by one against the same server doing nothing and a plain handler, and in batches."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.local.bench import plain
from infra.local.bench.load import Outcome, drive, request_bytes
from infra.local.bench.stage import Stage

CONNECTIONS = 64
SECONDS = 6.0
ROUNDS = 3
REQUESTS_MAX = 60_000
BATCH_ROWS = 5_000
BATCHES = 9
# Systems that send at the same time.
BATCH_SENDERS = 3
PLAIN_START_SECONDS_MAX = 20.0


@dataclass(frozen=True, slots=True)
class Singles:
    """Rates a second, medians over rounds that take turns."""

    nothing: float
    report: float
    plain_nothing: float
    plain_report: float
    report_p50_ms: float
    report_p99_ms: float


def measure_singles(stage: Stage) -> Singles:
    """Rounds take turns, so that a noisy minute falls on all of them."""
    units = list(stage.keys)
    nothing = [request_bytes("GET", "/healthz", {})] * REQUESTS_MAX
    plain_nothing = [request_bytes("GET", "/nothing", {})] * REQUESTS_MAX
    seen: dict[str, list[Outcome]] = {"nothing": [], "report": [], "plain_nothing": [], "plain_report": []}
    with _plain_server(stage.platform.folder.root.parent / "plain.sqlite3") as port:
        for _ in range(ROUNDS):
            reports = [stage.report_request(units[n % len(units)], n) for n in range(REQUESTS_MAX // 2)]
            seen["nothing"].append(drive(stage.host, stage.port, nothing, CONNECTIONS, SECONDS))
            seen["report"].append(drive(stage.host, stage.port, reports, CONNECTIONS, SECONDS))
            seen["plain_nothing"].append(drive("127.0.0.1", port, plain_nothing, CONNECTIONS, SECONDS))
            seen["plain_report"].append(drive("127.0.0.1", port, _plain_reports(), CONNECTIONS, SECONDS))
    _check(seen["report"] + seen["plain_report"])
    median = {name: statistics.median(o.rate for o in outcomes) for name, outcomes in seen.items()}
    return Singles(
        **median,
        report_p50_ms=statistics.median(o.p50_ms for o in seen["report"]),
        report_p99_ms=statistics.median(o.p99_ms for o in seen["report"]),
    )


def _check(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        bad = {s: n for s, n in outcome.statuses.items() if not 200 <= s < 300}
        if bad:
            raise RuntimeError(f"a measured request was not accepted: {bad}")


def _plain_reports() -> list[bytes]:
    body = json.dumps({"due_count": 100, "done_count": 5, "summary": "bench"}).encode()
    headers = {"authorization": f"Bearer {plain.KEY}"}
    return [request_bytes("POST", "/directives/d/units/u/report", headers, body)] * REQUESTS_MAX


@contextmanager
def _plain_server(database: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "infra.local.bench.plain:app", "--port", str(port), "--no-access-log"]
    environment = os.environ | {plain.PATH_VARIABLE: str(database)}
    process = subprocess.Popen([*command, "--log-level", "warning"], env=environment)
    try:
        _await_port(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + PLAIN_START_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/nothing", timeout=1)
            return
        except httpx.TransportError:
            continue
    raise RuntimeError("the plain server did not start")


@dataclass(frozen=True, slots=True)
class Batches:
    """Durable rows a second, a receipt a row."""

    rows: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def measure_batches(stage: Stage) -> Batches:
    """Systems of the operator send rows for the units below it, side by side; every row must be accepted."""
    units = list(stage.keys)
    rows = [
        {"directive_id": stage.directive_id, "unit_id": units[n % len(units)], "due_count": 100, "done_count": n % 101}
        for n in range(BATCH_ROWS)
    ]
    content = json.dumps({"rows": rows}).encode()

    def send(number: int) -> None:
        headers = {"content-type": "application/json", "idempotency-key": f"bench-{number}"}
        answer = stage.operator.post("/reports:batch", content=content, headers=headers).raise_for_status().json()
        if answer["accepted"] != BATCH_ROWS:
            raise RuntimeError(f"rows were refused: {[r for r in answer['receipts'] if not r['accepted']][:3]}")

    began = time.perf_counter()
    with ThreadPoolExecutor(BATCH_SENDERS) as senders:
        list(senders.map(send, range(BATCHES)))
    return Batches(BATCH_ROWS * BATCHES, time.perf_counter() - began)
