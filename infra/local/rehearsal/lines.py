"""Who passes a directive on to whom: the unit tree, or a route over it that the office draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.local.rehearsal.cast import Cast, Unit
from infra.local.rehearsal.rest import Caller


@dataclass(frozen=True, slots=True)
class Area:
    """A functional area: some branches of each of these units answer to another unit there."""

    name: str
    superior_code: str
    from_codes: tuple[str, ...]
    branches_each: int

    def links(self, cast: Cast) -> dict[str, str]:
        """Unit to its superior there."""
        by_code = {unit.code: unit for unit in cast.units.values()}
        superior_id = by_code[self.superior_code].unit_id
        taken: dict[str, str] = {}
        for code in self.from_codes:
            below = [cast.units[child] for child in by_code[code].children]
            branches = [unit.unit_id for unit in below if unit.kind == "branch"]
            taken |= dict.fromkeys(branches[: self.branches_each], superior_id)
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
