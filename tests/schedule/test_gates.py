"""Gates against a naive reading of the same condition, and against known cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.workdays import WorkCalendar
from services.schedule.domain.gates import (
    AllOf,
    Atom,
    Facts,
    Missing,
    Present,
    Recorded,
    UnitCount,
    absences,
    atoms,
    evaluate,
    holds,
    required,
    ways,
)
from services.schedule.domain.plan_errors import TemplateMalformed
from services.schedule.domain.template_rows import condition_row
from services.schedule.domain.templates import read_condition, shipped_template
from tests.schedule.plans import CALENDARS, NEWEST

NAMES = ("a", "b", "c")
DAYS = st.dates(min_value=date(2026, 1, 20), max_value=date(2026, 3, 10))
KINDS = ("approval", "decision", "filed", "result", "list", "done")


def leaves() -> st.SearchStrategy[dict[str, Any]]:
    name = st.sampled_from(NAMES)
    plain = st.builds(lambda kind, each: {kind: each}, st.sampled_from(KINDS), name)
    notice = st.builds(lambda each, n: {"notice": each, "workdays": n}, name, st.integers(1, 12))
    units = st.builds(
        lambda each, n, extra: {"units_done": each, "share": [n, n + extra]}, name, st.integers(1, 5), st.integers(0, 5)
    )
    absence = st.builds(lambda each: {"absence": f"hold:{each}"}, name)
    return st.one_of(plain, notice, units, absence)


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    def groups(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        parts = st.lists(inner, min_size=1, max_size=3)
        return st.builds(lambda word, each: {word: each}, st.sampled_from(("all", "any")), parts)

    return st.recursive(leaves(), groups, max_leaves=6).filter(lambda row: depth(row) <= 4)


def depth(row: Mapping[str, Any]) -> int:
    inner = row.get("all") or row.get("any")
    return 1 + max(map(depth, inner)) if inner else 0


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    keys = [f"{kind}:{name}" for kind in (*KINDS, "notice", "hold") for name in NAMES]
    days = draw(st.dictionaries(st.sampled_from(keys), DAYS, max_size=16))
    totals = draw(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 9)))
    units = {name: UnitCount(draw(st.integers(0, total)), total) for name, total in totals.items()}
    return Facts({key: Recorded(day) for key, day in days.items()}, units)


def naive(row: Mapping[str, Any], on: Facts, today: date, calendar: WorkCalendar) -> bool:
    """The condition's data read aloud."""
    if "all" in row:
        return all(naive(part, on, today, calendar) for part in row["all"])
    if "any" in row:
        return any(naive(part, on, today, calendar) for part in row["any"])
    known = {key for key, found in on.recorded.items() if found.held_on <= today}
    if "absence" in row:
        return row["absence"] not in known
    if "units_done" in row:
        count = on.units.get(row["units_done"], UnitCount(0, 0))
        done, total = row["share"]
        return count.done > 0 and Fraction(count.done, count.total) >= Fraction(done, total)
    if "notice" in row:
        key = f"notice:{row['notice']}"
        if key not in known:
            return False
        day, whole = on.recorded[key].held_on + timedelta(days=1), 0
        while day < today:
            whole += calendar.is_workday(day)
            day += timedelta(days=1)
        return bool(whole >= row["workdays"])
    return next(f"{kind}:{row[kind]}" for kind in KINDS if kind in row) in known


@given(row=conditions(), on=facts(), today=DAYS, calendar=CALENDARS)
def test_a_gate_is_open_when_the_condition_read_aloud_is_true(
    row: dict[str, Any], on: Facts, today: date, calendar: WorkCalendar
) -> None:
    condition = read_condition(row)
    verdict = evaluate(condition, on, today, calendar)
    assert verdict.is_open == naive(row, on, today, calendar)
    assert verdict.is_open == (not verdict.missing)


@given(row=conditions(), on=facts(), today=DAYS)
def test_a_gate_is_open_exactly_when_one_of_its_ways_is_complete(row: dict[str, Any], on: Facts, today: date) -> None:
    condition = read_condition(row)

    def complete(way: frozenset[Atom]) -> bool:
        return all(holds(atom, on, today, NEWEST) for atom in way)

    assert evaluate(condition, on, today, NEWEST).is_open == any(map(complete, ways(condition)))
    assert set(required(condition)) == frozenset.intersection(*ways(condition)) & set(required(condition))
    assert {atom for way in ways(condition) for atom in way} == set(atoms(condition))


