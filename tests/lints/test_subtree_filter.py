from __future__ import annotations

import pytest

from infra.tools.lints.subtree_filter import check
from tests.lints.samples import lines_found

BREACHES = [
    "run('SELECT code FROM unit WHERE path LIKE ?')",
    "run('SELECT code FROM unit WHERE unit_path >= ? AND unit_path < ?')",
    "run('SELECT code FROM unit WHERE path between ? and ?')",
    "low, high = prefix_range(unit.path)",
    "low, high = paths.prefix_range(unit.path)",
    "mine = unit.path.startswith(root.path)",
    "mine = unit_path.startswith(root)",
]
HARMLESS = [
    "run('SELECT code FROM unit WHERE path = ?')",
    "if request.path.startswith('/api/v1/'): pass",
    "say('the path > leads to the unit')",
]


@pytest.mark.parametrize("line", BREACHES)
def test_a_subtree_filter_written_by_hand_is_found(line: str) -> None:
    assert lines_found(check, "services/reporting/store/units.py", f"\n{line}") == [2]


@pytest.mark.parametrize("line", HARMLESS)
def test_other_uses_of_a_path_are_left_alone(line: str) -> None:
    assert lines_found(check, "services/reporting/store/units.py", line) == []


@pytest.mark.parametrize("line", BREACHES)
def test_the_one_place_that_makes_the_filter_is_left_alone(line: str) -> None:
    assert lines_found(check, "services/chassis/scope.py", line) == []


def test_a_subtree_filter_in_a_schema_is_found() -> None:
    schema = "-- path > unit\nCREATE VIEW mine AS SELECT code FROM unit\n  WHERE path GLOB 'a/*';"
    assert lines_found(check, "services/reporting/schema/0002_mine.sql", schema) == [3]
