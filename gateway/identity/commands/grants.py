"""Roles given and taken."""

from __future__ import annotations

from gateway.identity.commands.opening import held_unit, known_role
from gateway.identity.domain.events import GrantGiven, GrantRevoked
from gateway.identity.domain.grants import check_new_grant, check_role, check_room
from gateway.identity.store.accounts import load_account, load_grant, load_grants, load_people
from gateway.identity.store.places import caller_place, place_of, stands_in
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import Act
from services.chassis.binding import rests_on_absence_of
from services.chassis.refusals import BadRequest, NotFound


@rests_on_absence_of("reporting")
def give_grant(command: pb.GiveGrantRequest, act: Act) -> pb.GiveGrantResponse:
    """An account holds a role in a unit, until revoked or until ``until_us`` (security time).

    Raises BadRequest, NotFound, GrantUnitEnded, RoleOutOfReach, AccountIsRevoked, GrantExists, UnitPeopleFull.
    """
    role = known_role(command.role)
    if command.until_us and command.until_us <= act.wall_us:
        raise BadRequest(field="until_us", problem="out_of_range")
    unit = held_unit(act.tx, command.unit_id)
    check_role(caller_place(act.tx, act.grant), place_of(act.tx, role, unit.unit_id))
    account = load_account(act.tx, command.account_id)
    if account is None:
        raise NotFound(kind="account", id=command.account_id)
    held = load_grants(act.tx, account.account_id)
    check_new_grant(account, held, role, unit.unit_id, act.wall_us)
    people = load_people(act.tx, unit.unit_id, act.wall_us)
    check_room(unit.unit_id, role, people, account.account_id)
    grant_id = act.new_id("grant")
    given = GrantGiven(account.account_id, grant_id, role, unit.unit_id, command.acting, command.until_us)
    act.record(given, subject=account.account_id)
    return pb.GiveGrantResponse(grant_id=grant_id)


def revoke_grant(command: pb.RevokeGrantRequest, act: Act) -> pb.RevokeGrantResponse:
    """The role is held no longer; ``unit_id`` is the unit in which it was held.

    Raises NotFound, RoleOutOfReach.
    """
    grant = load_grant(act.tx, command.grant_id)
    if grant is None or grant.account_id != command.account_id or not stands_in(act.tx, command.unit_id, grant.unit_id):
        raise NotFound(kind="grant", id=command.grant_id)
    check_role(caller_place(act.tx, act.grant), place_of(act.tx, grant.role, grant.unit_id))
    act.record(GrantRevoked(grant.account_id, grant.grant_id), subject=grant.account_id)
    return pb.RevokeGrantResponse()
