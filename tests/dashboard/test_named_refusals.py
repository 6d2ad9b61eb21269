"""A refusal says a unit's name to whoever may know it, an id to machines only, and never waits for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.api import naming
from services.chassis.principals import Principal
from tests.api.town import REPORT, Town
from tests.brokers import NatsServer
from tests.dashboard.test_live import caught_up, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
ID = re.compile(r"[a-z]+_[0-9a-z]{16}")
NUMBER = "督〔2026〕77号"


@dataclass
class Place:
    """A town whose read model has come to its end; `issued` went to all branches, `other` is a second committee."""

    town: Town
    issued: str
    other: str
    withdrawn_above: str = ""
    of_other: str = ""

    def secretary(self, unit_id: str) -> httpx.AsyncClient:
        return self.town.with_role("unit_secretary", unit_id)

    async def issue(self, issuer: str, **changes: Any) -> httpx.Response:
        body = {
            "turnover": "370211/district/2026",
            "number": "督〔2026〕78号",
            "title": "报送情况",
            "text": "请报送。",
            "basis": "方案第三条",
            "source": "区委",
            "urgency": "ordinary",
            "issuer_unit_id": issuer,
            "scope": {"subtree_unit_id": issuer, "kinds": []},
            "lead_unit_id": issuer,
        }
        return await self.town.with_role("operator", issuer).post("/api/v1/directives", json=body | changes)

    async def withdraw_above(self) -> None:
        """One directive loses the committee with all below it; another is the second committee's own."""
        root, committee = self.town.units.root, self.town.units.committee
        self.withdrawn_above = (await self.issue(root)).json()["directive_id"]
        operator = self.town.with_role("operator", root)
        path = f"{self.town.path(self.withdrawn_above, committee)}/withdraw"
        assert (await operator.post(path, json={"reason": "另行安排"})).status_code == 200
        self.of_other = (await self.issue(self.other)).json()["directive_id"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    server = NatsServer(tmp_path_factory.mktemp("nats")).start()
    try:
        async with running(server, tmp_path_factory.mktemp("town")) as (town, projector):
            body = {"parent_id": town.units.root, "code": "370211.2", "name": "第二机关党委", "members": 12}
            other = await town.machine.post("/api/v1/units", json=body | {"kind": "primary_committee"})
            found = Place(town, await town.directive(number=NUMBER), other.json()["unit_id"])
            below = body | {"parent_id": found.other, "code": "370211.2.1", "name": "第九党支部", "kind": "branch"}
            assert (await town.machine.post("/api/v1/units", json=below)).status_code == 201
            await found.withdraw_above()
            await caught_up(town, projector)
            yield found
    finally:
        server.stop()


def told(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The problem of that code; its sentence shows no id."""
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code and not ID.search(problem["detail"]), problem
    return problem


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "此单位（第一机关党委）负责签收"), ("en", "This unit (第一机关党委) receives, names")],
)
async def test_ones_own_unit_is_said_by_its_name_and_stays_an_id_for_machines(
    place: Place, language: str, said: str
) -> None:
    committee = place.town.units.committee
    path = f"{place.town.path(place.issued, committee)}/report"
    answer = await place.secretary(committee).post(path, json=REPORT, headers={"accept-language": language})
    problem = told(answer, "NOT_OBLIGED")
    assert said in problem["detail"] and problem["params"] == {"unit_id": committee}


async def test_a_unit_above_ones_own_is_said_by_its_name(place: Place) -> None:
    branch = place.town.units.first
    answer = await place.secretary(branch).post(f"{place.town.path(place.withdrawn_above, branch)}/receive")
    assert "上级单位（第一机关党委）的任务已经撤回" in told(answer, "WITHDRAWN_ABOVE")["detail"]


async def test_a_unit_out_of_sight_is_not_named(place: Place) -> None:
    committee = place.town.units.committee
    answer = await place.issue(committee, scope={"unit_ids": [place.other]})
    problem = told(answer, "UNIT_NOT_BELOW_ISSUER")
    assert problem["detail"].startswith("所选单位不在下发单位之下")
    assert problem["params"] == {"unit_id": place.other}
    from_above = await place.town.with_role("operator", place.town.units.root).get(f"/api/v1/units/{place.other}")
    assert from_above.json()["name"] == "第二机关党委", "there is a name that could have been told"


async def test_a_directive_is_said_by_its_number_to_those_whom_it_reached(place: Place) -> None:
    branch = place.town.units.first
    path = f"{place.town.path(place.issued, branch)}/figures"
    answer = await place.secretary(branch).post(path, json={"figures": {"problems_found": "1"}})
    assert f"该事项（{NUMBER}）没有指定报表" in told(answer, "FORM_NOT_ASKED")["detail"]
    rested = told(await place.issue(place.town.units.committee, parent_directive_id=place.of_other), "PARENT_NOT_ABOVE")
    assert rested["detail"].startswith("所依据的事项不是由") and rested["params"] == {"directive_id": place.of_other}


async def test_what_is_not_found_is_told_without_its_id(place: Place) -> None:
    unit_id = "unit_0000000000000000"
    answer = await place.town.machine.get(f"/api/v1/units/{unit_id}")
    problem = told(answer, "NOT_FOUND")
    assert problem["detail"].startswith("未找到单位。") and problem["params"]["id"] == unit_id


async def test_rows_of_many_say_names_too(place: Place) -> None:
    committee = place.town.units.committee
    secretary = place.secretary(committee)
    row = {"directive_id": place.issued, "unit_id": committee} | REPORT
    many = await secretary.post("/api/v1/reports:batch", json={"rows": [row]}, headers={"idempotency-key": "named"})
    acts = {"rows": [{"directive_id": place.issued, "unit_id": committee}]}
    reminded = await place.town.with_role("operator", place.town.units.root).post(
        "/api/v1/assignments/remind", json=acts
    )
    for answer, code in ((many, "NOT_OBLIGED"), (reminded, "NOTHING_OWED")):
        assert answer.status_code == 200, answer.text
        (receipt,) = answer.json()["receipts"]
        assert receipt["code"] == code and "此单位（第一机关党委）" in receipt["detail"]


async def _broken(caller: Principal, ids: Iterable[str]) -> Mapping[str, str]:
    raise OSError("the read model is on a disk that went away")


async def _endless(caller: Principal, ids: Iterable[str]) -> Mapping[str, str]:
    await asyncio.Event().wait()
    return {}


@pytest.mark.parametrize("names", [_broken, _endless])
async def test_without_a_read_model_the_refusal_comes_without_names(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    names: Callable[[Principal, Iterable[str]], Awaitable[Mapping[str, str]]],
) -> None:
    monkeypatch.setattr(place.town.gateway.api.board, "names", names)
    monkeypatch.setattr(naming, "NAMES_SECONDS_MAX", 0.01)
    committee = place.town.units.committee
    answer = await place.secretary(committee).post(f"{place.town.path(place.issued, committee)}/report", json=REPORT)
    assert told(answer, "NOT_OBLIGED")["detail"].startswith("此单位负责签收")


async def test_no_more_ids_are_looked_up_than_the_limit(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    async def names(caller: Principal, ids: Iterable[str]) -> Mapping[str, str]:
        asked.append(list(ids))
        return dict.fromkeys(asked[-1], "有名")

    monkeypatch.setattr(place.town.gateway.api.board, "names", names)
    monkeypatch.setattr(naming, "NAMES_MAX", 1)
    operator = place.town.with_role("operator", place.town.units.root)
    rows = [{"directive_id": place.issued, "unit_id": unit} for unit in (place.town.units.committee, place.other)]
    answer = await operator.post("/api/v1/assignments/remind", json={"rows": rows})
    assert asked == [[place.town.units.committee]]
    assert [("有名" in receipt["detail"]) for receipt in answer.json()["receipts"]] == [True, False]
