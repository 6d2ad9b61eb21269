"""Argon2id, in two strengths: for passwords, which people choose, and for one-time codes, which are 50 random bits."""

from __future__ import annotations

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# One-time codes are hashed by the hundred, for a sheet; they are random, used once and short-lived.
CODE_TIME_COST: Final = 1
CODE_MEMORY_KIB: Final = 1_024
CODE_LANES: Final = 1


class Hasher:
    """Hashes and verifies; slow on purpose, so only to be called outside the writer. Thread-safe."""

    def __init__(self, argon: PasswordHasher) -> None:
        self._argon = argon
        # Verified when there is nothing to verify, so that an unknown login takes as long as a wrong password.
        self._nobody = argon.hash(secrets.token_hex())

    @classmethod
    def for_passwords(cls) -> Hasher:
        """The library's present recommendation (RFC 9106, low-memory)."""
        return cls(PasswordHasher())

    @classmethod
    def for_codes(cls) -> Hasher:
        """About a millisecond each."""
        return cls(PasswordHasher(CODE_TIME_COST, CODE_MEMORY_KIB, CODE_LANES))

    def hash(self, secret: str) -> str:
        """A salted hash that names its own parameters."""
        return self._argon.hash(secret)

    def verify(self, kept: str, secret: str) -> bool:
        """The secret is the kept one; an empty hash is nobody's, and takes as long to say so."""
        try:
            self._argon.verify(kept or self._nobody, secret)
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)
