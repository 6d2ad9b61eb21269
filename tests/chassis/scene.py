"""Services running for real in this event loop: a broker, a data folder, and whatever App is started on it."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message
from nats.errors import Error as NatsError

from services.chassis.app import App
from services.chassis.broker import Broker, connect
from services.chassis.client import Answer, ServiceClient
from services.chassis.clock import ClockSettings
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import IDENTITY_KEY, MACHINE_KEY, ensure_key
from services.chassis.permissions import MACHINE
from services.chassis.principals import AUDIENCE, Grant, Principal, Signer
from services.chassis.service import Service, Site
from tests.brokers import NatsServer

R = TypeVar("R", bound=Message)

DISTRICT = "370211"
WAIT_SECONDS_MAX = 20.0


def make_folder(root: Path, district: str = DISTRICT) -> DataFolder:
    """A data folder with its signing keys."""
    folder = DataFolder.create(root, district, "示例区", ClockSettings.real(), Ids())
    ensure_key(folder.keys, MACHINE_KEY)
    ensure_key(folder.keys, IDENTITY_KEY)
    return folder


def sign(
    folder: DataFolder, grants: tuple[Grant, ...], account_id: str, lifetime_seconds: int = 3_600, **changes: Any
) -> bytes:
    """A signed principal of that folder's district."""
    now = time.time_ns() // 1_000
    fields: dict[str, Any] = {
        "account_id": account_id, "district": folder.identity.district_code, "audience": AUDIENCE, "grants": grants,
        "issued_at_us": now, "expires_at_us": now + lifetime_seconds * 1_000_000,
    }  # fmt: skip
    key = ensure_key(folder.keys, MACHINE_KEY)
    return Signer(MACHINE_KEY, key).sign(Principal(**(fields | changes)))


class Scene:
    """``async with Scene(server, tmp_path) as scene``: starts services, calls them, stops everything."""

    def __init__(self, server: NatsServer, root: Path) -> None:
        self.server = server
        self.folder = make_folder(root)
        self.machine = sign(self.folder, (Grant(MACHINE, ""),), "machine")
        self.services: dict[str, Service] = {}
        self._clients: dict[str, ServiceClient] = {}
        self._stack = AsyncExitStack()
        self.broker: Broker

    async def __aenter__(self) -> Scene:
        self.broker = await connect(self.server.url, "test")
        return self

    async def __aexit__(self, *error: object) -> None:
        for service in list(self.services.values()):
            await service.stop()
        await self.broker.close()

    def site(self, url: str = "") -> Site:
        return Site(self.folder, url or self.server.url, self.server.monitor_url)

    async def start(self, app: App, url: str = "") -> Service:
        """Starts a service, on another way to the broker when one is given."""
        service = Service(app, self.site(url))
        await service.start()
        self.services[app.name] = service
        self._clients[app.name] = ServiceClient(self.broker, service.subjects, app.name, app.descriptor)
        return service

    async def stop(self, name: str) -> None:
        await self.services.pop(name).stop()

    async def call(
        self, service: str, method: str, request: Message, response: type[R], *, principal: bytes | None = None,
        request_id: str = "", timeout_seconds: float = 10.0,
    ) -> Answer[R]:  # fmt: skip
        """One call as the machine's administrator, or as the principal given."""
        return await self._clients[service].call(
            method, request, response, principal=self.machine if principal is None else principal,
            request_id=request_id, timeout_seconds=timeout_seconds,
        )  # fmt: skip

    async def reconnected(self) -> None:
        """Waits until every connection has found the (restarted) broker again."""
        clients = [self.broker.client, *(s.broker.client for s in self.services.values())]
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            for client in clients:
                while True:
                    try:
                        await client.flush(timeout=1)
                        break
                    except NatsError:
                        continue

    async def published(self, name: str) -> None:
        """Waits until the broker has acknowledged all that the service has committed."""
        service = self.services[name]
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while service.relay.published < service.recorder.ledger.head:
                await self.broker.client.flush()

    async def settled(self, consumer: str, producer: str) -> None:
        """Waits until the consumer has read all that the producer has committed."""
        head = self.services[producer].recorder.ledger.head
        following = self.services[consumer].consumers[producer]
        async with following.moved:
            await asyncio.wait_for(following.moved.wait_for(lambda: following.at.position >= head), WAIT_SECONDS_MAX)
