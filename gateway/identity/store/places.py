"""Where accounts, grants and callers stand in the unit tree."""

from __future__ import annotations

from gateway.identity.domain.accounts import Account
from gateway.identity.domain.grants import HeldGrant, Place
from services.chassis import tree
from services.chassis.principals import Grant
from services.chassis.refusals import Unauthenticated
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.kernel import paths


def load_home(reader: Reader, unit_id: str) -> TreeUnit | None:
    """The unit; for an empty id the root, whichever it is by now."""
    return tree.find(reader, unit_id) if unit_id else tree.root(reader)


def stands_in(reader: Reader, named_unit_id: str, unit_id: str) -> bool:
    """What is kept under ``unit_id`` is of the unit that a caller named."""
    home = load_home(reader, unit_id)
    return named_unit_id == unit_id or (home is not None and home.unit_id == named_unit_id)


def place_of(reader: Reader, role: str, unit_id: str) -> Place:
    """A role in a unit, as a place; without a roster everything stands at the root."""
    home = load_home(reader, unit_id)
    return Place(role, unit_id, home.path if home else paths.ROOT)


def caller_place(reader: Reader, grant: Grant | None) -> Place:
    """The place from which the caller acts. Raises Unauthenticated for a call that needs no grant."""
    if grant is None:
        raise Unauthenticated(reason="no_principal")
    if not grant.unit_id:
        return Place(grant.role, "", paths.ROOT)
    return place_of(reader, grant.role, grant.unit_id)


def held_places(reader: Reader, grants: list[HeldGrant]) -> list[Place]:
    """The places of an account's grants."""
    return [place_of(reader, g.role, g.unit_id) for g in grants]


def home_name(reader: Reader, account: Account) -> str:
    """The name of the account's unit; empty before there is a roster."""
    home = load_home(reader, account.unit_id)
    return home.name if home else ""
