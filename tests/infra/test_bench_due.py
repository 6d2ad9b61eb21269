"""What is measured when a million units fall due, on a few: both sides of the second are seen."""

from __future__ import annotations

from pathlib import Path

from infra.local.bench.due_together import measure_due


async def test_requests_on_both_sides_of_a_latest_time_are_measured(tmp_path: Path) -> None:
    lines: list[str] = []
    (seen,) = await measure_due(tmp_path / "due", (2, 2, 40), rounds=1, phase_seconds=0.5, tell=lines.append)
    assert seen.requests > 1
    assert seen.quiet_ms > 0
    assert seen.due_ms > 0
    assert len(lines) == 1