@given(row=conditions())
def test_a_condition_survives_being_written_and_read(row: dict[str, Any]) -> None:
    condition = read_condition(row)
    assert read_condition(condition_row(condition)) == condition


def test_no_condition_is_an_open_gate() -> None:
    assert evaluate(None, Facts(), date(2026, 3, 2), NEWEST).is_open


def test_a_notice_counts_whole_working_days_after_the_day_it_was_posted() -> None:
    condition = read_condition({"notice": "candidates", "workdays": 5, "rule": "V-5"})
    # Posted on Wednesday 11 February 2026; 14 February is worked in exchange, 15 to 23 are off.
    on = Facts({"notice:candidates": Recorded(date(2026, 2, 11))})
    assert evaluate(condition, on, date(2026, 2, 25), NEWEST).missing == (Missing("notice:candidates", "V-5", 4, 5),)
    assert evaluate(condition, on, date(2026, 2, 26), NEWEST).is_open


def test_where_two_bodies_must_decide_one_decision_is_not_enough() -> None:
    gate = shipped_template("district_congress").by_id["delegates_elected"].gate
    recorded = {
        "approval:request_congress": Recorded(date(2026, 3, 2), "示例批〔2026〕1号"),
        "decision:committee/delegate_list": Recorded(date(2026, 3, 3)),
    }
    verdict = evaluate(gate, Facts(recorded), date(2026, 3, 9), NEWEST)
    assert [each.fact for each in verdict.missing] == ["decision:working_committee/delegate_list"]
    recorded["decision:working_committee/delegate_list"] = Recorded(date(2026, 3, 4))
    assert evaluate(gate, Facts(recorded), date(2026, 3, 9), NEWEST).is_open


def test_an_early_attempt_names_what_is_missing_and_the_rule_that_asks_for_it() -> None:
    gate = shipped_template("district_congress").by_id["delegate_notice"].gate
    verdict = evaluate(gate, Facts(), date(2026, 3, 9), NEWEST)
    assert verdict.missing == (Missing("approval:request_congress", "T-order"),)


def test_a_fact_that_holds_only_later_does_not_open_a_gate_today() -> None:
    on = Facts({"approval:x": Recorded(date(2026, 3, 10))})
    assert not evaluate(Present("approval:x"), on, date(2026, 3, 9), NEWEST).is_open
    assert evaluate(Present("approval:x"), on, date(2026, 3, 10), NEWEST).is_open


def test_no_unit_at_all_is_not_all_units_done() -> None:
    condition = read_condition({"units_done": "m", "share": [1, 1]})
    assert not evaluate(condition, Facts(units={"m": UnitCount(0, 0)}), date(2026, 3, 9), NEWEST).is_open
    missing = evaluate(condition, Facts(units={"m": UnitCount(7, 9)}), date(2026, 3, 9), NEWEST).missing
    assert missing == (Missing("units:m", "", 7, 9),)


def test_of_alternatives_the_shortest_way_is_named() -> None:
    condition = read_condition({"any": [{"all": [{"filed": "a"}, {"filed": "b"}]}, {"approval": "c"}]})
    assert evaluate(condition, Facts(), date(2026, 3, 9), NEWEST).missing == (Missing("approval:c", ""),)


def test_a_gate_that_rests_on_silence_names_whose() -> None:
    gate = shipped_template("district_congress").by_id["congress_election"].gate
    assert absences(gate) == {"discipline"}
    assert absences(AllOf((Present("approval:x"),))) == frozenset()


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"all": []},
        {"any": "approval"},
        {"notice": "a"},
        {"notice": "a", "workdays": "five"},
        {"units_done": "m", "share": [3, 2]},
        {"units_done": "m", "share": [0, 2]},
        {"absence": ""},
        {"by_hand": True},
    ],
)
def test_a_malformed_condition_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(TemplateMalformed):
        read_condition(row)


def test_conditions_have_a_greatest_depth() -> None:
    row: dict[str, Any] = {"approval": "a"}
    for _ in range(6):
        row = {"all": [row]}
    with pytest.raises(TemplateMalformed):
        read_condition(row)
