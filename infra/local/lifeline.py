"""A process of the platform has a name, and ends when the one that watches it is gone, even by kill -9 (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
# The system cuts longer names.
NAME_BYTES_MAX = 15
# Set by a watcher for its children: its process id.
WATCHER_VARIABLE = "_WATCHED_BY"


def watch_children() -> None:
    """What this process starts from now on may hold on to it."""
    os.environ[WATCHER_VARIABLE] = str(os.getpid())


def hold_on() -> None:
    """SIGTERM comes when the watcher dies; kept across exec. Without a watcher nothing is done.

    Where the system knows no such signal, the supervisor's own stop must do.
    """
    watcher = os.environ.get(WATCHER_VARIABLE, "")
    if not watcher or sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(watcher):
        raise SystemExit(0)


def process_name(program: str) -> str:
    """What the system calls the process of a program, in `ps -o comm` and `top`."""
    return f"hj-{program}"[:NAME_BYTES_MAX]


def call_process(program: str) -> None:
    """Names this process (Linux): the command line of a forked child is its parent's."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, process_name(program).encode(), 0, 0, 0)
