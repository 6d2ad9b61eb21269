"""python -m infra.local.watch CONFIG: supervisord, itself held on to the process that started it."""

from __future__ import annotations

import sys

from infra.local.lifeline import call_process, hold_on, watch_children


def main() -> None:
    """Runs until it is told to stop."""
    hold_on()
    watch_children()
    call_process("supervisor")
    # Imported late: what ends with its parent must say so before anything slow.
    from infra.local import nursery

    nursery.run(sys.argv[1])


if __name__ == "__main__":
    main()
