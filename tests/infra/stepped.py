"""A district whose services run in this event loop on a clock that stands until it is moved on.

Real broker, stores, ledgers, gateway and read model; people and systems call it over HTTP as they would any other.
"""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import Self

from gateway.api.context import ApiSettings
from gateway.api.rates import Rate, Rates
from gateway.app import Gateway
from gateway.dashboard.projector import Projector
from huanjie.identity.v1 import identity_pb2
from infra.local.rehearsal.campaign import Script
from infra.local.rehearsal.cast import Cast, issue_codes, make_cast, read_units
from infra.local.rehearsal.play import Campaign
from infra.local.rehearsal.rest import Caller, Rest
from services.chassis import ledger
from services.chassis.clock import ClockSettings, SteppedWall, security_now_us
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import IDENTITY_KEY, MACHINE_KEY, ensure_key
from services.chassis.permissions import MACHINE
from services.chassis.principals import Grant
from services.reporting.app import APP as REPORTING
from services.reporting.loops import DigestRound
from tests.api.town import bearer_of
from tests.brokers import NatsServer
from tests.chassis.desk import START_US
from tests.chassis.scene import DISTRICT, WAIT_SECONDS_MAX, Scene, sign
from tests.identity.house import CHEAP_APP as IDENTITY

ROSTER = "roster-370211.csv"
OPERATORS = ("operator", "operator-2")
PASSWORD = "an ordinary sentence 7"
CONNECTIONS = 8
CAUGHT_UP_SECONDS_MAX = 120.0
PLENTY = Rate(per_second=100_000, burst=1_000_000)


class Stepped:
    """``async with Stepped(server, tmp_path) as district``: the sample district, its accounts and its callers."""

    def __init__(self, server: NatsServer, root: Path) -> None:
        self.scene = Scene(server, root / "unused")
        self.wall = SteppedWall(security_now_us())
        # The day on which every rehearsal of the tests begins: a Monday of a year whose holidays are announced.
        clock = ClockSettings.rehearsal(START_US, self.wall(), 1)
        self.folder = DataFolder.create(root / "data", DISTRICT, "示例区", clock, Ids())
        self.folder.wall = self.wall
        for key in (MACHINE_KEY, IDENTITY_KEY):
            ensure_key(self.folder.keys, key)
        self.scene.folder = self.folder
        self.scene.machine = sign(self.folder, (Grant(MACHINE, ""),), "machine")
        self.gateway: Gateway
        self.projector: Projector
        self.digests: DigestRound
        self.rest: Rest
        self.operator: Caller
        self.second: Caller

    async def __aenter__(self) -> Self:
        await self.scene.__aenter__()
        reporting = await self.scene.start(REPORTING)
        await self.scene.start(IDENTITY)
        self.projector = Projector(self.scene.site())
        await self.projector.start()
        await asyncio.wait_for(self.projector.consumer.started.wait(), WAIT_SECONDS_MAX)
        self.gateway = Gateway(self.scene.site(), ApiSettings(port=0, rates=Rates(PLENTY, PLENTY)))
        await self.gateway.start()
        self.digests = DigestRound(reporting, ())
        self.rest = Rest(self.gateway.url, CONNECTIONS)
        await self._people()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.rest.close()
        await self.gateway.stop()
        await self.projector.stop()
        await self.scene.__aexit__(*error)

    async def cast(self, seed: int) -> Cast:
        """Somebody to act for every unit."""
        units = await read_units(self.rest, self.operator)
        root = next(unit for unit in units.values() if not unit.parent_id)
        codes = await issue_codes(self.rest, self.operator, root.unit_id)
        return await make_cast(self.rest, self.operator, self.second, units, codes, {}, seed, lambda _: None)

    async def play(self, cast: Cast, seed: int, script: Script) -> Campaign:
        """The whole campaign, without waiting for anything but what was asked."""
        clock = self.folder.business_clock()

        async def move(us: int) -> None:
            self.wall.move_to(self.wall() + us - clock.now_us())
            await self.digests.run()

        campaign = Campaign(self.rest, cast, clock, seed, frozenset(), lambda key, **params: None, script, move)
        await campaign.play()
        await self.caught_up()
        return campaign

    async def caught_up(self) -> None:
        """The read model has taken in all that reporting has written."""
        head = self.scene.services["reporting"].recorder.ledger.head
        moved = self.projector.consumer.moved
        async with moved:
            await asyncio.wait_for(
                moved.wait_for(lambda: self.projector.consumer.at.position >= head), CAUGHT_UP_SECONDS_MAX
            )

    def entries(self) -> list[bytes]:
        """Reporting's whole ledger, as it is stored."""
        with self.scene.services["reporting"].store.snapshot() as reader:
            return [stored.entry for stored in ledger.read_all(reader)]

    async def _people(self) -> None:
        machine = Caller(bearer_of(self.scene.machine))
        roster = (files("infra.local") / "sample" / ROSTER).read_bytes()
        await self.rest.upload("/rosters", machine, roster, ROSTER)
        await self.scene.settled("identity", "reporting")
        callers = []
        for login in OPERATORS:
            create = identity_pb2.CreateOperatorRequest(login=login, password=PASSWORD)
            await self.scene.call("identity", "CreateOperator", create, identity_pb2.CreateOperatorResponse)
            callers.append(await self.rest.log_in("/session", {"login": login, "password": PASSWORD}))
        self.operator, self.second = callers
