"""What the commands that open accounts share: the unit, the login, the one-time code."""

from __future__ import annotations

import secrets as chance
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.identity.context.hashing import Hasher
from gateway.identity.domain.codes import CODE_RANDOM_BYTES, CODE_VALID_DAYS, code_of
from gateway.identity.domain.errors import GrantUnitEnded, LoginTaken
from gateway.identity.domain.events import AccountCreated, GrantGiven
from gateway.identity.domain.logins import fold_login, valid_login
from gateway.identity.store import secrets
from gateway.identity.store.accounts import load_by_login
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.permissions import ROLES
from services.chassis.refusals import BadRequest, NotFound
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit

DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class NewCode:
    """A one-time code before anybody has it."""

    text: str
    hash: str


def new_codes(codes: Hasher, count: int) -> tuple[NewCode, ...]:
    """Codes and their hashes; about a millisecond each, so made before the writer's queue."""
    texts = [code_of(chance.token_bytes(CODE_RANDOM_BYTES)) for _ in range(count)]
    return tuple(NewCode(text, codes.hash(text)) for text in texts)


def known_role(role: str) -> str:
    """A role that people can hold. Raises BadRequest."""
    if role not in ROLES:
        raise BadRequest(field="role", problem="out_of_range" if role else "required")
    return role


def held_unit(reader: Reader, unit_id: str) -> TreeUnit:
    """The unit in which something is to be held. Raises NotFound, GrantUnitEnded."""
    unit = tree.find(reader, unit_id)
    if unit is None:
        raise NotFound(kind="unit", id=unit_id)
    if not unit.active:
        raise GrantUnitEnded(unit_id=unit_id)
    return unit


def free_login(reader: Reader, typed: str) -> str:
    """The login as it will be kept. Raises BadRequest, LoginTaken."""
    login = fold_login(typed)
    if not valid_login(login):
        raise BadRequest(field="login", problem="malformed" if login else "required")
    if load_by_login(reader, login) is not None:
        raise LoginTaken(login=login)
    return login


def first_free(reader: Reader, logins: Iterable[str]) -> str:
    """The first login that nobody has or had. Raises LoginTaken when all are taken."""
    taken = ""
    for login in logins:
        if load_by_login(reader, login) is None:
            return login
        taken = login
    raise LoginTaken(login=taken)


def invite(act: Act, unit: TreeUnit, login: str, role: str, code: NewCode) -> pb.NewAccount:
    """Opens an account with one role in one unit, and puts its one-time code out."""
    account_id = act.new_id("account")
    act.record(AccountCreated(account_id, login, unit.unit_id), subject=account_id)
    grant = GrantGiven(account_id, act.new_id("grant"), role, unit.unit_id, acting=False, until_us=0)
    act.record(grant, subject=account_id)
    until_us = put_out(act, account_id, code)
    return pb.NewAccount(
        account_id=account_id, login=login, unit_id=unit.unit_id, unit_name=unit.name, role=role,
        one_time_code=code.text, code_until_us=until_us,
    )  # fmt: skip


def put_out(act: Act, account_id: str, code: NewCode) -> int:
    """Keeps the code's hash; returns until when it is valid."""
    until_us = act.wall_us + CODE_VALID_DAYS * DAY_US
    secrets.keep_code(act.tx, account_id, code.hash, until_us)
    return until_us
