from __future__ import annotations

from infra.tools.lints.sizes import FILE_LINES_MAX, FUNCTION_LINES_MAX, check
from tests.lints.samples import lines_found

LONG = "a = 1\n" * (FILE_LINES_MAX + 1)


def function(lines: int, keyword: str = "def") -> str:
    return f"\n{keyword} long():\n" + "    pass\n" * (lines - 1)


def test_a_function_at_the_limit_is_left_alone() -> None:
    assert lines_found(check, "services/x.py", function(FUNCTION_LINES_MAX)) == []


def test_a_function_over_the_limit_is_found() -> None:
    assert lines_found(check, "services/x.py", function(FUNCTION_LINES_MAX + 1)) == [2]
    assert lines_found(check, "tests/x.py", function(FUNCTION_LINES_MAX + 1, "async def")) == [2]


def test_a_file_at_the_limit_is_left_alone() -> None:
    assert lines_found(check, "services/x.py", "a = 1\n" * FILE_LINES_MAX) == []


def test_a_file_over_the_limit_is_found() -> None:
    for name in ("services/x.py", "services/schema/x.sql", "gateway/web/x.js"):
        assert lines_found(check, name, LONG) == [FILE_LINES_MAX + 1]


def test_data_may_be_as_long_as_it_is() -> None:
    assert lines_found(check, "infra/local/sample/roster.csv", LONG) == []
