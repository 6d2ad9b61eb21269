"""supervisord whose children are forked warm: what all of them import is imported once, before the first (ADR 0013).

A child becomes the module that its command line names, in the interpreter it was forked from. Everything else is
supervisord's own: it knows the child by its process id, reads its output, starts it again when it dies.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

# What every service stands on. No library that starts threads may be here: a fork keeps only the thread that forks.
SHARED = ("uvloop", "infra.local.commands.serve", "infra.local.place", "services.chassis.service")
# Modules with a ``main`` that a child may become; what else a command names is executed.
WARM = ("infra.local.cli", "infra.local.broker")
EXIT_FAULT = 1


class WarmOptions(ServerOptions):  # type: ignore[misc]  # the library has no types
    """supervisord's options: here is the one place where a forked child becomes its program."""

    def execve(self, filename: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """As `os.execve`, but keeps the interpreter where the command is one of ours.

        Elsewhere than on Linux libraries of the system may not outlive a fork: there everything is executed.
        """
        if sys.platform == "linux" and list(argv[:2]) == [sys.executable, "-m"] and argv[2] in WARM:
            become(argv[2], argv[3:], env)
        super().execve(filename, argv, env)


class EagerSupervisor(Supervisor):  # type: ignore[misc]  # the library has no types
    """Starts its programs at once: the original first looks for events for a second."""

    def runforever(self) -> None:
        for group in sorted(self.process_groups.values()):
            group.transition()
        super().runforever()


def run(config: str) -> None:
    """supervisord in the foreground, until it is told to stop; SIGHUP makes it start everything anew."""
    warm_up()
    first, restart = True, True
    while restart:
        options = WarmOptions()
        options.realize(["--nodaemon", "--configuration", config])
        options.first, options.test = first, False
        with suppress(ExitNow):
            EagerSupervisor(options).main()
        options.close_logger()
        first, restart = False, options.mood >= SupervisorStates.RESTARTING


def warm_up() -> None:
    """Imports what is shared, and keeps the collector from touching, and so copying, its pages in every child."""
    # structlog would import it for colours that a service never writes: a fifth of the start, ten megabytes.
    sys.modules["rich"] = None  # type: ignore[assignment]
    gc.disable()
    for module in SHARED:
        import_module(module)
    gc.collect()
    gc.freeze()
    gc.enable()


def become(module: str, arguments: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Runs a module's ``main`` in this forked child, in the surroundings that `execve` would make, and ends it."""
    code = EXIT_FAULT
    try:
        _forget_handlers()
        os.environ.clear()
        os.environ.update(env)
        sys.argv = [module, *arguments]
        import_module(module).main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else EXIT_FAULT * bool(ended.code)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _forget_handlers() -> None:
    """supervisord's handlers are not the child's; what is ignored stays ignored."""
    for signum in signal.valid_signals():
        if callable(signal.getsignal(signum)):
            signal.signal(signum, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
