"""huanjie tally: counts a vote again from its exported record, without the platform."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
import orjson

from infra.local.words import EXIT_REFUSED, Trouble, say
from infra.recount.naive import RecordUnreadable, differences, recompute

RECORD_BYTES_MAX = 64 << 20


@click.group("tally", help=say("help:tally"))
def command() -> None:
    pass


@command.command("recompute", help=say("help:tally.recompute"))
@click.argument("record", metavar="RECORD", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def recompute_record(record: Path) -> None:
    said = _read(record)
    try:
        own = recompute(said)
        wrong = differences(said, own)
    except RecordUnreadable as error:
        raise Trouble("RECORD_UNREADABLE", path=str(record), detail=str(error)) from error
    click.echo(say("recompute_digest", digest=_digest(said)))
    for line in _lines(own):
        click.echo(line)
    for each in wrong:
        click.echo(say("recompute_differs", what=each))
    click.echo(say("recompute_apart", count=len(wrong)) if wrong else say("recompute_agrees"))
    if wrong:
        raise click.exceptions.Exit(EXIT_REFUSED)


def _read(path: Path) -> dict[str, Any]:
    """The record, by itself or as the interface hands it out, whose hash must then be its own."""
    if path.stat().st_size > RECORD_BYTES_MAX:
        raise Trouble("RECORD_UNREADABLE", path=str(path), detail=f"> {RECORD_BYTES_MAX >> 20} MiB")
    record = _parsed(path, path.read_bytes())
    if "record_json" in record:
        said, record = str(record.get("record_sha256")), _parsed(path, str(record["record_json"]).encode())
        if said != _digest(record):
            raise Trouble("RECORD_ALTERED", path=str(path), said=said, own=_digest(record))
    if "outcome" not in record:
        raise Trouble("RECORD_UNREADABLE", path=str(path), detail="outcome")
    return record


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Trouble("RECORD_UNREADABLE", path=str(path), detail=str(error)) from error
    if not isinstance(found, dict):
        raise Trouble("RECORD_UNREADABLE", path=str(path), detail="outcome")
    return found


def _digest(record: dict[str, Any]) -> str:
    """What stands on the printed papers: SHA-256 of the record with its keys sorted."""
    return hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _lines(own: dict[str, Any]) -> list[str]:
    if own["problems"]:
        return []
    lines = [say(f"recompute_verdict:{own['verdict']}")]
    for standing in ("chosen", "tied", "passed_not_chosen", "not_passed"):
        people = [f"{name} {own['votes'][name]}" for name in own[standing]]
        if people:
            lines.append(say(f"recompute_standing:{standing}", people="，".join(people)))
    if own["next_round"]:
        following = own["next_round"]
        names = "，".join(following["names"])
        lines.append(say(f"recompute_next:{following['round']}", seats=following["seats"], names=names))
    return lines
