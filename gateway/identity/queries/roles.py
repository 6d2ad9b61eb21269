"""The roles of an account as they are shown and signed."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.identity.domain.grants import HeldGrant
from gateway.identity.store.places import load_home
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.store import Reader


def held_roles(reader: Reader, grants: Iterable[HeldGrant], now_us: int) -> list[pb.HeldRole]:
    """Roles in force, each in an active unit; those at the root before there is a roster have no unit yet."""
    return [role for g in grants if g.live(now_us) and (role := _held_role(reader, g)) is not None]


def _held_role(reader: Reader, grant: HeldGrant) -> pb.HeldRole | None:
    unit = load_home(reader, grant.unit_id)
    if unit is None:
        return None if grant.unit_id else pb.HeldRole(role=grant.role, acting=grant.acting)
    if not unit.active:
        return None
    return pb.HeldRole(role=grant.role, unit_id=unit.unit_id, unit_name=unit.name, acting=grant.acting)
