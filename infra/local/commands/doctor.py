"""huanjie doctor: looks a data folder over, running or stopped, without changing anything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from infra.local.check_folder import check_access, check_blobs, check_broker, check_disk, check_inboxes, check_keys
from infra.local.check_read_model import check_read_model
from infra.local.check_store import UNREADABLE, check_store
from infra.local.findings import Finding, Level
from infra.local.place import data_option, monitor_url, open_place
from infra.local.programs import service_apps
from infra.local.words import EXIT_REFUSED, say
from services.chassis.app import App
from services.chassis.folder import DataFolder

_COLOURS = {Level.OK: "green", Level.NOTE: "", Level.WARNING: "yellow", Level.WRONG: "red"}


@click.command("doctor", help=say("help:doctor"))
@data_option
def command(root: Path) -> None:
    folder, settings = open_place(root)
    found = list(examine(folder, service_apps(), monitor_url(folder, settings)))
    _print(found)
    wrong = [finding for finding in found if finding.level is Level.WRONG]
    click.echo(say("doctor_wrong", count=len(wrong)) if wrong else say("doctor_sound"))
    if wrong:
        raise click.exceptions.Exit(EXIT_REFUSED)


def examine(folder: DataFolder, apps: Sequence[App], monitor: str) -> Iterator[Finding]:
    """Everything that doctor looks at, in the order of the table."""
    yield from check_access(folder)
    yield from check_keys(folder, apps)
    yield from check_disk(folder)
    readable = []
    with tempfile.TemporaryDirectory(prefix="huanjie-doctor-") as scratch:
        for app in apps:
            found = list(check_store(folder, app, Path(scratch)))
            yield from found
            if not any(finding.code in UNREADABLE for finding in found):
                readable.append(app)
        yield from check_read_model(folder, Path(scratch))
    yield from check_inboxes(folder, readable)
    yield from check_blobs(folder, readable)
    yield from check_broker(folder, readable, monitor)


def _print(found: Sequence[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(say("column_place"), say("column_level"), say("column_finding"), say("column_advice"))
    for finding in found:
        level = Text(say(f"level:{finding.level.value}"), style=_COLOURS[finding.level])
        advice = "" if finding.level is Level.OK else say(f"advice:{finding.code}", **finding.params)
        table.add_row(finding.place, level, say(f"finding:{finding.code}", **finding.params), advice)
    Console().print(table)
