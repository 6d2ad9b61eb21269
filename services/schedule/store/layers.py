"""How many units stand in each layer below a unit, by kind: kept as reporting's tree changes, O(depth) a change, so
that nothing that counts layers reads a row a unit. Each fold runs behind the tree's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from huanjie.reporting.v1 import units_pb2
from services.chassis import tree
from services.chassis.app import Projection
from services.chassis.ledger import Fact
from services.chassis.store import Reader, StoreCorrupt, Transaction, int_of, text_of
from services.kernel.paths import segments

# App.listens: what the projections keep.
TABLES = ("unit_layer",)

# (layers below, kind, units)
Row = tuple[int, str, int]


def rows_of(reader: Reader, unit_id: str, kinds: Iterable[str] = ()) -> list[Row]:
    """The counts at and below a unit, of some kinds or of all."""
    wanted = list(kinds)
    of_kinds = f" AND kind IN ({', '.join('?' * len(wanted))})" if wanted else ""
    return [
        (int_of(row[0]), text_of(row[1]), int_of(row[2]))
        for row in reader.all(
            f"SELECT depth, kind, units FROM unit_layer WHERE ancestor_id = ?{of_kinds} ORDER BY depth, kind",
            (unit_id, *wanted),
        )
    ]


def _add(tx: Transaction, parent_id: str, rows: Iterable[Row], sign: int) -> None:
    """Adds to a unit, and to all above it, what stands one layer below it."""
    parent = tree.find(tx, parent_id) if parent_id else None
    if parent is None:
        if parent_id:
            raise StoreCorrupt(f"the unit tree has no {parent_id}")
        return
    above = list(reversed(segments(parent.path)))
    tx.run_many(
        "INSERT INTO unit_layer VALUES (?, ?, ?, ?) "
        "ON CONFLICT (ancestor_id, depth, kind) DO UPDATE SET units = unit_layer.units + excluded.units",
        [
            (unit_id, depth + layer, kind, sign * units)
            for layer, unit_id in enumerate(above, start=1)
            for depth, kind, units in rows
        ],
    )
    if sign < 0:
        tx.run_many("DELETE FROM unit_layer WHERE ancestor_id = ? AND units = 0", [(unit_id,) for unit_id in above])


def _move(tx: Transaction, unit_id: str, old_parent_id: str, new_parent_id: str) -> None:
    rows = rows_of(tx, unit_id)
    _add(tx, old_parent_id, rows, -1)
    _add(tx, new_parent_id, rows, 1)


def _own(tx: Transaction, unit_id: str) -> tree.TreeUnit:
    unit = tree.find(tx, unit_id)
    if unit is None:
        raise StoreCorrupt(f"the unit tree has no {unit_id}")
    return unit


def _established(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.UnitEstablished.FromString(data)
    tx.run("INSERT INTO unit_layer VALUES (?, 0, ?, 1)", (event.unit_id, event.kind))
    _add(tx, event.parent_id, [(0, event.kind, 1)], 1)


def _activated(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.RosterActivated.FromString(data)
    tx.run(
        "INSERT INTO unit_layer WITH RECURSIVE up (ancestor_id, depth, kind, parent_id) AS ("
        "SELECT unit_id, 0, kind, parent_id FROM tree_unit WHERE import_id = ? AND state = 'active' AND joined = ? "
        "UNION ALL SELECT t.unit_id, up.depth + 1, up.kind, t.parent_id "
        "FROM up JOIN tree_unit t ON t.unit_id = up.parent_id) "
        "SELECT ancestor_id, depth, kind, COUNT(*) FROM up WHERE depth >= 0 GROUP BY ancestor_id, depth, kind "
        "ON CONFLICT (ancestor_id, depth, kind) DO UPDATE SET units = unit_layer.units + excluded.units",
        (event.import_id, fact.position),
    )


def _reclassified(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.UnitReclassified.FromString(data)
    row = tx.one("SELECT kind FROM unit_layer WHERE ancestor_id = ? AND depth = 0", (event.unit_id,))
    if row is None:
        raise StoreCorrupt(f"no count of {event.unit_id}")
    parent_id = _own(tx, event.unit_id).parent_id
    tx.run("UPDATE unit_layer SET kind = ? WHERE ancestor_id = ? AND depth = 0", (event.kind, event.unit_id))
    _add(tx, parent_id, [(0, event.kind, 1)], 1)
    _add(tx, parent_id, [(0, text_of(row[0]), 1)], -1)


def _transferred(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.UnitTransferred.FromString(data)
    _move(tx, event.unit_id, event.from_parent_id, event.to_parent_id)


def _merged(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = units_pb2.UnitMerged.FromString(data)
    # The tree's own fold has hung the children under the other unit already, at this very position.
    moved = [unit for unit in tree.children(tx, event.into_unit_id) if unit.joined == fact.position]
    for child in moved:
        _move(tx, child.unit_id, event.unit_id, event.into_unit_id)
    _end(tx, event.unit_id)


def _abolished(tx: Transaction, fact: Fact, data: bytes) -> None:
    _end(tx, units_pb2.UnitAbolished.FromString(data).unit_id)


def _end(tx: Transaction, unit_id: str) -> None:
    """A unit without anything below it is gone."""
    _add(tx, _own(tx, unit_id).parent_id, rows_of(tx, unit_id), -1)
    tx.run("DELETE FROM unit_layer WHERE ancestor_id = ?", (unit_id,))


PROJECTIONS: Mapping[str, Projection] = {
    str(message.DESCRIPTOR.full_name): fold
    for message, fold in (
        (units_pb2.UnitEstablished, _established),
        (units_pb2.RosterActivated, _activated),
        (units_pb2.UnitReclassified, _reclassified),
        (units_pb2.UnitTransferred, _transferred),
        (units_pb2.UnitMerged, _merged),
        (units_pb2.UnitAbolished, _abolished),
    )
}
