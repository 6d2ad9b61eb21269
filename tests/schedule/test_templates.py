"""The shipped templates are whole; what is wrong in a template is refused by name."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from services.kernel.refusal import Refusal
from services.kernel.rules import Confidence
from services.schedule.domain import gates
from services.schedule.domain.plan_errors import (
    CitationUnknown,
    ConditionNeverMet,
    ConditionUnknownFact,
    GapBelowRule,
    MilestoneRepeated,
    MilestonesCircular,
    MilestoneUnbounded,
    MilestoneUnknown,
    NoticeBelowRule,
    TemplateMalformed,
    TemplateUnknown,
    WindowBelowNotice,
)
from services.schedule.domain.template_checks import ancestors, citations, recorders
from services.schedule.domain.template_rows import template_row
from services.schedule.domain.templates import read_template, shipped_template, shipped_templates

SHIPPED = pytest.mark.parametrize("template", shipped_templates().values(), ids=shipped_templates())

T1_TOO_LATE = {"anchor": "term_end", "offset": -2, "measure": "months", "rule": "T1"}
TOO_MANY_WAYS = {"all": [{"any": [{"list": "x"}, {"list": "y"}]}] * 11}


def base() -> dict[str, Any]:
    def step(name: str, *after: Any, **more: Any) -> dict[str, Any]:
        row = {"id": name, "zh": name, "en": name, "owner": "office", "phase": "all"}
        return row | ({"after": list(after)} if after else {}) | more

    return {
        "key": "sample", "version": 1, "level": "district", "zh": "样例", "en": "sample",
        "phases": [{"id": "all", "zh": "全部", "en": "all"}],
        "milestones": [
            step("a", records=["filed:x", "notice:n"]),
            step("b", {"id": "a", "gap": 6, "measure": "workdays"}, gate={"notice": "n", "workdays": 5, "rule": "V-5"}),
            step("c", {"id": "b"}, {"id": "a", "gap": 2, "measure": "months", "rule": "T2"}, at={"anchor": "congress"}),
        ],
    }  # fmt: skip


def test_the_plan_of_a_district_runs_from_the_leading_group_to_the_filing_of_results() -> None:
    assert set(shipped_templates()) == {
        "district_congress", "cdi", "first_plenaries", "delegate_election", "primary_turnover",
    }  # fmt: skip
    template = shipped_template("district_congress")
    assert len(template.milestones) == 52
    before = ancestors(template)["results_filed"]
    assert {"leading_group_first_meeting", "request_congress", "delegates_elected", "approval_candidates"} <= before
    assert {
        "preparatory_meeting",
        "congress_election",
        "first_plenary",
        "cdi_result_passed",
        "results_approved",
    } <= before


@SHIPPED
def test_every_milestone_has_words_an_owner_and_a_citation_with_its_confidence(template: Any) -> None:
    for milestone in template.milestones:
        assert milestone.title.zh and milestone.title.en and milestone.owner
        for citation in citations(milestone):
            assert isinstance(citation.confidence, Confidence)
            assert citation.zh and citation.en


@SHIPPED
def test_a_template_survives_being_written_and_read(template: Any) -> None:
    assert read_template(template_row(template)) == template


@SHIPPED
def test_every_approval_that_a_gate_waits_for_follows_its_request(template: Any) -> None:
    known, before = recorders(template), ancestors(template)
    for milestone in template.milestones:
        for atom in gates.required(milestone.gate):
            if isinstance(atom, gates.Present) and gates.kind_of(atom.fact) not in gates.PRODUCERS:
                assert any(each in before[milestone.id] for each in known[atom.fact]), (milestone.id, atom)


def test_the_congress_waits_two_months_for_the_first_request_and_one_for_the_second() -> None:
    links = {link.predecessor: link for link in shipped_template("district_congress").by_id["congress"].after}
    assert str(links["request_congress"].gap) == "2 months"
    assert links["request_congress"].citation.rule_id == "T2"
    assert str(links["request_candidates"].gap) == "1 months"
    assert links["request_candidates"].citation.rule_id == "T3"


def test_nothing_is_shipped_under_another_name() -> None:
    with pytest.raises(TemplateUnknown):
        shipped_template("village")


def refused(change: Any) -> Refusal:
    row = copy.deepcopy(base())
    change(row["milestones"], row)
    with pytest.raises(Refusal) as caught:
        read_template(row)
    return caught.value


def test_the_sample_that_the_refusals_start_from_is_sound() -> None:
    assert [each.id for each in read_template(base()).milestones] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (MilestoneRepeated, lambda steps, row: steps.append(steps[0])),
        (MilestoneRepeated, lambda steps, row: steps[2]["after"].append({"id": "a"})),
        (MilestoneUnknown, lambda steps, row: steps[2]["after"].append({"id": "nowhere"})),
        (MilestonesCircular, lambda steps, row: steps[0].update(after=[{"id": "c"}])),
        (MilestonesCircular, lambda steps, row: steps[0].update(after=[{"id": "a"}])),
        (MilestoneUnbounded, lambda steps, row: steps[2].pop("at")),
        (CitationUnknown, lambda steps, row: steps[0].update(rule="T99")),
        (CitationUnknown, lambda steps, row: steps[0].update(document="hearsay", confidence="V1")),
        (CitationUnknown, lambda steps, row: steps[0].update(gate={"list": "x", "rule": "T99"})),
        (GapBelowRule, lambda steps, row: steps[2]["after"][1].update(gap=1)),
        (GapBelowRule, lambda steps, row: steps[2]["after"][1].update(gap=59, measure="days")),
        (GapBelowRule, lambda steps, row: steps[0].update(by=T1_TOO_LATE)),
        (NoticeBelowRule, lambda steps, row: steps[1]["gate"].update(workdays=4)),
        (WindowBelowNotice, lambda steps, row: steps[1]["after"][0].update(gap=5)),
        (WindowBelowNotice, lambda steps, row: steps[1]["after"][0].update(gap=9, measure="days")),
        (ConditionUnknownFact, lambda steps, row: steps[2].update(gate={"approval": "nobody_asked"})),
        (ConditionUnknownFact, lambda steps, row: steps[2].update(gate={"units_done": "a", "share": [1, 1]})),
        (ConditionUnknownFact, lambda steps, row: steps[0].update(records=["result:mine"])),
        (ConditionNeverMet, lambda steps, row: steps[0].update(gate={"done": "c"})),
        (ConditionNeverMet, lambda steps, row: steps[0].update(gate={"filed": "x"})),
        (ConditionNeverMet, lambda steps, row: steps[2].update(gate={"absence": "filed:x"})),
        (ConditionNeverMet, lambda steps, row: steps[2].update(gate={"all": [{"list": "l"}, {"absence": "list:l"}]})),
        (TemplateMalformed, lambda steps, row: steps[0].update(owner="somebody")),
        (TemplateMalformed, lambda steps, row: steps[0].update(phase="never")),
        (TemplateMalformed, lambda steps, row: steps[0].pop("zh")),
        (TemplateMalformed, lambda steps, row: steps[2]["after"][1].update(gap=-1)),
        (TemplateMalformed, lambda steps, row: steps[2]["after"][1].update(measure="weeks")),
        (TemplateMalformed, lambda steps, row: row.update(milestones=[])),
        (TemplateMalformed, lambda steps, row: row.update(version="one")),
        (TemplateMalformed, lambda steps, row: steps[0].update(gate=TOO_MANY_WAYS)),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_refused(kind: type[Refusal], change: Any) -> None:
    assert type(refused(change)) is kind


def test_a_circle_is_named_all_the_way_round() -> None:
    assert refused(lambda steps, row: steps[0].update(after=[{"id": "c"}])).params() == {"chain": "a < b < c < a"}


def test_what_keeps_a_gate_closed_for_ever_is_named() -> None:
    closed = refused(lambda steps, row: steps[0].update(gate={"all": [{"list": "l"}, {"done": "c"}]}))
    assert closed.params() == {"milestone": "a", "fact": "done:c"}


def test_an_alternative_that_can_never_happen_does_no_harm() -> None:
    row = base()
    row["milestones"][0]["gate"] = {"any": [{"done": "c"}, {"list": "l"}]}
    assert read_template(row).by_id["a"].gate is not None
