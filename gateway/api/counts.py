"""How much was answered: for Prometheus by operation, for the log by class of status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter, Histogram

from services.chassis.telemetry import counter, histogram

ANSWERED: Final = counter("http_requests_total", "Requests answered, by operation and status.", ("operation", "status"))
SECONDS: Final = histogram("http_request_seconds", "Seconds until the answer stood.", ("operation",))


@dataclass(slots=True)
class Taken:
    """What was answered between two lines of the log."""

    answered: int = 0
    refused: int = 0
    failed: int = 0


class Counts:
    """The counts of one process."""

    def __init__(self) -> None:
        self._since = Taken()
        # Looking a label up costs as much as counting.
        self._answered: dict[tuple[str, int], Counter] = {}
        self._seconds: dict[str, Histogram] = {}

    def add(self, status: int) -> None:
        """One more answer."""
        if status >= 500:
            self._since.failed += 1
        elif status >= 400:
            self._since.refused += 1
        else:
            self._since.answered += 1

    def add_operation(self, name: str, status: int, seconds: float) -> None:
        """One more answer of an operation, and how long it took to stand."""
        answered = self._answered.get((name, status))
        if answered is None:
            answered = self._answered[name, status] = ANSWERED.labels(name, str(status))
        answered.inc()
        histogram_of = self._seconds.get(name)
        if histogram_of is None:
            histogram_of = self._seconds[name] = SECONDS.labels(name)
        histogram_of.observe(seconds)

    def take(self) -> Taken:
        """The counts so far; counting for the log begins anew."""
        taken, self._since = self._since, Taken()
        return taken
