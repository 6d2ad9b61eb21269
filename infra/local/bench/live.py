"""From commit to screen: reports at a steady rate, and a viewer's stream that shows them.

A latency runs from the moment a sender has its acknowledgement to the moment the viewer's feed has carried that very
entry, after the projector has folded it into every figure above it. (Figures that a correction leaves as they were are
not sent again, so the feed is what shows each report.)
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from gateway.api.positions import positions_of
from infra.local.bench.load import quantile
from infra.local.bench.stage import Stage

REPORTS_PER_SECOND = 300
SECONDS = 8.0
CONNECTIONS = 16
SETTLE_SECONDS_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Liveness:
    """Milliseconds from acknowledged to shown, and the rate that was really sent."""

    reports: int
    rate: float
    p50_ms: float
    p99_ms: float


class _Watch:
    def __init__(self) -> None:
        self.waiting: list[tuple[int, float]] = []
        self.latencies: list[float] = []
        self.shown = 0
        # Everything acknowledged so far has been shown.
        self.settled = asyncio.Event()

    def show(self, position: int) -> None:
        now = time.perf_counter()
        self.shown = max(self.shown, position)
        still = []
        for acknowledged, at in self.waiting:
            if acknowledged <= self.shown:
                self.latencies.append(max(0.0, now - at))
            else:
                still.append((acknowledged, at))
        self.waiting = still
        self.settled.clear() if still else self.settled.set()


async def _view(stage: Stage, cookie: str, watch: _Watch, opened: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection(stage.host, stage.port)
    writer.write(f"GET /api/v1/feed/stream HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"id: "):
                watch.show(int(line[4:]))
                opened.set()
    finally:
        writer.close()


async def _send(stage: Stage, watch: _Watch, number: int, began: float) -> None:
    """One connection's share of the steady rate."""
    reader, writer = await asyncio.open_connection(stage.host, stage.port)
    units = list(stage.keys)
    interval = CONNECTIONS / REPORTS_PER_SECOND
    turn = 0
    while (due := began + (turn + number / CONNECTIONS) * interval) < began + SECONDS:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(stage.report_request(units[(turn * CONNECTIONS + number) % len(units)], turn))
        head = await reader.readuntil(b"\r\n\r\n")
        at = time.perf_counter()
        headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await reader.readexactly(int(headers[b"content-length"]))
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a measured report was refused: {head[:40]!r}")
        position = positions_of(headers[b"hj-position"])[0].position
        watch.waiting.append((position, at))
        watch.show(watch.shown)
        turn += 1
    writer.close()


async def _measure(stage: Stage) -> Liveness:
    watch, opened = _Watch(), asyncio.Event()
    cookie = "; ".join(f"{name}={value}" for name, value in stage.operator.cookies.items())
    viewer = asyncio.create_task(_view(stage, cookie, watch, opened))
    await opened.wait()
    began = time.perf_counter()
    await asyncio.gather(*(_send(stage, watch, n, began) for n in range(CONNECTIONS)))
    spent = time.perf_counter() - began
    with suppress(TimeoutError):
        await asyncio.wait_for(watch.settled.wait(), SETTLE_SECONDS_MAX)
    viewer.cancel()
    with suppress(asyncio.CancelledError):
        await viewer
    if watch.waiting:
        raise RuntimeError(f"{len(watch.waiting)} reports were never shown")
    ordered = sorted(watch.latencies)
    return Liveness(len(ordered), len(ordered) / spent, quantile(ordered, 0.5) * 1_000, quantile(ordered, 0.99) * 1_000)


def measure_liveness(stage: Stage) -> Liveness:
    """Sends for SECONDS at REPORTS_PER_SECOND while one viewer watches the district."""
    return asyncio.run(_measure(stage))
