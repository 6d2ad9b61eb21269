"""The bench of counting tells its promises in order; how fast it is, docs/benchmarks.md says."""

from __future__ import annotations

import pytest

from infra.local.bench import tally


def test_the_bench_of_counting_tells_each_promise_with_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in {"BALLOTS": 2_000, "CLOSE_BALLOTS": 20, "ROUNDS": 1}.items():
        monkeypatch.setattr(tally, name, small)
    told: list[str] = []
    results = tally.results(told.append)
    assert [each.target for each in results] == [
        "≤ 4 times", "not slower than the fastest", "< 2 s", "< 0.1 s, growing linearly",
    ]  # fmt: skip
    assert all(each.seen for each in results)
    assert len(told) == 3
