"""Signing in and out, and who one is. The session's token travels in a cookie that scripts cannot read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.types import ASGIApp

from gateway.api.answers import Answered, Header, answer_json, no_content
from gateway.api.incoming import SESSION_COOKIE, Incoming
from gateway.api.operations import Operation
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.client import Answer
from services.chassis.clock import security_now_us

_TAG: Final = "session"
LOGIN_CHARS_MAX: Final = 128
# Longer than any password may be: what is weak or too long is said by identity.
PASSWORD_CHARS_MAX: Final = 1_024
_SECOND_US: Final = 1_000_000


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LogIn(_Input):
    """What signing in takes."""

    login: str = Field(max_length=LOGIN_CHARS_MAX)
    password: SecretStr = Field(max_length=PASSWORD_CHARS_MAX)


class Activate(_Input):
    """What the first sign-in takes: the printed code, and the password from then on."""

    login: str = Field(max_length=LOGIN_CHARS_MAX)
    one_time_code: SecretStr = Field(max_length=LOGIN_CHARS_MAX)
    new_password: SecretStr = Field(max_length=PASSWORD_CHARS_MAX)


class OpenedSession(BaseModel):
    """A new session. The CSRF token goes into X-CSRF-Token with every change."""

    account_id: str
    csrf_token: str
    until_us: int


class Role(BaseModel):
    """A role and the unit in which it is held."""

    role: str
    unit_id: str
    unit_name: str
    acting: bool


class Me(BaseModel):
    """Who the caller is. `csrf_token` is empty for systems."""

    account_id: str
    login: str
    csrf_token: str
    roles: list[Role]


async def log_in(incoming: Incoming) -> ASGIApp:
    """Opens a session with a password."""
    said = await incoming.json(LogIn)
    request = pb.LogInRequest(login=said.login, password=said.password.get_secret_value())
    return _opened(incoming, await _without_caller(incoming, "LogIn", request))


async def activate(incoming: Incoming) -> ASGIApp:
    """Opens the first session with a one-time code."""
    said = await incoming.json(Activate)
    request = pb.ActivateRequest(
        login=said.login,
        one_time_code=said.one_time_code.get_secret_value(),
        new_password=said.new_password.get_secret_value(),
    )
    return _opened(incoming, await _without_caller(incoming, "Activate", request))


async def log_out(incoming: Incoming) -> ASGIApp:
    """Ends the session; here at once, in other processes of the gateway within the minute."""
    session = incoming.caller.session
    if session is not None:
        await incoming.command("identity.LogOut", pb.LogOutRequest(session_token=session.secret), pb.LogOutResponse)
        incoming.api.callers.forget(session)
    return no_content([_cookie(incoming, "", 0)])


async def get_me(incoming: Incoming) -> ASGIApp:
    """The caller, as resolved at most a minute ago."""
    caller = incoming.caller
    roles = [asdict(role) for role in caller.roles]
    me = {"account_id": caller.account_id, "login": caller.login, "csrf_token": caller.csrf_token, "roles": roles}
    return answer_json(me)


async def _without_caller(
    incoming: Incoming, method: str, request: pb.LogInRequest | pb.ActivateRequest
) -> Answer[pb.OpenSessionResponse]:
    """Always under a new request id: strangers share one name, and must not be given each other's answers."""
    return await incoming.api.clients["identity"].call(method, request, pb.OpenSessionResponse)


def _opened(incoming: Incoming, answer: Answer[pb.OpenSessionResponse]) -> Answered:
    opened = answer.message
    seconds = max(0, (opened.until_us - security_now_us()) // _SECOND_US)
    content = {"account_id": opened.account_id, "csrf_token": opened.csrf_token, "until_us": opened.until_us}
    return answer_json(content, 201, [_cookie(incoming, opened.session_token, seconds)])


def _cookie(incoming: Incoming, token: str, seconds: int) -> Header:
    secure = "; Secure" if incoming.api.settings.secure else ""
    cookie = f"{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    return b"set-cookie", cookie.encode("latin-1")


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("log_in", "POST", "/session", _TAG, "Sign in with a password", log_in,
              body=LogIn, answer=OpenedSession, status=201,
              example={"login": "370211.12-1", "password": "correct horse battery"}),
    Operation("activate", "POST", "/activation", _TAG, "Sign in for the first time, with a one-time code", activate,
              body=Activate, answer=OpenedSession, status=201, example={"login": "370211.12-1", "one_time_code":
              "7KQ2M-X4W9P", "new_password": "correct horse"}),
    Operation("get_me", "GET", "/session", _TAG, "Who the caller is", get_me, answer=Me),
    Operation("log_out", "DELETE", "/session", _TAG, "Sign out", log_out, status=204),
)  # fmt: skip
