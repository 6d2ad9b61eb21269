"""huanjie import: a roster of units, as offices send it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from huanjie.reporting.v1 import reporting_pb2 as pb
from infra.local.machine import machine
from infra.local.place import data_option, open_place
from infra.local.rosters import import_roster
from infra.local.words import EXIT_REFUSED, explain, say
from services.chassis.folder import DataFolder
from services.chassis.settings import Settings

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command("import", help=say("help:import"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
@click.option("--dry-run", is_flag=True, help=say("help:import.dry_run"))
def command(file: Path, root: Path, dry_run: bool) -> None:
    folder, settings = open_place(root)
    imported = asyncio.run(import_with_bar(folder, settings, file, dry_run))
    report(imported)
    if imported.refused:
        raise click.exceptions.Exit(EXIT_REFUSED)


async def import_with_bar(folder: DataFolder, settings: Settings, file: Path, dry_run: bool) -> pb.ImportRosterResponse:
    """Imports, showing how far it has come."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(say("importing", file=file.name), total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        async with machine(folder, settings) as calls:
            imported = await import_roster(calls, file, dry_run=dry_run, tell=tell)
        progress.update(task, completed=imported.to_establish, total=max(imported.to_establish, 1))
    return imported


def report(imported: pb.ImportRosterResponse) -> None:
    """Every finding by line, then what came of it."""
    for found in imported.findings:
        text = explain(found.code, {"line": found.line, "column": found.column, **found.parameters})
        click.secho(f"{say('severity:' + found.severity)}: {text}", fg=_COLOURS.get(found.severity))
    if imported.findings_left_out:
        click.echo(say("findings_left_out", count=imported.findings_left_out))
    outcome = "import_refused" if imported.refused else "imported" if imported.activated else "import_planned"
    click.echo(say(outcome, rows=imported.rows_read, established=imported.to_establish, changed=imported.to_change))
