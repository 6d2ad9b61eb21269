"""The one command `huanjie`: a file a command under commands/, imported only when it is asked for."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module

import click

from infra.local.words import EXIT_FAULT, Trouble, say

# In the order in which `huanjie --help` tells of them.
COMMANDS = (
    "demo", "init", "up", "go-live", "import", "accounts", "admin", "rehearse", "doctor", "backup", "restore", "tally",
    "bench", "serve", "version",
)  # fmt: skip
# A word that Python keeps for itself.
_MODULES = {"import": "import_roster", "go-live": "go_live"}


class Commands(click.Group):
    """Finds a command in its module's ``command``; turns what went wrong into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"infra.local.commands.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the catalogue: help must not import every command."""
        with formatter.section(say("commands")):
            formatter.write_dl([(name, say(f"short:{name}")) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, SystemExit, KeyboardInterrupt):
            raise
        except Exception as error:
            raise _plain(error) from error


def _plain(error: Exception) -> Trouble:
    from infra.local.troubles import trouble_of  # imports what may have raised

    found = trouble_of(error)
    if found is not None:
        return found
    if os.environ.get("HUANJIE_LOG_LEVEL", "").lower() == "debug":
        traceback.print_exception(error)
    return Trouble("FAULT", EXIT_FAULT, kind=type(error).__name__, detail=str(error)[:300])


@click.group(cls=Commands, help=say("help"), epilog=say("epilog"), context_settings={"max_content_width": 100})
def cli() -> None:
    pass


def main() -> None:
    """The entry point of the command `huanjie`."""
    cli.main(prog_name="huanjie", args=sys.argv[1:])
