"""huanjie serve: one process of the platform, as the supervisor runs it."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from infra.local.lifeline import call_process, hold_on
from infra.local.place import data_option, open_place, site_of
from infra.local.programs import BROKER, PROGRAMS, SERVICES, Program, load
from infra.local.words import say
from services.chassis.folder import DataFolder
from services.chassis.settings import Settings

# The collector looks for cycles after so many more objects, not after 700: a call makes hundreds, hardly any of them in
# cycles, and a fifth of the interface's time went into looking.
COLLECT_AFTER_OBJECTS = 20_000
COLLECT_OLDER_AFTER_ROUNDS = 20

_BY_NAME = {program.name: program for program in PROGRAMS if program.name != BROKER}


@click.command("serve", help=say("help:serve"))
@click.argument("name", type=click.Choice(list(_BY_NAME)))
@data_option
def command(name: str, root: Path) -> None:
    hold_on()
    call_process(name)
    _leave_out_rich()
    folder, settings = open_place(root)
    _run(_BY_NAME[name], folder, settings)


def _leave_out_rich() -> None:
    """structlog would import it for colours that a service never writes: a fifth of the start, ten megabytes."""
    sys.modules["rich"] = None  # type: ignore[assignment]


def _run(program: Program, folder: DataFolder, settings: Settings) -> None:
    import uvloop

    site = site_of(folder, settings, program.user)
    entry = load(program.entry)
    gc.set_threshold(COLLECT_AFTER_OBJECTS, COLLECT_OLDER_AFTER_ROUNDS, COLLECT_OLDER_AFTER_ROUNDS)
    if program in SERVICES:
        from services.chassis.service import serve

        uvloop.run(serve(entry, site))
    else:
        uvloop.run(entry(site, settings))
