"""Who may call what: one declarative table a service, checked by the chassis before a function runs.

A rule names roles and where they must be held, relative to the unit that the call is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from google.protobuf.message import Message

from services.chassis import routes
from services.chassis.principals import Grant, Principal
from services.chassis.refusals import NotFound, PermissionDenied, Unauthenticated
from services.chassis.store import Reader
from services.kernel.paths import segments

OPERATOR = "operator"
UNIT_SECRETARY = "unit_secretary"
UNIT_REPORTER = "unit_reporter"
VERIFIER = "verifier"
RECOMMENDER = "recommender"
VETTING_OFFICER = "vetting_officer"
DISCIPLINE_OFFICER = "discipline_officer"
INTAKE_CLERK = "intake_clerk"
TELLER = "teller"
SCRUTINEER = "scrutineer"
CHIEF_SCRUTINEER = "chief_scrutineer"
INSPECTOR = "inspector"
MEMBER = "member"
# Whoever may read the data folder's keys: the machine's administrator, never a person of the turnover.
MACHINE = "machine"
# The chassis' own calls between services.
SERVICE = "service"

ROLES = frozenset({
    OPERATOR, UNIT_SECRETARY, UNIT_REPORTER, VERIFIER, RECOMMENDER, VETTING_OFFICER, DISCIPLINE_OFFICER,
    INTAKE_CLERK, TELLER, SCRUTINEER, CHIEF_SCRUTINEER, INSPECTOR, MEMBER,
})  # fmt: skip


class Where(Enum):
    """Where the role must be held, seen from the unit that the call is about."""

    OWN = "own"  # in that very unit
    WITHIN = "within"  # in that unit or one above it
    ABOVE = "above"  # in a unit above it, never in itself
    HELD = "held"  # anywhere: the function or its subtree filter narrows what is seen
    OPEN = "open"  # no principal needed


# Where it matters by which route somebody is above.
_ABOVE = (Where.WITHIN, Where.ABOVE)


@dataclass(frozen=True, slots=True)
class Allow:
    """Roles that may call, where they must be held, and the request's field that names the unit."""

    roles: frozenset[str]
    where: Where
    target: str = "unit_id"


def allow(*roles: str, where: Where, target: str = "unit_id") -> Allow:
    """One way in: any of the roles, held ``where`` relative to the field ``target``."""
    return Allow(frozenset(roles), where, target)


ANYONE = Allow(frozenset(), Where.OPEN)

# rpc name → ways in; one that fits is enough.
PermissionTable = Mapping[str, tuple[Allow, ...]]
# The route by which "above" is meant in a call: that of the directive that it is about.
RouteOf = Callable[[Reader, Message], str]


def by_unit_tree(reader: Reader, request: Message) -> str:
    """Above is above in the unit tree."""
    return routes.UNIT_TREE


class Gatekeeper:
    """Checks calls against one table."""

    def __init__(self, table: PermissionTable, route_of: RouteOf = by_unit_tree) -> None:
        self._table = table
        self._route_of = route_of
        self._open = frozenset(name for name, ways in table.items() if any(way.where is Where.OPEN for way in ways))

    def admit(self, reader: Reader, principal: Principal, method: str, request: Message) -> Grant | None:
        """The grant by which the caller may act; None for an open call.

        Raises Unauthenticated, PermissionDenied, or NotFound when the unit does not exist.
        """
        if method in self._open:
            return None
        if not principal.grants:
            raise Unauthenticated(reason="no_principal")
        for way in self._table[method]:
            target_id = "" if way.where is Where.HELD else str(getattr(request, way.target))
            route_id = self._route_of(reader, request) if way.where in _ABOVE else routes.UNIT_TREE
            grant = fit(reader, principal, way, target_id, route_id)
            if grant is not None:
                return grant
        raise PermissionDenied(action=method)


def fit(
    reader: Reader, principal: Principal, way: Allow, target_id: str, route_id: str = routes.UNIT_TREE
) -> Grant | None:
    """The grant by which the caller passes this way to a unit; None when they hold none. Raises NotFound.

    `route_id`: the route on which a unit above is above.
    """
    held = [g for g in principal.grants if g.role in way.roles]
    if not held or way.where is Where.HELD:
        return held[0] if held else None
    for grant in held:
        # The machine's administrator stands above the tree, also before there is one.
        if not grant.unit_id and grant.role == MACHINE:
            return grant
        if grant.unit_id == target_id and way.where in (Where.OWN, Where.WITHIN):
            return grant
    if way.where is Where.OWN:
        return None
    target = routes.find(reader, route_id, target_id)
    if target is None:
        raise NotFound(kind="unit", id=target_id)
    above = segments(target.path)[:-1]
    return next((grant for grant in held if grant.unit_id in above), None)
