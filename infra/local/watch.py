"""python -m infra.local.watch CONFIG: supervisord, itself held on to the process that started it."""

from __future__ import annotations

import sys

from infra.local.lifeline import hold_on, watch_children


def main() -> None:
    """Runs until it is told to stop."""
    hold_on()
    watch_children()
    # Imported late: what ends with its parent must say so before anything slow.
    from supervisor import supervisord

    supervisord.main(["--nodaemon", "--configuration", sys.argv[1]])


if __name__ == "__main__":
    main()
