"""Every refusal about directives and assignments has its words, and every term that it can name."""

from __future__ import annotations

import pytest

from services.chassis.wording import LANGUAGES, Catalogue, Language
from services.kernel.refusal import Refusal, param_types
from services.reporting.domain import directive_errors
from services.reporting.domain.assignment_machine import Action, State
from services.reporting.domain.deadlines import STAGES

CATALOGUE = Catalogue.load("services.chassis", "services.reporting")
REFUSALS: list[type[Refusal]] = [getattr(directive_errors, name) for name in directive_errors.__all__]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_told_with_exactly_its_parameters(refusal: type[Refusal], language: Language) -> None:
    assert CATALOGUE.placeholders(refusal.code, language) == param_types(refusal).keys()


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_stands_in_the_tree_at_the_top(refusal: type[Refusal]) -> None:
    assert refusal.__name__ in (directive_errors.__doc__ or "").replace("·", " ").split()


def test_every_state_action_and_stage_has_its_name() -> None:
    terms = [f"state:{state}" for state in State] + [f"action:{action}" for action in Action]
    for term in (*terms, *(f"stage:{stage}" for stage in STAGES)):
        assert term in CATALOGUE
