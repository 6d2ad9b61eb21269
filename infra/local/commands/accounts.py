"""huanjie accounts: accounts for units, with a sheet of one-time codes to print."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from huanjie.identity.v1 import identity_pb2 as pb
from infra.local.accounts import find_unit, issue_accounts
from infra.local.machine import machine
from infra.local.place import address, data_option, open_place
from infra.local.words import Trouble, language, say
from services.chassis.durable import write_durably
from services.chassis.folder import DataFolder
from services.chassis.settings import Settings

PEOPLE_MAX = 2


@click.group("accounts", help=say("help:accounts"))
def command() -> None:
    pass


@command.command("issue", help=say("help:accounts.issue"))
@data_option
@click.option("--unit", "code", default="", help=say("help:accounts.unit"))
@click.option(
    "--people", type=click.IntRange(1, PEOPLE_MAX), default=1, show_default=True, help=say("help:accounts.people")
)
@click.option(
    "--out", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help=say("help:accounts.out")
)
def issue(root: Path, code: str, people: int, target: Path) -> None:
    folder, settings = open_place(root)
    target = target.resolve()
    if target.exists():
        raise Trouble("FILE_THERE", path=str(target))
    if not target.parent.is_dir():
        raise Trouble("NO_FOLDER", path=str(target.parent))
    issued: list[pb.NewAccount] = []
    try:
        asyncio.run(_issue(folder, settings, code, people, issued))
    finally:
        # Codes are shown once: whatever stopped the work, those that were made are kept.
        if issued:
            write_sheet(issued, target, address(folder, settings), rehearsal=folder.clock.kind == "rehearsal")
    click.echo(say("accounts_issued", count=len(issued), path=str(target)) if issued else say("accounts_none"))


async def _issue(folder: DataFolder, settings: Settings, code: str, people: int, issued: list[pb.NewAccount]) -> None:
    from rich.console import Console

    with Console(stderr=True).status(say("issuing")) as status:
        async with machine(folder, settings) as calls:
            top = await find_unit(calls, code)
            async for account in issue_accounts(calls, top.unit_id, people):
                issued.append(account)
                status.update(f"{say('issuing')} {len(issued)}")


def write_sheet(accounts: list[pb.NewAccount], target: Path, origin: str, *, rehearsal: bool) -> None:
    """The same sheet that the operator's page prints, readable by its owner only."""
    from gateway.api.problems import Problems
    from gateway.api.sheet import Slip, render

    slips = [
        Slip(
            login=each.login,
            unit_name=each.unit_name,
            role=each.role,
            one_time_code=each.one_time_code,
            code_until_us=each.code_until_us,
        )
        for each in accounts
    ]
    page = render(slips, Problems.load(), language(), f"{origin}/", rehearsal=rehearsal)
    write_durably(target, page.encode())
