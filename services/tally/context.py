"""What tally's functions are given of the running service: the work with signing keys, and how often a PIN may fail.

A private key is sealed under a key that Argon2id makes of the PIN. All of it is slow on purpose: only to be called
outside the writer.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from services.chassis.clock import security_now_us
from services.tally.domain.errors import PinTriesSpent, PinWrong
from services.tally.store.sheets import SealedKey

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
PIN_TRIES_MAX: Final = 5
PIN_WINDOW_SECONDS: Final = 900
_SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Hardness:
    """Argon2id's cost: RFC 9106, low-memory."""

    time_cost: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


@dataclass(slots=True)
class Tries:
    """Wrong PINs by account, in memory only: nobody's slips are on record."""

    now_us: Callable[[], int] = security_now_us
    _wrong: dict[str, list[int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, account_id: str) -> None:
        """Raises PinTriesSpent."""
        with self._lock:
            since = self.now_us() - PIN_WINDOW_SECONDS * _SECOND_US
            recent = [at for at in self._wrong.get(account_id, []) if at > since]
            self._wrong[account_id] = recent
            if len(recent) >= PIN_TRIES_MAX:
                raise PinTriesSpent(wait_seconds=(recent[0] - since) // _SECOND_US + 1)

    def wrong(self, account_id: str) -> None:
        """One more."""
        with self._lock:
            self._wrong.setdefault(account_id, []).append(self.now_us())

    def clear(self, account_id: str) -> None:
        """The PIN was right."""
        with self._lock:
            self._wrong.pop(account_id, None)


@dataclass(frozen=True, slots=True)
class Context:
    """Given to queries and to ``prepare_<rpc>`` as ``ask.context``."""

    hardness: Hardness = field(default_factory=Hardness)
    tries: Tries = field(default_factory=Tries)

    def make_key(self, pin: str) -> tuple[SealedKey, str]:
        """A new key sealed under the PIN, without an id yet, and its public half in hexadecimal."""
        private = Ed25519PrivateKey.generate()
        salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
        sealed = ChaCha20Poly1305(self._under(pin, salt)).encrypt(nonce, private.private_bytes_raw(), salt)
        return SealedKey("", salt, nonce, sealed), private.public_key().public_bytes_raw().hex()

    def sign(self, account_id: str, key: SealedKey, pin: str, statement: bytes) -> str:
        """The signature in hexadecimal. Raises PinWrong, PinTriesSpent."""
        self.tries.check(account_id)
        try:
            opened = ChaCha20Poly1305(self._under(pin, key.salt)).decrypt(key.nonce, key.sealed, key.salt)
        except InvalidTag:
            self.tries.wrong(account_id)
            raise PinWrong() from None
        self.tries.clear(account_id)
        return Ed25519PrivateKey.from_private_bytes(opened).sign(statement).hex()

    def _under(self, pin: str, salt: bytes) -> bytes:
        cost = self.hardness
        return hash_secret_raw(
            pin.encode(), salt, cost.time_cost, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID
        )  # fmt: skip


def context_of(running: Any) -> Context:
    """The context of a running service."""
    return Context()
