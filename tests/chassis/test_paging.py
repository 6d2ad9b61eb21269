"""A cursor carries a sort key there and back, and nothing else is taken for one."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest


@given(st.text(max_size=60), st.integers(0, 1 << 60))
def test_a_key_comes_back_as_it_was(text: str, number: int) -> None:
    assert key_of(pb.Page(cursor=cursor_of(text, number)), "", 0) == (text, number)


def test_without_a_cursor_the_first_key_is_given() -> None:
    assert key_of(pb.Page(), "", 0) == ("", 0)


@pytest.mark.parametrize("key", [[1, 1], ["a"], ["a", "b"], ["a", 1, 2], {"a": 1}, "a", None, ["a", True]])
def test_a_key_of_another_shape_is_refused(key: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    with pytest.raises(BadRequest):
        key_of(pb.Page(cursor=cursor), "", 0)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(BadRequest):
        assert len(key_of(pb.Page(cursor=text), "", 0)) == 2


def test_a_deeply_nested_cursor_is_refused() -> None:
    with pytest.raises(BadRequest):
        key_of(pb.Page(cursor=base64.urlsafe_b64encode(b"[" * 384).decode()), "", 0)


def test_rows_are_as_many_as_asked_for_up_to_the_limit() -> None:
    assert [rows_of(pb.Page(rows_max=n), 50, 500) for n in (0, 1, 500, 501)] == [50, 1, 500, 500]
