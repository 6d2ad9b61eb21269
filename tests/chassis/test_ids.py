"""Ids: random, prefixed, readable, checkable."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import RANDOM_BYTES, Ids, valid_id

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def naive(data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    return "".join(CROCKFORD[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


@given(st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))
def test_an_id_writes_all_its_random_bits_in_crockfords_base32(data: bytes) -> None:
    made = Ids(lambda count: data[:count]).new("unit")
    assert made == f"unit_{naive(data)}"
    assert valid_id("unit", made)


def test_ids_do_not_repeat() -> None:
    ids = Ids()
    assert len({ids.new("dir") for _ in range(10_000)}) == 10_000


def test_a_seeded_source_makes_the_same_ids_again() -> None:
    first, second = Ids(random.Random(7).randbytes), Ids(random.Random(7).randbytes)
    assert [first.new("unit") for _ in range(5)] == [second.new("unit") for _ in range(5)]


@pytest.mark.parametrize("prefix", ["", "u", "Unit", "unit_", "u nit", "单位", "a" * 17])
def test_a_prefix_that_would_not_read_well_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        Ids().new(prefix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unit_",
        "unit",
        "dir_0123456789abcdef",
        "unit_0123456789abcde",
        "unit_0123456789abcdef0",
        "unit_0123456789abcdei",
        "unit_0123456789ABCDEF",
        "unit_0123456789abcdef\n",
        "unit-0123456789abcdef",
        "unit_unit_0123456789abcdef",
        "unit_０123456789abcdef",
    ],
)
def test_what_has_not_the_form_of_an_id_is_not_valid(text: str) -> None:
    assert not valid_id("unit", text)
