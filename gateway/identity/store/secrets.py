"""The erasable tables: hashes of passwords, codes, session tokens and keys. They are no part of the record.

Passwords and codes are kept as argon2id, tokens and keys (random, 192 bits and more) as SHA-256.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from services.chassis.store import Reader, Transaction, int_of, text_of

SESSIONS_PER_ACCOUNT_MAX: Final = 8
SESSIONS_SWEPT_MAX: Final = 1_000

# App.erasable.
TABLES: Final = ("password", "one_time_code", "session", "key_secret")


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A one-time code that is out: its hash, and until when it is valid (security time)."""

    hash: str
    until_us: int


@dataclass(frozen=True, slots=True)
class Session:
    """An open session."""

    account_id: str
    until_us: int


def digest(secret: str) -> bytes:
    """How a random token or key is kept."""
    return hashlib.sha256(secret.encode()).digest()


def load_password(reader: Reader, account_id: str) -> str:
    """The password's hash; empty where there is none."""
    row = reader.one("SELECT hash FROM password WHERE account_id = ?", (account_id,))
    return text_of(row[0]) if row else ""


def keep_password(tx: Transaction, account_id: str, hashed: str) -> None:
    """Keeps the password's hash and forgets the code that was used for it."""
    tx.run("INSERT INTO password VALUES (?, ?)", (account_id, hashed))
    tx.run("DELETE FROM one_time_code WHERE account_id = ?", (account_id,))


def load_code(reader: Reader, account_id: str) -> KeptCode:
    """The code that is out for the account; an empty hash where there is none."""
    row = reader.one("SELECT hash, until_us FROM one_time_code WHERE account_id = ?", (account_id,))
    return KeptCode(text_of(row[0]), int_of(row[1])) if row else KeptCode("", 0)


def keep_code(tx: Transaction, account_id: str, hashed: str, until_us: int) -> None:
    """Keeps the hash of a new code."""
    tx.run("INSERT INTO one_time_code VALUES (?, ?, ?)", (account_id, hashed, until_us))


def forget_account(tx: Transaction, account_id: str) -> None:
    """Erases the account's password, code and sessions."""
    for table in ("password", "one_time_code", "session"):
        tx.run(f"DELETE FROM {table} WHERE account_id = ?", (account_id,))


def load_session(reader: Reader, token: str) -> Session | None:
    """The session of a token, also when it has run out."""
    row = reader.one("SELECT account_id, until_us FROM session WHERE token_sha256 = ?", (digest(token),))
    return Session(text_of(row[0]), int_of(row[1])) if row else None


def keep_session(tx: Transaction, token: str, account_id: str, until_us: int) -> None:
    """Opens a session; the oldest of the account end where there are too many."""
    tx.run(
        "DELETE FROM session WHERE account_id = ? AND token_sha256 NOT IN "
        "(SELECT token_sha256 FROM session WHERE account_id = ? ORDER BY until_us DESC LIMIT ?)",
        (account_id, account_id, SESSIONS_PER_ACCOUNT_MAX - 1),
    )
    tx.run("INSERT INTO session VALUES (?, ?, ?)", (digest(token), account_id, until_us))


def end_session(tx: Transaction, token: str) -> None:
    """Ends the session of a token, where there is one."""
    tx.run("DELETE FROM session WHERE token_sha256 = ?", (digest(token),))


def sweep_sessions(tx: Transaction, now_us: int) -> int:
    """Erases sessions that have run out, a bounded slice at a time; returns how many."""
    return tx.run(
        "DELETE FROM session WHERE token_sha256 IN (SELECT token_sha256 FROM session WHERE until_us <= ? LIMIT ?)",
        (now_us, SESSIONS_SWEPT_MAX),
    )


def keep_key(tx: Transaction, secret: str, key_id: str) -> None:
    """Keeps the hash of a new key."""
    tx.run("INSERT INTO key_secret VALUES (?, ?)", (digest(secret), key_id))


def forget_key(tx: Transaction, key_id: str) -> None:
    """Erases a key's hash."""
    tx.run("DELETE FROM key_secret WHERE key_id = ?", (key_id,))
