"""Every refusal of schedule has its words, every term that it can name has its own, and milestones their titles."""

from __future__ import annotations

import importlib
from typing import Literal

import pytest

from services.chassis.wording import LANGUAGES, Catalogue, Language
from services.kernel.refusal import Refusal, param_types
from services.schedule.domain import archive, meetings, office_errors, openings, overrides, papers, plan_errors
from services.schedule.domain import requirements as requirements_rules
from services.schedule.domain import turnovers as turnover_rules
from tests.schedule import terms

CATALOGUE = Catalogue.load("services.chassis", "services.reporting", "services.schedule", "gateway.identity")
HALVES = (office_errors, plan_errors)
REFUSALS: list[type[Refusal]] = [getattr(half, name) for half in HALVES for name in half.__all__]
MACHINES = (turnover_rules, openings, overrides, meetings, papers, requirements_rules)
WARNINGS = ("PLAN_YEAR_UNANNOUNCED", "PLAN_OFF_TERM", "LEAD_TIME_SHORT", "VENUE_TAKEN")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_told_with_exactly_its_parameters(refusal: type[Refusal], language: Language) -> None:
    assert CATALOGUE.placeholders(refusal.code, language) == param_types(refusal).keys()


@pytest.mark.parametrize("half", HALVES, ids=["office", "plan"])
def test_a_refusal_stands_in_the_tree_at_the_top(half: object) -> None:
    drawn = (half.__doc__ or "").replace("·", " ").split()
    assert [name for name in half.__all__ if name not in drawn] == []  # type: ignore[attr-defined]


def test_every_standing_and_deed_has_its_name() -> None:
    wanted = set()
    for module in MACHINES:
        for (standing, deed), leads in module.TRANSITIONS.items():
            wanted |= {f"standing:{standing.value}", f"standing:{leads.value}", f"deed:{deed.value}"}
    assert [term for term in sorted(wanted) if term not in CATALOGUE] == []


def test_every_class_that_an_archive_needs_has_its_name() -> None:
    assert [each.id for each in archive.CATALOGUE if each.needed and f"archive_class:{each.id}" not in CATALOGUE] == []


@pytest.mark.parametrize("code", WARNINGS)
def test_a_warning_has_its_words(code: str) -> None:
    assert code in CATALOGUE


@pytest.mark.parametrize("language", terms.LANGUAGES)
def test_milestones_and_facts_are_called_what_the_templates_call_them(language: Literal["zh", "en"]) -> None:
    written = (terms.FOLDER / f"milestones.{language}.json").read_text("utf-8")
    assert written == terms.render(language), "run: python -m tests.schedule.terms"


def test_a_closed_gate_reads_as_a_sentence() -> None:
    errors = importlib.import_module("services.schedule.domain.plan_errors")
    refusal = errors.GateClosed(
        milestone="delegate_notice",
        missing="approval:request_congress",
        lacking=2,
        citation="《示例条例》",
        rule="T-order",
    )
    assert CATALOGUE.render(refusal.code, refusal.params(), "zh") == (
        "“印发代表选举工作通知，分配代表名额”条件尚未具备，不能进行。尚缺 2 项条件，首先是：上级批复：上级党委批复同意"
        "召开党代表大会。依据：《示例条例》。"
    )
