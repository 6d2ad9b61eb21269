"""How often one account or address may ask: a token bucket each, kept as a single number (GCRA)."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from gateway.api.errors import TooManyRequests
from services.chassis.settings import ACCOUNT_REQUESTS_PER_SECOND, ADDRESS_REQUESTS_PER_SECOND

KEYS_MAX: Final = 50_000
ACCOUNT_BURST_SECONDS: Final = 4
ADDRESS_BURST_SECONDS: Final = 6
_SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on the average, and so many at once."""

    per_second: int
    burst: int


@dataclass(frozen=True, slots=True)
class Rates:
    """The limits of one process."""

    # One account or key.
    account: Rate
    # One address, for requests whose sender is not known yet.
    address: Rate

    @classmethod
    def of(
        cls,
        account_per_second: int = ACCOUNT_REQUESTS_PER_SECOND,
        address_per_second: int = ADDRESS_REQUESTS_PER_SECOND,
    ) -> Rates:
        """Whoever was quiet may ask for some seconds' worth at once."""
        return cls(
            Rate(account_per_second, account_per_second * ACCOUNT_BURST_SECONDS),
            Rate(address_per_second, address_per_second * ADDRESS_BURST_SECONDS),
        )


class Buckets:
    """One bucket a key; a key that has not asked for long is forgotten first, and is full again when it returns."""

    def __init__(self, rate: Rate, now_ns: Callable[[], int] = time.monotonic_ns, keys_max: int = KEYS_MAX) -> None:
        self._interval_ns = _SECOND_NS // rate.per_second
        self._ahead_ns_max = self._interval_ns * rate.burst
        self._now_ns = now_ns
        self._keys_max = keys_max
        # The instant at which a key's bucket will be full again.
        self._full_at_ns: dict[Hashable, int] = {}

    def take(self, key: Hashable, count: int = 1) -> None:
        """Takes from the key's bucket; a count above the burst takes all of it. Raises TooManyRequests."""
        now = self._now_ns()
        full_at = max(self._full_at_ns.pop(key, 0), now)
        taken = full_at + min(count * self._interval_ns, self._ahead_ns_max)
        if taken - now > self._ahead_ns_max:
            self._keep(key, full_at)
            wait_ns = taken - now - self._ahead_ns_max
            raise TooManyRequests(retry_after_seconds=-(-wait_ns // _SECOND_NS))
        self._keep(key, taken)

    def _keep(self, key: Hashable, full_at_ns: int) -> None:
        if len(self._full_at_ns) >= self._keys_max:
            del self._full_at_ns[next(iter(self._full_at_ns))]
        self._full_at_ns[key] = full_at_ns
