"""A platform to measure: the sample district on a real clock, units with keys, a directive that they report on."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from infra.local.accounts import create_operator
from infra.local.bench.load import request_bytes
from infra.local.commands.init import create_folder
from infra.local.machine import machine
from infra.local.place import open_place
from infra.local.platform import Platform, running
from infra.local.rosters import import_roster
from services.chassis.clock import ClockSettings

DISTRICT_CODE, DISTRICT_NAME = "370211", "黄岛区（示例）"
ROSTER = "roster-370211.csv"
REPORTING_UNITS_MAX = 20
TIMEOUT_SECONDS = 30.0


@dataclass
class Stage:
    """What a measurement needs to know of the running platform."""

    platform: Platform
    operator: httpx.Client
    root_id: str = ""
    directive_id: str = ""
    # unit id → key of that unit's own system
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.platform.address).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        return urlsplit(self.platform.address).port or 80

    def report_path(self, unit_id: str) -> str:
        return f"/api/v1/directives/{self.directive_id}/assignments/{unit_id}/report"

    def report_request(self, unit_id: str, number: int) -> bytes:
        """A single report of a unit's own system, with its own request id."""
        body = json.dumps({"due_count": 100, "done_count": number % 101, "summary": "bench"}).encode()
        headers = {"authorization": f"Bearer {self.keys[unit_id]}", "idempotency-key": f"{secrets.token_hex(8)}"}
        return request_bytes("POST", self.report_path(unit_id), headers, body)

    def processes(self) -> list[psutil.Process]:
        """Everything that the platform runs, its supervisor included; not this process."""
        return psutil.Process().children(recursive=True)


@contextmanager
def staged(root: Path) -> Iterator[Stage]:
    """A fresh platform with its cast; stopped at the end."""
    create_folder(root, DISTRICT_CODE, DISTRICT_NAME, ClockSettings.real())
    folder, settings = open_place(root)
    with running(folder, settings) as platform:
        platform.await_ready(lambda parts: None)
        password = secrets.token_urlsafe(12)
        asyncio.run(_populate(platform, settings, password))
        with httpx.Client(base_url=platform.address + "/api/v1", timeout=TIMEOUT_SECONDS) as operator:
            _log_in(operator, "operator", password)
            stage = Stage(platform, operator)
            _cast(stage)
            yield stage


async def _populate(platform: Platform, settings: Any, password: str) -> None:
    async with machine(platform.folder, settings) as calls:
        with as_file(files("infra.local") / "sample" / ROSTER) as roster:
            await import_roster(calls, roster, dry_run=False, tell=lambda done, total: None)
        await create_operator(calls, "operator", password, "operator")


def _log_in(client: httpx.Client, login: str, password: str) -> None:
    answer = client.post("/session", json={"login": login, "password": password}).raise_for_status()
    client.headers["x-csrf-token"] = answer.json()["csrf_token"]


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    """A command that must be accepted."""
    answer = client.post(path, json=body, headers={"idempotency-key": secrets.token_hex(8)})
    if answer.is_error:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
    return answer.json()


def _cast(stage: Stage) -> None:
    operator = stage.operator
    units = _all_units(operator)
    root = next(u for u in units if not u["parent_id"])
    stage.root_id = root["unit_id"]
    chosen = [u["unit_id"] for u in units if u["parent_id"] == stage.root_id][:REPORTING_UNITS_MAX]
    for unit_id in chosen:
        post(operator, f"/units/{unit_id}/posts", {"post_name": "书记", "person_name": "示例书记", "first": True})
        made = post(operator, f"/units/{unit_id}/keys", {"label": "bench", "role": "unit_reporter", "days": 30})
        stage.keys[unit_id] = made["secret"]
    issued = post(
        operator,
        "/directives",
        {
            "turnover": "turnover_bench", "title": "示例任务", "text": "示例", "issuer_unit_id": stage.root_id,
            "scope": {"unit_ids": chosen}, "urgency": "ordinary", "lead_unit_id": chosen[0],
        },
    )  # fmt: skip
    stage.directive_id = issued["directive_id"]
    for unit_id, secret in stage.keys.items():
        with httpx.Client(base_url=stage.platform.address + "/api/v1", timeout=TIMEOUT_SECONDS) as own:
            own.headers["authorization"] = f"Bearer {secret}"
            post(own, f"/directives/{stage.directive_id}/assignments/{unit_id}/receive", {})


def _all_units(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get("/units", params={"cursor": cursor, "limit": 200}).raise_for_status().json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return found
