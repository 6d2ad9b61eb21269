"""huanjie version"""

from __future__ import annotations

from importlib.metadata import version

import click

from infra.local.words import say


@click.command("version", help=say("help:version"))
def command() -> None:
    click.echo(f"huanjie {version('huanjie')}")
