"""huanjie bench: measures the promised numbers and writes docs/benchmarks.md."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from infra.local.words import say


@click.command("bench", help=say("help:bench"))
@click.option("--dry-run", is_flag=True, help=say("help:bench.dry_run"))
@click.option("--only", multiple=True, metavar="PART", help=say("help:bench.only"))
def command(dry_run: bool, only: tuple[str, ...]) -> None:
    # The yardsticks are development tools: loaded only here.
    from infra.local.bench.page import render, write
    from infra.local.bench.run import PARTS, measure

    if unknown := set(only) - set(PARTS):
        raise click.BadParameter(say("bench_parts", unknown=", ".join(sorted(unknown)), parts=", ".join(PARTS)))
    # A measured sender asks more often than any unit's system would.
    os.environ.setdefault("HUANJIE_LIMITS__ACCOUNT_REQUESTS_PER_SECOND", "100000")
    os.environ.setdefault("HUANJIE_LIMITS__ADDRESS_REQUESTS_PER_SECOND", "100000")
    with tempfile.TemporaryDirectory(prefix="huanjie-bench-") as scratch:
        measured = measure(Path(scratch), lambda line: click.echo(line), only or PARTS)
    # A page of some figures would hide the others.
    if dry_run or only:
        click.echo(render(measured.results, measured.details))
    else:
        write(measured.results, measured.details)
