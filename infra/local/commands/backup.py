"""huanjie backup: one file that holds the district, made while the platform runs or when it is stopped."""

from __future__ import annotations

from pathlib import Path

import click

from infra.local.archive import write_archive
from infra.local.place import data_option, open_place
from infra.local.programs import service_apps
from infra.local.progress import steps
from infra.local.words import Trouble, say


@click.command("backup", help=say("help:backup"))
@data_option
@click.option(
    "--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help=say("help:backup.to")
)
def command(root: Path, target: Path) -> None:
    folder, _ = open_place(root)
    target = target.resolve()
    if target.exists():
        raise Trouble("FILE_THERE", path=str(target))
    if not target.parent.is_dir():
        raise Trouble("NO_FOLDER", path=str(target.parent))
    with steps(say("backing_up")) as tell:
        count = write_archive(folder, service_apps(), target, tell)
    click.echo(say("backed_up", path=str(target), count=count, mib=-(-target.stat().st_size // 1024**2)))
    click.secho(say("backup_secret"), fg="yellow")
