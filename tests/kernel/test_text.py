"""Folding what offices type: codes and numbers are folded, names keep their form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.text import code_text, name_key, name_text


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("３７０２１１", "370211"),
        (" 370 211\u3000", "370211"),
        ("Ａ－０１．ｂ", "A-01.b"),
        ("37\u200b02\ufeff11\n", "370211"),
        ("１，２０４", "1,204"),
        ("", ""),
    ],
)
def test_codes_and_numbers_are_folded_and_lose_every_space(raw: str, code: str) -> None:
    assert code_text(raw) == code


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("\u3000东村党支部 ", "东村党支部"),
        ("东村\n 党支部", "东村党支部"),
        ("\u202e东村\u200b党支部\u00a0", "东村党支部"),
        ("东村（一）党支部", "东村（一）党支部"),
        ("East Village Branch", "East Village Branch"),
        ("第１党支部", "第１党支部"),
    ],
)
def test_names_keep_their_form_and_lose_what_is_not_seen(raw: str, name: str) -> None:
    assert name_text(raw) == name


def test_two_spellings_of_a_name_have_one_key() -> None:
    assert name_key("东村（１） 党支部Ａ") == name_key("东村(1)党支部a") != name_key("东村(2)党支部a")


@given(st.text())
def test_a_code_has_no_space_and_folding_it_again_changes_nothing(raw: str) -> None:
    code = code_text(raw)
    assert not any(character.isspace() for character in code)
    assert code_text(code) == code
    assert name_key(raw) == code.casefold()


@given(st.text())
def test_tidying_a_name_twice_changes_nothing_more_and_adds_nothing(raw: str) -> None:
    name = name_text(raw)
    assert name_text(name) == name == name.strip()
    assert set(name) <= set(raw)
    assert not any(unicodedata.category(character) == "Cc" for character in name)
