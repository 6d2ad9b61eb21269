"""What a query function is given: one snapshot, the caller, and the subtrees that they may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.chassis.principals import Principal
from services.chassis.scope import Scope, subtrees_of
from services.chassis.store import Reader


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of one caller; also given to ``prepare_<rpc>`` functions."""

    reader: Reader
    principal: Principal
    # What app.py hands to all functions of the service (blobs, calendar, limits).
    context: Any
    # The ledger position that the snapshot was opened at or after.
    head: int

    def scope(self) -> Scope:
        """The subtrees that the caller may see."""
        return subtrees_of(self.reader, self.principal)
