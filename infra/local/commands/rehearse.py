"""huanjie rehearse: plays a campaign against a platform that runs, until it ends or is stopped."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from infra.local.accounts import create_operator
from infra.local.machine import machine
from infra.local.place import address, data_option, open_place
from infra.local.rehearsal.campaign import FIVE_WEEKS, FOUR_WEEKS, Script
from infra.local.rehearsal.cast import Cast, issue_codes, make_cast, read_units, work_of
from infra.local.rehearsal.play import Campaign
from infra.local.rehearsal.rest import Caller, PlatformGone, Rest
from infra.local.words import EXIT_UNREACHABLE, Trouble, say
from services.chassis.folder import DataFolder
from services.chassis.settings import Settings

SEED_MAX = 2**32 - 1
DEFAULT_SEED = 2026
PASSWORD_BYTES = 12


@click.command("rehearse", help=say("help:rehearse"))
@data_option
@click.option("--seed", type=click.IntRange(0, SEED_MAX), default=DEFAULT_SEED, show_default=True,
              help=say("help:rehearse.seed"))  # fmt: skip
@click.option("--speed", type=click.IntRange(1), help=say("help:rehearse.speed"))
@click.option("--campaign", is_flag=True, help=say("help:rehearse.campaign"))
def command(root: Path, seed: int, speed: int | None, campaign: bool) -> None:
    folder, settings = open_place(root)
    check_rehearsal(folder)
    if speed is not None and speed != folder.clock.speed:
        raise Trouble("SPEED_IS", speed=folder.clock.speed)
    try:
        asyncio.run(_rehearse(folder, settings, seed, campaign=campaign))
    except PlatformGone as error:
        raise Trouble("PLATFORM_GONE", EXIT_UNREACHABLE, path=str(error)) from error


def check_rehearsal(folder: DataFolder) -> None:
    """A real district is never played with."""
    if folder.clock.kind != "rehearsal":
        raise Trouble("NO_REHEARSAL", folder=str(folder.root))


async def _rehearse(folder: DataFolder, settings: Settings, seed: int, *, campaign: bool) -> None:
    run, password = secrets.token_hex(4), secrets.token_urlsafe(PASSWORD_BYTES)
    logins = [f"rehearsal-{run}-{number}" for number in (1, 2)]
    async with machine(folder, settings) as calls:
        for login in logins:
            await create_operator(calls, login, password, "operator")
    rest = Rest(address(folder, settings))
    try:
        operator, second = [await rest.log_in("/session", {"login": each, "password": password}) for each in logins]
        units = await read_units(rest, operator)
        if len(units) < 2:
            raise Trouble("NO_UNITS")
        root_id = next(unit.unit_id for unit in units.values() if not unit.parent_id)
        codes = await issue_codes(rest, operator, root_id)
        cast = await prepare(rest, operator, second, codes, {}, seed)
        await play(rest, cast, folder, seed, frozenset(), FOUR_WEEKS if campaign else FIVE_WEEKS)
    finally:
        await rest.close()


async def prepare(
    rest: Rest,
    operator: Caller,
    second: Caller,
    codes: Mapping[str, Mapping[str, Any]],
    passwords: Mapping[str, str],
    seed: int,
) -> Cast:
    """The cast, made with a progress bar."""
    from infra.local.progress import bar

    units = await read_units(rest, operator)
    with bar(say("casting"), work_of(units.values())) as tell:
        return await make_cast(rest, operator, second, units, codes, passwords, seed, tell)


async def play(
    rest: Rest, cast: Cast, folder: DataFolder, seed: int, left_out: frozenset[str], script: Script = FIVE_WEEKS
) -> None:
    """Plays to the end, a line a phase."""
    click.echo(say("playing", seed=seed, speed=folder.clock.speed))

    def tell(key: str, **params: str | int) -> None:
        click.echo(say(key, **params))

    await Campaign(rest, cast, folder.business_clock(), seed, left_out, tell, script).play()
    reasons = ", ".join(f"{code} {count}" for code, count in rest.refused.most_common()) or "0"
    click.echo(say("played", done=rest.done, refused=reasons))
