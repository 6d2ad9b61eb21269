"""What the page of the small sitting knows of itself agrees with the service: lists, words, and sums."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from playwright.async_api import expect

from gateway.api.context import STATIC
from services.tally.domain.kinds import (
    KIND_OF,
    POSTS_OF,
    Body,
    Candidate,
    Contest,
    ElectionKind,
    Post,
    Round,
    person_key,
)
from services.tally.domain.outcome import least_present
from services.tally.domain.rolls import LEAVING_OUT, SUSPENDING
from services.tally.domain.sheets import (
    CandidateTotals,
    Finding,
    SheetTotals,
    SittingCounts,
    WriteInTotals,
    sheet_findings,
    sitting_findings,
)
from tests.browser.people import People
from tests.tally.hall import sample_names

WORDING = STATIC.parents[2] / "services" / "tally" / "wording"
NAMES = sample_names(4)
COLUMNS = ("approve", "disapprove", "abstain", "unreadable")
CASES = 400
IMPORTED = "async (names) => { const checks = await import('/js/small/checks.js'); return"


def listed(name: str) -> dict[str, list[str]]:
    """A table of prepare.js."""
    text = (STATIC / "js" / "small" / "prepare.js").read_text()
    found = re.search(rf"export const {name} = (\{{.*?\n\}});", text, re.DOTALL)
    assert found
    return dict(json.loads(re.sub(r",\s*}", "}", re.sub(r"(\w+): \[", r'"\1": [', found[1]))))


def test_the_posts_and_grounds_offered_are_those_of_the_service() -> None:
    primary = [body for body in Body if not KIND_OF[body].is_local]
    assert {Body(body): posts for body, posts in listed("POSTS_OF").items()} == {
        body: [post.value for post in POSTS_OF[body]] for body in primary
    }
    grounds = listed("GROUNDS")
    assert set(grounds["suspended"]) == SUSPENDING
    assert set(grounds["left_out"]) == LEAVING_OUT


@pytest.mark.parametrize("language", ["zh", "en"])
def test_findings_bodies_and_posts_are_worded_as_by_the_service(language: str) -> None:
    page = json.loads((STATIC / "i18n" / f"{language}.json").read_text())
    service = json.loads((WORDING / f"count.{language}.json").read_text())
    teller = {key.removesuffix(".teller"): text for key, text in service.items() if key.endswith(".teller")}
    assert teller
    assert {key: page[f"finding.{key}"] for key in teller} == teller
    for number in teller:
        assert page[f"wrong.{number}"].rstrip(".。").lower() == service[f"finding:{number}"].lower()
    for kind, values in (("body", Body), ("post", Post)):
        for value in values:
            assert page[f"{kind}.{value.value}"] == service[f"{kind}:{value.value}"]


def _case(dice: random.Random) -> dict[str, Any]:
    """A sheet that adds up, then perhaps one of its numbers moved."""
    valid, invalid = dice.randint(0, 20), dice.randint(0, 3)
    cells: dict[str, int] = {"votes": valid + invalid, "valid": valid, "invalid": invalid}
    for place in range(1, len(NAMES) + 1):
        approve = dice.randint(0, valid)
        disapprove = dice.randint(0, valid - approve)
        unreadable = dice.randint(0, min(2, valid - approve - disapprove))
        marks = (approve, disapprove, valid - approve - disapprove - unreadable, unreadable)
        for column, value in zip(COLUMNS, marks, strict=True):
            cells[f"candidates.{place}.{column}"] = value
    for name in dice.sample(["示例丁", "示 例戊", NAMES[0]], dice.randint(0, 2)):
        cells[f"write_ins.{name}.approve"] = dice.randint(0, 4)
    if dice.random() < 0.5:
        moved = dice.choice(list(cells))
        cells[moved] = max(0, cells[moved] + dice.choice((-1, 1, 7)))
    issued = dice.randint(0, 25)
    ballots = {
        "printed": issued + 2,
        "issued": issued,
        "returned": dice.randint(0, 25),
        "unused_destroyed": dice.randint(1, 3),
    }
    kind = dice.choice((Round.FORMAL, Round.TIE_REVOTE))
    return {"cells": cells, "seats": dice.randint(1, 4), "round": kind.value, "present": dice.randint(1, 25), **ballots}


def _by_the_service(case: dict[str, Any]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Errors and warnings of the sheet, errors and warnings of the ballots, by their numbers."""
    cells = case["cells"]
    lines = tuple(
        CandidateTotals(str(place), *(cells[f"candidates.{place}.{column}"] for column in COLUMNS))
        for place in range(1, len(NAMES) + 1)
    )  # fmt: skip
    written = tuple(
        WriteInTotals(path.split(".")[1], value) for path, value in cells.items() if path.startswith("write_ins.")
    )
    totals = SheetTotals(cells["votes"], cells["valid"], cells["invalid"], lines, written)
    candidates = tuple(Candidate(str(place), name) for place, name in enumerate(NAMES, start=1))
    contest = Contest(Body.MEMBER_MEETING, Post.MEMBER, Round(case["round"]), case["seats"], candidates)
    found = sheet_findings(contest, totals)
    counts = SittingCounts(
        1000, case["present"], case["printed"], case["issued"], case["returned"], case["unused_destroyed"]
    )
    of_ballots = sitting_findings(counts, ())
    wrong = [each for each in of_ballots if each.is_error]
    of_groups = [each for each in sitting_findings(counts, (totals,)) if each.number == "F.201"]
    errors = [each for each in found if each.is_error]
    return (
        _numbers([*errors, *of_groups]), _numbers([] if errors else found), _numbers(wrong),
        _numbers([] if wrong else of_ballots),
    )  # fmt: skip


def _numbers(found: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return sorted(each.number for each in found)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_phone_finds_what_the_service_finds(people: People, seed: int) -> None:
    dice = random.Random(seed)
    cases = [_case(dice) for _ in range(CASES)]
    page = await people.stranger()
    await page.goto("/small-sitting/")
    await expect(page.locator("section.step.open")).to_be_visible()
    found = await page.evaluate(
        """async ([names, cases]) => {
          const checks = await import("/js/small/checks.js");
          const numbers = (all) => all.map(([number]) => number).sort();
          return cases.map((each) => {
            const vote = { ...each, candidates: names.join("\\n"), seats: String(each.seats) };
            const [of, present] = [each.cells, each.present];
            const ballots = [checks.ballotErrors(vote, present), checks.ballotWarnings(vote, present)];
            return [checks.errorsOf(vote, of), checks.warningsOf(vote, of), ...ballots].map(numbers);
          });
        }""",
        [NAMES, cases],
    )
    for case, (errors, warnings, ballots, unusual) in zip(cases, found, strict=True):
        expected = _by_the_service(case)
        # Warnings are asked about once nothing is wrong.
        asked = [] if set(errors) - {"F.201"} else warnings
        assert [errors, asked, ballots, [] if ballots else unusual] == list(expected), case
    assert all(any(each[kind] for each in found) for kind in range(4))
    least = await page.evaluate(f"{IMPORTED} [...Array(61).keys()].map(checks.leastPresent); }}")
    assert least == [least_present(ElectionKind.PRIMARY_MEETING, entitled) for entitled in range(61)]
    spelled = ["示 例 丁", "示例．丁", "Ａ·b", "A•B", "示例丁"]
    keys = await page.evaluate(f"{IMPORTED} names.map(checks.personKey); }}", spelled)
    assert keys == [person_key(name) for name in spelled]
