from __future__ import annotations

import pytest

from infra.tools.lints.float_in_count import check
from tests.lints.samples import lines_found

BREACHES = [
    "share = 0.5",
    "share = votes / entitled",
    "share /= 2",
    "share = float(votes)",
    "def share(votes: float) -> int: ...",
    "share = math.log2(votes)",
    "from math import sqrt",
    "import statistics",
    "from statistics import mean",
]
EXACT = [
    "passed = 2 * votes > entitled",
    "half = votes // 2",
    "share = Fraction(votes, entitled)",
    "root = math.isqrt(votes)",
    "from math import gcd, lcm",
    "share = '0.5 / 2'",
    "latency = total / count  # float: shown on the screen, decides nothing",
]


@pytest.mark.parametrize("path", ["services/tally/domain/outcome.py", "services/kernel/transmission/index.py"])
@pytest.mark.parametrize("line", BREACHES)
def test_a_float_in_counting_code_is_found(path: str, line: str) -> None:
    assert 2 in lines_found(check, path, f"\n{line}\n")


@pytest.mark.parametrize("line", EXACT)
def test_exact_arithmetic_is_left_alone(line: str) -> None:
    assert lines_found(check, "services/tally/domain/outcome.py", line) == []


@pytest.mark.parametrize("line", BREACHES)
def test_floats_outside_counting_code_are_left_alone(line: str) -> None:
    assert lines_found(check, "gateway/api/figures.py", line) == []


def test_an_exemption_without_a_reason_is_none() -> None:
    assert lines_found(check, "services/tally/domain/outcome.py", "share = a / b  # float:") == [1]
