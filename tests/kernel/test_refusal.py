"""Refusals: declared as classes, read-only, one code each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError
from typing import ClassVar

import pytest

from services.kernel.refusal import Category, Refusal, find_refusal, param_types, registered


class TooEarly(Refusal):
    """A sample."""

    code: ClassVar[str] = "SAMPLE_TOO_EARLY"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    days: int


def test_a_refusal_is_made_by_name_and_knows_its_parameters() -> None:
    refusal = TooEarly(milestone="ms_1", days=3, rule="T1")
    assert refusal.params() == {"milestone": "ms_1", "days": 3}
    assert refusal.rule == "T1"
    assert param_types(TooEarly) == {"milestone": str, "days": int}
    assert refusal == TooEarly(milestone="ms_1", days=3, rule="T1")
    assert refusal != TooEarly(milestone="ms_1", days=3)


def test_a_refusal_shows_its_code_only_so_that_logs_hold_no_parameters() -> None:
    assert str(TooEarly(milestone="张三", days=3)) == "SAMPLE_TOO_EARLY"


@pytest.mark.parametrize(("args", "params"), [((), {"milestone": "x"}), (("x", 1), {}), ((), {"days": 1, "other": 2})])
def test_a_refusal_with_other_parameters_cannot_be_made(args: tuple[object, ...], params: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        TooEarly(*args, **params)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["days", "rule"])
def test_a_refusal_is_read_only(name: str) -> None:
    refusal = TooEarly(milestone="ms_1", days=3)
    with pytest.raises(FrozenInstanceError):
        setattr(refusal, name, 4)


def test_a_refusal_passes_through_a_context_manager_with_its_trail() -> None:
    @contextmanager
    def around() -> Iterator[None]:
        yield

    with pytest.raises(TooEarly) as refused, around():
        raise TooEarly(milestone="ms_1", days=3)
    refused.value.add_note("seen")
    assert refused.value.__traceback__ is not None


def test_a_declared_code_is_in_the_registry() -> None:
    assert registered()["SAMPLE_TOO_EARLY"] is TooEarly
    assert find_refusal("SAMPLE_TOO_EARLY") is TooEarly
    assert find_refusal("SAMPLE_NEVER_DECLARED") is None


def declare(annotations: dict[str, object], **names: object) -> None:
    type("Bad", (Refusal,), {"__annotations__": annotations, "category": Category.RULE, **names})


@pytest.mark.parametrize(
    ("annotations", "names", "problem"),
    [
        ({}, {"code": "SAMPLE_TOO_EARLY"}, "declared twice"),
        ({}, {"code": "sample_lower"}, "upper-case"),
        ({}, {"code": ""}, "upper-case"),
        ({}, {"code": "SAMPLE_NO_CATEGORY", "category": None}, "category"),
        ({"ratio": float}, {"code": "SAMPLE_FLOAT"}, "str or int"),
        ({"names": "list[str]"}, {"code": "SAMPLE_LIST"}, "str or int"),
        ({"args": str}, {"code": "SAMPLE_RESERVED"}, "free name"),
    ],
)
def test_a_bad_declaration_fails_where_it_stands(
    annotations: dict[str, object], names: dict[str, object], problem: str
) -> None:
    with pytest.raises(TypeError, match=problem):
        declare(annotations, **names)
