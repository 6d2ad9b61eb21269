"""Turnovers and plans on a real store: terms, versions, what-if, and who is told of what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.refusals import Refusal
from tests.schedule.bureau import CONGRESS, Bureau, unit


def adopting(**fields: object) -> pb.AdoptPlanRequest:
    words = {"template_id": "district_congress", "congress_day": CONGRESS, "reason": "按方案", "approver": "区委常委会"}
    return pb.AdoptPlanRequest(**{**words, **fields})  # type: ignore[arg-type]


def test_turnovers_of_three_levels_overlap(bureau: Bureau) -> None:
    bureau.open()
    words: dict[str, Any] = {"level": "primary", "name": "支部换届", "last_congress_day": "2023-05-10", "term_years": 3}
    bureau.do(pb.OpenTurnoverRequest(unit_id=unit("a1"), **words), bureau.secretary("a1"))
    township: dict[str, Any] = {
        "level": "township",
        "name": "街道换届",
        "last_congress_day": "2021-09-01",
        "term_years": 5,
    }
    bureau.do(pb.OpenTurnoverRequest(unit_id=unit("W"), **township))
    everything = bureau.desk.ask("ListTurnovers", pb.ListTurnoversRequest(), bureau.operator()).turnovers
    assert {(each.level, each.expires_day) for each in everything} == {
        ("district", "2026-10-20"), ("township", "2026-09-01"), ("primary", "2026-05-10"),
    }  # fmt: skip


def test_a_unit_sees_its_own_turnover_and_those_above_but_not_beside(bureau: Bureau) -> None:
    bureau.open()
    words: dict[str, Any] = {
        "level": "township",
        "name": "街道换届",
        "last_congress_day": "2021-09-01",
        "term_years": 5,
    }
    bureau.do(pb.OpenTurnoverRequest(unit_id=unit("W"), **words))

    def levels(name: str) -> set[str]:
        found = bureau.desk.ask("ListTurnovers", pb.ListTurnoversRequest(), bureau.secretary(name)).turnovers
        return {each.level for each in found}

    assert (levels("a1"), levels("P")) == ({"district", "township"}, {"district"})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"level": "primary"}, "TURNOVER_LEVEL_NOT_OF_UNIT"),
        ({"term_years": 4}, "TERM_YEARS_UNKNOWN"),
        ({"last_congress_day": "2026-03-17"}, "SCHEDULE_DAY_AHEAD"),
        ({"last_congress_day": "2025-02-29"}, "BAD_REQUEST"),
        ({"last_congress_day": "2021/10/20"}, "BAD_REQUEST"),
        ({"level": "province"}, "BAD_REQUEST"),
        ({"name": " "}, "BAD_REQUEST"),
    ],
)
def test_a_turnover_that_cannot_be_is_refused(bureau: Bureau, fields: dict[str, object], code: str) -> None:
    words: dict[str, Any] = {
        "level": "district",
        "name": "区党代表大会换届",
        "last_congress_day": "2021-10-20",
        "term_years": 5,
    }
    assert bureau.refusal(pb.OpenTurnoverRequest(**{**words, **fields})).code == code


def test_full_width_digits_of_a_day_are_folded(bureau: Bureau) -> None:
    bureau.open(last_congress_day="２０２１-１０-２０")
    assert bureau.ask(pb.GetTurnoverRequest()).last_congress_day == "2021-10-20"


def test_a_term_that_begins_on_a_leap_day_ends_on_the_28th(bureau: Bureau) -> None:
    bureau.do(pb.OpenTurnoverRequest(level="district", name="示例", last_congress_day="2024-02-29", term_years=5))
    (found,) = bureau.desk.ask("ListTurnovers", pb.ListTurnoversRequest(), bureau.operator()).turnovers
    assert found.expires_day == "2029-02-28"


def test_the_same_turnover_is_not_opened_twice(bureau: Bureau) -> None:
    bureau.open()
    words: dict[str, Any] = {
        "level": "district",
        "name": "区党代表大会换届",
        "last_congress_day": "2021-10-20",
        "term_years": 5,
    }
    assert bureau.refusal(pb.OpenTurnoverRequest(**words)).code == "TURNOVER_OPEN_ALREADY"


@pytest.mark.parametrize(
    ("fields", "code", "rule"),
    [
        # A2: early or late only with an approval number; A3: never more than a year late.
        ({"congress_day": "2026-07-01"}, "TERM_APPROVAL_MISSING", "A2"),
        ({"congress_day": "2026-12-01"}, "TERM_APPROVAL_MISSING", "A2"),
        ({"congress_day": "2027-11-01", "term_approval_number": "市委〔2026〕3号"}, "TERM_EXCEEDED", "A3"),
        ({"congress_day": "2026-10-05"}, "PLAN_DATE_ON_HOLIDAY", ""),
        ({"template_id": "primary_turnover"}, "TEMPLATE_NOT_OF_LEVEL", ""),
        ({"template_id": "nothing"}, "TEMPLATE_UNKNOWN", ""),
        ({"congress_day": ""}, "BAD_REQUEST", ""),
        ({"reason": ""}, "BAD_REQUEST", ""),
        ({"approver": ""}, "BAD_REQUEST", ""),
    ],
)
def test_a_plan_that_may_not_be_is_refused(bureau: Bureau, fields: dict[str, object], code: str, rule: str) -> None:
    bureau.open()
    refusal = bureau.refusal(adopting(**fields))
    assert (refusal.code, refusal.rule) == (code, rule)


def test_a_late_congress_with_its_approval_number_is_planned_and_warned(bureau: Bureau) -> None:
    bureau.open()
    bureau.adopt(template_id="district_congress", congress_day="2026-12-01", term_approval_number="市委〔2026〕3号")
    shown = bureau.ask(pb.GetPlanRequest())
    (warned,) = [each for each in shown.warnings if each.code == "PLAN_OFF_TERM"]
    assert warned.rule == "A2"
    assert dict(warned.parameters) == {"timing": "late", "number": "市委〔2026〕3号"}


def test_a_year_without_announced_holidays_is_warned(bureau: Bureau) -> None:
    bureau.at("2026-11-02")
    bureau.open(last_congress_day="2022-10-20")
    tried = bureau.ask(pb.TryPlanRequest(template_id="district_congress", congress_day="2027-10-18"))
    assert ("PLAN_YEAR_UNANNOUNCED", "2027") in [(w.code, w.parameters.get("year")) for w in tried.warnings]


def test_a_plan_that_cannot_be_met_says_by_how_much_and_what_would_cure_it(bureau: Bureau) -> None:
    bureau.open()
    bureau.at("2026-05-18")
    early = "2026-08-25"
    tried = bureau.ask(pb.TryPlanRequest(template_id="district_congress", congress_day=early))
    assert not tried.feasible and tried.shortfall_workdays > 0
    assert tried.shortfall_chain and tried.cure_day > early
    refusal = bureau.refusal(adopting(congress_day=early))
    assert (refusal.code, refusal.params()["cure_day"]) == ("PLAN_INFEASIBLE", tried.cure_day)


def test_a_district_that_begins_midway_enters_what_it_has_done_with_its_days(bureau: Bureau) -> None:
    bureau.open()
    bureau.at("2026-06-01")
    assert bureau.refusal(adopting()).code == "PLAN_INFEASIBLE"
    bureau.adopt(template_id="district_congress", congress_day=CONGRESS, despite_shortfall=True)
    before = bureau.ask(pb.GetPlanRequest()).shortfall_workdays
    assert before == bureau.events("PlanAdopted")[0].shortfall_workdays > 0
    bureau.keep("filed", "term_check", day="2026-05-08")
    bureau.complete("term_check", "2026-05-08")
    assert bureau.ask(pb.GetPlanRequest()).shortfall_workdays < before


def test_what_if_shows_every_consequence_and_changes_nothing(bureau: Bureau) -> None:
    bureau.planned()
    before = bureau.desk.state()
    tried = bureau.ask(pb.TryPlanRequest(congress_day="2026-10-19"))
    assert bureau.desk.state() == before
    assert tried.feasible
    moved = {each.milestone_id: (each.from_day, each.to_day) for each in tried.moved}
    assert moved["congress"] == (CONGRESS, "2026-10-19")
    # W, P, A, B for the notice of the delegates' election, a1 and a2 for the branches' nomination.
    assert tried.units_affected == 6


def test_adopting_is_a_new_version_with_its_reason(bureau: Bureau) -> None:
    bureau.planned()
    answer = bureau.adopt(congress_day="2026-10-19", reason="与市里会期衔接")
    assert answer.plan_version == 2
    versions = bureau.ask(pb.ListPlanVersionsRequest()).versions
    assert [(each.plan_version, each.congress_day, each.reason) for each in versions] == [
        (1, CONGRESS, "按换届工作方案"), (2, "2026-10-19", "与市里会期衔接"),
    ]  # fmt: skip
    assert (
        bureau.refusal(pb.AdoptPlanRequest(reason="无", approver="区委", document_number="3号")).code
        == "PLAN_UNCHANGED"
    )


def test_whoever_saw_an_older_state_adopts_nothing(bureau: Bureau) -> None:
    bureau.planned()
    request = adopting(congress_day="2026-10-19", document_number="2号", expected_version=1)
    assert bureau.refusal(request).code == "STALE_VERSION"


def test_units_are_told_what_changed_for_them_and_nobody_else_anything(bureau: Bureau) -> None:
    bureau.planned()
    bureau.adopt(congress_day="2026-10-19", reason="与市里会期衔接")

    def told(name: str) -> set[str]:
        request = pb.ListUnitChangesRequest(turnover_id=bureau.turnover, unit_id=unit(name))
        answer = bureau.desk.ask("ListUnitChanges", request, bureau.secretary(name))
        return {each.milestone_id for each in answer.changes}

    district = told("D")
    assert {"congress", "delegate_notice", "report_drafting"} <= district
    branches, committees = told("a1"), told("P")
    # Only what they owe: the branches their nomination, the committee the election of delegates; all the education.
    assert branches <= district and "delegate_nomination" in branches
    assert "delegates_elected" in committees and "delegates_elected" not in branches
    assert "report_drafting" not in branches | committees
    seen = pb.ListUnitChangesRequest(turnover_id=bureau.turnover, unit_id=unit("a1"), after_version=2)
    assert not bureau.desk.ask("ListUnitChanges", seen, bureau.secretary("a1")).changes


def test_a_change_that_leaves_a_units_days_alone_tells_it_nothing(bureau: Bureau) -> None:
    bureau.planned()
    bureau.adopt(
        adjustments=[
            pb.Adjustment(
                act="set_gap", milestone_id="report_consultation", predecessor_id="report_drafting", count=12,
                measure="workdays", reason="多征求一轮意见",
            )
        ],
        reason="多征求一轮意见",
    )  # fmt: skip
    request = pb.ListUnitChangesRequest(turnover_id=bureau.turnover, unit_id=unit("a1"))
    assert not bureau.desk.ask("ListUnitChanges", request, bureau.secretary("a1")).changes
    request = pb.ListUnitChangesRequest(turnover_id=bureau.turnover, unit_id=unit("D"))
    changed = {each.milestone_id for each in bureau.ask(request).changes}
    assert "report_drafting" in changed


def test_nobody_reads_another_units_days(bureau: Bureau) -> None:
    bureau.planned()
    with pytest.raises(Refusal) as caught:
        bureau.ask(pb.ListUnitDaysRequest(unit_id=unit("P")), bureau.secretary("a1"))
    assert caught.value.code == "NOT_FOUND"


def test_a_unit_reads_its_own_latest_days_of_its_layer(bureau: Bureau) -> None:
    bureau.planned()
    answer = bureau.ask(pb.ListUnitDaysRequest(unit_id=unit("a1")), bureau.secretary("a1"))
    days = {each.milestone_id: each for each in answer.days}
    nomination = days["delegate_nomination"]
    assert {each.layer for each in nomination.stages} == {3}
    verified = next(each.day for each in nomination.stages if each.stage == 6)
    assert verified == bureau.plan()["delegate_preliminary"].latest_day


@pytest.mark.parametrize(
    ("adjustment", "code"),
    [
        # T2 is fixed (V2): two months stay two months.
        ({"act": "set_gap", "milestone_id": "congress", "predecessor_id": "request_congress", "count": 1,
          "measure": "months", "reason": "时间紧"}, "RULE_WEAKENED"),
        ({"act": "remove_milestone", "milestone_id": "request_congress", "reason": "时间紧"}, "RULE_WEAKENED"),
        ({"act": "set_gap", "milestone_id": "report_consultation", "predecessor_id": "report_drafting", "count": 1,
          "measure": "workdays"}, "ADJUSTMENT_REASON_MISSING"),
        ({"act": "add_link", "milestone_id": "work_plan", "predecessor_id": "congress", "count": 0,
          "measure": "days"}, "MILESTONES_CIRCULAR"),
        ({"act": "set_gate", "milestone_id": "report_drafting", "row": '{"filed": "nothing"}', "reason": "加"},
         "CONDITION_UNKNOWN_FACT"),
        ({"act": "set_gate", "milestone_id": "report_drafting", "row": "{"}, "BAD_REQUEST"),
        ({"act": "dance", "milestone_id": "report_drafting"}, "BAD_REQUEST"),
        ({"act": "remove_link", "milestone_id": "report_drafting", "predecessor_id": "congress"}, "LINK_UNKNOWN"),
        ({"act": "set_workday", "milestone_id": "nowhere", "on_workday": True}, "MILESTONE_UNKNOWN"),
    ],
)  # fmt: skip
def test_an_adjustment_that_may_not_be_is_refused(bureau: Bureau, adjustment: dict[str, object], code: str) -> None:
    bureau.open()
    refusal = bureau.refusal(adopting(adjustments=[pb.Adjustment(**adjustment)]))  # type: ignore[arg-type]
    assert refusal.code == code


def test_adjustments_and_their_reasons_stand_in_the_ledger(bureau: Bureau) -> None:
    bureau.open()
    adjustment = pb.Adjustment(
        act="set_gap", milestone_id="report_consultation", predecessor_id="report_drafting", count=5,
        measure="workdays", reason="材料已有初稿",
    )  # fmt: skip
    bureau.adopt(template_id="district_congress", congress_day=CONGRESS, adjustments=[adjustment])
    (event,) = bureau.events("PlanAdopted")
    assert json.loads(event.adjustments)[0]["reason"] == "材料已有初稿"
    link = next(each for each in bureau.plan()["report_consultation"].after)
    assert (link.milestone_id, link.gap) == ("report_drafting", "5 workdays")


def test_a_turnover_without_a_plan_has_nothing_to_open(bureau: Bureau) -> None:
    bureau.open()
    assert bureau.refusal(pb.OpenMilestoneRequest(milestone_id="term_check")).code == "PLAN_MISSING"


def test_a_deadline_that_passes_writes_nothing(bureau: Bureau) -> None:
    bureau.planned()
    head = bureau.desk.recorder.ledger.head
    bureau.at("2026-06-30")
    assert bureau.plan()["term_check"].late
    assert bureau.desk.recorder.ledger.head == head
