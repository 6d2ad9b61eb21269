"""One tally sheet read from paper and reported end to end: HTTP, rules, commit, ledger; by people who signed in."""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import httpx

from infra.local.bench.load import quantile
from infra.local.bench.stage import TIMEOUT_SECONDS, Stage, post

SHEETS: Final = 100
CANDIDATES: Final = 10
SEATS: Final = 7
BALLOTS_PER_SHEET: Final = 25
TURNOVER: Final = "turnover_bench"
# In the order of surname strokes, as the ballot has them.
NAMES: Final = ("丁示例", "于示例", "马示例", "王示例", "石示例", "刘示例", "李示例", "吴示例", "张示例", "陈示例")
_COLUMNS: Final = ("approve", "disapprove", "abstain", "unreadable")


@dataclass(frozen=True, slots=True)
class Seen:
    """Milliseconds of a whole report: the figures saved, then the reading finished."""

    reports: int
    p50_ms: float
    p99_ms: float
    finish_p50_ms: float


def measure_sheets(stage: Stage) -> Seen:
    """Two tellers read a hundred sheets, one after the other, each sheet twice."""
    with ExitStack() as stack:
        return _measure(stage, *_count(stage, stack))


def _measure(stage: Stage, vote: str, tellers: list[httpx.Client]) -> Seen:
    formed = post(stage.operator, f"/elections/{vote}/groups", {"groups": [f"第{n}组" for n in range(1, SHEETS + 1)]})
    shown = stage.operator.get(f"/elections/{vote}").raise_for_status().json()["candidates"]
    cells = _cells([each["candidate_id"] for each in shown])
    whole, finish = [], []
    for sheet in formed["sheet_ids"]:
        for teller in tellers:
            began = time.perf_counter()
            post(teller, f"/sheets/{sheet}/entry", {"cells": cells})
            saved = time.perf_counter()
            answer = post(teller, f"/sheets/{sheet}/entry/finalise", {})
            done = time.perf_counter()
            whole.append((done - began) * 1e3)
            finish.append((done - saved) * 1e3)
        if answer["state"] != "settled":
            raise RuntimeError(f"a sheet read alike twice is {answer['state']}")
    ordered = sorted(whole)
    return Seen(len(whole), quantile(ordered, 0.5), quantile(ordered, 0.99), median(finish))


def _cells(candidate_ids: list[str]) -> list[dict[str, str]]:
    typed = {"votes": BALLOTS_PER_SHEET, "valid": BALLOTS_PER_SHEET, "invalid": 0}
    for place, candidate_id in enumerate(candidate_ids):
        approve = BALLOTS_PER_SHEET - 2 * place
        marks = (approve, BALLOTS_PER_SHEET - approve, 0, 0)
        typed |= {f"candidates.{candidate_id}.{name}": value for name, value in zip(_COLUMNS, marks, strict=True)}
    return [{"field": field, "text": str(value)} for field, value in typed.items()]


def _count(stage: Stage, stack: ExitStack) -> tuple[str, list[httpx.Client]]:
    """A vote whose ballots are back, and its two tellers."""
    operator, unit = stage.operator, stage.root_id
    second = _person(stage, stack, "second", "unit_secretary")[0]
    people = {
        f"示例工作{n}": (*_person(stage, stack, f"officer{n}", role), passed)
        for n, (role, passed) in enumerate(
            (("teller", "teller"), ("teller", "teller"), ("scrutineer", "scrutineer"),
             ("chief_scrutineer", "chief_scrutineer"), ("scrutineer", "chair"))
        )
    }  # fmt: skip
    ballots = SHEETS * BALLOTS_PER_SHEET
    opened = post(operator, f"/units/{unit}/elections", {
        "turnover": TURNOVER, "body": "district_congress", "post": "member", "seats": SEATS, "title": "示例选举",
    })  # fmt: skip
    vote = opened["election_id"]
    names = {"candidates": [{"name": name, "note": ""} for name in NAMES]}
    post(operator, f"/elections/{vote}/candidates", names)
    post(second, f"/elections/{vote}/candidates/confirm", names)
    electors = [{"name": name, "standing": "entitled"} for name in people]
    electors += [{"name": f"示例选举人{n}", "standing": "entitled"} for n in range(ballots - len(people))]
    roll = post(operator, f"/units/{unit}/rolls", {"turnover": TURNOVER, "electors": electors})["roll_id"]
    post(second, f"/rolls/{roll}/freeze", {"entitled": str(ballots)})
    sitting = post(operator, f"/units/{unit}/sittings", {"roll_id": roll, "election_ids": [vote]})["sitting_id"]

    def counted(field: str, value: int, election_id: str = vote) -> None:
        both = {"election_id": election_id, "field": field, "value": str(value)}
        post(operator, f"/sittings/{sitting}/figures", both)
        post(second, f"/sittings/{sitting}/figures/confirm", both)

    counted("present", ballots, "")
    post(operator, f"/sittings/{sitting}/method", {"agree": ballots})
    officers = [{"account_id": account, "name": name, "role": role} for name, (_, account, role) in people.items()]
    post(operator, f"/sittings/{sitting}/officers", {"officers": officers, "agree": ballots})
    post(operator, f"/elections/{vote}/announce-candidates", {})
    for field, value in (("printed", ballots), ("boxes", 1), ("issued", ballots)):
        counted(field, value)
    post(operator, f"/elections/{vote}/close-voting", {})
    for field, value in (("unused_destroyed", 0), ("returned", ballots)):
        counted(field, value)
    return vote, [client for client, _, role in people.values() if role == "teller"]


def _person(stage: Stage, stack: ExitStack, login: str, role: str) -> tuple[httpx.Client, str]:
    """Somebody signed in, and their account."""
    made = post(stage.operator, f"/units/{stage.root_id}/accounts", {"login": login, "role": role})["account"]
    client = stack.enter_context(
        httpx.Client(base_url=stage.platform.address + "/api/v1", timeout=TIMEOUT_SECONDS)
    )  # fmt: skip
    said: dict[str, Any] = {"login": made["login"], "one_time_code": made["one_time_code"]}
    opened = client.post("/activation", json=said | {"new_password": secrets.token_urlsafe(12)}).raise_for_status()
    client.headers["x-csrf-token"] = opened.json()["csrf_token"]
    return client, str(made["account_id"])
