"""Calls of the machine's administrator: whoever may read the data folder's keys. Never a person of the turnover."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from google.protobuf.message import Message

from huanjie.chassis.v1 import chassis_pb2
from huanjie.identity.v1 import identity_pb2
from huanjie.reporting.v1 import reporting_pb2
from huanjie.schedule.v1 import schedule_pb2
from huanjie.tally.v1 import tally_pb2
from infra.local.place import broker_url
from infra.nats.permissions import MACHINE as MACHINE_USER
from infra.nats.seeds import seed_file
from services.chassis.broker import Broker, connect
from services.chassis.client import CALL_TIMEOUT_SECONDS, Answer, ServiceClient
from services.chassis.clock import security_now_us
from services.chassis.folder import DataFolder
from services.chassis.keys import MACHINE_KEY, load_key
from services.chassis.permissions import MACHINE
from services.chassis.principals import AUDIENCE, LIFETIME_SECONDS, Grant, Principal, Signer
from services.chassis.settings import Settings
from services.chassis.wire import Subjects

R = TypeVar("R", bound=Message)

_DESCRIPTORS = {
    "reporting": reporting_pb2.DESCRIPTOR.services_by_name["ReportingService"],
    "identity": identity_pb2.DESCRIPTOR.services_by_name["IdentityService"],
    "schedule": schedule_pb2.DESCRIPTOR.services_by_name["ScheduleService"],
    "tally": tally_pb2.DESCRIPTOR.services_by_name["TallyService"],
}
_CHASSIS = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]


class Machine:
    """An open connection that signs each call anew."""

    def __init__(self, folder: DataFolder, broker: Broker) -> None:
        self.folder = folder
        self._signer = Signer(MACHINE_KEY, load_key(folder.keys, MACHINE_KEY))
        subjects = Subjects(folder.identity.district_code)
        self._chassis = {name: ServiceClient(broker, subjects, name, _CHASSIS) for name in _DESCRIPTORS}
        self._clients = {name: ServiceClient(broker, subjects, name, each) for name, each in _DESCRIPTORS.items()}

    async def call(
        self, service: str, method: str, request: Message, response_type: type[R], timeout_seconds: float = 30.0
    ) -> R:
        """One call. Raises the service's refusal, ServiceUnreachable, DeadlinePassed."""
        answered = await self.command(f"{service}.{method}", request, response_type, timeout_seconds=timeout_seconds)
        return answered.message

    async def command(
        self,
        rpc: str,
        request: Message,
        answer: type[R],
        request_id: str = "",
        timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    ) -> Answer[R]:
        """One call by its full name, and where its change stands. Raises as `call` does."""
        service, _, method = rpc.partition(".")
        return await self._clients[service].call(
            method,
            request,
            answer,
            principal=self._principal(),
            request_id=request_id,
            timeout_seconds=timeout_seconds,
        )

    async def chassis_call(self, service: str, method: str, request: Message, response_type: type[R]) -> R:
        """A call that every service answers, such as Health."""
        answer = await self._chassis[service].call(method, request, response_type)
        return answer.message

    def _principal(self) -> bytes:
        now_us = security_now_us()
        until_us = now_us + LIFETIME_SECONDS * 1_000_000
        district = self.folder.identity.district_code
        grants = (Grant(MACHINE, ""),)
        return self._signer.sign(Principal(MACHINE, district, AUDIENCE, grants, now_us, until_us, kind="system"))


@asynccontextmanager
async def machine(folder: DataFolder, settings: Settings) -> AsyncIterator[Machine]:
    """Connects for the block. Raises BrokerSilent, KeyMissing."""
    seed = seed_file(folder.keys, MACHINE_USER)
    broker = await connect(
        broker_url(folder, settings),
        MACHINE_USER,
        nkey_seed=seed if seed.exists() else None,
        api_prefix=settings.js_api_prefix,
    )
    try:
        yield Machine(folder, broker)
    finally:
        await broker.close()
