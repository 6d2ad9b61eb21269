"""A caller's grants, for questions and acts about many units: nothing is asked of the store again for each."""

from __future__ import annotations

from collections.abc import Iterable

from services.chassis.permissions import MACHINE, Allow, Where
from services.chassis.principals import Grant, Principal
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments


class Holdings:
    """Answers what ``permissions.fit`` answers, for a unit at hand as it stands on the route in question."""

    def __init__(self, principal: Principal) -> None:
        self._grants = principal.grants

    def fit(self, ways: Iterable[Allow], unit: TreeUnit) -> Grant | None:
        """The grant by which the caller passes one of the ways to the unit; None when they hold none."""
        for way in ways:
            for grant in self._grants:
                if grant.role in way.roles and _reaches(way.where, grant, unit):
                    return grant
        return None


def _reaches(where: Where, grant: Grant, unit: TreeUnit) -> bool:
    if where is Where.HELD or (grant.role == MACHINE and not grant.unit_id):
        return True
    if grant.unit_id == unit.unit_id:
        return where in (Where.OWN, Where.WITHIN)
    return where is not Where.OWN and grant.unit_id in segments(unit.path)
