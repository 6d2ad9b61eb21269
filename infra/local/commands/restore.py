"""huanjie restore: a new data folder from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from infra.local.archive import restore_archive
from infra.local.place import data_option
from infra.local.progress import steps
from infra.local.words import Trouble, say
from services.chassis.folder import DataFolder


@click.command("restore", help=say("help:restore"))
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
def command(archive: Path, root: Path) -> None:
    root = root.resolve()
    if root.exists():
        if any(root.iterdir()):
            raise Trouble("NOT_EMPTY", path=str(root))
        root.rmdir()
    with steps(say("restoring")) as tell:
        count = restore_archive(archive, root, archive.name, tell)
    folder = DataFolder.open(root)
    click.echo(say("restored", count=count, folder=str(folder.root), district=folder.identity.district_name))
    click.echo(say("restored_ledgers"))
