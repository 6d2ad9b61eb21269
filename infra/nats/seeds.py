"""The processes' keys on the broker: an nkey each, its seed a file of the folder's owner only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

import nkeys

from services.chassis.durable import write_durably


def seed_file(keys: Path, name: str) -> Path:
    """Where a process finds its seed."""
    return keys / f"nats-{name}.seed"


def ensure_seeds(keys: Path, names: Iterable[str]) -> dict[str, str]:
    """Public keys by name; a seed that is missing is made."""
    return {name: _ensure(seed_file(keys, name)) for name in names}


def _ensure(path: Path) -> str:
    if not path.exists():
        write_durably(path, nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER))
    public: bytes = nkeys.from_seed(bytearray(path.read_bytes().strip())).public_key
    return public.decode()
