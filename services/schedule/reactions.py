"""Facts of other services that schedule rests on: the unit tree, who leads a unit, how far directives have
come, which results are declared.

None of them causes an act: a gate is asked when somebody wants to pass it.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.app import Listen, Projection
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.schedule.store import layers, links, votes


def _together(first: Mapping[str, Projection], second: Mapping[str, Projection]) -> Mapping[str, Projection]:
    """Both folds of an event that two tables follow, in that order."""

    def both(one: Projection, other: Projection) -> Projection:
        def fold(tx: Transaction, fact: Fact, data: bytes) -> None:
            one(tx, fact, data)
            other(tx, fact, data)

        return fold

    shared = {name: both(first[name], second[name]) for name in first.keys() & second.keys()}
    return {**first, **second, **shared}


LISTENS: Mapping[str, Listen] = {
    "reporting": Listen(
        projections=_together(links.PROJECTIONS, layers.PROJECTIONS),
        unit_tree=True,
        tables=links.TABLES + layers.TABLES,
    ),
    "tally": Listen(projections=votes.PROJECTIONS, tables=votes.TABLES),
}
