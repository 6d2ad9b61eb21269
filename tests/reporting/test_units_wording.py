"""Every refusal about units has its words, and every term that it can name."""

from __future__ import annotations

import inspect

import pytest

from services.chassis.wording import LANGUAGES, Catalogue, Language
from services.kernel.refusal import Refusal, param_types
from services.reporting.domain import unit_errors
from services.reporting.domain.roster import UnitKind
from services.reporting.domain.units import NO_KIND

CATALOGUE = Catalogue.load("services.chassis", "services.reporting")
REFUSALS = [
    value
    for _, value in inspect.getmembers(unit_errors, inspect.isclass)
    if issubclass(value, Refusal) and value is not Refusal
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_told_with_its_parameters_only(refusal: type[Refusal], language: Language) -> None:
    assert CATALOGUE.placeholders(refusal.code, language) <= param_types(refusal).keys()


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_stands_in_the_tree_at_the_top(refusal: type[Refusal]) -> None:
    assert refusal.__name__ in (unit_errors.__doc__ or "").replace("·", " ").split()


def test_every_kind_has_its_name_wherever_it_is_named() -> None:
    for term in ("unit_kind", "parent_kind", "other_kind"):
        for kind in UnitKind:
            assert f"{term}:{kind}" in CATALOGUE
    assert f"parent_kind:{NO_KIND}" in CATALOGUE
