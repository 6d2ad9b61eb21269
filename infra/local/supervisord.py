"""The configuration of the process supervisor (supervisord): what runs, restarted when it dies, stopped in order."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from infra.local.programs import BROKER, Program
from services.chassis.folder import DataFolder

START_SECONDS = 1
# A start that fails at once is tried again after 1, 2, 3 … seconds.
START_RETRIES_MAX = 100
STOP_WAIT_SECONDS_MAX = 10
LOG_BYTES_MAX = 20 * 1024**2
LOG_FILES_MAX = 5

# In the folder's run/.
NATS_FILE = "nats.conf"

_HEAD = """\
; Written by `huanjie up` at every start; changes here are lost.
[supervisord]
nodaemon=true
silent=true
logfile={logs}/supervisord.log
logfile_maxbytes={log_bytes}
logfile_backups={log_files}
pidfile={run}/supervisord.pid
childlogdir={logs}
umask=077
"""

_GROUP = """
[group:{group}]
programs={programs}
priority={priority}
"""

_PROGRAM = """
[program:{name}]
command={command}
autostart=true
autorestart=true
startsecs={start_seconds}
startretries={start_retries}
stopsignal=TERM
stopwaitsecs={stop_wait}
stopasgroup=false
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes={log_bytes}
stdout_logfile_backups={log_files}
"""


def render(programs: Sequence[Program], folder: DataFolder) -> str:
    """The text of supervisord.conf: the programs in their order, a group after another."""
    parts = [
        _HEAD.format(
            logs=_escaped(folder.logs), run=_escaped(folder.run), log_bytes=LOG_BYTES_MAX, log_files=LOG_FILES_MAX
        )
    ]
    for priority, (group, members) in enumerate(groupby(programs, lambda program: program.group), start=1):
        names = [program.name for program in members]
        parts.append(_GROUP.format(group=group, programs=",".join(names), priority=priority))
        parts += [_program(name, folder) for name in names]
    return "".join(parts)


def _program(name: str, folder: DataFolder) -> str:
    served = ("infra.local.cli", "serve", name, "--data", str(folder.root))
    broker = ("infra.local.broker", str(folder.run / NATS_FILE))
    command = (sys.executable, "-m", *(broker if name == BROKER else served))
    return _PROGRAM.format(
        name=name,
        command=_escaped(shlex.join(command)),
        logs=_escaped(folder.logs),
        start_seconds=START_SECONDS,
        start_retries=START_RETRIES_MAX,
        stop_wait=STOP_WAIT_SECONDS_MAX,
        log_bytes=LOG_BYTES_MAX,
        log_files=LOG_FILES_MAX,
    )


def _escaped(text: str | Path) -> str:
    """supervisord expands percent signs."""
    return str(text).replace("%", "%%")
