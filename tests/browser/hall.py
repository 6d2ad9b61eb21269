"""A sitting of a unit with real accounts, led over HTTP to the moment when its ballots are to be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.api.town import PASSWORD, Town
from tests.browser.people import People
from tests.tally.hall import PIN, sample_names

NAMES = sample_names(4)
TURNOVER = "370211/district/2026"
PRESENT = 20
ROLES = ("teller", "teller", "scrutineer", "chief_scrutineer", "chair")


@dataclass
class Count:
    """`logins`: the officers' by role, tellers first and second."""

    unit_id: str
    sitting_id: str = ""
    election_id: str = ""
    sheet_ids: list[str] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)


class Hall:
    """Leads a sitting; `first` and `second` are the two who organise it."""

    def __init__(self, town: Town, unit_id: str) -> None:
        self.town = town
        self.first = town.with_role("operator", town.units.root, "account_hall_1")
        self.second = town.with_role("operator", town.units.root, "account_hall_2")
        self.count = Count(unit_id)

    async def post(self, path: str, body: dict[str, Any] | None = None, client: httpx.AsyncClient | None = None) -> Any:
        done = await (client or self.first).post(f"/api/v1{path}", json=body or {})
        assert done.status_code < 300, f"{path} {done.text}"
        return done.json()

    async def officers(self) -> list[dict[str, str]]:
        """Accounts of the count, each with a person who holds it."""
        lines = []
        for number, role in enumerate(ROLES):
            name = f"{role}{ROLES[:number].count(role) + 1}"
            held = "scrutineer" if role == "chair" else role
            login = f"{name}.{self.count.unit_id[-6:]}".lower()
            body = {"login": login, "role": held}
            made = await self.post(f"/units/{self.count.unit_id}/accounts", body, self.town.machine)
            code = made["account"]["one_time_code"]
            body = {"login": login, "one_time_code": code, "new_password": PASSWORD}
            await self.post("/activation", body, self.town.client())
            client = await self.town.signed_in(login)
            if role != "chair":
                await self.post("/signing-key", {"pin": PIN}, client)
            self.count.logins[name], self.count.clients[name] = login, client
            lines.append({"account_id": made["account"]["account_id"], "name": f"示例选举人{number + 1}", "role": role})
        return lines

    async def figure(self, name: str, value: int, election_id: str = "") -> None:
        body = {"election_id": election_id, "field": name, "value": str(value)}
        await self.post(f"/sittings/{self.count.sitting_id}/figures", body)
        await self.post(f"/sittings/{self.count.sitting_id}/figures/confirm", body, self.second)

    async def opened(self, names: Sequence[str] = NAMES, seats: int = 3) -> str:
        """A vote whose candidates two people have entered."""
        body = {
            "turnover": TURNOVER,
            "body": "member_meeting",
            "post": "member",
            "seats": seats,
            "title": "示例委员选举",
        }
        election = (await self.post(f"/units/{self.count.unit_id}/elections", body))["election_id"]
        listed = {"candidates": [{"name": name, "note": ""} for name in names]}
        await self.post(f"/elections/{election}/candidates", listed)
        await self.post(f"/elections/{election}/candidates/confirm", listed, self.second)
        return str(election)

    async def seated(self, entitled: int = 23) -> Count:
        """A sitting that was just opened: nothing is counted yet."""
        count = self.count
        count.election_id = await self.opened()
        electors = [{"name": f"示例选举人{n}", "standing": "entitled"} for n in range(1, entitled + 1)]
        roll = await self.post(f"/units/{count.unit_id}/rolls", {"turnover": TURNOVER, "electors": electors})
        await self.post(f"/rolls/{roll['roll_id']}/freeze", {"entitled": str(entitled)}, self.second)
        body = {"roll_id": roll["roll_id"], "election_ids": [count.election_id]}
        count.sitting_id = (await self.post(f"/units/{count.unit_id}/sittings", body))["sitting_id"]
        return count

    async def counting(self, valid: int = 20, groups: Sequence[str] = ("第一计票组",)) -> Count:
        """The ballots are back and lie before the tellers."""
        count = await self.seated()
        vote = f"/elections/{count.election_id}"
        await self.figure("present", PRESENT)
        await self.post(f"/sittings/{count.sitting_id}/method", {"agree": PRESENT})
        body = {"officers": await self.officers(), "agree": PRESENT}
        await self.post(f"/sittings/{count.sitting_id}/officers", body)
        await self.post(f"{vote}/announce-candidates")
        for name, value in (("printed", valid + 2), ("boxes", 1), ("issued", valid)):
            await self.figure(name, value, count.election_id)
        await self.post(f"{vote}/close-voting")
        for name, value in (("returned", valid), ("unused_destroyed", 2)):
            await self.figure(name, value, count.election_id)
        count.sheet_ids = (await self.post(f"{vote}/groups", {"groups": list(groups)}))["sheet_ids"]
        return count


async def counting(people: People, name: str, valid: int = 20) -> Count:
    """A count in a unit of its own."""
    unit_id = await people.new_unit(name)
    await people.town.scene.settled("tally", "reporting")
    return await Hall(people.town, unit_id).counting(valid)
