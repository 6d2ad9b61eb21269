"""What the projector writes, and what it reads back when it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.dashboard.deeds import Deed
from gateway.dashboard.store.directives import DirectiveRow
from gateway.dashboard.tree import Seed
from services.chassis.store import Reader, Transaction, Value, bytes_of, int_of, text_of
from services.kernel.transmission import FiguresRow

PlaceRow = tuple[str, str, int, str, int, int, bytes]
"""unit_id, route_id, position, parent_id, kind, active, counts."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A unit's figures from a position on; `figures` as Figures.to_row makes them, `layers` the packed scope."""

    directive_id: str
    unit_id: str
    position: int
    gone: bool
    figures: FiguresRow
    layers: bytes


@dataclass(slots=True)
class Asking:
    """Rows about what the asking costs, as the schema has them, since the last flush."""

    named: list[tuple[str, str, int, str, str]] = field(default_factory=list)
    handed_over: list[tuple[int, str, str, str]] = field(default_factory=list)
    empty: list[tuple[int]] = field(default_factory=list)


# ---- at the start -------------------------------------------------------------------------------------------


def kinds(reader: Reader) -> list[str]:
    """Kinds of units by number."""
    return [text_of(row[0]) for row in reader.all("SELECT name FROM kind ORDER BY number")]


def seeds(reader: Reader) -> Iterator[Seed]:
    """Every unit there is or was, parents before children."""
    for row in reader.each(
        "SELECT unit_id, parent_id, kind, state, joined FROM tree_unit WHERE state <> 'staged' ORDER BY depth, unit_id"
    ):
        yield Seed(text_of(row[0]), text_of(row[1]), text_of(row[2]), row[3] == "active", int_of(row[4]))


def imported(reader: Reader, import_id: str) -> list[Seed]:
    """The units that an import has just brought, parents before children."""
    rows = reader.all(
        "SELECT unit_id, parent_id, kind, joined FROM tree_unit WHERE import_id = ? AND state = 'active' "
        "ORDER BY depth, unit_id",
        (import_id,),
    )
    return [Seed(text_of(row[0]), text_of(row[1]), text_of(row[2]), True, int_of(row[3])) for row in rows]


def units_on_route(reader: Reader, route_id: str) -> Iterator[tuple[str, str, int]]:
    """(unit, its superior there, since which position) of each unit whose place on a route is kept."""
    for row in reader.each(
        "SELECT r.unit_id, r.parent_id, r.joined FROM route_unit r JOIN tree_unit t ON t.unit_id = r.unit_id "
        "WHERE r.route_id = ? AND t.state <> 'staged'",
        (route_id,),
    ):
        yield text_of(row[0]), text_of(row[1]), int_of(row[2])


def units_apart(reader: Reader, route_id: str) -> list[str]:
    """The units that have rows of their own on a route."""
    rows = reader.all("SELECT DISTINCT unit_id FROM place WHERE route_id = ? AND route_id <> ''", (route_id,))
    return [text_of(row[0]) for row in rows]


def newest_figures(reader: Reader, directive_id: str) -> Iterator[tuple[str, bool, FiguresRow]]:
    """The newest figures of every unit that has or had any, and whether they are gone."""
    for r in reader.each(
        "SELECT unit_id, gone, mass, own, yield_e9, reach, detail FROM figure f WHERE directive_id = ? AND position = "
        "(SELECT MAX(position) FROM figure n WHERE n.directive_id = f.directive_id AND n.unit_id = f.unit_id)",
        (directive_id,),
    ):
        yield text_of(r[0]), bool(r[1]), (int_of(r[2]), int_of(r[3]), int_of(r[4]), int_of(r[5]), bytes_of(r[6]))


def let_off(reader: Reader, directive_id: str) -> list[str]:
    """Units that were let off."""
    rows = reader.all("SELECT unit_id FROM let_off WHERE directive_id = ?", (directive_id,))
    return [text_of(row[0]) for row in rows]


def dispatch_times(reader: Reader, directive_id: str) -> list[tuple[str, bool, int, int]]:
    """(unit, whether it is the one that dispatched to all, when, by which entry): dispatches in their order."""
    rows = reader.all(
        "SELECT unit_id, to_all, at_us, position FROM deed WHERE directive_id = ? AND (stage = 1 OR to_all = 1) "
        "ORDER BY position, ordinal",
        (directive_id,),
    )
    return [(text_of(row[0]), bool(row[1]), int_of(row[2]), int_of(row[3])) for row in rows]


# ---- entry by entry -----------------------------------------------------------------------------------------


def add_directive(tx: Transaction, row: DirectiveRow) -> None:
    """A directive was issued."""
    tx.run(
        "INSERT INTO directive VALUES (?, ?, ?, ?, ?, ?)",
        (row.directive_id, row.position, row.withdrawn_position, row.issued_at_us, row.route_id, row.issued),
    )
    seat_directive(tx, row.directive_id, row.position, row.issuer_unit_id, row.subtree_unit_id)


def withdraw_directive(tx: Transaction, directive_id: str, position: int) -> None:
    """A directive was taken back."""
    tx.run("UPDATE directive SET withdrawn_position = ? WHERE directive_id = ?", (position, directive_id))


def seat_directive(
    tx: Transaction, directive_id: str, position: int, issuer_unit_id: str, subtree_unit_id: str
) -> None:
    """Who is the issuer, and the root of the scope's subtree, from a position on."""
    tx.run("INSERT INTO seat VALUES (?, ?, ?, ?)", (directive_id, position, issuer_unit_id, subtree_unit_id))


