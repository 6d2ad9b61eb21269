"""Schedule over HTTP: every output says the same about every date, and refusals name rule and article."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta

import httpx
import ics
import openpyxl
import pytest
import pytest_asyncio
from pypdf import PdfReader

from gateway.papers.plan_prints import HEAD_ROW
from services.kernel.rules import rule
from services.kernel.workdays import calendar_versions, day_of, work_calendar
from services.schedule.domain.milestones import add_months
from tests.api.town import Town
from tests.brokers import NatsServer

CALENDAR = work_calendar(calendar_versions()[-1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    found = NatsServer(tmp_path_factory.mktemp("schedule-nats")).start()
    yield found
    found.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(server: NatsServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with Town(server, tmp_path_factory.mktemp("schedule-town")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def turnover(town: Town) -> str:
    """A district's turnover with its plan, nine months ahead."""
    office = town.with_role("operator", town.units.root)
    today = day_of(town.scene.services["schedule"].clock.now_us())
    congress = CALENDAR.next_workday(add_months(today, 9))
    body = {
        "unit_id": town.units.root, "level": "district", "name": "示例区党代表大会换届", "term_years": 5,
        "last_congress_day": (add_months(congress, -60) + timedelta(days=30)).isoformat(), "on_time_days": 60,
    }  # fmt: skip
    opened = await office.post("/api/v1/turnovers", json=body)
    assert opened.status_code == 201, opened.text
    turnover_id: str = opened.json()["turnover_id"]
    plan = {
        "unit_id": town.units.root, "template_id": "district_congress", "congress_day": congress.isoformat(),
        "reason": "按换届工作方案", "approver": "区委常委会",
    }  # fmt: skip
    adopted = await office.post(f"/api/v1/turnovers/{turnover_id}/plan", json=plan)
    assert adopted.status_code == 201, adopted.text
    return turnover_id


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fetched(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer


async def test_every_output_says_the_same_about_every_date(town: Town, turnover: str) -> None:
    office = town.with_role("operator", town.units.root)
    base = f"/turnovers/{turnover}/plan"
    plan = (await fetched(office, base)).json()
    expected = {each["milestone_id"]: (each["earliest_day"], each["latest_day"]) for each in plan["milestones"]}
    assert len(expected) == 52

    bars = (await fetched(office, f"{base}/gantt")).json()["bars"]
    assert {each["milestone"]: (each["earliest"], each["latest"]) for each in bars} == expected

    feed = await fetched(office, f"{base}/calendar.ics")
    assert feed.headers["content-type"].startswith("text/calendar")
    events = {event.uid: event.begin.date().isoformat() for event in ics.Calendar(feed.text).events}
    assert events == {f"{turnover}.{name}@huanjie": latest for name, (_, latest) in expected.items()}

    book = openpyxl.load_workbook(io.BytesIO((await fetched(office, f"{base}/workbook.xlsx")).content))
    rows = list(book.worksheets[0].iter_rows(min_row=HEAD_ROW + 2, values_only=True))
    written = [tuple(str(_day(cell)) for cell in row[4:6]) for row in rows if row[0]]
    assert written == list(expected.values())

    pages = PdfReader(io.BytesIO((await fetched(office, f"{base}/print.pdf")).content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert [day for days in expected.values() for day in days if day not in text] == []


def _day(cell: object) -> date:
    assert isinstance(cell, datetime)
    return cell.date()


async def test_a_refusal_names_rule_and_article_in_the_readers_language(town: Town, turnover: str) -> None:
    office = town.with_role("operator", town.units.root)
    path = f"/api/v1/turnovers/{turnover}/milestones/delegate_notice/open"
    body = {"unit_id": town.units.root}
    told = await office.post(path, json=body, headers={"accept-language": "zh"})
    assert (told.status_code, told.json()["code"], told.json()["rule"]) == (422, "GATE_CLOSED", "T-order")
    assert told.json()["detail"].startswith("“印发代表选举工作通知，分配代表名额”条件尚未具备")
    assert rule("T-order").sources[0].zh in told.json()["detail"]
    english = await office.post(path, json=body, headers={"accept-language": "en"})
    assert "cannot happen yet" in english.json()["detail"]


async def test_a_closed_gate_says_what_it_waits_for_with_its_source(town: Town, turnover: str) -> None:
    office = town.with_role("operator", town.units.root)
    plan = (await fetched(office, f"/turnovers/{turnover}/plan")).json()
    notice = next(each for each in plan["milestones"] if each["milestone_id"] == "delegate_notice")
    assert notice["state"] == "waiting"
    first = notice["missing"][0]
    assert (first["fact"], first["citation"]["rule"]) == ("approval:request_congress", "T-order")
    assert first["zh"] == "上级批复：上级党委批复同意召开党代表大会"


async def test_a_what_if_is_a_read_with_adjustments_in_the_address(town: Town, turnover: str) -> None:
    office = town.with_role("operator", town.units.root)
    heads = await town.heads()
    plan = (await fetched(office, f"/turnovers/{turnover}/plan")).json()
    later = CALENDAR.add_workdays(date.fromisoformat(plan["congress_day"]), 3).isoformat()
    adjustments = json.dumps([
        {"act": "set_gap", "milestone_id": "report_consultation", "predecessor_id": "report_drafting", "count": 12,
         "measure": "workdays", "reason": "多征求一轮意见"}
    ])  # fmt: skip
    path = f"/api/v1/turnovers/{turnover}/plan/trial"
    tried = await office.get(path, params={"congress_day": later, "adjustments": adjustments})
    assert tried.status_code == 200, tried.text
    assert {"congress", "report_drafting"} <= {each["milestone_id"] for each in tried.json()["moved"]}
    assert await town.heads() == heads
    for wrong in ("{", "[1]", '[{"act": 1}]', '[{"nonsense": "x"}]'):
        refused = await office.get(path, params={"adjustments": wrong})
        assert (refused.status_code, refused.json()["params"]["field"]) == (400, "adjustments")


async def test_a_unit_subscribes_to_its_own_days(town: Town, turnover: str) -> None:
    secretary = town.with_role("unit_secretary", town.units.first)
    days = (await fetched(secretary, f"/turnovers/{turnover}/units/{town.units.first}/days")).json()["days"]
    owed = {
        day["milestone_id"]: next((s["day"] for s in day["stages"] if s["stage"] == 5), day["latest_day"])
        for day in days
    }
    assert "delegate_nomination" in owed
    feed = await fetched(secretary, f"/turnovers/{turnover}/units/{town.units.first}/calendar.ics")
    events = {event.uid: event.begin.date().isoformat() for event in ics.Calendar(feed.text).events}
    assert events == {f"{turnover}.{name}@huanjie": day for name, day in owed.items()}
    other = await secretary.get(f"/api/v1/turnovers/{turnover}/units/{town.units.second}/days")
    assert (other.status_code, other.json()["code"]) == (404, "NOT_FOUND")


async def test_the_countdown_counts_down(town: Town, turnover: str) -> None:
    office = town.with_role("operator", town.units.root)
    board = (await fetched(office, f"/turnovers/{turnover}/plan/countdown")).json()
    left = date.fromisoformat(board["congress"]) - date.fromisoformat(board["today"])
    assert (board["days_left"], board["milestones"], board["done"]) == (left.days, 52, 0)
    assert board["next"] and not board["overdue"]


async def test_a_record_names_a_file_that_was_kept_before(town: Town, turnover: str) -> None:
    office = town.with_role("operator", town.units.root)
    content = "任期核查情况".encode()
    kept = await office.post("/api/v1/turnovers/files", files={"file": ("核查.txt", content)})
    assert kept.json() == {"sha256": hashlib.sha256(content).hexdigest()}, kept.text
    body = {
        "unit_id": town.units.root, "kind": "filed", "matter": "term_check", "number": "示例1号",
        "file_sha256": kept.json()["sha256"],
    }  # fmt: skip
    path = f"/api/v1/turnovers/{turnover}"
    assert (await office.post(f"{path}/records", json=body)).status_code == 201
    done = await office.post(f"{path}/milestones/term_check/complete", json={"unit_id": town.units.root})
    assert (done.status_code, done.json()["state"]) == (200, "done"), done.text
    missing = await office.post(f"{path}/records", json=body | {"file_sha256": "ab" * 32})
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")


async def test_only_the_office_acts(town: Town, turnover: str) -> None:
    secretary = town.with_role("unit_secretary", town.units.first)
    body = {"unit_id": town.units.root}
    path = f"/api/v1/turnovers/{turnover}/milestones/term_check/open"
    assert (await secretary.post(path, json=body)).status_code == 403
    # Naming one's own unit does not help: it is not that unit's turnover.
    own = await secretary.post(path, json={"unit_id": town.units.first})
    assert (own.status_code, own.json()["code"]) == (404, "NOT_FOUND")
