"""Who may give, take and reset what: roles, units, and how far a caller reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.identity.domain.accounts import REVOKED, Account
from gateway.identity.domain.errors import (
    AccountIsRevoked,
    AccountOutOfReach,
    GrantExists,
    RoleOutOfReach,
    UnitKeysFull,
    UnitPeopleFull,
)
from services.kernel.paths import contains

MACHINE: Final = "machine"
OPERATOR: Final = "operator"
INSPECTOR: Final = "inspector"
UNIT_SECRETARY: Final = "unit_secretary"
UNIT_REPORTER: Final = "unit_reporter"
VERIFIER: Final = "verifier"

# The two people of a unit.
UNIT_ROLES: Final = (UNIT_SECRETARY, UNIT_REPORTER)
UNIT_PEOPLE_MAX: Final = 2
UNIT_KEYS_MAX: Final = 10
# What a unit secretary may give and take in the units below; everything else is the district's.
SECRETARY_GIVES: Final = frozenset({UNIT_SECRETARY, UNIT_REPORTER, VERIFIER})


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A role that an account holds in a unit; ``until_us`` 0 means until revoked."""

    grant_id: str
    account_id: str
    role: str
    unit_id: str
    acting: bool
    until_us: int

    def live(self, now_us: int) -> bool:
        """Not run out at that instant (security time)."""
        return self.until_us == 0 or now_us < self.until_us


@dataclass(frozen=True, slots=True)
class Place:
    """A role in a unit, by the unit's path in the tree: "/" is above every unit."""

    role: str
    unit_id: str
    path: str


def may_give(giver: Place, place: Place) -> bool:
    """The giver's role, held where it is held, is enough to give or take that one."""
    if not contains(giver.path, place.path):
        return False
    if giver.role == UNIT_SECRETARY:
        return place.role in SECRETARY_GIVES and place.path != giver.path
    return giver.role in (MACHINE, OPERATOR)


def check_role(giver: Place, place: Place) -> None:
    """Raises RoleOutOfReach."""
    if not may_give(giver, place):
        raise RoleOutOfReach(role=place.role, unit_id=place.unit_id)


def check_account(giver: Place, account: Account, held: Iterable[Place]) -> None:
    """Whoever resets an account could act as it: they must be able to give all that it holds.

    Raises AccountOutOfReach.
    """
    if not all(may_give(giver, place) for place in held):
        raise AccountOutOfReach(account_id=account.account_id)


def check_new_grant(account: Account, held: Iterable[HeldGrant], role: str, unit_id: str, now_us: int) -> None:
    """Raises AccountIsRevoked, GrantExists."""
    if account.state == REVOKED:
        raise AccountIsRevoked(account_id=account.account_id)
    if any(g.role == role and g.unit_id == unit_id and g.live(now_us) for g in held):
        raise GrantExists(role=role, unit_id=unit_id)


def check_room(unit_id: str, role: str, people: frozenset[str], account_id: str) -> None:
    """A unit has two people at most, its secretary and its reporter. ``people`` are account ids.

    Raises UnitPeopleFull.
    """
    if role in UNIT_ROLES and len(people | {account_id}) > UNIT_PEOPLE_MAX:
        raise UnitPeopleFull(unit_id=unit_id, people_max=UNIT_PEOPLE_MAX)


def check_key(giver: Place, role: str, unit_id: str, root_id: str) -> None:
    """A unit's secretary or the district makes reporting keys; only the district, for itself, those of inspectors.

    Raises RoleOutOfReach.
    """
    of_district = giver.role in (MACHINE, OPERATOR)
    if role == UNIT_REPORTER and (of_district or giver.role == UNIT_SECRETARY):
        return
    if role == INSPECTOR and of_district and unit_id == root_id:
        return
    raise RoleOutOfReach(role=role, unit_id=unit_id)


def check_key_room(unit_id: str, live_keys: int) -> None:
    """Raises UnitKeysFull."""
    if live_keys >= UNIT_KEYS_MAX:
        raise UnitKeysFull(unit_id=unit_id, keys_max=UNIT_KEYS_MAX)
