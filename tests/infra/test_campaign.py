"""Four weeks of a campaign for the 558 units of the sample roster, played over the interface that everybody uses:
forms come back on the page, by key and in workbooks; matters, orders and samples go their way; a unit is merged and
three posts change hands. At the end pack, index, ledgers and a naive recount say the same.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
import uvloop

from gateway.dashboard import recount
from gateway.dashboard.model import ReadModel
from gateway.identity.app import APP as IDENTITY
from gateway.papers.pack import words
from infra.local.commands.doctor import examine
from infra.local.findings import Level
from infra.local.rehearsal.campaign import FOUR_WEEKS
from infra.local.rehearsal.cast import Cast
from infra.local.rehearsal.conduct import HOUR_US
from infra.local.rehearsal.play import Campaign
from infra.local.rehearsal.returns import Way, way_of
from services.kernel.workdays import DAY_US
from services.reporting import loops
from services.reporting.app import APP as REPORTING
from tests.brokers import NatsServer
from tests.dashboard.comparing import check_model
from tests.infra.naive_campaign import CampaignRecount, Part
from tests.infra.stepped import Stepped

# Always the same campaign: what happens in it is known, so that nothing of it can be missing by luck.
SEED = 2_026
UNITS = 558
# What people get wrong: figures, a report that was returned meanwhile, and acts for a unit that is there no more.
HUMAN = {"FIGURES_REFUSED", "SAMPLED_REPORT_GONE", "UNAUTHENTICATED", "NOT_FOUND", "NOT_ON_ROUTE", "PERMISSION_DENIED"}
NEVER_SECONDS = 1e9
LOAD: Mapping[str, str | int] = {"cell_min": 0, "items_max": 0, "heavy": ""}
NOT_YET = {"pending", "dispatched"}


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests are made when the campaign's clock moves on, not by wall time."""
    monkeypatch.setattr(loops, "DIGEST_SECONDS", NEVER_SECONDS)
    # The HTTP client looks for this package, which is not there, at every lock: a quarter of the whole time.
    monkeypatch.setitem(sys.modules, "sniffio", None)


