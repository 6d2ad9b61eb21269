"""The door: a one-time code becomes a password, a password opens a session, and a session ends.

Passwords and codes are verified in ``prepare_…``, outside the writer; the writer only checks that what was verified
still stands. Nothing here but an activation reaches the ledger: nobody's coming and going is on record.
"""

from __future__ import annotations

import secrets as chance
from dataclasses import dataclass
from typing import Final

from gateway.identity.domain.accounts import ACTIVATE, ACTIVE, Account, next_state
from gateway.identity.domain.codes import fold_code
from gateway.identity.domain.errors import CodeExpired, CodeInvalid, LoginFailed
from gateway.identity.domain.events import AccountActivated
from gateway.identity.domain.logins import fold_login
from gateway.identity.domain.passwords import PASSWORD_CHARS_MAX, check_password, fold_password
from gateway.identity.domain.tokens import csrf_of
from gateway.identity.store import secrets
from gateway.identity.store.accounts import load_account, load_by_login
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.binding import replies_with_secret
from services.chassis.store import Reader

SESSION_HOURS: Final = 12
TOKEN_RANDOM_BYTES: Final = 32
_HOUR_US: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Verified:
    """An account, the hash that a password or code was verified against, and the hash of a new password."""

    account: Account
    against: str
    new_hash: str = ""


def prepare_log_in(command: pb.LogInRequest, ask: Ask) -> Verified:
    """Verifies the password. Raises LoginFailed, TooManyTries."""
    login = fold_login(command.login)
    if len(command.password) > PASSWORD_CHARS_MAX:
        raise LoginFailed()
    ask.context.log_in_tries.take(login, ask.context.now_us())
    account = load_by_login(ask.reader, login)
    kept = secrets.load_password(ask.reader, account.account_id) if account else ""
    right = ask.context.passwords.verify(kept, fold_password(command.password))
    if not right or account is None:
        raise LoginFailed()
    ask.context.log_in_tries.clear(login)
    return Verified(account, kept)


@replies_with_secret
def log_in(command: pb.LogInRequest, act: Act) -> pb.OpenSessionResponse:
    """Opens a session. Raises LoginFailed, TooManyTries."""
    verified: Verified = act.prepared
    account = load_account(act.tx, verified.account.account_id)
    if account is None or account.state != ACTIVE:
        raise LoginFailed()
    if secrets.load_password(act.tx, account.account_id) != verified.against:
        raise LoginFailed()
    return _open(act, account)


def prepare_activate(command: pb.ActivateRequest, ask: Ask) -> Verified:
    """Verifies the code and hashes the new password.

    Raises PasswordTooWeak, CodeInvalid, CodeExpired, TooManyTries.
    """
    login = fold_login(command.login)
    check_password(command.new_password, login)
    ask.context.code_tries.take(login, ask.context.now_us())
    account = load_by_login(ask.reader, login)
    code = _kept_code(ask.reader, account)
    right = ask.context.codes.verify(code.hash, fold_code(command.one_time_code))
    if not right or account is None:
        raise CodeInvalid()
    ask.context.code_tries.clear(login)
    if code.until_us <= ask.context.now_us():
        raise CodeExpired()
    return Verified(account, code.hash, ask.context.passwords.hash(fold_password(command.new_password)))


@replies_with_secret
def activate(command: pb.ActivateRequest, act: Act) -> pb.OpenSessionResponse:
    """The code is used up, the account has a password, and a session is open. Raises CodeInvalid."""
    verified: Verified = act.prepared
    account = load_account(act.tx, verified.account.account_id)
    if account is None or secrets.load_code(act.tx, account.account_id).hash != verified.against:
        raise CodeInvalid()
    next_state(account, ACTIVATE)
    act.record(AccountActivated(account.account_id), subject=account.account_id)
    secrets.keep_password(act.tx, account.account_id, verified.new_hash)
    return _open(act, account)


def log_out(command: pb.LogOutRequest, act: Act) -> pb.LogOutResponse:
    """Ends the session; one that is not there is ended already."""
    secrets.end_session(act.tx, command.session_token)
    return pb.LogOutResponse()


def _kept_code(reader: Reader, account: Account | None) -> secrets.KeptCode:
    return secrets.load_code(reader, account.account_id) if account else secrets.KeptCode("", 0)


def _open(act: Act, account: Account) -> pb.OpenSessionResponse:
    token = chance.token_urlsafe(TOKEN_RANDOM_BYTES)
    until_us = act.wall_us + SESSION_HOURS * _HOUR_US
    secrets.keep_session(act.tx, token, account.account_id, until_us)
    return pb.OpenSessionResponse(
        session_token=token, csrf_token=csrf_of(token), account_id=account.account_id, until_us=until_us
    )
