"""A district with an education working committee that a school stands under on a route, and under a street otherwise.

district committee
├── education working committee
├── street working committee
│   └── school's general branch
│       └── school's first branch
└── (the primary committee and its branches of every town)
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gateway.dashboard.projector import Projector
from tests.api.town import Town
from tests.brokers import NatsServer

OFFICES = (
    ("education", "270.1", "教育工委", "working_committee"),
    ("street", "270.2", "示例街道党工委", "working_committee"),
)


@dataclass(frozen=True, slots=True)
class Schools:
    """The ids of the units that the town has besides. Codes: 270.1 education, 270.2 street, 270.2.1 school."""

    town: Town
    education: str
    street: str
    school: str
    branch: str

    def secretary(self, unit_id: str) -> httpx.AsyncClient:
        """The unit's secretary."""
        return self.town.with_role("unit_secretary", unit_id)

    def operator(self) -> httpx.AsyncClient:
        """The district's operator."""
        return self.town.with_role("operator", self.town.units.root)

    async def draw(self, name: str, **changes: Any) -> str:
        """A route on which the school answers to the education committee."""
        body = {
            "name": name,
            "kind": "line_of_work",
            "basis": "换届办〔2026〕3号",
            "links": [{"unit": "270.2.1", "superior": "270.1"}],
        }
        drawn = await self.operator().post("/api/v1/routes", json=body | changes)
        assert drawn.status_code == 201, drawn.text
        route_id: str = drawn.json()["route_id"]
        return route_id

    async def issue(self, route_id: str, title: str, **changes: Any) -> str:
        """A directive that takes the route, to the education committee and all general branches below it."""
        body = {
            "turnover": "370211/district/2026", "title": title, "text": "请报送。",
            "issuer_unit_id": self.town.units.root,
            "scope": {"subtree_unit_id": self.education, "kinds": ["general_branch"]},
            "lead_unit_id": self.education, "route_id": route_id,
        }  # fmt: skip
        issued = await self.operator().post("/api/v1/directives", json=body | changes)
        assert issued.status_code == 201, issued.text
        directive_id: str = issued.json()["directive_id"]
        return directive_id

    async def act(self, directive_id: str, unit_id: str, *steps: str, by: str = "") -> None:
        """Steps of a unit's own, or by the secretary of another."""
        for step in steps:
            done = await self.secretary(by or unit_id).post(f"{self.town.path(directive_id, unit_id)}/{step}")
            assert done.status_code == 200, (step, done.text)


@asynccontextmanager
async def district(root: Path, **settings: Any) -> AsyncIterator[Schools]:
    """A town of its own with these units and a read model: no other test counts them."""
    server = NatsServer(root / "nats").start()
    try:
        async with Town(server, root / "town", views=None, **settings) as town:
            projector = Projector(town.scene.site())
            await projector.start()
            try:
                yield await _settle(town)
            finally:
                await projector.stop()
    finally:
        server.stop()


async def _settle(town: Town) -> Schools:
    """The units, each with somebody who can be named."""
    ids: dict[str, str] = {}
    for key, code, name, kind in OFFICES:
        ids[key] = await _establish(town, town.units.root, code, name, kind)
    ids["school"] = await _establish(town, ids["street"], "270.2.1", "示例中学党总支", "general_branch")
    ids["branch"] = await _establish(town, ids["school"], "270.2.1.1", "示例中学第一党支部", "branch")
    await town.scene.settled("identity", "reporting")
    return Schools(town, **ids)


async def _establish(town: Town, parent_id: str, code: str, name: str, kind: str) -> str:
    body = {"parent_id": parent_id, "code": code, "name": name, "kind": kind, "members": 12}
    made = await town.machine.post("/api/v1/units", json=body)
    assert made.status_code == 201, made.text
    unit_id: str = made.json()["unit_id"]
    post = {"post_name": "书记", "person_name": "示例甲", "first": True}
    appointed = await town.machine.post(f"/api/v1/units/{unit_id}/posts", json=post)
    assert appointed.status_code == 201, appointed.text
    return unit_id
