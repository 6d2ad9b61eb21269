"""Facts of other services that schedule rests on: the unit tree, who leads a unit, how far directives have
come, which results are declared.

None of them causes an act: a gate is asked when somebody wants to pass it.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.app import Listen
from services.schedule.store import links, votes

LISTENS: Mapping[str, Listen] = {
    "reporting": Listen(projections=links.PROJECTIONS, unit_tree=True, tables=links.TABLES),
    "tally": Listen(projections=votes.PROJECTIONS, tables=votes.TABLES),
}
