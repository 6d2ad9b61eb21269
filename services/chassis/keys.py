"""Keys of one data folder: who may sign principals and checkpoints, and who trusts whom.

Private keys are files of the folder's owner only (0600); public keys stand in ``trust.json``, by key id.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.chassis.durable import write_durably

# Signs principals of people and systems; held by identity alone.
IDENTITY_KEY = "identity"
# Signs principals of the machine's administrator (command line).
MACHINE_KEY = "machine"
_TRUST_FILE = "trust.json"
_TRUST_LOCK = ".trust.lock"
PRINCIPAL_KEYS = (IDENTITY_KEY, MACHINE_KEY)


class KeyMissing(Exception):
    """A key that this process needs is not in the folder."""


def ensure_key(folder: Path, key_id: str) -> Ed25519PrivateKey:
    """Reads the key, or makes it and writes its public half to the trust file."""
    path = folder / f"{key_id}.key"
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes_raw()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    _trust(folder, key_id, key.public_key())
    return key


def load_key(folder: Path, key_id: str) -> Ed25519PrivateKey:
    """Raises KeyMissing."""
    path = folder / f"{key_id}.key"
    if not path.exists():
        raise KeyMissing(f"{path.name} is not in the key folder")
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def trusted_keys(folder: Path, wanted: tuple[str, ...] = PRINCIPAL_KEYS) -> dict[str, Ed25519PublicKey]:
    """The public keys that may sign principals, by key id."""
    path = folder / _TRUST_FILE
    known = json.loads(path.read_text()) if path.exists() else {}
    return {
        key_id: Ed25519PublicKey.from_public_bytes(base64.b64decode(text))
        for key_id, text in known.items()
        if key_id in wanted
    }


def _trust(folder: Path, key_id: str, key: Ed25519PublicKey) -> None:
    """Services that start at once add their keys one after another."""
    descriptor = os.open(folder / _TRUST_LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        path = folder / _TRUST_FILE
        known = json.loads(path.read_text()) if path.exists() else {}
        known[key_id] = base64.b64encode(key.public_bytes_raw()).decode()
        write_durably(path, json.dumps(known, indent=1, sort_keys=True).encode())
    finally:
        os.close(descriptor)
