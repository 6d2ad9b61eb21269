"""A unit that ended holds nothing: its grants and keys are revoked. Its accounts stay and may be given others."""

from __future__ import annotations

from gateway.identity.domain.events import GrantRevoked, KeyRevoked
from gateway.identity.store import secrets
from gateway.identity.store.accounts import load_grants_in
from gateway.identity.store.keys import load_live_keys_in
from huanjie.reporting.v1 import units_pb2
from services.chassis.act import Act
from services.chassis.app import Reaction
from services.chassis.ledger import Fact


def unit_abolished(act: Act, fact: Fact, data: bytes) -> None:
    """The unit has ended without a successor."""
    _close(act, units_pb2.UnitAbolished.FromString(data).unit_id)


def unit_merged(act: Act, fact: Fact, data: bytes) -> None:
    """The unit has ended in another; who works there now is for that unit's superior to say."""
    _close(act, units_pb2.UnitMerged.FromString(data).unit_id)


def _close(act: Act, unit_id: str) -> None:
    for grant in load_grants_in(act.tx, unit_id):
        act.record(GrantRevoked(grant.account_id, grant.grant_id), subject=grant.account_id)
    for key in load_live_keys_in(act.tx, unit_id, act.wall_us):
        act.record(KeyRevoked(key.key_id), subject=key.key_id)
        secrets.forget_key(act.tx, key.key_id)


REACTIONS: dict[str, Reaction] = {
    str(units_pb2.UnitAbolished.DESCRIPTOR.full_name): unit_abolished,
    str(units_pb2.UnitMerged.DESCRIPTOR.full_name): unit_merged,
}
