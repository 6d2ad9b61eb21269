"""Who passes a directive on to whom: the unit tree, or a route over it that the office draws."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.rehearsal.campaign import Area
from infra.local.rehearsal.cast import Cast, Unit
from infra.local.rehearsal.rest import Caller


def lead_and_links(area: Area, cast: Cast) -> tuple[Unit, dict[str, str]] | None:
    """Who leads an area, and who answers to it there; None in a district that is too small for one."""
    units = cast.units
    first = sorted((units[child] for child in cast.root.children), key=lambda unit: unit.code)
    with_branches = [unit for unit in first if _branches(cast, unit)]
    if len(with_branches) <= area.others:
        return None
    lead, *others = with_branches[: area.others + 1]
    answering = [branch for unit in others for branch in _branches(cast, unit)[: area.branches_each]]
    return lead, dict.fromkeys(answering, lead.unit_id)


def _branches(cast: Cast, unit: Unit) -> list[str]:
    return [child for child in unit.children if cast.units[child].kind == "branch"]


class Lines:
    """Who is above whom; `linked`: who answers to another than in the unit tree; `top`: below whom a task is for."""

    def __init__(self, cast: Cast, top: Unit | None = None, linked: Mapping[str, str] | None = None) -> None:
        self._cast = cast
        self.top = top or cast.root
        self._linked = dict(linked or {})

    def children(self, unit: Unit) -> list[Unit]:
        """The units directly below, without those that have ended."""
        units = self._cast.units
        own = [child for child in unit.children if child not in self._linked]
        others = [child for child, superior_id in self._linked.items() if superior_id == unit.unit_id]
        return [units[child] for child in [*own, *others] if child in units[units[child].parent_id].children]

    def inside(self, unit: Unit) -> bool:
        """The unit is the top, or stands below it."""
        while unit is not self.top and (above := self.superior_id(unit)):
            unit = self._cast.units[above]
        return unit is self.top

    def superior_id(self, unit: Unit) -> str:
        """The unit directly above."""
        return self._linked.get(unit.unit_id, unit.parent_id)

    def superior(self, unit: Unit) -> Caller:
        """Whoever answers for the units below it: its secretary, else the district's operator."""
        return self._cast.secretaries.get(self.superior_id(unit), self._cast.operator)
