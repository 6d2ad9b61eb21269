"""A broker that enforces the table of permissions for the two sample services, and connections as each process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.nats.config import authorization
from infra.nats.permissions import broker_users
from infra.nats.seeds import ensure_seeds, seed_file
from services.chassis.broker import Broker, connect
from services.chassis.service import Site
from tests.brokers import NatsServer
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import DISTRICT, Scene

WIRING = {app.name: tuple(app.listens) for app in (COUNTERS, MIRROR)}


@contextmanager
def guarded_server(folder: Path) -> Iterator[tuple[NatsServer, Path]]:
    """The server, and the folder of the seeds."""
    keys = folder / "seeds"
    keys.mkdir(parents=True)
    users = broker_users(WIRING, DISTRICT)
    public_keys = ensure_seeds(keys, (user.name for user in users))
    server = NatsServer(folder / "nats", authorization(users, public_keys)).start()
    try:
        yield server, keys
    finally:
        server.stop()


async def connect_as(server: NatsServer, keys: Path, name: str) -> Broker:
    """A connection with that process's key and name."""
    return await connect(server.url, name, nkey_seed=seed_file(keys, name))


class GuardedScene(Scene):
    """Services that prove themselves with their nkeys; calls come from the machine's administrator."""

    def __init__(self, server: NatsServer, root: Path, keys: Path) -> None:
        super().__init__(server, root)
        self._keys = keys
        self._starting = ""

    async def __aenter__(self) -> GuardedScene:
        self.broker = await connect_as(self.server, self._keys, "machine")
        return self

    def site(self, url: str = "") -> Site:
        seed = seed_file(self._keys, self._starting)
        return Site(self.folder, url or self.server.url, self.server.monitor_url, seed)

    async def start_all(self) -> None:
        """Both sample services, each as itself."""
        for app in (COUNTERS, MIRROR):
            self._starting = app.name
            await self.start(app)
