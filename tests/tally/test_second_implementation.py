"""The second implementation: on its own, caught when a rule is bent, and through `huanjie tally recompute`."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.local.cli import cli
from infra.recount import naive
from infra.recount.naive import RecordUnreadable, differences, holds, recompute
from services.kernel.refusal import Refusal
from services.kernel.rules import rules
from services.tally.domain.outcome import Verdict
from services.tally.domain.record import FORMAT, make_record, record_bytes, record_hash
from tests.tally.elections import Election, random_election, settle


def record_like(verdict: Verdict, seed: int) -> tuple[Election, dict[str, Any]]:
    """An election that came out so, with its record as it is exported."""
    rng = Random(seed)
    while True:
        election = random_election(rng)
        try:
            outcome = settle(election)
        except Refusal:
            continue
        if outcome.verdict is verdict and len(outcome.results) > 2:
            made = make_record({"id": "x"}, election.contest, election.counts, election.totals, election.found, outcome)
            return election, json.loads(record_bytes(made))


def run(record: Path) -> Result:
    return CliRunner().invoke(cli, ["tally", "recompute", str(record)], env={"HUANJIE_LANG": "en"})


def test_it_imports_nothing_of_the_platform() -> None:
    tree = ast.parse(Path(naive.__file__).read_text("utf-8"))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported == {"__future__", "ast", "operator", "unicodedata", "collections.abc", "typing"}


def test_both_know_one_form_of_record() -> None:
    assert naive.FORMAT == FORMAT


@pytest.mark.parametrize(
    ("test", "figures", "result"),
    [
        ("2*v > E", {"v": 10, "E": 20}, False),
        ("2*v > E", {"v": 11, "E": 20}, True),
        ("5*P >= 4*E", {"P": 4, "E": 5}, True),
        ("I <= P and R <= I", {"I": 3, "P": 3, "R": 4}, False),
        ("10*(C-S) >= S", {"C": 50, "S": 45}, True),
        ("C == S", {"C": 1, "S": 1}, True),
    ],
)
def test_a_test_of_the_rule_table_is_worked_out_as_it_reads(test: str, figures: dict[str, int], result: bool) -> None:
    assert holds(test, figures) is result


@pytest.mark.parametrize("bad", ["__import__('os')", "v > unknown", "v >> 1", "v > 1.5", "v > E > P", "v"])
def test_what_is_no_test_of_whole_numbers_is_refused(bad: str) -> None:
    with pytest.raises(RecordUnreadable):
        holds(bad, {"v": 1, "E": 2, "P": 3})


@pytest.mark.parametrize("bent", ["2*v >= E", "3*v > E", "2*v > P"])
def test_a_rule_bent_a_little_is_noticed(bent: str, seed: int) -> None:
    rng = Random(seed)
    noticed = 0
    for _ in range(400):
        election = random_election(rng)
        try:
            outcome = settle(election)
        except Refusal:
            continue
        record = make_record({}, election.contest, election.counts, election.totals, election.found, outcome)
        said = json.loads(record_bytes(record))
        if said["rules"]["elected"]["test"] != "2*v > E":
            continue
        said["rules"]["elected"]["test"] = bent
        noticed += bool(differences(said, recompute(said)))
    assert noticed > 0


@pytest.mark.parametrize("verdict", Verdict)
def test_the_command_says_that_a_true_record_agrees(verdict: Verdict, tmp_path: Path, seed: int) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(record_bytes(record_like(verdict, seed)[1]))
    told = run(path)
    assert told.exit_code == 0, told.output
    assert "The record's outcome is the same." in told.output
    assert ("elected: " in told.output) or verdict is not Verdict.COMPLETE


def test_the_command_reads_what_the_interface_hands_out_and_notices_what_was_altered(tmp_path: Path, seed: int) -> None:
    _, record = record_like(Verdict.COMPLETE, seed)
    handed = {"record_json": record_bytes(record).decode(), "record_sha256": record_hash(record)}
    path = tmp_path / "record.json"
    path.write_text(json.dumps(handed), "utf-8")
    told = run(path)
    assert told.exit_code == 0, told.output
    assert record_hash(record) in told.output
    record["sitting"]["unused"] += 1
    path.write_text(json.dumps(handed | {"record_json": record_bytes(record).decode()}), "utf-8")
    altered = run(path)
    assert altered.exit_code == 1
    assert "may have been altered" in altered.output


def test_the_command_shows_where_a_changed_record_differs(tmp_path: Path, seed: int) -> None:
    _, record = record_like(Verdict.COMPLETE, seed)
    winner = next(each for each in record["outcome"]["results"] if each["standing"] == "chosen")
    winner["standing"] = "not_passed"
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), "utf-8")
    told = run(path)
    assert told.exit_code == 1
    assert "differs: chosen" in told.output
    assert winner["name"] in told.output


def test_a_vote_moved_on_a_sheet_is_found(tmp_path: Path, seed: int) -> None:
    _, record = record_like(Verdict.SHORTFALL, seed)
    record["groups"][0]["candidates"][0]["approve"] += 1
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), "utf-8")
    told = run(path)
    assert told.exit_code == 1
    assert "figures that cannot be" in told.output


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"format": "other", "outcome": {}}', b'{"format": "huanjie.tally.record.v1", "outcome": {}}'],
)
def test_what_is_no_record_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(content)
    told = run(path)
    assert told.exit_code == 1
    assert "is not a vote's record" in told.output


def test_a_record_without_an_outcomes_parts_is_unreadable(tmp_path: Path, seed: int) -> None:
    _, record = record_like(Verdict.COMPLETE, seed)
    record["outcome"] = {}
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), "utf-8")
    assert "is not a vote's record" in run(path).output


def test_the_hash_of_a_record_changes_with_any_figure_and_with_nothing_else(seed: int) -> None:
    _, record = record_like(Verdict.COMPLETE, seed)
    again = json.loads(record_bytes(record))
    assert record_hash(again) == record_hash(record)
    again["sitting"]["unused"] += 1
    assert record_hash(again) != record_hash(record)


def test_the_tests_that_a_record_carries_are_those_of_the_rule_table(seed: int) -> None:
    _, record = record_like(Verdict.COMPLETE, seed)
    for role, each in record["rules"].items():
        if role != "elected" or each["id"] != "E6a":
            assert each["test"] == rules()[each["id"]].test
        assert each["article"]
