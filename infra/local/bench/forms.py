"""Forms that come back: a set of 558 workbooks, and a table of 100,000 units, uploaded as a superior does.

The tree, two directives and what the branches did before they report are made by reporting's own events in the data
folder; then the whole platform runs, and the workbooks go the way that every upload goes. They are filled in here by
changing their cells, as a spreadsheet program would.
"""

from __future__ import annotations

import asyncio
import io
import re
import secrets
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from gateway.papers.form_workbook import FormOf, FormUnit, table_workbook
from infra.local.accounts import create_operator
from infra.local.bench.overdue import START_US, TOP, Office
from infra.local.bench.page import Result
from infra.local.commands.init import create_folder
from infra.local.machine import Machine, machine
from infra.local.place import open_place
from infra.local.platform import running
from services.chassis.clock import ClockSettings
from services.reporting.domain import directive_events as ev
from services.reporting.domain.deadlines import newest_calendar
from services.reporting.domain.form_events import FormAssigned
from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.forms.layout import CHECKED_KEY, SHEET, TABLE, layout_of
from services.reporting.domain.forms.returned import address

# Committees, primary committees under each, branches under each of those: a primary committee's branches are the set.
SHAPE: Final = (18, 10, 558)
TABLE_ROWS: Final = 100_000
SET_DIRECTIVE, TABLE_DIRECTIVE = 0, 1
FORM: Final = "rectification"
FIGURES: Final = {"problems_found": "5", "problems_rectified": "5", "problems_overdue": "0"}
SET_SECONDS_MAX: Final = 20.0
TABLE_SECONDS_MAX: Final = 60.0
UPLOAD_SECONDS_MAX: Final = 600.0
SETTLE_SECONDS_MAX: Final = 300.0
LOOK_SECONDS: Final = 0.5
EVENTS_AT_ONCE: Final = 2_000

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Upload:
    """How long an upload took to be answered, and how many of its units were recorded and found to stand already."""

    seconds: float
    recorded: int
    unchanged: int


def results(scratch: Path, tell: Tell) -> list[Result]:
    """Both, each a second time as well: whoever is not sure that it went up uploads it again."""
    with _platform(scratch / "forms", tell) as (client, office):
        primary = office.primaries()[0]
        blank = client.get(f"/directives/dir_{SET_DIRECTIVE}/assignments/{primary}/form/workbooks.zip")
        bundle = filled_set(blank.raise_for_status().content)
        path = f"/directives/dir_{SET_DIRECTIVE}/assignments/{primary}/form/workbooks"
        sets = [_upload(client, path, bundle, "set.zip") for _ in range(2)]
        tell(f"{SHAPE[2]} workbooks in {sets[0].seconds:.1f} s, again in {sets[1].seconds:.1f} s")
        table = filled_table(scratch / "table.xlsx", list(branches(office))[:TABLE_ROWS])
        path = f"/directives/dir_{TABLE_DIRECTIVE}/assignments/{TOP}/form/workbooks"
        tables = [_upload(client, path, table, "table.xlsx") for _ in range(2)]
        tell(f"{TABLE_ROWS:,} rows in {tables[0].seconds:.1f} s, again in {tables[1].seconds:.1f} s")
    return [
        _result(f"import of a returned set of {SHAPE[2]} workbooks", SET_SECONDS_MAX, SHAPE[2], sets),
        _result(f"{TABLE_ROWS:,} report rows of a workbook, a receipt a row", TABLE_SECONDS_MAX, TABLE_ROWS, tables),
    ]


def _result(promise: str, seconds_max: float, rows: int, uploads: list[Upload]) -> Result:
    first, again = uploads
    right = first.recorded == rows and again.recorded == 0 and again.unchanged == rows
    return Result(
        promise,
        f"< {seconds_max:.0f} s, none twice",
        f"{first.seconds:.1f} s, {first.recorded:,} recorded; uploaded again {again.seconds:.1f} s, "
        f"{again.recorded} recorded",
        right and first.seconds < seconds_max,
        "Reading the workbook, judging and recording share two cores with the broker and all who read along.",
    )


# ---- the platform -----------------------------------------------------------------------------------------


@contextmanager
def _platform(root: Path, tell: Tell) -> Iterator[tuple[httpx.Client, Office]]:
    """The running platform with an operator signed in, once everyone has read what was made beforehand."""
    create_folder(root, "370211", "黄岛区（示例）", ClockSettings.real())
    folder, settings = open_place(root)
    office = Office(folder.stores, SHAPE)
    office.settle()
    for number, units in ((SET_DIRECTIVE, SHAPE[2]), (TABLE_DIRECTIVE, TABLE_ROWS)):
        office.issue(number)
        _open(office, number, list(branches(office))[:units])
    office.store.close()
    tell(f"{office.units():,} units, two directives")
    password = secrets.token_urlsafe(12)
    with running(folder, settings) as platform:
        platform.await_ready(lambda parts: None)
        asyncio.run(_settled(folder, settings, password))
        address_of = platform.address + "/api/v1"
        with httpx.Client(base_url=address_of, timeout=UPLOAD_SECONDS_MAX) as client:
            opened = client.post("/session", json={"login": "operator", "password": password}).raise_for_status()
            client.headers["x-csrf-token"] = opened.json()["csrf_token"]
            yield client, office


