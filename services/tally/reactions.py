"""Facts of other services: reporting's entries keep the replica of the unit tree, and cause no act of tally."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.app import Listen

LISTENS: Mapping[str, Listen] = {"reporting": Listen(unit_tree=True)}
