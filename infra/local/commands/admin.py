"""huanjie admin: operators and inspectors of the district."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from infra.local.accounts import create_operator
from infra.local.machine import machine
from infra.local.place import data_option, open_place
from infra.local.words import Trouble, say
from services.chassis.folder import DataFolder
from services.chassis.settings import Settings


@click.group("admin", help=say("help:admin"))
def command() -> None:
    pass


@command.command("create", help=say("help:admin.create"))
@data_option
@click.option("--login", required=True, help=say("help:admin.login"))
@click.option(
    "--role", type=click.Choice(["operator", "inspector"]), default="operator", show_default=True,
    help=say("help:admin.role"),
)  # fmt: skip
@click.option("--password-stdin", is_flag=True, help=say("help:admin.stdin"))
def create(root: Path, login: str, role: str, password_stdin: bool) -> None:
    folder, settings = open_place(root)
    password = _password(password_stdin)
    account_id = asyncio.run(_create(folder, settings, login, password, role))
    click.echo(say("account_created", login=login, role=role, account=account_id))


async def _create(folder: DataFolder, settings: Settings, login: str, password: str, role: str) -> str:
    async with machine(folder, settings) as calls:
        return await create_operator(calls, login, password, role)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Trouble("NO_TERMINAL")
    password: str = click.prompt(say("password"), hide_input=True, confirmation_prompt=say("password_again"))
    return password
