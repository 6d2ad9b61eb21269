"""Tells viewers what changed: one message a flush, the figures that most people watch encoded once.

A flush is text: the read model's position, then a line a changed key, `<directive> <unit> <figures as JSON>`, or
without figures for those who watch it to read anew; `all` stands for all directives together. gateway/api/views.py
reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

import orjson

from gateway.dashboard.figures import directive_figures, overview
from gateway.dashboard.moments import find_moment
from gateway.dashboard.projection import Flushed
from gateway.dashboard.sight import ALL_DIRECTIVES
from gateway.dashboard.store import directives, reading
from services.chassis.refusals import NotFound
from services.chassis.store import Reader

ENCODED_MAX: Final = 4
"""Keys of one flush whose figures travel with it: the district as a whole, and under the directives that changed."""
KEYS_MAX: Final = 4_000
"""Keys one message names; more go in several."""

KeyLine = tuple[str, str]


def encode_key(reader: Reader, directive_id: str, unit_id: str, now_us: int) -> tuple[int, bytes]:
    """The figures of a key as one line of JSON, and the position that they stand for. Raises NotFound."""
    moment = find_moment(reader, "", now_us)
    if directive_id == ALL_DIRECTIVES:
        return moment.position, orjson.dumps(overview(reader, unit_id, moment))
    return moment.position, orjson.dumps(directive_figures(reader, directive_id, unit_id, moment))


def messages(reader: Reader, flushed: Flushed, now_us: int) -> Iterator[bytes]:
    """What is published after a flush."""
    encoded: dict[KeyLine, bytes] = {}
    for key in islice(_watched_by_most(reader, flushed), ENCODED_MAX):
        try:
            encoded[key] = encode_key(reader, *key, now_us)[1]
        except NotFound:
            continue
    rest = (key for key in _changed(flushed) if key not in encoded)
    lines = chain(
        (f"{directive} {unit} ".encode() + data for (directive, unit), data in encoded.items()),
        (f"{directive} {unit}".encode() for directive, unit in rest),
    )
    while page := list(islice(lines, KEYS_MAX)):
        yield b"\n".join((str(flushed.position).encode(), *page))


def _watched_by_most(reader: Reader, flushed: Flushed) -> Iterator[KeyLine]:
    root_id = reading.root(reader)
    if root_id and flushed.changed:
        yield ALL_DIRECTIVES, root_id
    for directive_id in flushed.changed:
        row = directives.find(reader, directive_id, flushed.position)
        if row is not None:
            yield directive_id, row.issuer_unit_id


def _changed(flushed: Flushed) -> Iterator[KeyLine]:
    seen: set[str] = set()
    for directive_id, unit_ids in flushed.changed.items():
        for unit_id in unit_ids:
            yield directive_id, unit_id
            if unit_id not in seen:
                seen.add(unit_id)
                yield ALL_DIRECTIVES, unit_id
