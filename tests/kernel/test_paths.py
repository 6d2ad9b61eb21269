"""Tree paths against lists of segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel import paths

SEGMENT = st.text(alphabet="abz09_-.", min_size=1, max_size=4)
SEGMENTS = st.lists(SEGMENT, max_size=5)


def path_of(ids: list[str]) -> str:
    path = paths.ROOT
    for unit in ids:
        path = paths.join(path, unit)
    return path


@given(SEGMENTS)
def test_a_path_says_what_it_was_joined_from(ids: list[str]) -> None:
    path = path_of(ids)
    assert paths.segments(path) == tuple(ids)
    assert paths.depth(path) == len(ids)
    assert paths.ancestors(path) == tuple(path_of(ids[:count]) for count in range(len(ids)))
    if ids:
        assert paths.parent(path) == path_of(ids[:-1])


@given(SEGMENTS, SEGMENTS)
def test_containing_is_having_the_segments_first_and_the_range_finds_exactly_that(
    above: list[str], other: list[str]
) -> None:
    for ids in (other, above + other):
        low, high = paths.prefix_range(path_of(above))
        inside = ids[: len(above)] == above
        assert paths.contains(path_of(above), path_of(ids)) is inside
        assert (low <= path_of(ids) < high) is inside


@pytest.mark.parametrize("bad", ["", "a", "/a", "a/", "//", "/a//b/"])
def test_what_is_not_a_path_is_refused(bad: str) -> None:
    for function in (paths.segments, paths.depth, paths.parent, paths.ancestors, paths.prefix_range):
        with pytest.raises(paths.PathInvalid):
            function(bad)


def test_a_segment_may_be_neither_empty_nor_hold_a_separator() -> None:
    for bad in ("", "a/b"):
        with pytest.raises(paths.PathInvalid):
            paths.join(paths.ROOT, bad)


def test_the_root_has_no_parent() -> None:
    with pytest.raises(paths.PathInvalid, match="root"):
        paths.parent(paths.ROOT)
