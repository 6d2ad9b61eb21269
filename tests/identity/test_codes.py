from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.domain.codes import ALPHABET, CODE_RANDOM_BYTES, code_of, fold_code

codes = st.binary(min_size=CODE_RANDOM_BYTES, max_size=CODE_RANDOM_BYTES).map(code_of)
FULL_WIDTH = {c: chr(ord(c) + 0xFEE0) for c in ALPHABET}


@given(codes)
def test_a_code_is_two_groups_of_five_unmistakable_characters(code: str) -> None:
    left, dash, right = code.partition("-")
    assert (len(left), dash, len(right)) == (5, "-", 5)
    assert set(left + right) <= set(ALPHABET)
    assert not set(left + right) & set("01IO")


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**50 - 1))
def test_different_random_bits_give_different_codes(one: int, other: int) -> None:
    first, second = (code_of((bits << 6).to_bytes(CODE_RANDOM_BYTES, "big")) for bits in (one, other))
    assert (first == second) == (one == other)


@given(
    codes,
    st.sampled_from([str.lower, str.upper, str.title]),
    st.booleans(),
    st.sampled_from(["", " ", "-", "—", "－", "\u3000"]),
)
def test_a_code_is_understood_however_it_is_typed(code: str, case: object, wide: bool, gap: str) -> None:
    typed = code.replace("-", gap)
    typed = "".join(FULL_WIDTH.get(c, c) for c in typed) if wide else case(typed)  # type: ignore[operator]
    assert fold_code(f" {typed}\n") == code


@given(st.text())
def test_whatever_is_typed_folds_to_a_code_or_to_nothing(typed: str) -> None:
    folded = fold_code(typed)
    assert folded == "" or fold_code(folded) == folded


@pytest.mark.parametrize("typed", ["", "ABCDE", "ABCDE-FGHJ", "ABCDE-FGHJKL", "ABCDE-FGHJ0", "ABCDE-FGHJO"])
def test_what_is_no_code_folds_to_nothing(typed: str) -> None:
    assert fold_code(typed) == ""


def test_a_code_takes_exactly_its_random_bytes() -> None:
    with pytest.raises(ValueError):
        code_of(b"short")
