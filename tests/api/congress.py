"""A vote of a congress over HTTP, from its list to the announcement, by people with an account of their own each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from tests.api.town import Town
from tests.tally.hall import PIN, STAFF, sample_names

API = "/api/v1"
ROLES = {"teller": "teller", "scrutineer": "scrutineer", "chief_scrutineer": "chief_scrutineer", "chair": "scrutineer"}


class Congress:
    """Everybody who is at the sitting of the district's congress, and what they do in turn."""

    def __init__(self, town: Town, number: int) -> None:
        self.town = town
        self.unit = town.units.root
        self.turnover = f"370211/congress{number}/2026"
        self.number = number
        self.first = self._person("operator", "first")
        self.second = self._person("unit_secretary", "second")
        self.people = {name: self._person(ROLES[role], name) for name, (_, role) in STAFF.items()}
        self.tellers = (self.people["account_t1"], self.people["account_t2"])
        self.watcher, self.chief = self.people["account_s1"], self.people["account_chief"]
        self.chair = self.people["account_chair"]
        self.vote = self.sitting = ""
        self.sheets: list[str] = []

    def _person(self, role: str, name: str) -> httpx.AsyncClient:
        return self.town.with_role(role, self.unit, self._account(name))

    def _account(self, name: str) -> str:
        return f"{name}_{self.number}"

    @staticmethod
    async def post(person: httpx.AsyncClient, path: str, **body: Any) -> Any:
        """What a change answers; it must be taken."""
        answered = await person.post(API + path, json=body)
        assert answered.status_code in (200, 201, 204), f"{path}: {answered.text}"
        return answered.json() if answered.content else {}

    async def refused(self, person: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
        """Why a change is not taken."""
        answered = await person.post(API + path, json=body)
        assert answered.status_code >= 400, answered.text
        problem: dict[str, Any] = answered.json()
        return problem

    async def get(self, person: httpx.AsyncClient, path: str) -> httpx.Response:
        return await person.get(API + path)

    # ---- the sitting -------------------------------------------------------------------------------------------

    async def opens(self, candidates: int = 4, seats: int = 3, entitled: int = 30, post: str = "member") -> None:
        """The list, the roll, the sitting up to its officers, everybody's PIN."""
        for person in (*self.tellers, self.watcher, self.people["account_s2"], self.chief):
            await self.post(person, "/signing-key", pin=PIN)
        opened = await self.post(
            self.first, f"/units/{self.unit}/elections", turnover=self.turnover, body="district_congress", post=post,
            seats=seats, title="示例区第五次代表大会选举委员会委员",
        )  # fmt: skip
        self.vote = opened["election_id"]
        names = {"candidates": [{"name": name, "note": ""} for name in sample_names(candidates)]}
        await self.post(self.first, f"/elections/{self.vote}/candidates", **names)
        await self.post(self.second, f"/elections/{self.vote}/candidates/confirm", **names)
        electors = [{"name": f"示例选举人{n}", "standing": "entitled"} for n in range(1, entitled + 1)]
        roll = await self.post(self.first, f"/units/{self.unit}/rolls", turnover=self.turnover, electors=electors)
        await self.post(self.second, f"/rolls/{roll['roll_id']}/freeze", entitled=str(entitled))
        held = await self.post(
            self.first, f"/units/{self.unit}/sittings", roll_id=roll["roll_id"], election_ids=[self.vote]
        )  # fmt: skip
        self.sitting = held["sitting_id"]
        await self.figure("present", entitled, of_vote=False)
        await self.post(self.first, f"/sittings/{self.sitting}/method", agree=entitled)
        officers = [
            {"account_id": self._account(each), "name": name, "role": role} for each, (name, role) in STAFF.items()
        ]  # fmt: skip
        await self.post(self.first, f"/sittings/{self.sitting}/officers", officers=officers, agree=entitled)

    async def figure(self, field: str, value: int, *, of_vote: bool = True) -> None:
        """A number that two people counted."""
        both = {"election_id": self.vote if of_vote else "", "field": field, "value": str(value)}
        await self.post(self.first, f"/sittings/{self.sitting}/figures", **both)
        await self.post(self.second, f"/sittings/{self.sitting}/figures/confirm", **both)

    async def votes(self, issued: int, returned: int, groups: Sequence[str]) -> None:
        """From the announcement of candidates to the counting groups."""
        await self.post(self.first, f"/elections/{self.vote}/announce-candidates")
        for field, value in (("printed", issued), ("boxes", 1), ("issued", issued)):
            await self.figure(field, value)
        await self.post(self.first, f"/elections/{self.vote}/close-voting")
        await self.figure("unused_destroyed", 0)
        await self.figure("returned", returned)
        formed = await self.post(self.first, f"/elections/{self.vote}/groups", groups=list(groups))
        self.sheets = formed["sheet_ids"]

    # ---- sheets ------------------------------------------------------------------------------------------------

    async def cells(self, approvals: Sequence[int], valid: int, invalid: int = 0, unreadable: int = 0) -> Any:
        """A whole sheet; the first candidate's `unreadable` marks, everything else is an abstention."""
        shown = (await self.get(self.first, f"/elections/{self.vote}")).json()["candidates"]
        typed = {"votes": valid + invalid, "valid": valid, "invalid": invalid}
        for place, (each, approve) in enumerate(zip(shown, approvals, strict=True)):
            lost = unreadable if place == 0 else 0
            field = f"candidates.{each['candidate_id']}"
            marks = {"approve": approve, "disapprove": 0, "abstain": valid - approve - lost, "unreadable": lost}
            typed |= {f"{field}.{column}": value for column, value in marks.items()}
        return [{"field": field, "text": str(value)} for field, value in typed.items()]

    async def reads(self, sheet: str, cells: Any, why: Sequence[dict[str, str]] = (), **spare: Any) -> None:
        """Both tellers read a sheet alike."""
        for teller in self.tellers:
            await self.post(teller, f"/sheets/{sheet}/entry", cells=cells, **spare)
            await self.post(teller, f"/sheets/{sheet}/entry/finalise", explanations=list(why))

    async def signs(self, sheet: str, *, without_scrutineer: str = "") -> None:
        """Teller and scrutineer sign; two others in the scrutineer's place where it is said why."""
        digest = (await self.get(self.watcher, f"/sheets/{sheet}")).json()["sheet_hash"]
        await self.post(self.tellers[0], f"/sheets/{sheet}/sign", role="teller", pin=PIN, sheet_hash=digest)
        own = {"role": "scrutineer", "pin": PIN, "sheet_hash": digest}
        if not without_scrutineer:
            await self.post(self.watcher, f"/sheets/{sheet}/sign", **own)
            return
        second = {"second_account_id": self._account("account_s2"), "second_pin": PIN, "reason": without_scrutineer}
        await self.post(
            self.chief, f"/sheets/{sheet}/sign", **own, for_account_id=self._account("account_s1"), **second
        )  # fmt: skip

    # ---- the result ----------------------------------------------------------------------------------------------

    async def closes(self, why: Sequence[dict[str, str]] = ()) -> None:
        """The outcome is found and its record signed."""
        await self.post(self.chief, f"/elections/{self.vote}/close-count", explanations=list(why))
        digest = (await self.get(self.chief, f"/elections/{self.vote}/result")).json()["record_sha256"]
        await self.post(self.chief, f"/elections/{self.vote}/report", pin=PIN, record_sha256=digest)

    async def declares(self) -> None:
        await self.post(self.chair, f"/elections/{self.vote}/declare")
