"""A small district that runs for real: broker, reporting, identity, gateway; and people who call it over HTTP.

district committee
└── primary committee
    ├── first branch    (a post, a holder)
    └── second branch   (a post, a holder)
"""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from gateway.api.context import ApiSettings
from gateway.api.rates import Rate, Rates
from gateway.api.views import NO_VIEWS, Views
from gateway.app import Gateway
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.permissions import MACHINE
from services.chassis.principals import Grant
from services.reporting.app import APP as REPORTING
from services.schedule.app import APP as SCHEDULE
from services.tally.app import APP as TALLY
from tests.brokers import NatsServer
from tests.chassis.scene import Scene, sign
from tests.identity.house import CHEAP_APP as IDENTITY

PASSWORD = "an ordinary sentence 7"
PLENTY = Rate(per_second=100_000, burst=1_000_000)
REPORT = {"due_count": 12, "done_count": 12}


def bearer_of(signed_principal: bytes) -> dict[str, str]:
    """The header of a signed principal."""
    return {"authorization": "Bearer hjp_" + urlsafe_b64encode(signed_principal).rstrip(b"=").decode()}


@dataclass
class Units:
    """The ids of the units."""

    root: str
    committee: str
    first: str
    second: str


class Town:
    """``async with Town(server, tmp_path) as town``."""

    def __init__(self, server: NatsServer, root: Path, *, views: Views | None = NO_VIEWS, **settings: Any) -> None:
        self.scene = Scene(server, root / "data")
        plenty = ApiSettings(port=0, rates=Rates(PLENTY, PLENTY), static=root / "none")
        self._settings = replace(plenty, **settings)
        self._views = views
        self._clients: list[httpx.AsyncClient] = []
        self._numbers = itertools.count(1)
        self.gateway: Gateway
        self.machine: httpx.AsyncClient
        self.units: Units

    async def __aenter__(self) -> Town:
        await self.scene.__aenter__()
        await self.scene.start(REPORTING)
        await self.scene.start(IDENTITY)
        await self.scene.start(SCHEDULE)
        await self.scene.start(TALLY)
        self.gateway = Gateway(self.scene.site(), self._settings, self._views)
        await self.gateway.start()
        # The folder's own administrator: signed here as the command line signs.
        self.machine = self.client(bearer_of(sign(self.scene.folder, (Grant(MACHINE, ""),), "machine")))
        self.units = await self._settle()
        return self

    async def __aexit__(self, *error: object) -> None:
        for client in self._clients:
            await client.aclose()
        await self.gateway.stop()
        await self.scene.__aexit__(*error)

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """Somebody with a cookie jar."""
        client = httpx.AsyncClient(base_url=self.gateway.url, headers=headers, timeout=20, verify=False)
        self._clients.append(client)
        return client

    def with_role(self, role: str, unit_id: str, account_id: str = "", **changes: Any) -> httpx.AsyncClient:
        """Somebody who holds one role, by a signed principal."""
        account = account_id or f"account_{role}_{unit_id}"
        return self.client(bearer_of(sign(self.scene.folder, (Grant(role, unit_id),), account, **changes)))

    async def operator(self, login: str = "operator") -> httpx.AsyncClient:
        """The district's operator, signed in as in a browser."""
        create = pb.CreateOperatorRequest(login=login, password=PASSWORD)
        await self.scene.call("identity", "CreateOperator", create, pb.CreateOperatorResponse)
        return await self.signed_in(login)

    async def signed_in(self, login: str, password: str = PASSWORD) -> httpx.AsyncClient:
        """A browser with a session and its CSRF token."""
        client = self.client()
        opened = await client.post("/api/v1/session", json={"login": login, "password": password})
        assert opened.status_code == 201, opened.text
        client.headers["x-csrf-token"] = opened.json()["csrf_token"]
        return client

    async def directive(self, **changes: Any) -> str:
        """A directive to all branches, received and named by both: ready for reports."""
        issuer = self.with_role("operator", self.units.root)
        body = {
            "turnover": "370211/district/2026",
            "number": f"督〔2026〕{next(self._numbers)}号",
            "title": "报送教育情况",
            "text": "请报送。",
            "basis": "方案第三条",
            "source": "区委",
            "urgency": "ordinary",
            "issuer_unit_id": self.units.root,
            "scope": {"subtree_unit_id": self.units.root, "kinds": ["branch"]},
            "lead_unit_id": self.units.root,
        }
        issued = await issuer.post("/api/v1/directives", json=body | changes)
        assert issued.status_code == 201, issued.text
        directive_id: str = issued.json()["directive_id"]
        for unit_id, steps in (
            (self.units.committee, ("receive", "dispatch")),
            (self.units.first, ("receive",)),
            (self.units.second, ("receive",)),
        ):
            secretary = self.with_role("unit_secretary", unit_id)
            for step in steps:
                done = await secretary.post(f"{self.path(directive_id, unit_id)}/{step}")
                assert done.status_code == 200, done.text
        return directive_id

    @staticmethod
    def path(directive_id: str, unit_id: str) -> str:
        """Where one assignment is."""
        return f"/api/v1/directives/{directive_id}/assignments/{unit_id}"

    async def heads(self) -> dict[str, int]:
        """Where every ledger stands: equal before and after whatever changed nothing."""
        return {name: service.recorder.ledger.head for name, service in self.scene.services.items()}

    async def _settle(self) -> Units:
        root = await self._establish("", "370211", "示例区委", "district_committee")
        committee = await self._establish(root, "370211.1", "第一机关党委", "primary_committee")
        first = await self._establish(committee, "370211.1.1", "第一党支部", "branch")
        second = await self._establish(committee, "370211.1.2", "第二党支部", "branch")
        for unit_id, name in ((committee, "王甲"), (first, "李乙"), (second, "赵丙")):
            post = {"post_name": "书记", "person_name": name, "first": True}
            appointed = await self.machine.post(f"/api/v1/units/{unit_id}/posts", json=post)
            assert appointed.status_code == 201, appointed.text
        await self.scene.settled("identity", "reporting")
        await self.scene.settled("schedule", "reporting")
        await self.scene.settled("tally", "reporting")
        return Units(root, committee, first, second)

    async def _establish(self, parent_id: str, code: str, name: str, kind: str) -> str:
        body = {"parent_id": parent_id, "code": code, "name": name, "kind": kind, "members": 12}
        established = await self.machine.post("/api/v1/units", json=body)
        assert established.status_code == 201, established.text
        unit_id: str = established.json()["unit_id"]
        return unit_id
