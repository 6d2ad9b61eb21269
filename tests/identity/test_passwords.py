from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.domain.errors import PasswordTooWeak
from gateway.identity.domain.passwords import (
    COMMON,
    DIFFERENT_CHARS_MIN,
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    check_password,
    fold_password,
)


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("", "too_short"),
        ("a1b2c3d4e", "too_short"),
        ("x" * 5 + "y7Q" * 42, "too_long"),
        ("370211001-1", "same_as_login"),
        ("３７０２１１００１-1", "same_as_login"),
        ("Password123", "too_common"),
        ("１２３４５６７８９０", "too_common"),
        ("aaaaaaaaaaaa", "too_uniform"),
        ("abcabcabcabc", "too_uniform"),
    ],
)
def test_a_weak_password_is_refused_by_name(password: str, weakness: str) -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        check_password(password, "370211001-1")
    assert refused.value.weakness == weakness


@given(
    st.text(
        st.characters(codec="ascii", exclude_categories=["C"]),
        min_size=PASSWORD_CHARS_MIN,
        max_size=PASSWORD_CHARS_MAX,
    )
)
def test_a_long_and_varied_password_does(password: str) -> None:
    if len(set(password.casefold())) < DIFFERENT_CHARS_MIN or password.casefold() in COMMON:
        return
    check_password(password, "login")


def test_full_width_characters_are_the_ones_that_were_meant() -> None:
    assert fold_password("ｃｏｒｒｅｃｔ　１２３") == "correct 123"


def test_every_common_password_is_long_enough_to_need_the_list() -> None:
    assert all(len(word) >= PASSWORD_CHARS_MIN and word == word.casefold() for word in COMMON)
