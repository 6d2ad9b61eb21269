"""How events of units, imports and posts change the tables. The tree's own folds are the chassis'."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis import tree_folds
from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import unit_events as ev
from services.reporting.store.evolve_assignments import assignments_merged, assignments_of_moved, items_handed_over
from services.reporting.store.evolve_matters import matters_abolished, matters_merged
from services.reporting.store.evolve_messages import contact_ended
from services.reporting.store.evolve_orders import orders_handed_over, orders_merged


def _staged(tx: Transaction, fact: Fact, event: ev.UnitsStaged) -> None:
    tree_folds.fold_staged(tx, fact, event)
    tx.run(
        "INSERT INTO roster_import VALUES (?, 'staged', ?, ?, ?) "
        "ON CONFLICT (import_id) DO UPDATE SET units = units + excluded.units, position = excluded.position",
        (event.import_id, len(event.units), fact.occurred_at_us, fact.position),
    )


def _activated(tx: Transaction, fact: Fact, event: ev.RosterActivated) -> None:
    tree_folds.fold_activated(tx, fact, event)
    tx.run(
        "INSERT INTO roster_import VALUES (?, 'activated', 0, ?, ?) "
        "ON CONFLICT (import_id) DO UPDATE SET state = excluded.state, position = excluded.position",
        (event.import_id, fact.occurred_at_us, fact.position),
    )


def _discarded(tx: Transaction, fact: Fact, event: ev.RosterDiscarded) -> None:
    tree_folds.fold_discarded(tx, fact, event)
    tx.run(
        "UPDATE roster_import SET state = 'discarded', position = ? WHERE import_id = ?",
        (fact.position, event.import_id),
    )


def _transferred(tx: Transaction, fact: Fact, event: ev.UnitTransferred) -> None:
    assignments_of_moved(tx, event.unit_id, event.from_parent_id)
    tree_folds.fold_transferred(tx, fact, event)


def _merged(tx: Transaction, fact: Fact, event: ev.UnitMerged) -> None:
    assignments_merged(tx, event)
    matters_merged(tx, event)
    orders_merged(tx, event)
    tree_folds.fold_merged(tx, fact, event)
    _end_posts(tx, fact, event.unit_id)


def _abolished(tx: Transaction, fact: Fact, event: ev.UnitAbolished) -> None:
    matters_abolished(tx, event)
    tree_folds.fold_abolished(tx, fact, event)
    _end_posts(tx, fact, event.unit_id)


def _end_posts(tx: Transaction, fact: Fact, unit_id: str) -> None:
    tx.run(
        "UPDATE post_holder SET until_position = ? WHERE unit_id = ? AND until_position = 0", (fact.position, unit_id)
    )
    tx.run("DELETE FROM post WHERE unit_id = ?", (unit_id,))


def _appointed(tx: Transaction, fact: Fact, event: ev.PostHolderAppointed) -> None:
    tx.run(
        "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (post_id) DO UPDATE SET "
        "post_name = excluded.post_name, first = excluded.first, person_id = excluded.person_id, "
        "person_name = excluded.person_name, acting = excluded.acting, from_us = excluded.from_us",
        (event.post_id, event.unit_id, event.post_name, int(event.first), event.person_id, event.person_name,
         int(event.acting), event.from_us),
    )  # fmt: skip
    _hold(tx, fact, event)


def _handed_over(tx: Transaction, fact: Fact, event: ev.PostHandedOver) -> None:
    tx.run(
        "UPDATE post SET person_id = ?, person_name = ?, acting = ?, from_us = ? WHERE post_id = ?",
        (event.person_id, event.person_name, int(event.acting), event.from_us, event.post_id),
    )
    _hold(tx, fact, event)
    items_handed_over(tx, event)
    orders_handed_over(tx, event)
    contact_ended(tx, event)


def _hold(tx: Transaction, fact: Fact, event: ev.PostHolderAppointed | ev.PostHandedOver) -> None:
    tx.run(
        "UPDATE post_holder SET until_position = ? WHERE post_id = ? AND until_position = 0",
        (fact.position, event.post_id),
    )
    tx.run(
        "INSERT INTO post_holder VALUES (?, ?, 0, ?, ?, ?, ?, ?)",
        (event.post_id, fact.position, event.unit_id, event.person_id, event.person_name, int(event.acting),
         event.from_us),
    )  # fmt: skip


UNIT_EVOLVE: Mapping[type, Evolve] = {
    ev.UnitEstablished: tree_folds.fold_established,
    ev.UnitsStaged: _staged,
    ev.RosterActivated: _activated,
    ev.RosterDiscarded: _discarded,
    ev.UnitRenamed: tree_folds.fold_renamed,
    ev.UnitRecoded: tree_folds.fold_recoded,
    ev.UnitReclassified: tree_folds.fold_reclassified,
    ev.UnitMembersCounted: tree_folds.fold_members_counted,
    ev.UnitTransferred: _transferred,
    ev.UnitMerged: _merged,
    ev.UnitAbolished: _abolished,
    ev.PostHolderAppointed: _appointed,
    ev.PostHandedOver: _handed_over,
}