@pytest.mark.usefixtures("unhurried")
def test_four_weeks_for_558_units_end_with_pack_index_ledgers_and_a_naive_recount_in_agreement(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    print(f"campaign seed: {SEED}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(four_weeks(nats_server, tmp_path, SEED))


async def four_weeks(server: NatsServer, folder: Path, seed: int) -> None:
    async with Stepped(server, folder) as district:
        cast = await district.cast(seed)
        assert (len(cast.units), len(cast.keys)) == (UNITS, UNITS - 1)
        run = await district.play(cast, seed, FOUR_WEEKS)
        assert set(district.rest.refused) <= HUMAN
        told = CampaignRecount(district.entries())
        check_everything_happened(told, seed, cast)
        await check_assignments(district, told, cast, run)
        await check_desk(district, told, cast)
        await check_index(district, told, cast, run)
        await check_pack(district, told, cast, run)
        check_ledgers(server, district, folder)


# ---- what was played ------------------------------------------------------------------------------------------


def check_everything_happened(told: CampaignRecount, seed: int, cast: Cast) -> None:
    """A campaign in which something never happened would show nothing of it."""
    codes = {unit.unit_id: unit.code for unit in cast.units.values()}
    by_way = Counter(way_of(seed, codes[unit]) for _, unit in told.parts if told.parts[_, unit].number)
    assert by_way.keys() == set(Way), by_way
    done = Counter(name for name, _, _ in told.acts)
    assert (done["DirectiveIssued"], done["UnitMerged"], done["PostHandedOver"], done["RouteDrawn"]) == (4, 1, 3, 1)
    for name in (
        "ReportVerified", "ReportReturned", "ReportCorrected", "ExtensionGranted", "ExtensionRefused",
        "MatterPassedUp", "MatterReopened",
        "MatterAnswerPublished", "MatterSettled", "PublicAnswerPublished", "PublicAnswerSentBack", "PracticePublished",
        "OrderClosed", "OrderReturned", "OrderWithdrawn", "SampleChecked", "DigestMade",
    ):  # fmt: skip
        assert done[name], name
    assert any(part.behalf for part in told.parts.values())
    again = [part for part in told.parts.values() if part.corrections and part.state == "verified"]
    assert again and all(part.verifiers[-1] != part.verifiers[-2] for part in again)
    assert {part.state for part in told.parts.values()} >= {"named", "reported", "verified"}
    assert len(set(told.digests)) == len(told.digests)
    for order in told.orders.values():
        assert order.closed_by not in order.handlers
    (routed,) = [key for key, asked in told.asked.items() if asked.route]
    linked = told.routes[told.asked[routed].route].links
    assert len(linked) >= 10
    assert "verified" in {told.parts[routed, unit].state for unit in linked if (routed, unit) in told.parts}


# ---- every unit under every directive -------------------------------------------------------------------------


async def check_assignments(district: Stepped, told: CampaignRecount, cast: Cast, run: Campaign) -> None:
    """State, number and counts of every assignment, read as the page reads them; the form's totals added up anew."""
    shown: dict[tuple[str, str], Part] = {}
    for parent in [unit for unit in cast.units.values() if unit.children]:
        async for row in district.rest.pages(f"/units/{parent.unit_id}/children/assignments", district.operator):
            part = Part(row["state"], row["report_number"], row["due_count"], row["done_count"])
            part.corrections = row["correction_number"]
            shown[row["directive_id"], row["unit_id"]] = part
    gone = {unit for unit, _ in told.merged}
    assert not gone & {unit for _, unit in shown}
    acted = {key: part for key, part in told.parts.items() if key[1] not in gone}
    assert acted.keys() <= shown.keys()
    for key, part in shown.items():
        if key not in acted:
            assert part.state in NOT_YET, key
            continue
        wanted = acted[key]
        assert (part.state, part.number, part.due, part.done) == (wanted.state, wanted.number, wanted.due, wanted.done)
        assert part.corrections == wanted.corrections
        if wanted.number and key[0] in told.forms:
            assert told.totals(key[0], wanted) == (wanted.due, wanted.done)
    assert {directive for directive, _ in shown} == set(run.directives)


# ---- the desk -------------------------------------------------------------------------------------------------


async def check_desk(district: Stepped, told: CampaignRecount, cast: Cast) -> None:
    """Matters, questions, practices, orders, samples, digests, posts and the merger."""
    rest, operator, root = district.rest, district.operator, cast.root.unit_id

    async def rows(path: str) -> list[dict[str, Any]]:
        return [row async for row in rest.pages(path, operator)]

    for matter_id, matter in told.matters.items():
        found = await rest.get(f"/matters/{matter_id}", operator)
        facts = (found["state"], found["owner_unit_id"], found["times_passed_up"], found["times_reopened"])
        assert facts == (matter.state, matter.owner, matter.passed_up, matter.reopened)
        assert found["published"] == matter.published
    owed = {row["matter_id"] for row in await rows(f"/units/{root}/matters/owed") if row["state"] == "waiting"}
    assert owed == {key for key, each in told.matters.items() if (each.state, each.owner) == ("waiting", root)}
    questions = {row["question_id"]: row["state"] for row in await rows(f"/units/{root}/public-questions")}
    assert questions == {key: each.state for key, each in told.questions.items()}
    assert len(await rows("/published-answers")) == (
        sum(each.published for each in told.matters.values()) + list(questions.values()).count("published")
    )
    practices = {row["practice_id"] for row in await rows("/practices")}
    assert practices == {key for key, each in told.practices.items() if each.state == "published"}
    orders = {row["number"]: row["state"] for row in await rows(f"/units/{root}/orders/issued")}
    assert orders == {each.number: each.state for each in told.orders.values()}
    for sample_id, checks in told.checks_of.items():
        sample = await rest.get(f"/samples/{sample_id}", operator)
        assert (sample["checked"], sample["found_true"]) == (len(checks), sum(checks))
        assert sample["gap_low_ppm"] <= 1_000_000 * checks.count(False) / len(checks) <= sample["gap_high_ppm"]
    digests = Counter((row["stage"], row["day_us"]) for row in await rows(f"/units/{root}/digests"))
    assert digests == Counter((stage, day) for unit, stage, day in told.digests if unit == root)
    await check_units(district, told)


async def check_units(district: Stepped, told: CampaignRecount) -> None:
    for unit_id, names in told.holders.items():
        if len(names) > 1:
            unit = await district.rest.get(f"/units/{unit_id}", district.operator)
            assert [holder["person_name"] for holder in unit["holders"]] == names[-1:]
    for gone, into in told.merged:
        unit = await district.rest.get(f"/units/{gone}", district.operator)
        assert unit["state"] == "merged"
        taken_in = await district.rest.get(f"/units/{into}", district.operator)
        assert taken_in["members"] == told.members[into]


# ---- index and pack -------------------------------------------------------------------------------------------


async def check_index(district: Stepped, told: CampaignRecount, cast: Cast, run: Campaign) -> None:
    """The read model bit for bit, and what the page shows of it."""
    model = ReadModel(district.folder.stores)
    try:
        with model.snapshot() as reader:
            head = len(told.acts)
            assert check_model(reader, told, head) > UNITS
    finally:
        model.close()
    for directive_id in run.directives:
        wanted, numbers = told.directive(directive_id)
        for unit in (cast.root.unit_id, *cast.root.children):
            path = f"/dashboard/directives/{directive_id}"
            if unit in numbers and wanted.mass(numbers[unit]):
                shown = await district.rest.get(path, district.operator, unit=unit)
                assert shown["headline"]["mass"] == wanted.mass(numbers[unit])
                assert shown["headline"]["index"] == as_shown(
                    wanted.yield_e9(numbers[unit]), wanted.mass(numbers[unit])
                )


def as_shown(yield_e9: int, mass: int) -> str:
    """A share of a hundred with one digit, halves up."""
    tenths = (2 * 1_000 * yield_e9 + mass * 10**9) // (2 * mass * 10**9)
    return f"{tenths // 10}.{tenths % 10}"


async def check_pack(district: Stepped, told: CampaignRecount, cast: Cast, run: Campaign) -> None:
    """The document's own tables: progress, what was done since, what waits on the district, the load."""
    now_us = district.folder.business_clock().now_us()
    since_us = now_us - 7 * DAY_US - HOUR_US // 2
    root = cast.root.unit_id
    asked: dict[str, str | int] = {"unit": root, "lang": "zh", "since": str(since_us)}
    content = await district.rest.fetch("/dashboard/pack.docx", district.operator, **asked)
    document = docx.Document(BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    # In the order of the pages; a table without rows is a sentence.
    tables = {table.rows[0].cells[-1].text: rows_of(table) for table in document.tables}
    progress = {row[0].split(" ")[0]: row[1].split("（")[0] for row in tables["逾期"]}
    wanted = {}
    for directive_id in run.directives:
        naive, numbers = told.directive(directive_id)
        index = as_shown(naive.yield_e9(numbers[root]), naive.mass(numbers[root]))
        wanted[told.asked[directive_id].issued.number] = index
    assert progress == wanted
    for name, count in told.done_between(since_us, now_us).items():
        if f"done:{name}" in words():
            assert words().render(f"done:{name}", {"count": count}, "zh") in text
    waiting = [told.names[each.unit] for each in told.matters.values() if (each.state, each.owner) == ("waiting", root)]
    assert sorted(row[0] for row in tables.get("到期日", [])) == sorted(waiting) != []
    _, open_items = told.burden(root, now_us)
    assert words().render("note:load", {**LOAD, "items": open_items.total()}, "zh").split("；")[0] in text
    for row in tables["已等"]:
        assert is_stuck(told, row[0], row[1]), row


def rows_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows[1:]]


def is_stuck(told: CampaignRecount, shown: str, title: str) -> bool:
    """The unit of that name, or one below it, has not come to the end of that directive."""
    name = shown.split("所属")[0].rstrip("…")
    (directive_id,) = [key for key, asked in told.asked.items() if title.startswith(asked.issued.number)]
    tops = {unit for unit in told.places if told.names[unit].startswith(name)}
    route = told.asked[directive_id].route
    units = [unit for unit in told.places if tops & set(told.chain(unit, route))]
    return any(told.parts.get((directive_id, unit), Part()).state != "verified" for unit in units)


# ---- the ledgers ----------------------------------------------------------------------------------------------


def check_ledgers(server: NatsServer, district: Stepped, folder: Path) -> None:
    """Whatever doctor looks at, and the read model rebuilt from the ledger."""
    found = list(examine(district.folder, (REPORTING, IDENTITY), server.monitor_url))
    assert [finding for finding in found if finding.level in (Level.WRONG, Level.WARNING)] == []
    model = ReadModel(district.folder.stores)
    try:
        with model.snapshot() as reader:
            assert recount.differences(reader) == []
            assert recount.differences_from(reader, district.entries(), folder / "again.sqlite3") == []
    finally:
        model.close()
