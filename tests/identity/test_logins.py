from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.domain.grants import UNIT_REPORTER, UNIT_ROLES, UNIT_SECRETARY
from gateway.identity.domain.logins import LOGIN_SUFFIX_MAX, fold_login, unit_logins, valid_login


def test_the_secretary_has_one_and_the_reporter_two() -> None:
    assert next(unit_logins("370211001", "unit_x", UNIT_SECRETARY)) == "370211001-1"
    assert next(unit_logins("370211001", "unit_x", UNIT_REPORTER)) == "370211001-2"


@given(st.text(max_size=40), st.sampled_from(UNIT_ROLES))
def test_every_unit_has_valid_distinct_logins_whatever_its_code(code: str, role: str) -> None:
    made = list(unit_logins(code, "unit_0v3k9d1m7q2x8b4c", role))
    assert len(set(made)) == len(made) == LOGIN_SUFFIX_MAX - 1
    assert all(valid_login(login) and fold_login(login) == login for login in made)


def test_a_unit_without_a_code_goes_by_its_id() -> None:
    assert list(islice(unit_logins("", "unit_0v3k9d1m", UNIT_SECRETARY), 2)) == ["0v3k9d1m-1", "0v3k9d1m-3"]


def test_a_login_is_understood_in_any_case_and_width() -> None:
    assert fold_login(" ３７０２１１００１－１　") == fold_login("370211001-1") == "370211001-1"
    assert fold_login("Operator") == "operator"


@pytest.mark.parametrize("login", ["", "a", "-ab", "张三", "a b", "a/b", "x" * 65])
def test_what_is_no_login_is_not_valid(login: str) -> None:
    assert not valid_login(login)