def add_let_off(tx: Transaction, directive_id: str, unit_id: str) -> None:
    """A unit was let off."""
    tx.run("INSERT OR IGNORE INTO let_off VALUES (?, ?)", (directive_id, unit_id))


def remove_let_off(tx: Transaction, directive_id: str, unit_id: str) -> None:
    """A unit is no longer let off."""
    tx.run("DELETE FROM let_off WHERE directive_id = ? AND unit_id = ?", (directive_id, unit_id))


def name_first_post(tx: Transaction, unit_id: str, position: int, post_name: str) -> None:
    """What the first responsible person's post is called."""
    tx.run("INSERT INTO first_post VALUES (?, ?, ?)", (unit_id, position, post_name))


def raise_matter(
    tx: Transaction, matter_id: str, position: int, unit_id: str, topic: str, owner_id: str, raised_us: int, due_us: int
) -> None:
    """A unit raised a matter."""
    row = (matter_id, position, unit_id, topic, owner_id, raised_us, due_us)
    tx.run("INSERT INTO matter VALUES (?, ?, ?, ?, ?, ?, ?, 1)", row)


def turn_matter(tx: Transaction, matter_id: str, position: int, owner_id: str, due_us: int, *, waiting: bool) -> None:
    """It has another owner (empty: the same), another time, or is answered."""
    tx.run(
        "INSERT INTO matter SELECT matter_id, ?, unit_id, topic, CASE ? WHEN '' THEN owner_unit_id ELSE ? END, "
        "raised_us, ?, ? FROM matter WHERE matter_id = ? ORDER BY position DESC LIMIT 1",
        (position, owner_id, owner_id, due_us, int(waiting), matter_id),
    )


def hand_matters(tx: Transaction, from_id: str, into_id: str, position: int) -> None:
    """A unit ended in another, which owes what it owed."""
    tx.run(
        "INSERT INTO matter SELECT matter_id, ?, unit_id, topic, ?, raised_us, due_us, 1 FROM matter m "
        "WHERE owner_unit_id = ? AND waiting = 1 AND position = "
        "(SELECT MAX(position) FROM matter n WHERE n.matter_id = m.matter_id)",
        (position, into_id, from_id),
    )


# ---- a flush ------------------------------------------------------------------------------------------------


def add_flush(tx: Transaction, position: int, business_us: int) -> None:
    """What follows is true up to a position."""
    tx.run(
        "INSERT INTO flush VALUES (?, ?) ON CONFLICT (position) DO UPDATE SET business_us = excluded.business_us",
        (position, business_us),
    )


def save_kinds(tx: Transaction, names: Sequence[str]) -> None:
    """Kinds that are new."""
    tx.run_many("INSERT OR IGNORE INTO kind VALUES (?, ?)", list(enumerate(names)))


def add_places(tx: Transaction, rows: Iterable[PlaceRow]) -> None:
    """Where units stand, in each tree, from a position on."""
    tx.run_many(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (unit_id, route_id, position) DO UPDATE SET "
        "parent_id = excluded.parent_id, kind = excluded.kind, active = excluded.active, counts = excluded.counts",
        rows,
    )


def add_figures(tx: Transaction, rows: Iterable[FigureRow]) -> None:
    """Figures of units from a position on."""
    flat: list[tuple[Value, ...]] = [
        (r.directive_id, r.unit_id, r.position, int(r.gone), *r.figures, r.layers) for r in rows
    ]
    tx.run_many(
        "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (directive_id, unit_id, position) "
        "DO UPDATE SET gone = excluded.gone, mass = excluded.mass, own = excluded.own, yield_e9 = excluded.yield_e9, "
        "reach = excluded.reach, detail = excluded.detail, layers = excluded.layers",
        flat,
    )


def add_deeds(tx: Transaction, deeds: Iterable[Deed]) -> None:
    """What was done."""
    tx.run_many(
        "INSERT INTO deed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        deeds,
    )


def add_asking(tx: Transaction, asking: Asking) -> None:
    """Who was named, posts that were handed over, reports that say nothing."""
    if asking.named:
        tx.run_many("INSERT INTO named VALUES (?, ?, ?, ?, ?)", asking.named)
    if asking.handed_over:
        tx.run_many("INSERT INTO handed_over VALUES (?, ?, ?, ?)", asking.handed_over)
    if asking.empty:
        tx.run_many("INSERT INTO empty_report VALUES (?)", asking.empty)


# ---- thinning -----------------------------------------------------------------------------------------------


def kept_flushes(
    reader: Reader, before_us: int, day_us: int, offset_us: int, flushes_max: int
) -> list[tuple[int, int]]:
    """(from, to) positions of old days that still have several flushes: all of `from` < p < `to` can go.

    `to` is the last flush of such a day, `from` the last before that day (0: none).
    """
    rows = reader.all(
        "SELECT MIN(position), MAX(position) FROM flush WHERE business_us < ? "
        "GROUP BY (business_us + ?) / ? HAVING COUNT(*) > 1 ORDER BY 1 LIMIT ?",
        (before_us, offset_us, day_us, flushes_max),
    )
    return [(int_of(row[0]) - 1, int_of(row[1])) for row in rows]


def thin(tx: Transaction, after: int, last: int) -> int:
    """Leaves of each unit's figures with after < position <= last only the newest; returns how many rows went."""
    gone = tx.run(
        "DELETE FROM figure WHERE position > ? AND position < ? AND EXISTS (SELECT 1 FROM figure n "
        "WHERE n.directive_id = figure.directive_id AND n.unit_id = figure.unit_id AND n.position > figure.position "
        "AND n.position <= ?)",
        (after, last, last),
    )
    return gone + tx.run("DELETE FROM flush WHERE position > ? AND position < ?", (after, last))
