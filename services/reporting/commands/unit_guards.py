"""What the permission table cannot say: a role over a second unit or over the whole tree, and what was seen before."""

from __future__ import annotations

from typing import Final

from services.chassis import tree
from services.chassis.permissions import MACHINE, OPERATOR, Where, allow, fit
from services.chassis.principals import Principal
from services.chassis.refusals import PermissionDenied, StaleVersion
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit

_OVER: Final = allow(OPERATOR, MACHINE, where=Where.WITHIN)
_ADMINISTRATOR: Final = allow(MACHINE, where=Where.HELD)


def check_over(reader: Reader, principal: Principal, unit_id: str, action: str) -> None:
    """Raises PermissionDenied unless the caller is operator of the unit or above it."""
    if fit(reader, principal, _OVER, unit_id) is None:
        raise PermissionDenied(action=action)


def check_over_all(reader: Reader, principal: Principal, action: str) -> None:
    """Raises PermissionDenied unless the caller is operator of the root; before there is one, administrator."""
    root = tree.root(reader)
    if fit(reader, principal, _OVER if root else _ADMINISTRATOR, root.unit_id if root else "") is None:
        raise PermissionDenied(action=action)


def check_version(unit: TreeUnit, expected: int) -> None:
    """Raises StaleVersion when the unit changed since the caller saw it; 0 does not check."""
    if expected not in (0, unit.version):
        raise StaleVersion(expected=expected, actual=unit.version)
