"""huanjie init: a new data folder, its keys, and what the broker needs."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import click

from infra.local.place import broker_folder, data_option
from infra.local.programs import BROKER_USERS
from infra.local.words import say
from infra.nats.seeds import ensure_seeds
from services.chassis.clock import SPEED_MAX, ClockSettings, security_now_us
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import PRINCIPAL_KEYS, ensure_key
from services.kernel.workdays import day_of, start_of_day

DISTRICT_CODE = r"[a-z0-9][a-z0-9-]{0,31}"
DEFAULT_SPEED = 600
MORNING_US = 9 * 3_600 * 1_000_000


def create_folder(root: Path, district: str, name: str, clock: ClockSettings) -> DataFolder:
    """A new data folder with its signing keys. Raises FolderTaken, FolderInUse."""
    folder = DataFolder.create(root, district, name, clock, Ids())
    for key_id in PRINCIPAL_KEYS:
        ensure_key(folder.keys, key_id)
    ensure_seeds(folder.keys, BROKER_USERS)
    broker_folder(folder)
    return folder


def rehearsal_clock(start: date | None, speed: int) -> ClockSettings:
    """Business time starts at nine in the morning of that day, by default today, and runs ``speed`` times as fast."""
    now_us = security_now_us()
    return ClockSettings.rehearsal(start_of_day(start or day_of(now_us)) + MORNING_US, now_us, speed)


def practice_clock() -> ClockSettings:
    """A rehearsal at the pace of the clock on the wall."""
    now_us = security_now_us()
    return ClockSettings.rehearsal(now_us, now_us, 1)


@click.command("init", help=say("help:init"))
@data_option
@click.option("--district", required=True, metavar="CODE", help=say("help:init.district"))
@click.option("--name", required=True, help=say("help:init.name"))
@click.option("--rehearsal", is_flag=True, help=say("help:init.rehearsal"))
@click.option("--practice", is_flag=True, help=say("help:init.practice"))
@click.option("--speed", type=click.IntRange(1, SPEED_MAX), help=say("help:init.speed", speed=DEFAULT_SPEED))
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help=say("help:init.start"))
def command(
    root: Path, district: str, name: str, rehearsal: bool, practice: bool, speed: int | None, start: datetime | None
) -> None:
    _check_district(district)
    if practice and (rehearsal or speed or start):
        raise click.UsageError(say("PRACTICE_CLOCK"))
    if not rehearsal and (speed or start):
        raise click.UsageError(say("REAL_CLOCK"))
    clock = practice_clock() if practice else ClockSettings.real()
    if rehearsal:
        clock = rehearsal_clock(start.date() if start else None, speed or DEFAULT_SPEED)
    folder = create_folder(root.resolve(), district, name, clock)
    click.echo(say("created", folder=str(folder.root), kind=clock.kind))
    if practice:
        click.echo(say("practising"))
    click.echo(say("next_up", folder=str(root)))


def _check_district(code: str) -> None:
    if not re.fullmatch(DISTRICT_CODE, code):
        raise click.BadParameter(say("DISTRICT_CODE"), param_hint="--district")
