"""A caller's grants with their places in the tree, looked up once: for questions and acts about many units."""

from __future__ import annotations

from collections.abc import Iterable

from services.chassis import tree
from services.chassis.permissions import MACHINE, Allow, Where
from services.chassis.principals import Grant, Principal
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.kernel.paths import contains


class Holdings:
    """Answers what ``permissions.fit`` answers, without asking the store again for each unit."""

    def __init__(self, reader: Reader, principal: Principal) -> None:
        self._held = [(grant, tree.find(reader, grant.unit_id)) for grant in principal.grants]

    def fit(self, ways: Iterable[Allow], unit: TreeUnit) -> Grant | None:
        """The grant by which the caller passes one of the ways to the unit; None when they hold none."""
        for way in ways:
            for grant, place in self._held:
                if grant.role in way.roles and _reaches(way.where, grant, place, unit):
                    return grant
        return None


def _reaches(where: Where, grant: Grant, place: TreeUnit | None, unit: TreeUnit) -> bool:
    if where is Where.HELD or (grant.role == MACHINE and not grant.unit_id):
        return True
    if grant.unit_id == unit.unit_id:
        return where in (Where.OWN, Where.WITHIN)
    return where is not Where.OWN and place is not None and contains(place.path, unit.path)
