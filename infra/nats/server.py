"""The broker's program: the one installed beside this Python, or one of the system."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


class ServerMissing(OSError):
    """There is no nats-server on this machine."""


def server_binary() -> str:
    """Raises ServerMissing."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise ServerMissing("nats-server is not installed")
    return found