def _open(office: Office, number: int, units: list[str]) -> None:
    """These branches have received and named; the reports carry figures."""
    directive_id, calendar = f"dir_{number}", newest_calendar().version
    office.record([(FormAssigned(directive_id, FORM, find_form(FORM).version), directive_id)])
    events: list[tuple[Any, str]] = []
    for unit_id in units:
        subject = f"{directive_id}/{unit_id}"
        events.append((ev.AssignmentReceived(directive_id, unit_id, office.now_us, 0, calendar), subject))
        named = ev.AssignmentNamed(directive_id, unit_id, "post", "person", 0, office.now_us, 0, calendar)
        events.append((named, subject))
        if len(events) >= EVENTS_AT_ONCE:
            office.record(events)
            events = []
    office.record(events)


def branches(office: Office) -> Iterator[str]:
    """The branches' ids, which are their codes too."""
    for primary in office.primaries():
        for number in range(SHAPE[2]):
            yield f"{primary.replace('_p', '_b')}_{number:03}"


async def _settled(folder: Any, settings: Any, password: str) -> None:
    async with machine(folder, settings) as calls:
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        while await _behind(calls):
            if time.monotonic() > deadline:
                raise RuntimeError("what was made beforehand is not read by everyone")
            await asyncio.sleep(LOOK_SECONDS)
        await create_operator(calls, "operator", password, "operator")


async def _behind(calls: Machine) -> bool:
    """Somebody has not read all of reporting's entries yet."""
    from huanjie.chassis.v1 import chassis_pb2 as pb

    for service in ("identity", "schedule", "tally"):
        health = await calls.chassis_call(service, "Health", pb.HealthRequest(), pb.HealthResponse)
        if any(inbox.producer == "reporting" and inbox.behind for inbox in health.inboxes):
            return True
    health = await calls.chassis_call("reporting", "Health", pb.HealthRequest(), pb.HealthResponse)
    return health.published_position < health.head_position


def _upload(client: httpx.Client, path: str, data: bytes, name: str) -> Upload:
    began = time.perf_counter()
    answer = client.post(path, files={"file": (name, data)})
    seconds = time.perf_counter() - began
    if answer.is_error:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
    taken = answer.json()
    if not taken["complete"] or taken["refused"] or taken["file_faults"]:
        bad = [one for one in taken["receipts"] if one["faults"]][:2]
        raise RuntimeError(f"forms were refused: {taken['file_faults'][:2]} {bad}")
    return Upload(seconds, taken["recorded"], taken["unchanged"])


# ---- filling in -------------------------------------------------------------------------------------------


def filled_set(data: bytes) -> bytes:
    """The set with every sheet filled in and marked."""
    layout = layout_of(FORM, find_form(FORM).version, SHEET)
    values = {
        address(*layout.place(index, 0)): FIGURES.get(entry.key, "是" if entry.key == CHECKED_KEY else "")
        for index, entry in enumerate(layout.entries)
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, filled(old.read(name), lambda part: _given(part, values)))
    return buffer.getvalue()


def filled_table(file: Path, codes: list[str]) -> bytes:
    """A table of units, filled in and marked."""
    layout = layout_of(FORM, find_form(FORM).version, TABLE)
    of = FormOf(layout.form, f"dir_{TABLE_DIRECTIVE}", "示例事项", "zh", START_US)
    units = (FormUnit(code, code, "", 1, "", False, FIGURES, {}, "") for code in codes)
    table_workbook(of, units, file)
    column = re.sub(r"\d", "", address(1, layout.last))
    mark = re.compile(rf'<c r="({column}\d+)" s="(\d+)"/>')
    return filled(file.read_bytes(), lambda part: mark.sub(_marked, part))


def filled(workbook: bytes, change: Callable[[str], str]) -> bytes:
    """The workbook with its worksheet changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            new.writestr(name, content)
    return buffer.getvalue()


def _given(part: str, values: Mapping[str, str]) -> str:
    for cell, value in values.items():
        blank = re.compile(rf'<c r="({cell})" s="(\d+)"/>')
        if value.isdigit():
            part = blank.sub(rf'<c r="\1" s="\2"><v>{value}</v></c>', part)
        elif value:
            part = blank.sub(_marked, part)
    return part


def _marked(found: re.Match[str]) -> str:
    return f'<c r="{found[1]}" s="{found[2]}" t="inlineStr"><is><t>是</t></is></c>'
