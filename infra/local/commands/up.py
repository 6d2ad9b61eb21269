"""huanjie up: the whole platform on this machine, in the foreground, until Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from infra.local.place import address, colours, data_option, open_place
from infra.local.platform import Platform, running
from infra.local.words import EXIT_RUNNING, Trouble, say
from services.chassis.folder import FolderInUse


@click.command("up", help=say("help:up"))
@data_option
@click.option("--attach", is_flag=True, help=say("help:up.attach"))
def command(root: Path, attach: bool) -> None:
    folder, settings = open_place(root)
    try:
        with stopped_by_signals(), running(folder, settings) as platform:
            start(platform)
            click.echo(say("stop_hint"))
            platform.wait()
    except Stopping:
        click.echo(say("stopped"))
    except FolderInUse as error:
        if not attach:
            where = address(folder, settings)
            raise Trouble("RUNNING", EXIT_RUNNING, address=where, pid=error.pid) from error
        from infra.local.follow import follow  # not on the way of a start

        follow(folder, error.pid)


def start(platform: Platform) -> None:
    """Waits until the platform is ready, telling who is; then says where it is."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(say("starting")) as status:

        def tell(parts: Sequence[str]) -> None:
            status.update(say("starting_parts", parts=", ".join(parts)) if parts else say("starting"))

        ready = platform.await_ready(tell)
    if not ready:
        click.secho(say("not_ready", logs=str(platform.folder.logs)), err=True, fg="yellow")
    click.secho(say("ready", address=platform.address), bold=colours())


class Stopping(KeyboardInterrupt):
    """Somebody asked to stop: Ctrl-C or SIGTERM."""


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """The first signal raises Stopping in the block; later ones wait for the stop that is under way."""

    def stop(signum: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopping

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
