from __future__ import annotations

import pytest

from gateway.identity.domain import errors
from gateway.identity.domain.passwords import DIFFERENT_CHARS_MIN, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN
from services.chassis.permissions import ROLES
from services.chassis.wording import LANGUAGES, Catalogue
from services.kernel.refusal import Refusal, param_types

CATALOGUE = Catalogue.load("services.chassis", "gateway.identity")
REFUSALS = [r for r in vars(errors).values() if isinstance(r, type) and issubclass(r, Refusal) and r is not Refusal]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_each_refusal_has_a_text_in_both_languages_that_names_only_its_parameters(refusal: type[Refusal]) -> None:
    for language in LANGUAGES:
        assert CATALOGUE.placeholders(refusal.code, language) <= param_types(refusal).keys()


def test_each_role_and_term_that_a_text_names_is_worded() -> None:
    terms = [f"role:{role}" for role in ROLES]
    terms += [f"weakness:{w}" for w in ("too_short", "too_long", "same_as_login", "too_common", "too_uniform")]
    terms += ["reason:session", "reason:key", "kind:account", "kind:grant", "kind:key", "kind:unit"]
    assert [term for term in terms if term not in CATALOGUE] == []


def test_the_numbers_in_the_texts_are_the_limits() -> None:
    for language in LANGUAGES:
        for key, number in (
            ("weakness:too_short", PASSWORD_CHARS_MIN),
            ("weakness:too_long", PASSWORD_CHARS_MAX),
            ("weakness:too_uniform", DIFFERENT_CHARS_MIN),
        ):
            assert str(number) in CATALOGUE.render(key, {}, language)
