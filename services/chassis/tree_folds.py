"""How events change the unit tree and the routes over it: one set of folds for every service.

Reporting feeds them from its own events, every other service from reporting's entries; the shapes are the same, so
they take either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from services.chassis import route_folds
from services.chassis.ledger import Fact
from services.chassis.store import StoreCorrupt, Transaction, int_of, text_of
from services.chassis.tree import ACTIVE, COLUMNS, STAGED, TreeUnit, children
from services.kernel.paths import ROOT, join, prefix_range


class UnitShape(Protocol):
    """What UnitEstablished looks like, as domain event or as message."""

    @property
    def unit_id(self) -> str: ...
    @property
    def parent_id(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def members(self) -> int: ...


def _insert(tx: Transaction, unit: UnitShape, state: str, import_id: str, position: int) -> TreeUnit:
    path, depth = join(ROOT, unit.unit_id), 0
    if unit.parent_id:
        row = tx.one("SELECT path, depth FROM tree_unit WHERE unit_id = ?", (unit.parent_id,))
        if row is None:
            raise StoreCorrupt(f"{unit.unit_id} names a parent that is not there: {unit.parent_id}")
        path, depth = join(text_of(row[0]), unit.unit_id), int_of(row[1]) + 1
    tx.run(
        f"INSERT INTO tree_unit ({COLUMNS}, import_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (unit.unit_id, unit.parent_id, path, depth, unit.code, unit.name, unit.kind, unit.members, state, 1,
         position, position, import_id),
    )  # fmt: skip
    return TreeUnit(unit.unit_id, unit.parent_id, path, depth, unit.code, unit.name, unit.kind, unit.members,
                    state, 1, position, position)  # fmt: skip


def _remember(tx: Transaction, change: str, unit_id: str, fact: Fact) -> None:
    tx.run(
        "INSERT OR IGNORE INTO tree_change SELECT unit_id, ?, ?, parent_id, name, state, ? "
        "FROM tree_unit WHERE unit_id = ?",
        (fact.position, change, fact.occurred_at_us, unit_id),
    )


def _touch(tx: Transaction, sets: str, params: Sequence[str | int], unit_id: str, change: str, fact: Fact) -> None:
    tx.run(
        f"UPDATE tree_unit SET {sets}, version = version + 1, position = ? WHERE unit_id = ?",
        (*params, fact.position, unit_id),
    )
    _remember(tx, change, unit_id, fact)


def fold_established(tx: Transaction, fact: Fact, event: UnitShape) -> None:
    _insert(tx, event, ACTIVE, "", fact.position)
    route_folds.follow_established(tx, fact, event.unit_id, event.parent_id)
    _remember(tx, "established", event.unit_id, fact)


def fold_staged(tx: Transaction, fact: Fact, event: Any) -> None:
    for unit in event.units:
        _insert(tx, unit, STAGED, event.import_id, fact.position)


def fold_activated(tx: Transaction, fact: Fact, event: Any) -> None:
    route_folds.follow_activated(tx, fact, event.import_id)
    tx.run(
        "INSERT OR IGNORE INTO tree_change SELECT unit_id, ?, 'established', parent_id, name, 'active', ? "
        "FROM tree_unit WHERE import_id = ? AND state = 'staged'",
        (fact.position, fact.occurred_at_us, event.import_id),
    )
    tx.run(
        "UPDATE tree_unit SET state = 'active', position = ?, joined = ? WHERE import_id = ? AND state = 'staged'",
        (fact.position, fact.position, event.import_id),
    )


def fold_discarded(tx: Transaction, fact: Fact, event: Any) -> None:
    tx.run("DELETE FROM tree_unit WHERE import_id = ? AND state = 'staged'", (event.import_id,))


def fold_renamed(tx: Transaction, fact: Fact, event: Any) -> None:
    _touch(tx, "name = ?", (event.name,), event.unit_id, "renamed", fact)


def fold_recoded(tx: Transaction, fact: Fact, event: Any) -> None:
    _touch(tx, "code = ?", (event.code,), event.unit_id, "recoded", fact)


def fold_reclassified(tx: Transaction, fact: Fact, event: Any) -> None:
    _touch(tx, "kind = ?", (event.kind,), event.unit_id, "reclassified", fact)


def fold_members_counted(tx: Transaction, fact: Fact, event: Any) -> None:
    _touch(tx, "members = ?", (event.members,), event.unit_id, "members_counted", fact)


def _move(tx: Transaction, unit_id: str, parent_id: str) -> None:
    unit_row = tx.one("SELECT path, depth FROM tree_unit WHERE unit_id = ?", (unit_id,))
    parent_row = tx.one("SELECT path, depth FROM tree_unit WHERE unit_id = ?", (parent_id,))
    if unit_row is None or parent_row is None:
        raise StoreCorrupt(f"{unit_id} cannot move below {parent_id}: one of them is not there")
    old, new = text_of(unit_row[0]), join(text_of(parent_row[0]), unit_id)
    low, high = prefix_range(old)
    tx.run(
        "UPDATE tree_unit SET path = ? || SUBSTR(path, ?), depth = depth + ? WHERE path >= ? AND path < ?",
        (new, len(old) + 1, int_of(parent_row[1]) + 1 - int_of(unit_row[1]), low, high),
    )
    tx.run("UPDATE tree_unit SET parent_id = ? WHERE unit_id = ?", (parent_id, unit_id))


def fold_transferred(tx: Transaction, fact: Fact, event: Any) -> None:
    route_folds.follow_transferred(tx, fact, event.unit_id, event.to_parent_id)
    _move(tx, event.unit_id, event.to_parent_id)
    _touch(tx, "joined = ?", (fact.position,), event.unit_id, "transferred", fact)


def fold_merged(tx: Transaction, fact: Fact, event: Any) -> None:
    route_folds.follow_merged(tx, fact, event.unit_id, event.into_unit_id)
    for child in children(tx, event.unit_id):
        _move(tx, child.unit_id, event.into_unit_id)
        _touch(tx, "joined = ?", (fact.position,), child.unit_id, "transferred", fact)
    row = tx.one("SELECT members FROM tree_unit WHERE unit_id = ?", (event.unit_id,))
    gained = int_of(row[0]) if row else 0
    _touch(tx, "members = members + ?", (gained,), event.into_unit_id, "merged_in", fact)
    _touch(tx, "state = 'merged'", (), event.unit_id, "merged", fact)


def fold_abolished(tx: Transaction, fact: Fact, event: Any) -> None:
    route_folds.follow_abolished(tx, event.unit_id)
    _touch(tx, "state = 'abolished'", (), event.unit_id, "abolished", fact)


Fold = Callable[[Transaction, Fact, Any], None]

# By the short name of reporting's event.
FOLDS: dict[str, Fold] = {
    "UnitEstablished": fold_established,
    "UnitsStaged": fold_staged,
    "RosterActivated": fold_activated,
    "RosterDiscarded": fold_discarded,
    "UnitRenamed": fold_renamed,
    "UnitRecoded": fold_recoded,
    "UnitReclassified": fold_reclassified,
    "UnitMembersCounted": fold_members_counted,
    "UnitTransferred": fold_transferred,
    "UnitMerged": fold_merged,
    "UnitAbolished": fold_abolished,
    "RouteDrawn": route_folds.fold_drawn,
    "RouteChanged": route_folds.fold_changed,
    "RouteEnded": route_folds.fold_ended,
}
