"""Reads the keys of units' own systems."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.store import Reader, Row, int_of, text_of

_COLUMNS = "k.key_id, k.account_id, k.unit_id, k.label, k.role, k.until_us, k.revoked"


@dataclass(frozen=True, slots=True)
class SystemKey:
    """A key and what it opens: one role in one unit."""

    key_id: str
    account_id: str
    unit_id: str
    label: str
    role: str
    until_us: int
    revoked: bool

    def live(self, now_us: int) -> bool:
        """Neither revoked nor run out at that instant (security time)."""
        return not self.revoked and now_us < self.until_us


def _key(row: Row) -> SystemKey:
    return SystemKey(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), int_of(row[5]),
        bool(int_of(row[6])),
    )  # fmt: skip


def load_key(reader: Reader, key_id: str) -> SystemKey | None:
    """The key, also when it is revoked."""
    row = reader.one(f"SELECT {_COLUMNS} FROM system_key k WHERE k.key_id = ?", (key_id,))
    return _key(row) if row else None


def load_key_of_secret(reader: Reader, secret_sha256: bytes) -> SystemKey | None:
    """The key that the secret opens."""
    row = reader.one(
        f"SELECT {_COLUMNS} FROM key_secret s JOIN system_key k ON k.key_id = s.key_id WHERE s.secret_sha256 = ?",
        (secret_sha256,),
    )
    return _key(row) if row else None


def load_keys_in(reader: Reader, unit_id: str, rows_max: int) -> list[SystemKey]:
    """The keys of a unit, valid ones first."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM system_key k WHERE k.unit_id = ? "
        "ORDER BY k.revoked, k.until_us DESC, k.key_id LIMIT ?",
        (unit_id, rows_max),
    )
    return [_key(r) for r in rows]


def load_live_keys_in(reader: Reader, unit_id: str, now_us: int) -> list[SystemKey]:
    """The unit's keys that still open something; their number is bounded by UNIT_KEYS_MAX."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM system_key k WHERE k.unit_id = ? AND k.revoked = 0 AND k.until_us > ? "
        "ORDER BY k.key_id",
        (unit_id, now_us),
    )
    return [_key(r) for r in rows]
