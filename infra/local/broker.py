"""python -m infra.local.broker CONFIG: becomes the nats-server, held on to its supervisor. Imports next to nothing."""

from __future__ import annotations

import os
import sys

from infra.local.lifeline import hold_on
from infra.nats.server import server_binary


def main() -> None:
    """Does not return. Raises ServerMissing."""
    hold_on()
    binary = server_binary()
    os.execv(binary, [binary, "-c", sys.argv[1]])


if __name__ == "__main__":
    main()
