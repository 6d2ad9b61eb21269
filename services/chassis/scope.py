"""The one place that turns a caller into a filter on rows: which subtrees they may see."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis import tree
from services.chassis.permissions import MACHINE
from services.chassis.principals import Principal
from services.chassis.store import Reader, Value
from services.kernel.paths import contains, prefix_range, segments

# A caller with more units than this is given the smallest tree above them that they hold.
SUBTREES_MAX = 32


@dataclass(frozen=True, slots=True)
class Scope:
    """The subtrees that a caller may see, as paths; ``everything`` for the machine's administrator."""

    paths: tuple[str, ...]
    everything: bool = False
    # The units whose subtrees these are, also those that lie in another one's.
    unit_ids: tuple[str, ...] = ()

    def where(self, column: str) -> tuple[str, tuple[Value, ...]]:
        """An SQL condition on a path column, with its parameters."""
        if self.everything:
            return "1 = 1", ()
        if not self.paths:
            return "1 = 0", ()
        parts, params = [], []
        for path in self.paths:
            low, high = prefix_range(path)
            parts.append(f"({column} >= ? AND {column} < ?)")
            params += [low, high]
        return "(" + " OR ".join(parts) + ")", tuple(params)

    def sees(self, path: str) -> bool:
        """The unit at that path lies in one of the subtrees."""
        return self.everything or any(contains(own, path) for own in self.paths)

    def sees_on_route(self, path: str) -> bool:
        """The unit whose path on some route that is stands there at or below one of the caller's."""
        above = segments(path)
        return self.everything or any(unit_id in above for unit_id in self.unit_ids)


def subtrees_of(reader: Reader, principal: Principal) -> Scope:
    """Every subtree whose root the caller holds a role in; nested ones are folded into the widest."""
    if any(g.role == MACHINE and not g.unit_id for g in principal.grants):
        return Scope((), everything=True)
    held = {u.unit_id: u.path for g in principal.grants if (u := tree.find(reader, g.unit_id)) is not None}
    paths = sorted(held.values())
    widest: list[str] = []
    for path in paths:
        if not any(contains(above, path) for above in widest):
            widest.append(path)
    return Scope(tuple(widest[:SUBTREES_MAX]), unit_ids=tuple(sorted(held)))
