"""Health that tells the truth: what keeps a service from being ready, and what somebody should look at.

The codes are stable; wording stands in wording/health.*.json.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from huanjie.chassis.v1 import chassis_pb2 as pb
from services.chassis.consumer import Consumer
from services.chassis.inbox import parked_count
from services.chassis.store import Reader

LAG_ENTRIES_MAX = 10_000
MONITOR_TIMEOUT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    """What the broker says of itself on its monitoring port; ``known`` is False without one."""

    known: bool
    version: str
    sync_always: bool


def broker_facts(monitor_url: str) -> BrokerFacts:
    """Reads /varz. A broker that acknowledges before it syncs loses acknowledged messages in a power cut."""
    if not monitor_url:
        return BrokerFacts(False, "", False)
    try:
        with urlopen(f"{monitor_url}/varz", timeout=MONITOR_TIMEOUT_SECONDS) as answer:
            varz = json.load(answer)
    except (OSError, ValueError):
        return BrokerFacts(False, "", False)
    config = varz.get("jetstream", {}).get("config", {})
    return BrokerFacts(True, str(varz.get("version", "")), bool(config.get("sync_always", False)))


def problem(code: str, detail: str = "", *, blocking: bool) -> pb.Problem:
    """One line of a health answer."""
    return pb.Problem(code=code, blocking=blocking, detail=detail)


def disk_problems(folder: Path, free_bytes_min: int) -> Iterable[pb.Problem]:
    """A full disk stops the ledger; say so before it does."""
    free = shutil.disk_usage(folder).free
    if free < free_bytes_min:
        yield problem("DISK_LOW", str(free), blocking=True)


def consumer_problems(reader: Reader, consumers: Iterable[tuple[str, Consumer]]) -> Iterable[pb.Problem]:
    """Forks, parked entries and lag of every inbox."""
    for producer, consumer in consumers:
        if consumer.at.forked:
            yield problem("LEDGER_FORK", f"{producer}: {consumer.at.forked}", blocking=True)
        elif consumer.problem:
            yield problem("CONSUMER_WAITING", f"{producer}: {consumer.problem}", blocking=False)
        parked = parked_count(reader, producer)
        if parked:
            yield problem("ENTRIES_PARKED", f"{producer}: {parked}", blocking=False)
        if consumer.behind > LAG_ENTRIES_MAX:
            yield problem("CONSUMER_BEHIND", f"{producer}: {consumer.behind}", blocking=False)


def inboxes(reader: Reader, consumers: Iterable[tuple[str, Consumer]]) -> list[pb.Inbox]:
    """Where every inbox stands."""
    return [
        pb.Inbox(
            producer=producer,
            ledger_id=c.at.ledger_id,
            position=c.at.position,
            behind=c.behind,
            parked=parked_count(reader, producer),
            forked=bool(c.at.forked),
        )
        for producer, c in consumers
    ]
