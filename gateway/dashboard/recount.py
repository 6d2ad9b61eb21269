"""The nightly recount: the read model must be what the ledger says, bit for bit. Anything else is an alarm.

Two recounts: `differences` counts every figure anew, bottom-up, from what each unit did; `differences_from` reads the
whole ledger into a new read model beside this one and compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

from gateway.dashboard.directives import LiveDirective
from gateway.dashboard.model import MIGRATIONS
from gateway.dashboard.packing import pack_scope
from gateway.dashboard.projection import POSITION_MAX, PRODUCER, Projection
from gateway.dashboard.sink import ProjectorSink
from gateway.dashboard.store import directives, reading
from gateway.dashboard.store.reading import Place
from gateway.dashboard.view import View
from services.chassis import inbox, routes
from services.chassis.apsw_store import ApswStore
from services.chassis.routes import UNIT_TREE
from services.chassis.store import Reader
from services.kernel.transmission import Figures, FiguresRow, ScopeLayer

ENTRIES_A_BATCH: Final = 10_000
DIFFERENCES_MAX: Final = 100

Row = tuple[bool, FiguresRow, bytes]


def differences(reader: Reader) -> list[str]:
    """Units whose stored figures are not what a recount from their records gives; empty when all is well."""
    projection = Projection.load(reader)
    found = (
        f"{directive_id}: {name}"
        for directive_id, directive in projection.directives.items()
        for name in _differing(_recounted(projection, directive), _newest(reader, directive_id))
    )
    return list(islice(found, DIFFERENCES_MAX))


def differences_from(reader: Reader, entries: Iterable[bytes], scratch: Path) -> list[str]:
    """The same against a whole rebuild from reporting's entries, in a file that is made for it.

    Entries past what the read model has read are left out.
    """
    last = inbox.position_of(reader, PRODUCER).position
    store = ApswStore(scratch)
    sink = ProjectorSink(store, lambda _: None)
    try:
        store.claim("recount")
        store.migrate(MIGRATIONS)
        waiting = islice(entries, last)
        while batch := list(islice(waiting, ENTRIES_A_BATCH)):
            sink.apply_now(PRODUCER, batch)
        with store.snapshot() as rebuilt:
            return list(islice(_against(reader, rebuilt), DIFFERENCES_MAX))
    finally:
        sink.close()
        store.close()


def _recounted(projection: Projection, directive: LiveDirective) -> dict[str, Row]:
    ids = projection.tree.ids
    shown = (
        (ids[unit], False, directive.figures(unit).to_row(), pack_scope(directive.scope.layers(unit)))
        for unit in directive.shown()
    )
    aside = ((ids[unit], True, directive.figures(unit).to_row(), b"") for unit in directive.aside)
    return _telling(chain(shown, aside))


def _against(reader: Reader, rebuilt: Reader) -> Iterator[str]:
    ours, theirs = reading.directive_ids(reader), reading.directive_ids(rebuilt)
    if ours != theirs:
        yield "directives"
    for directive_id in ours:
        wanted, found = _newest(rebuilt, directive_id), _newest(reader, directive_id)
        for name in _differing(wanted, found):
            if not _same_answer(directive_id, name, (rebuilt, wanted), (reader, found)):
                yield f"{directive_id}: {name}"
    for name in _differing(_places(rebuilt), _places(reader)):
        yield f"unit: {name}"
    for route_id in routes.open_ids(rebuilt):
        for name in _differing(*_places_on(route_id, rebuilt, reader)):
            yield f"route {route_id}: {name}"


def _places(reader: Reader, route_id: str = UNIT_TREE) -> dict[str, Place]:
    return {place.unit_id: place for place in reading.newest_places(reader, route_id)}


def _places_on(route_id: str, *readers: Reader) -> tuple[dict[str, Place], ...]:
    """Where the units stand that one of the models has a row for: the other may never have needed it."""
    own = [_places(reader, route_id) for reader in readers]
    named = {unit_id for places in own for unit_id in places}
    stand = [_places(reader) for reader in readers]
    return tuple(
        {unit_id: place for unit_id in named if (place := mine.get(unit_id) or in_tree.get(unit_id)) is not None}
        for mine, in_tree in zip(own, stand, strict=True)
    )


def _newest(reader: Reader, directive_id: str) -> dict[str, Row]:
    newest = reading.newest(reader, directive_id)
    return _telling((row.unit_id, row.gone, row.figures, row.layers) for row in newest)


def _same_answer(directive_id: str, unit_id: str, *models: tuple[Reader, Mapping[str, Row]]) -> bool:
    """A unit that never did anything: its row may say what follows from its place in the tree, or be missing."""
    answers = []
    for reader, rows in models:
        said = rows.get(unit_id)
        row = directives.find(reader, directive_id, POSITION_MAX)
        if row is None or (said is not None and any(Figures.from_row(said[1]).facts.row())):
            return False
        view = View(reader, row, POSITION_MAX)
        # The tree has gone on since it was withdrawn: what followed from it then, nobody can tell any more.
        lost = bool(row.withdrawn_position) and said is None
        answers.append(None if lost else _answer(view, unit_id))
    told = [answer for answer in answers if answer is not None]
    return all(answer == told[0] for answer in told)


def _answer(view: View, unit_id: str) -> tuple[FiguresRow, Sequence[ScopeLayer]]:
    figures = view.figures_of(unit_id)
    if figures.mass:
        return figures.to_row(), view.layers(unit_id)
    figures.facts.withdrawn = 0
    return figures.to_row(), ()


def _telling(rows: Iterable[tuple[str, bool, FiguresRow, bytes]]) -> dict[str, Row]:
    """What rows say; one that says no more than that there is nothing is as good as none.

    Nor does it matter whether a unit of which nothing is obliged, and that never did anything, is marked as off the
    route: that depends on when the projector was last started.
    """
    found: dict[str, Row] = {}
    for unit_id, gone, said, layers in rows:
        figures = Figures.from_row(said)
        off, figures.facts.withdrawn = figures.facts.withdrawn, 0
        idle = not figures.mass and not any(figures.facts.row())
        if not (gone and idle):
            found[unit_id] = gone, figures.to_row() if off and idle else said, layers
    return found


def _differing(wanted: Mapping[str, object], found: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            yield name
