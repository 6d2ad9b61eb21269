"""One account: opened, reset and revoked by a superior."""

from __future__ import annotations

from typing import Final

from gateway.identity.commands.opening import (
    NewCode,
    first_free,
    free_login,
    held_unit,
    invite,
    known_role,
    new_codes,
    put_out,
)
from gateway.identity.domain.accounts import RESET, REVOKE, Account, next_state
from gateway.identity.domain.events import AccountReset, AccountRevoked
from gateway.identity.domain.grants import UNIT_ROLES, check_account, check_role, check_room
from gateway.identity.domain.logins import unit_logins
from gateway.identity.store import secrets
from gateway.identity.store.accounts import load_account, load_grants, load_people
from gateway.identity.store.places import caller_place, held_places, home_name, place_of, stands_in
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.binding import replies_with_secret, rests_on_absence_of
from services.chassis.refusals import BadRequest, NotFound

REASON_CHARS_MAX: Final = 200


def prepare_create_account(command: pb.CreateAccountRequest, ask: Ask) -> NewCode:
    """The account's one-time code."""
    return new_codes(ask.context.codes, 1)[0]


@replies_with_secret
@rests_on_absence_of("reporting")
def create_account(command: pb.CreateAccountRequest, act: Act) -> pb.CreateAccountResponse:
    """An account with one role; an empty login is made of the unit's code.

    Raises BadRequest, NotFound, GrantUnitEnded, RoleOutOfReach, UnitPeopleFull, LoginTaken.
    """
    role = known_role(command.role)
    unit = held_unit(act.tx, command.unit_id)
    check_role(caller_place(act.tx, act.grant), place_of(act.tx, role, unit.unit_id))
    check_room(unit.unit_id, role, load_people(act.tx, unit.unit_id, act.wall_us), "")
    if command.login:
        login = free_login(act.tx, command.login)
    elif role in UNIT_ROLES:
        login = first_free(act.tx, unit_logins(unit.code, unit.unit_id, role))
    else:
        raise BadRequest(field="login", problem="required")
    return pb.CreateAccountResponse(account=invite(act, unit, login, role, act.prepared))


def prepare_reset_account(command: pb.ResetAccountRequest, ask: Ask) -> NewCode:
    """The new one-time code."""
    return new_codes(ask.context.codes, 1)[0]


@replies_with_secret
def reset_account(command: pb.ResetAccountRequest, act: Act) -> pb.ResetAccountResponse:
    """A new one-time code; the password is erased and all sessions end at once.

    Raises NotFound, AccountIsRevoked, AccountOutOfReach.
    """
    account = _account_below(act, command.account_id, command.unit_id)
    next_state(account, RESET)
    act.record(AccountReset(account.account_id), subject=account.account_id)
    secrets.forget_account(act.tx, account.account_id)
    until_us = put_out(act, account.account_id, act.prepared)
    roles = [g.role for g in load_grants(act.tx, account.account_id)]
    reset = pb.NewAccount(
        account_id=account.account_id, login=account.login, unit_id=account.unit_id,
        unit_name=home_name(act.tx, account), role=roles[0] if roles else "", one_time_code=act.prepared.text,
        code_until_us=until_us,
    )  # fmt: skip
    return pb.ResetAccountResponse(account=reset)


def revoke_account(command: pb.RevokeAccountRequest, act: Act) -> pb.RevokeAccountResponse:
    """The account, its grants and its sessions end, for good. The reason stands in the ledger for ever.

    Raises BadRequest, NotFound, AccountIsRevoked, AccountOutOfReach.
    """
    if len(command.reason) > REASON_CHARS_MAX:
        raise BadRequest(field="reason", problem="too_long")
    account = _account_below(act, command.account_id, command.unit_id)
    next_state(account, REVOKE)
    act.record(AccountRevoked(account.account_id, command.reason), subject=account.account_id)
    secrets.forget_account(act.tx, account.account_id)
    return pb.RevokeAccountResponse()


def _account_below(act: Act, account_id: str, unit_id: str) -> Account:
    """The account, of that unit, with nothing in its hands that the caller could not have given."""
    account = load_account(act.tx, account_id)
    if account is None or not stands_in(act.tx, unit_id, account.unit_id):
        raise NotFound(kind="account", id=account_id)
    held = held_places(act.tx, [g for g in load_grants(act.tx, account_id) if g.live(act.wall_us)])
    check_account(caller_place(act.tx, act.grant), account, held)
    return account
