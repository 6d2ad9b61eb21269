"""huanjie go-live: ends the practice on one's own roster. A new, real data folder with that roster takes its place."""

from __future__ import annotations

import asyncio
import csv
import shutil
import sys
from pathlib import Path

import click

from infra.local.check_store import store_path
from infra.local.commands.import_roster import import_with_bar, report
from infra.local.commands.init import create_folder
from infra.local.commands.rehearse import check_rehearsal
from infra.local.commands.up import Stopping, start, stopped_by_signals
from infra.local.place import address, data_option, open_place
from infra.local.platform import running
from infra.local.programs import service_apps
from infra.local.words import EXIT_RUNNING, Trouble, say
from services.chassis import tree
from services.chassis.apsw_store import ApswStore
from services.chassis.clock import ClockSettings
from services.chassis.durable import sync_folder
from services.chassis.folder import SETTINGS_FILE, DataFolder, FolderInUse
from services.chassis.tree import TreeUnit

ROSTER_OWNER = "reporting"
ROSTER_FILE = "roster.csv"
_COLUMNS = ("code", "name", "kind", "parent_code", "members")


@click.command("go-live", help=say("help:go-live"))
@data_option
@click.option("--confirm", default="", metavar="CODE", help=say("help:go-live.confirm"))
@click.option("--roster/--no-roster", default=True, show_default=True, help=say("help:go-live.roster"))
def command(root: Path, confirm: str, roster: bool) -> None:
    folder, settings = open_place(root)
    check_rehearsal(folder)
    if settings.nats:
        raise Trouble("GO_LIVE_SHARED_BROKER")
    try:
        with folder.lock():
            units = _units(folder) if roster else []
            _check_codes(units)
            _check_confirmed(folder, confirm, len(units))
            _replace(folder, units)
    except FolderInUse as error:
        raise Trouble("RUNNING", EXIT_RUNNING, address=address(folder, settings), pid=error.pid) from error
    except Stopping:
        click.echo(say("go_live_stopped"))
        raise click.exceptions.Exit(1) from None
    click.echo(say("went_live", folder=str(folder.root), units=len(units)))
    click.echo(say("went_live_next", folder=str(root)))


def _units(folder: DataFolder) -> list[TreeUnit]:
    """The roster as practised with, parents before children; empty where none was imported."""
    app = next(app for app in service_apps() if app.name == ROSTER_OWNER)
    path = store_path(folder, app)
    if not path.is_file():
        return []
    store = ApswStore(path)
    try:
        with store.snapshot() as reader:
            return tree.all_active(reader)
    finally:
        store.close()


def _check_codes(units: list[TreeUnit]) -> None:
    """A unit is known in the new folder by its code alone. Raises Trouble."""
    without = next((unit for unit in units if not unit.code), None)
    if without is not None:
        raise Trouble("GO_LIVE_NO_CODE", unit=without.name)


def _check_confirmed(folder: DataFolder, confirm: str, units: int) -> None:
    """Whoever ends a practice says which district's. Raises Trouble."""
    code = folder.identity.district_code
    if not confirm and sys.stdin.isatty():
        click.echo(say("go_live_warning", district=folder.identity.district_name, units=units))
        confirm = click.prompt(say("go_live_prompt", code=code), default="", show_default=False)
    if confirm != code:
        raise Trouble("GO_LIVE_UNCONFIRMED", code=code, units=units)


def _replace(old: DataFolder, units: list[TreeUnit]) -> None:
    """The new folder is finished beside the old one before the two change places; then the old one is thrown away."""
    beside = old.root.with_name(f".{old.root.name}.live")
    aside = old.root.with_name(f".{old.root.name}.practice")
    for path in (beside, aside):
        if path.exists():
            raise Trouble("GO_LIVE_LEFT_OVER", path=str(path))
    try:
        new = create_folder(beside, old.identity.district_code, old.identity.district_name, ClockSettings.real())
        if (old.root / SETTINGS_FILE).is_file():
            shutil.copy2(old.root / SETTINGS_FILE, beside / SETTINGS_FILE)
        if units:
            _bring_in(new, units)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _change_places(old.root, beside, aside)
    shutil.rmtree(aside)


def _change_places(root: Path, beside: Path, aside: Path) -> None:
    """Two renames; where the second cannot be, the first is taken back."""
    try:
        root.rename(aside)
        try:
            beside.rename(root)
        except OSError:
            aside.rename(root)
            raise
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise Trouble("GO_LIVE_STUCK", path=str(root), detail=error.strerror or str(error)) from error
    sync_folder(root.parent)


def _bring_in(folder: DataFolder, units: list[TreeUnit]) -> None:
    """Imports the roster as `huanjie import` does, on the platform's first run."""
    codes = {unit.unit_id: unit.code for unit in units}
    file = folder.run / ROSTER_FILE
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(_COLUMNS)
        for unit in units:
            lines.writerow((unit.code, unit.name, unit.kind, codes.get(unit.parent_id, ""), unit.members or ""))
    _, settings = open_place(folder.root)
    with stopped_by_signals(), running(folder, settings) as platform:
        start(platform)
        imported = asyncio.run(import_with_bar(folder, settings, file, dry_run=False))
    file.unlink()
    if imported.refused or not imported.activated:
        report(imported)
        raise Trouble("GO_LIVE_ROSTER_REFUSED")
