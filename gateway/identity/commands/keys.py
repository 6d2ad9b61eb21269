"""Keys for units' own systems and for those of inspection groups."""

from __future__ import annotations

import secrets as chance
from typing import Final

from gateway.identity.commands.opening import DAY_US, held_unit
from gateway.identity.domain.events import KeyIssued, KeyRevoked
from gateway.identity.domain.grants import INSPECTOR, UNIT_REPORTER, check_key, check_key_room
from gateway.identity.store import secrets
from gateway.identity.store.keys import load_key, load_live_keys_in
from gateway.identity.store.places import caller_place
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.binding import replies_with_secret, rests_on_absence_of
from services.chassis.refusals import BadRequest, NotFound
from services.kernel.text import name_text

KEY_PREFIX: Final = "hjk_"
KEY_RANDOM_BYTES: Final = 24
KEY_DAYS_MAX: Final = 366
LABEL_CHARS_MAX: Final = 60
_KEY_ROLES: Final = (UNIT_REPORTER, INSPECTOR)


@replies_with_secret
@rests_on_absence_of("reporting")
def issue_key(command: pb.IssueKeyRequest, act: Act) -> pb.IssueKeyResponse:
    """A key that opens one role in one unit for some days; who issued it answers for it. Shown once.

    Raises BadRequest, NotFound, GrantUnitEnded, RoleOutOfReach, UnitKeysFull.
    """
    label = _checked_label(command)
    unit = held_unit(act.tx, command.unit_id)
    root = tree.root(act.tx)
    giver = caller_place(act.tx, act.grant)
    check_key(giver, command.role, unit.unit_id, root.unit_id if root else "")
    check_key_room(unit.unit_id, len(load_live_keys_in(act.tx, unit.unit_id, act.wall_us)))
    key_id, secret = act.new_id("key"), KEY_PREFIX + chance.token_urlsafe(KEY_RANDOM_BYTES)
    until_us = act.wall_us + command.days * DAY_US
    issued = KeyIssued(key_id, act.principal.account_id, unit.unit_id, label, until_us, command.role)
    act.record(issued, subject=key_id)
    secrets.keep_key(act.tx, secret, key_id)
    return pb.IssueKeyResponse(key_id=key_id, secret=secret, until_us=until_us)


def revoke_key(command: pb.RevokeKeyRequest, act: Act) -> pb.RevokeKeyResponse:
    """The key opens nothing any more. Raises NotFound, RoleOutOfReach."""
    key = load_key(act.tx, command.key_id)
    if key is None or key.revoked or key.unit_id != command.unit_id:
        raise NotFound(kind="key", id=command.key_id)
    check_key(caller_place(act.tx, act.grant), key.role, key.unit_id, root_id=key.unit_id)
    act.record(KeyRevoked(key.key_id), subject=key.key_id)
    secrets.forget_key(act.tx, key.key_id)
    return pb.RevokeKeyResponse()


def _checked_label(command: pb.IssueKeyRequest) -> str:
    label = name_text(command.label)
    if not label:
        raise BadRequest(field="label", problem="required")
    if len(label) > LABEL_CHARS_MAX:
        raise BadRequest(field="label", problem="too_long")
    if command.role not in _KEY_ROLES:
        raise BadRequest(field="role", problem="out_of_range")
    if not 1 <= command.days <= KEY_DAYS_MAX:
        raise BadRequest(field="days", problem="out_of_range")
    return label
