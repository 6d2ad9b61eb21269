"""A small HTTP load: keep-alive connections that send their next prepared request when an answer has come.

It runs in a process of its own, so that the ratios are not bent by the client's garbage. Bounded in count and time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import uvloop

CONNECTIONS_MAX = 256
ANSWER_BYTES_MAX = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load saw. Latencies in milliseconds."""

    requests: int
    seconds: float
    statuses: dict[int, int]
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Requests answered with 2xx, a second."""
        good = sum(n for status, n in self.statuses.items() if 200 <= status < 300)
        return good / self.seconds


class _Connection(asyncio.Protocol):
    def __init__(
        self, take: Callable[[], bytes | None], done: Callable[[int, float], None], closed: asyncio.Event
    ) -> None:
        self._take = take
        self._done = done
        self._closed = closed
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        request = self._take()
        if request is None or self._transport is None:
            if self._transport is not None:
                self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer.lower().find(b"content-length:", 0, head)
        length = int(self._buffer[at + 15 : self._buffer.find(b"\r\n", at)]) if at >= 0 else 0
        if len(self._buffer) < head + 4 + length:
            return
        self._done(int(self._buffer[9:12]), time.perf_counter() - self._sent_at)
        self._buffer = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self._closed.set()


async def _drive(host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Outcome:
    position = 0
    statuses: dict[int, int] = {}
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    def take() -> bytes | None:
        nonlocal position
        if position >= len(requests) or time.perf_counter() >= until:
            return None
        position += 1
        return requests[position - 1]

    def done(status: int, latency: float) -> None:
        statuses[status] = statuses.get(status, 0) + 1
        latencies.append(latency)

    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    closed = [asyncio.Event() for _ in range(min(connections, CONNECTIONS_MAX))]
    for event in closed:
        await loop.create_connection(lambda event=event: _Connection(take, done, event), host, port)  # type: ignore[misc]
    await asyncio.gather(*(event.wait() for event in closed))
    spent = time.perf_counter() - began
    ordered = sorted(latencies) or [0.0]
    return Outcome(len(latencies), spent, statuses, quantile(ordered, 0.5) * 1_000, quantile(ordered, 0.99) * 1_000)


def quantile(ordered: Sequence[float], q: float) -> float:
    """The value at a share of an ordered list."""
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def _run(host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Outcome:
    return uvloop.run(_drive(host, port, requests, connections, seconds))


def drive(host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Outcome:
    """Sends the requests over so many connections, for at most so long, from another process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_run, host, port, requests, connections, seconds).result()


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
