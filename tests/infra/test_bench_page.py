"""The page of figures says plainly what was missed; the load counts what it really saw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.local.bench.load import drive, quantile, request_bytes
from infra.local.bench.page import Result, render


def test_a_missed_number_is_said_plainly_with_what_limits_it() -> None:
    kept = Result("first", "≥ 1", "2", True, "unused")
    missed = Result("second", "≥ 10", "3", False, "Two cores.")
    page = render([kept, missed], ["a detail"])
    assert "| first | ≥ 1 | 2 | yes |" in page
    assert "| second | ≥ 10 | 3 | **no** |" in page
    assert "- **second**: 3 instead of ≥ 10. Two cores." in page
    assert "unused" not in page


def test_a_page_without_misses_has_no_such_section() -> None:
    assert "missed" not in render([Result("first", "≥ 1", "2", True)], [])


def test_quantiles_are_values_that_were_seen() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], q) for q in (0.0, 0.5, 0.99, 1.0)] == [1.0, 3.0, 4.0, 4.0]


@asynccontextmanager
async def _server(status: int) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nok" % status)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_the_load_sends_each_request_once_and_counts_statuses() -> None:
    requests = [request_bytes("GET", "/x", {"a": "b"})] * 50
    for status in (200, 429):
        async with _server(status) as port:
            outcome = await asyncio.to_thread(drive, "127.0.0.1", port, requests, 4, 10.0)
        assert outcome.statuses == {status: 50}
        assert (outcome.rate > 0) == (status == 200)
