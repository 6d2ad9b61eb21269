"""How events change routes: the chassis' folds, and what had reached a unit before it went elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis import route_folds
from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import route_events as ev
from services.reporting.store.evolve_assignments import assignments_of_relinked


def _changed(tx: Transaction, fact: Fact, event: ev.RouteChanged) -> None:
    route_folds.changed(tx, event)
    for link in event.links:
        assignments_of_relinked(tx, event.route_id, link.unit_id)
        route_folds.relink(tx, fact, event.route_id, link)


ROUTE_EVOLVE: Mapping[type, Evolve] = {
    ev.RouteDrawn: route_folds.fold_drawn,
    ev.RouteChanged: _changed,
    ev.RouteEnded: route_folds.fold_ended,
}
