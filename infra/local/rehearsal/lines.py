"""Who passes a directive on to whom: the unit tree, or a route over it that the office draws."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.rehearsal.campaign import Area
from infra.local.rehearsal.cast import Cast, Unit
from infra.local.rehearsal.rest import Caller


def links(area: Area, cast: Cast) -> dict[str, str]:
    """Unit to its superior in a functional area."""
    superior_id = cast.by_code(area.superior_code).unit_id
    taken: dict[str, str] = {}
    for code in area.from_codes:
        below = [cast.units[child] for child in cast.by_code(code).children]
        branches = [unit.unit_id for unit in below if unit.kind == "branch"]
        taken |= dict.fromkeys(branches[: area.branches_each], superior_id)
    return taken


class Lines:
    """Who is above whom; `linked`: who answers to another than in the unit tree."""

    def __init__(self, cast: Cast, linked: Mapping[str, str] | None = None) -> None:
        self._cast = cast
        self._linked = dict(linked or {})

    def children(self, unit: Unit) -> list[Unit]:
        """The units directly below, without those that have ended."""
        units = self._cast.units
        own = [child for child in unit.children if child not in self._linked]
        others = [child for child, superior_id in self._linked.items() if superior_id == unit.unit_id]
        return [units[child] for child in [*own, *others] if child in units[units[child].parent_id].children]

    def superior_id(self, unit: Unit) -> str:
        """The unit directly above."""
        return self._linked.get(unit.unit_id, unit.parent_id)

    def superior(self, unit: Unit) -> Caller:
        """Whoever answers for the units below it: its secretary, else the district's operator."""
        return self._cast.secretaries.get(self.superior_id(unit), self._cast.operator)
