"""Every refusal of a campaign's daily life has its words, and every term that it can name."""

from __future__ import annotations

import pytest

from services.chassis.wording import LANGUAGES, Catalogue, Language
from services.kernel.refusal import Refusal, param_types
from services.reporting.domain import campaign_errors, matters, messages, orders, practices, public_questions
from services.reporting.domain.plain_text import FOUND_TERMS

CATALOGUE = Catalogue.load("services.chassis", "services.reporting")
REFUSALS: list[type[Refusal]] = [getattr(campaign_errors, name) for name in campaign_errors.__all__]
MACHINES = {
    "matter": matters.TRANSITIONS,
    "public_question": public_questions.TRANSITIONS,
    "practice": practices.TRANSITIONS,
    "order": orders.TRANSITIONS,
    "message": messages.TRANSITIONS,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_told_with_exactly_its_parameters(refusal: type[Refusal], language: Language) -> None:
    assert CATALOGUE.placeholders(refusal.code, language) == param_types(refusal).keys()


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_stands_in_the_tree_at_the_top(refusal: type[Refusal]) -> None:
    assert refusal.__name__ in (campaign_errors.__doc__ or "").replace("·", " ").split()


@pytest.mark.parametrize("thing", MACHINES)
def test_every_state_and_step_has_its_name(thing: str) -> None:
    for (state, action), leads in MACHINES[thing].items():  # type: ignore[attr-defined]
        for term in (f"now:{thing}.{state}", f"step:{thing}.{action}", f"now:{thing}.{leads}"):
            assert term in CATALOGUE


def test_whatever_leads_to_a_person_has_its_name() -> None:
    assert all(f"found:{term}" in CATALOGUE for term in FOUND_TERMS)
