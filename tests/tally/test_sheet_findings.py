"""What a sheet or a sitting cannot say, each by its number; and what it may say but must explain."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.tools.findings import PAGE, page
from services.chassis.wording import LANGUAGES, Catalogue
from services.kernel.refusal import Refusal
from services.tally.domain import sheets
from services.tally.domain.finding_numbers import FINDINGS
from services.tally.domain.kinds import Round
from services.tally.domain.sheets import (
    BALLOTS_MAX,
    CandidateTotals,
    Finding,
    SheetTotals,
    SittingCounts,
    WriteInTotals,
    blank_totals,
    check_sheet,
    check_sitting,
    differences,
    fields,
    sheet_findings,
    sitting_findings,
)
from tests.tally.sheets import contest, counts, sheet

WORDS = Catalogue.load("services.tally")


def line(totals: SheetTotals, place: int, **changes: Any) -> SheetTotals:
    lines = list(totals.candidates)
    lines[place] = replace(lines[place], **changes)
    return replace(totals, candidates=tuple(lines))


def written(totals: SheetTotals, *names: tuple[str, int]) -> SheetTotals:
    return replace(totals, write_ins=tuple(WriteInTotals(*each) for each in names))


def numbers(found: tuple[Finding, ...]) -> list[str]:
    return [each.number for each in found]


def test_a_sheet_that_adds_up_has_no_finding() -> None:
    assert sheet_findings(contest(), sheet()) == ()
    assert sheet_findings(contest(), blank_totals(contest())) == ()


@pytest.mark.parametrize(
    ("impossible", "finding"),
    [
        # Four results that a known voting system took and published.
        (line(sheet(), 0, approve=20, disapprove=20, abstain=20), "F.102"),
        (line(sheet(), 0, approve=500, disapprove=0, abstain=0), "F.102"),
        (line(sheet(), 0, approve=-5, disapprove=28), "F.103"),
        (replace(sheet(), votes=999_999, valid=3, invalid=0), "F.101"),
    ],
    ids=["marks beyond valid", "500 approvals of 25", "minus five", "999,999 cast for 3 valid"],
)
def test_the_four_impossible_results_are_refused(impossible: SheetTotals, finding: str) -> None:
    assert finding in numbers(sheet_findings(contest(), impossible))
    with pytest.raises(Refusal, match="TALLY_SHEET_IMPOSSIBLE"):
        check_sheet(contest(), impossible)


@pytest.mark.parametrize(
    ("totals", "finding"),
    [
        (replace(sheet(), votes=27), "F.101"),
        (replace(sheet(), votes=25), "F.101"),
        (replace(sheet(), invalid=2), "F.101"),
        (replace(sheet(), valid=24, invalid=2), "F.102"),
        (line(sheet(), 1, approve=13), "F.102"),
        (line(sheet(), 1, disapprove=9), "F.102"),
        (line(sheet(), 2, abstain=6), "F.102"),
        (line(sheet(), 0, unreadable=1), "F.102"),
        (replace(sheet(), invalid=-1, votes=24), "F.103"),
        (replace(sheet(), invalid=BALLOTS_MAX + 1), "F.104"),
        (replace(sheet(), candidates=sheet().candidates[::-1]), "F.105"),
        (replace(sheet(), candidates=sheet().candidates[:2]), "F.105"),
        (replace(sheet(), candidates=(*sheet().candidates[:2], CandidateTotals("x", 5, 15, 5))), "F.105"),
        (written(sheet(), ("样本子", 14)), "F.106"),
        (written(sheet(), ("样本子", 25), ("样本丑", 4)), "F.107"),
        (written(sheet(), ("　", 1)), "F.108"),
        (written(sheet(), ("示 例甲", 1)), "F.109"),
        (written(sheet(), ("样本子", 1), ("样本 子", 1)), "F.110"),
        (written(sheet(), ("样本子", 26)), "F.111"),
        (written(sheet(), *((f"样本{i}", 1) for i in range(2_001))), "F.112"),
        (written(sheet(), ("样本子", 0)), "F.114"),
    ],
)
def test_an_identity_broken_by_one_is_found_by_its_number(totals: SheetTotals, finding: str) -> None:
    found = sheet_findings(contest(), totals)
    assert finding in numbers(found)
    assert all(each.is_error for each in found)


def test_a_vote_among_the_tied_has_no_written_names() -> None:
    assert "F.113" in numbers(sheet_findings(contest(which=Round.TIE_REVOTE), sheet()))


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"issued": 28, "printed": 31}, "F.202"),
        ({"returned": 28}, "F.203"),
        ({"returned": 27}, "F.204"),
        ({"present": 31}, "F.205"),
        ({"unused": 4}, "F.207"),
        ({"printed": 29}, "F.207"),
        ({"voters": 28}, "F.208"),
        ({"voters": 25}, "F.204"),
        ({"returned": 25, "voters": 25}, "F.201"),
        ({"entitled": -1}, "F.103"),
        ({"present": BALLOTS_MAX + 1}, "F.104"),
    ],
)
def test_a_sitting_off_by_one_is_found_by_its_number(changed: dict[str, int], finding: str) -> None:
    broken = replace(counts(), **changed)
    assert finding in numbers(sitting_findings(broken, (sheet(),)))
    with pytest.raises(Refusal, match="TALLY_SHEET_IMPOSSIBLE"):
        check_sitting(broken, (sheet(),))


def test_groups_must_have_the_ballots_that_were_returned_together() -> None:
    half = SheetTotals(13, 13, 0, tuple(CandidateTotals(each, 5, 8, 0) for each in "abc"))
    assert numbers(sitting_findings(counts(), (half, half))) == ["W.401"]
    assert numbers(sitting_findings(counts(), (half,))) == ["F.201"]


def test_what_is_possible_but_strange_asks_for_a_reason() -> None:
    void = SheetTotals(10, 0, 10, tuple(CandidateTotals(each, 0, 0, 0) for each in "abc"))
    assert numbers(sheet_findings(contest(), void)) == ["W.301"]
    many = SheetTotals(10, 9, 1, tuple(CandidateTotals(each, 3, 6, 0) for each in "abc"))
    assert numbers(sheet_findings(contest(), many)) == ["W.302"]
    unread = SheetTotals(10, 10, 0, tuple(CandidateTotals(each, 3, 6, 0, 1) for each in "abc"))
    assert numbers(sheet_findings(contest(), unread)) == ["W.303"] * 3
    fewer = SittingCounts(30, 27, 30, 26, 25, 4)
    assert numbers(sitting_findings(fewer, ())) == ["W.401", "W.402"]
    assert not any(each.is_error for each in sitting_findings(fewer, ()))


def test_a_finding_carries_field_rule_figures_and_the_test_in_figures() -> None:
    found = sheet_findings(contest(), line(sheet(), 1, approve=13))
    assert found == (
        Finding(
            "F.102",
            "candidates.b",
            "C2",
            (("approve", 13), ("disapprove", 10), ("abstain", 2), ("unreadable", 1), ("valid", 25)),
            "13 + 10 + 2 + 1 = 26 ≠ 25",
        ),
    )
    with pytest.raises(Refusal) as caught:
        check_sheet(contest(), line(sheet(), 1, approve=13))
    assert caught.value.rule == "C2"
    assert "13 + 10 + 2 + 1 = 26 ≠ 25" in WORDS.render(caught.value.code, caught.value.params(), "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", FINDINGS)
def test_every_finding_is_worded_for_teller_and_for_scrutineer(number: str, language: str) -> None:
    said = {WORDS.render(f"{number}.{role}", {}, language) for role in ("teller", "scrutineer")}  # type: ignore[arg-type]
    assert len(said) == 2
    assert WORDS.render("TALLY_SHEET_IMPOSSIBLE", _params(number), language).find(number) < 0  # type: ignore[arg-type]


def _params(number: str) -> dict[str, str | int]:
    return {"finding": number, "field": "votes", "test": "1 ≠ 2", "findings": 1}


def test_the_page_of_findings_says_what_the_catalogue_says() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_number_that_the_code_finds_stands_on_the_page() -> None:
    code = Path(sheets.__file__).read_text("utf-8")
    assert sorted(set(re.findall(r'"([FW]\.\d{3})"', code))) == sorted(FINDINGS)


def test_two_readings_are_compared_field_by_field() -> None:
    assert differences(sheet(), sheet()) == ()
    other = line(written(sheet(), ("样本 子", 4), ("样本寅", 1)), 2, abstain=4)
    assert differences(sheet(), other) == (
        "candidates.c.abstain",
        "write_ins.样本丑.approve",
        "write_ins.样本寅.approve",
    )
    assert fields(sheet())["candidates.b.unreadable"] == 1
