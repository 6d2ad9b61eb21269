"""Refusals over the wire and their statuses."""

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis import refusals
from services.chassis.refusals import STATUSES, NotFound, StaleVersion, UnknownRefusal, from_wire, to_wire
from services.kernel.refusal import Category, Refusal, param_types, registered

CHASSIS = sorted(
    (cls for cls in registered().values() if cls.__module__ == refusals.__name__), key=lambda cls: cls.code
)
VALUES = {str: st.text(), int: st.integers(-(2**63), 2**63 - 1)}


def test_every_category_has_its_statuses_and_so_has_every_code() -> None:
    assert set(STATUSES) == set(Category)
    for cls in registered().values():
        status = refusals.status_of(cls)
        assert 400 <= status.http <= 599
        assert status.grpc in grpc.StatusCode.__members__
        assert status.grpc != "OK"


def test_the_tree_drawn_in_the_module_names_every_class() -> None:
    drawn = str(refusals.__doc__)
    assert [cls.__name__ for cls in CHASSIS if cls.__name__ not in drawn] == []


@pytest.mark.parametrize("cls", CHASSIS, ids=lambda cls: cls.code)
@given(data=st.data())
def test_a_refusal_comes_back_from_the_wire_as_it_was(cls: type[Refusal], data: st.DataObject) -> None:
    if cls is UnknownRefusal:
        return
    params = {name: data.draw(VALUES[kind]) for name, kind in param_types(cls).items()}
    refusal = cls(**params, rule=data.draw(st.text()))
    assert from_wire(*to_wire(refusal)) == refusal


NAMES = st.from_regex(r"[a-z_]{1,9}", fullmatch=True)


@given(NAMES.map(str.upper), st.dictionaries(NAMES, st.text() | st.integers(-(2**63), 2**63 - 1)), st.text())
def test_what_is_not_known_is_kept_and_passed_on(code: str, params: dict[str, str | int], rule: str) -> None:
    refusal = from_wire(f"SOMETHING_NEW_{code}", params, rule)
    assert isinstance(refusal, UnknownRefusal)
    assert to_wire(refusal) == (f"SOMETHING_NEW_{code}", params, rule)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"expected": 1},
        {"expected": 1, "actual": "2"},
        {"expected": 1, "actual": True},
        {"expected": 1, "actual": 2, "more": 3},
    ],
)
def test_a_known_code_with_other_parameters_is_not_guessed_at(params: dict[str, str | int]) -> None:
    refusal = from_wire(StaleVersion.code, params, "")
    assert isinstance(refusal, UnknownRefusal)
    assert to_wire(refusal) == (StaleVersion.code, params, "")


def test_not_found_is_a_404_and_a_not_found() -> None:
    assert refusals.status_of(NotFound(kind="unit", id="unit_1")) == refusals.Status(404, "NOT_FOUND")
