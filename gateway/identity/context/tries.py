"""How often a login may be tried in vain.

Kept in memory by the one process that takes commands, not in the store: a refused command leaves no trace there, nobody
who guesses can make the store grow, and no person's log-ins are on record. What a restart forgets, a guesser cannot
cause; and as each try costs a slow hash in a small pool, the table below cannot be flooded within one window.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from gateway.identity.domain.errors import TooManyTries

LOGIN_TRIES_MAX: Final = 10
CODE_TRIES_MAX: Final = 10
WINDOW_SECONDS: Final = 900
TRACKED_LOGINS_MAX: Final = 50_000
_SECOND_US: Final = 1_000_000


@dataclass(slots=True)
class _Window:
    ends_us: int
    tries: int


class Tries:
    """Counts tries by login within a window that begins with the first; known and unknown logins alike."""

    def __init__(self, tries_max: int) -> None:
        self._tries_max = tries_max
        # In the order in which the windows end.
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, login: str, now_us: int) -> None:
        """Takes one try before anything is verified. Raises TooManyTries."""
        with self._lock:
            self._forget_ended(now_us)
            window = self._windows.setdefault(login, _Window(now_us + WINDOW_SECONDS * _SECOND_US, 0))
            if window.tries >= self._tries_max:
                raise TooManyTries(wait_seconds=-((now_us - window.ends_us) // _SECOND_US))
            window.tries += 1

    def clear(self, login: str) -> None:
        """The try succeeded: those before it count no more."""
        with self._lock:
            self._windows.pop(login, None)

    def _forget_ended(self, now_us: int) -> None:
        while self._windows:
            login, window = next(iter(self._windows.items()))
            if window.ends_us > now_us and len(self._windows) < TRACKED_LOGINS_MAX:
                return
            del self._windows[login]
