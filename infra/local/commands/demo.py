"""huanjie demo: the sample district, everything started, accounts to try, and a rehearsal playing."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import click

from infra.local.accounts import create_operator, issue_accounts
from infra.local.commands.accounts import write_sheet
from infra.local.commands.init import create_folder, rehearsal_clock
from infra.local.commands.rehearse import DEFAULT_SEED, SEED_MAX, check_rehearsal, play, prepare
from infra.local.commands.up import Stopping, start, stopped_by_signals
from infra.local.machine import machine
from infra.local.place import address, open_place
from infra.local.platform import Platform, running
from infra.local.rehearsal.cast import Unit, read_units
from infra.local.rehearsal.rest import PlatformGone, Rest
from infra.local.rosters import import_roster
from infra.local.words import EXIT_RUNNING, Trouble, say
from services.chassis.folder import DataFolder, FolderInUse, FolderMissing
from services.chassis.settings import Settings

DISTRICT_CODE, DISTRICT_NAME = "370211", "黄岛区（示例）"
ROSTER = "roster-370211.xlsx"
DEFAULT_DATA = Path(".huanjie/demo")
# A day of the rehearsal takes half a minute.
SPEED = 2_880
# A Monday of a year whose holidays are announced.
FIRST_DAY = date(2026, 3, 16)
PASSWORD_BYTES = 9
SHEET = "accounts.html"


@dataclass(frozen=True, slots=True)
class Login:
    """An account to try; ``unit`` is empty for the district's own."""

    role: str
    login: str
    password: str
    unit: str = ""


@click.command("demo", help=say("help:demo"))
@click.option("--data", "root", default=DEFAULT_DATA, show_default=True, type=click.Path(path_type=Path),
              help=say("help:data"))  # fmt: skip
@click.option("--keep", is_flag=True, help=say("help:demo.keep"))
@click.option("--seed", type=click.IntRange(0, SEED_MAX), default=DEFAULT_SEED, show_default=True,
              help=say("help:rehearse.seed"))  # fmt: skip
def command(root: Path, keep: bool, seed: int) -> None:
    root = root.resolve()
    try:
        fresh = not (keep and (root / "district.json").is_file())
        if fresh:
            _make_anew(root)
        folder, settings = open_place(root)
        check_rehearsal(folder)
        with stopped_by_signals(), running(folder, settings) as platform:
            start(platform)
            if fresh:
                _stage_and_play(platform, settings, seed)
            click.echo(say("stop_hint"))
            platform.wait()
    except Stopping:
        click.echo(say("stopped"))
    except FolderInUse as error:
        folder, settings = open_place(root)
        raise Trouble("RUNNING", EXIT_RUNNING, address=address(folder, settings), pid=error.pid) from error


def _make_anew(root: Path) -> None:
    """A rehearsal's folder is thrown away, never a real one, and never one that is in use."""
    try:
        old = DataFolder.open(root)
    except FolderMissing:
        root.parent.mkdir(parents=True, exist_ok=True)
    else:
        check_rehearsal(old)
        with old.lock():
            shutil.rmtree(root)
    create_folder(root, DISTRICT_CODE, DISTRICT_NAME, rehearsal_clock(FIRST_DAY, SPEED))


def _stage_and_play(platform: Platform, settings: Settings, seed: int) -> None:
    try:
        asyncio.run(_stage(platform, settings, seed))
    except PlatformGone:
        platform.check()
        raise


async def _stage(platform: Platform, settings: Settings, seed: int) -> None:
    folder, rest = platform.folder, Rest(platform.address)
    operator_login = Login("operator", "operator", _password())
    inspector_login = Login("inspector", "inspector", _password())
    # Approves what the first drafts; nobody is shown it.
    second_login = Login("operator", "operator-2", _password())
    try:
        async with machine(folder, settings) as calls:
            with as_file(files("infra.local") / "sample" / ROSTER) as roster:
                await import_roster(calls, roster, dry_run=False, tell=lambda done, total: None)
            for each in (operator_login, second_login, inspector_login):
                await create_operator(calls, each.login, each.password, each.role)
            operator, second = [
                await rest.log_in("/session", {"login": each.login, "password": each.password})
                for each in (operator_login, second_login)
            ]
            units = await read_units(rest, operator)
            issued = [account async for account in issue_accounts(calls, _root(units).unit_id, 1)]
        write_sheet(issued, folder.root / SHEET, platform.address, rehearsal=True)
        codes = {a.unit_id: {"login": a.login, "one_time_code": a.one_time_code} for a in issued}
        committee, branch = shown_units(units)
        passwords = {unit.unit_id: _password() for unit in (committee, branch)}
        cast = await prepare(rest, operator, second, codes, passwords, seed)
        logins = [operator_login]
        logins += [
            Login("unit_secretary", codes[unit.unit_id]["login"], passwords[unit.unit_id], unit.name)
            for unit in (committee, branch)
        ]
        _box(platform, [*logins, inspector_login])
        # The branch's part is left to whoever logs in as its secretary.
        await play(rest, cast, folder, seed, frozenset({branch.unit_id}))
    finally:
        await rest.close()


def shown_units(units: dict[str, Unit]) -> tuple[Unit, Unit]:
    """A working committee with branches below it, and one of those branches."""
    for unit in units.values():
        if unit.kind == "working_committee":
            below = [units[child] for child in unit.children]
            while below:
                branch = next((each for each in below if each.kind == "branch"), None)
                if branch is not None:
                    return unit, branch
                below = [units[child] for each in below for child in each.children]
    raise Trouble("NO_UNITS")


def _root(units: dict[str, Unit]) -> Unit:
    return next(unit for unit in units.values() if not unit.parent_id)


def _password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _box(platform: Platform, logins: list[Login]) -> None:
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim")
    for heading in ("box_role", "box_login", "box_password", "box_unit"):
        table.add_column(say(heading), no_wrap=True)
    for each in logins:
        table.add_row(say(f"role:{each.role}"), each.login, each.password, each.unit)
    where = Text(platform.address, style="bold")
    codes = say("box_codes", path=str(platform.folder.root / SHEET))
    Console().print(Panel.fit(Group(where, "", table), title=say("box_title"), border_style="red"))
    click.echo(codes)
