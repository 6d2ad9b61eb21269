"""How events of routes, and of the unit tree below them, change where units stand on each open route.

A unit that is linked keeps its superior whatever the unit tree does; one that is not follows the tree. Every function
that follows the tree is to be called before the tree's own fold.
"""

from __future__ import annotations

from typing import Any

from services.chassis import routes, tree
from services.chassis.ledger import Fact
from services.chassis.store import StoreCorrupt, Transaction
from services.chassis.tree import TreeUnit
from services.kernel.paths import join, prefix_range

# ---- routes themselves ------------------------------------------------------------------------------------


def fold_drawn(tx: Transaction, fact: Fact, event: Any) -> None:
    add_route(tx, event)
    for link in event.links:
        relink(tx, fact, event.route_id, link)


def fold_changed(tx: Transaction, fact: Fact, event: Any) -> None:
    changed(tx, event)
    for link in event.links:
        relink(tx, fact, event.route_id, link)


def fold_ended(tx: Transaction, fact: Fact, event: Any) -> None:
    """What stood on it stays as it was, for whoever reads of directives that took it."""
    tx.run("UPDATE route SET state = 'ended', version = version + 1 WHERE route_id = ?", (event.route_id,))


def add_route(tx: Transaction, event: Any) -> None:
    """A route without links yet."""
    tx.run("INSERT INTO route VALUES (?, ?, ?, ?, 'open', 1)", (event.route_id, event.name, event.kind, event.basis))


def changed(tx: Transaction, event: Any) -> None:
    """It has another version."""
    tx.run("UPDATE route SET version = version + 1 WHERE route_id = ?", (event.route_id,))


def relink(tx: Transaction, fact: Fact, route_id: str, link: Any) -> None:
    """A unit answers to another superior there, or again to its own in the unit tree."""
    superior_id = link.superior_unit_id
    if superior_id:
        tx.run(
            "INSERT INTO route_link VALUES (?, ?, ?) ON CONFLICT (route_id, unit_id) "
            "DO UPDATE SET superior_unit_id = excluded.superior_unit_id",
            (route_id, link.unit_id, superior_id),
        )
    else:
        tx.run("DELETE FROM route_link WHERE route_id = ? AND unit_id = ?", (route_id, link.unit_id))
        unit = tree.find(tx, link.unit_id)
        superior_id = "" if unit is None else unit.parent_id
    _move(tx, route_id, _standing(tx, route_id, link.unit_id), _standing(tx, route_id, superior_id), fact.position)


# ---- the unit tree below them -----------------------------------------------------------------------------


def follow_established(tx: Transaction, fact: Fact, unit_id: str, parent_id: str) -> None:
    """A new unit stands under its superior on every route."""
    tx.run(
        "INSERT INTO route_unit SELECT r.route_id, ?, r.unit_id, r.path || ? || '/', r.depth + 1, ? "
        "FROM route_unit r JOIN route o ON o.route_id = r.route_id AND o.state = 'open' WHERE r.unit_id = ?",
        (unit_id, unit_id, fact.position, parent_id),
    )


def follow_activated(tx: Transaction, fact: Fact, import_id: str) -> None:
    """So does each unit of an import, superiors first."""
    if not routes.open_ids(tx):
        return
    depths = tx.all(
        "SELECT DISTINCT depth FROM tree_unit WHERE import_id = ? AND state = 'staged' ORDER BY depth", (import_id,)
    )
    for row in depths:
        tx.run(
            "INSERT INTO route_unit SELECT r.route_id, t.unit_id, r.unit_id, r.path || t.unit_id || '/', r.depth + 1, "
            "? FROM tree_unit t JOIN route_unit r ON r.unit_id = t.parent_id "
            "JOIN route o ON o.route_id = r.route_id AND o.state = 'open' "
            "WHERE t.import_id = ? AND t.state = 'staged' AND t.depth = ?",
            (fact.position, import_id, row[0]),
        )


def follow_transferred(tx: Transaction, fact: Fact, unit_id: str, parent_id: str) -> None:
    """A unit goes under another superior, wherever it has no link of its own."""
    for route_id in routes.open_ids(tx):
        if not routes.link_of(tx, route_id, unit_id):
            _follow(tx, route_id, unit_id, parent_id, fact.position)


def follow_merged(tx: Transaction, fact: Fact, unit_id: str, into_id: str) -> None:
    """Whoever stood under a unit stands under the other; the unit's own link ends with it."""
    for route_id in routes.open_ids(tx):
        below = routes.children(tx, route_id, unit_id)
        tx.run(
            "UPDATE route_link SET superior_unit_id = ? WHERE route_id = ? AND superior_unit_id = ?",
            (into_id, route_id, unit_id),
        )
        for child in below:
            _follow(tx, route_id, child.unit_id, into_id, fact.position)
        tx.run("DELETE FROM route_link WHERE route_id = ? AND unit_id = ?", (route_id, unit_id))


def follow_abolished(tx: Transaction, unit_id: str) -> None:
    """A unit that ends has no link any more."""
    tx.run(
        "DELETE FROM route_link WHERE unit_id = ? AND route_id IN (SELECT route_id FROM route WHERE state = 'open')",
        (unit_id,),
    )


# ---- how places are kept ----------------------------------------------------------------------------------


def _follow(tx: Transaction, route_id: str, unit_id: str, parent_id: str, position: int) -> None:
    """The unit goes under a superior as in the unit tree: where both stand as there, only who hangs below the unit by a
    link needs a row.
    """
    unit, parent = _standing(tx, route_id, unit_id), _standing(tx, route_id, parent_id)
    if _has_row(tx, route_id, unit_id) or _has_row(tx, route_id, parent_id) or routes.link_of(tx, route_id, unit_id):
        _move(tx, route_id, unit, parent, position)
    else:
        _repath(tx, route_id, unit, parent)


def _move(tx: Transaction, route_id: str, unit: TreeUnit, parent: TreeUnit, position: int) -> None:
    low, high = prefix_range(unit.path)
    tx.run(
        "INSERT INTO route_unit SELECT ?, unit_id, parent_id, path, depth, joined FROM tree_unit t "
        "WHERE t.path >= ? AND t.path < ? AND t.state <> 'staged' "
        "AND NOT EXISTS (SELECT 1 FROM route_unit r WHERE r.route_id = ? AND r.unit_id = t.unit_id)",
        (route_id, low, high, route_id),
    )
    _repath(tx, route_id, unit, parent)
    tx.run(
        "UPDATE route_unit SET parent_id = ?, joined = ? WHERE route_id = ? AND unit_id = ?",
        (parent.unit_id, position, route_id, unit.unit_id),
    )


def _repath(tx: Transaction, route_id: str, unit: TreeUnit, parent: TreeUnit) -> None:
    low, high = prefix_range(unit.path)
    tx.run(
        "UPDATE route_unit SET path = ? || SUBSTR(path, ?), depth = depth + ? "
        "WHERE route_id = ? AND path >= ? AND path < ?",
        (join(parent.path, unit.unit_id), len(unit.path) + 1, parent.depth + 1 - unit.depth, route_id, low, high),
    )


def _standing(tx: Transaction, route_id: str, unit_id: str) -> TreeUnit:
    unit = routes.find(tx, route_id, unit_id)
    if unit is None:
        raise StoreCorrupt(f"{unit_id} is not there to stand on {route_id}")
    return unit


def _has_row(tx: Transaction, route_id: str, unit_id: str) -> bool:
    row = tx.one("SELECT 1 FROM route_unit WHERE route_id = ? AND unit_id = ?", (route_id, unit_id))
    return row is not None
