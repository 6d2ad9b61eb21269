"""Identity on a desk: a small district above it, cheap hashes, and a wall clock that tests set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from google.protobuf.message import Message

from gateway.identity.app import APP
from gateway.identity.context import open_context
from gateway.identity.context.hashing import Hasher
from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.ledger import Fact
from services.chassis.permissions import OPERATOR, UNIT_SECRETARY
from services.chassis.principals import Principal
from tests.chassis.desk import ADMINISTRATOR, START_US, Desk, principal

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "staple-of-another-sort"
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US

# unit id → (parent, code)
DISTRICT = {
    "unit_d": ("", "370211"),
    "unit_s": ("unit_d", "370211001"),
    "unit_t": ("unit_d", "370211002"),
    "unit_s_a": ("unit_s", "370211001001"),
    "unit_s_b": ("unit_s", "370211001002"),
    "unit_t_a": ("unit_t", "370211002001"),
}

CHEAP = Hasher(PasswordHasher(1, 8, 1))
CHEAP_APP = replace(APP, context=lambda running: open_context(running, passwords=CHEAP))

OPERATOR_OF_DISTRICT = principal(OPERATOR, "unit_d")
SECRETARY_OF_STREET = principal(UNIT_SECRETARY, "unit_s")
SECRETARY_OF_BRANCH = principal(UNIT_SECRETARY, "unit_s_a")
SECRETARY_OF_SIBLING = principal(UNIT_SECRETARY, "unit_s_b")


class House:
    """A desk for identity that has read ``DISTRICT`` from reporting's ledger."""

    def __init__(self, folder: Path, *, with_roster: bool = True) -> None:
        self.desk = Desk(CHEAP_APP, folder)
        self.heard = 0
        if with_roster:
            self.read_roster()

    def read_roster(self) -> None:
        for unit_id, (parent_id, code) in DISTRICT.items():
            established = units_pb2.UnitEstablished(
                unit_id=unit_id, parent_id=parent_id, code=code, name=f"党组织{code}", kind="branch", members=9
            )
            self.hear(established)

    def hear(self, event: Message) -> None:
        """An event of reporting arrives."""
        self.heard += 1
        type_name = str(event.DESCRIPTOR.full_name)
        fact = Fact(
            "reporting", self.heard, "unit", "", type_name, START_US, START_US, "account_x", OPERATOR, "unit_d",
            "ledger_reporting",
        )  # fmt: skip
        self.desk.hear("reporting", fact, type_name, event.SerializeToString())

    def do(self, method: str, request: Message, caller: Principal = ADMINISTRATOR, request_id: str = "") -> Any:
        return self.desk.do(method, request, caller, request_id)

    def ask(self, method: str, request: Message, caller: Principal = ADMINISTRATOR) -> Any:
        return self.desk.ask(method, request, caller)

    def operator(self, login: str = "operator", role: str = "", unit_id: str = "") -> str:
        request = pb.CreateOperatorRequest(login=login, password=PASSWORD, role=role, unit_id=unit_id)
        return str(self.do("CreateOperator", request).account_id)

    def invite(
        self, unit_id: str, role: str = UNIT_SECRETARY, caller: Principal = OPERATOR_OF_DISTRICT, login: str = ""
    ) -> pb.NewAccount:
        request = pb.CreateAccountRequest(unit_id=unit_id, role=role, login=login)
        created: pb.CreateAccountResponse = self.do("CreateAccount", request, caller)
        return created.account

    def activate(self, account: pb.NewAccount, password: str = PASSWORD) -> pb.OpenSessionResponse:
        request = pb.ActivateRequest(login=account.login, one_time_code=account.one_time_code, new_password=password)
        opened: pb.OpenSessionResponse = self.do("Activate", request)
        return opened

    def log_in(self, login: str, password: str = PASSWORD) -> pb.OpenSessionResponse:
        opened: pb.OpenSessionResponse = self.do("LogIn", pb.LogInRequest(login=login, password=password))
        return opened

    def resolve(self, token: str) -> pb.ResolvedPrincipal:
        resolved: pb.ResolvedPrincipal = self.ask("ResolveSession", pb.ResolveSessionRequest(session_token=token))
        return resolved

    def resolve_key(self, secret: str) -> pb.ResolvedPrincipal:
        resolved: pb.ResolvedPrincipal = self.ask("ResolveKey", pb.ResolveKeyRequest(secret=secret))
        return resolved

    def roles(self, token: str) -> set[tuple[str, str]]:
        return {(r.role, r.unit_id) for r in self.resolve(token).roles}
