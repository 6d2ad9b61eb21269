"""The bench of paper reports reads sheets on a platform as it runs; how fast it is, docs/benchmarks.md says."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.bench import paper, run

pytestmark = pytest.mark.faults


def test_the_bench_reads_each_sheet_twice_and_tells_what_was_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "SHEETS", 2)
    told: list[str] = []
    measured = run.measure(tmp_path, told.append, ("sheets",))
    (result,) = measured.results
    assert "(4 reports)" in result.seen
    assert result.target == "p50 < 15 ms"
    seen_ms = float(result.seen.partition("p50 ")[2].partition(" ms")[0])
    assert seen_ms > 0
    assert result.kept == (seen_ms < run.SHEET_P50_MS_MAX)
    assert len(told) == 1
