"""The first accounts of a district, made at the machine itself."""

from __future__ import annotations

from gateway.identity.commands.opening import free_login, held_unit
from gateway.identity.domain.events import AccountActivated, AccountCreated, GrantGiven
from gateway.identity.domain.grants import INSPECTOR, OPERATOR
from gateway.identity.domain.logins import fold_login
from gateway.identity.domain.passwords import check_password, fold_password
from gateway.identity.store import secrets
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.binding import replies_with_secret
from services.chassis.refusals import BadRequest


def prepare_create_operator(command: pb.CreateOperatorRequest, ask: Ask) -> str:
    """The password's hash."""
    check_password(command.password, fold_login(command.login))
    hashed: str = ask.context.passwords.hash(fold_password(command.password))
    return hashed


@replies_with_secret  # the request holds a password: nothing of it is kept
def create_operator(command: pb.CreateOperatorRequest, act: Act) -> pb.CreateOperatorResponse:
    """An operator or inspector who can log in at once; ``unit_id`` empty is the root unit, whichever it will be.

    Raises BadRequest, LoginTaken, PasswordTooWeak, NotFound, GrantUnitEnded.
    """
    role = command.role or OPERATOR
    if role not in (OPERATOR, INSPECTOR):
        raise BadRequest(field="role", problem="out_of_range")
    if command.unit_id:
        held_unit(act.tx, command.unit_id)
    login = free_login(act.tx, command.login)
    account_id = act.new_id("account")
    act.record(AccountCreated(account_id, login, command.unit_id), subject=account_id)
    act.record(AccountActivated(account_id), subject=account_id)
    grant = GrantGiven(account_id, act.new_id("grant"), role, command.unit_id, acting=False, until_us=0)
    act.record(grant, subject=account_id)
    secrets.keep_password(act.tx, account_id, act.prepared)
    return pb.CreateOperatorResponse(account_id=account_id)
