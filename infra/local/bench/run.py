"""All measurements in one run, in the order of the promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from infra.local.bench import dashboard, tally
from infra.local.bench.idle import Idle, measure_idle
from infra.local.bench.live import REPORTS_PER_SECOND, Liveness, measure_liveness
from infra.local.bench.page import Result
from infra.local.bench.reports import Batches, Singles, measure_batches, measure_singles
from infra.local.bench.stage import staged

SINGLES_SHARE_MIN = 0.25
SINGLES_TIMES_PLAIN_MIN = 2.0
BATCH_ROWS_PER_SECOND_MIN = 10_000
LIVE_P50_MS_MAX, LIVE_P99_MS_MAX = 80.0, 250.0
READY_SECONDS_MAX = 5.0
IDLE_BYTES_MAX = 600 << 20

Tell = Callable[[str], None]


def measure(scratch: Path, tell: Tell) -> tuple[list[Result], list[str]]:
    """(results, details); takes some minutes."""
    with staged(scratch / "data") as stage:
        idle = measure_idle(stage)
        tell(f"ready in {idle.ready_seconds:.1f} s, idle {idle.total_bytes >> 20} MiB")
        live = measure_liveness(stage)
        tell(f"commit to viewer p50 {live.p50_ms:.0f} ms, p99 {live.p99_ms:.0f} ms at {live.rate:.0f}/s")
        singles = measure_singles(stage, scratch)
        tell(f"reports {singles.report:.0f}/s, nothing {singles.nothing:.0f}/s, plain {singles.plain_report:.0f}/s")
        batches = measure_batches(stage)
        tell(f"batch rows {batches.rate:.0f}/s")
    read_model = dashboard.results(scratch, tell)
    results = [*_singles(singles), _batches(batches), _live(live), *read_model, *_idle(idle), *tally.results(tell)]
    details = [
        f"single reports: p50 {singles.report_p50_ms:.0f} ms, p99 {singles.report_p99_ms:.0f} ms, 64 connections, each "
        "answered when durable; rounds take turns with the yardsticks, medians are shown",
        f"the plain server's endpoint that does nothing answers {singles.plain_nothing:,.0f}/s",
        "idle: " + ", ".join(f"{name} {size >> 20} MiB" for name, size in sorted(idle.resident_bytes.items())),
    ]
    return results, details


def _singles(seen: Singles) -> list[Result]:
    share, times = seen.report / seen.nothing, seen.report / seen.plain_report
    return [
        Result(
            "durable authenticated single reports over HTTP, against the same server doing nothing",
            f"≥ {SINGLES_SHARE_MIN}",
            f"{share:.2f} ({seen.report:,.0f}/s of {seen.nothing:,.0f}/s)",
            share >= SINGLES_SHARE_MIN,
            "Gateway, service and broker share two cores with the load itself; a report passes two processes and two "
            "synced commits (ledger and broker).",
        ),
        Result(
            "the same, against a plain FastAPI + SQLAlchemy + SQLite handler that commits each request",
            f"≥ {SINGLES_TIMES_PLAIN_MIN:.0f} times",
            f"{times:.1f} times ({seen.plain_report:,.0f}/s)",
            times >= SINGLES_TIMES_PLAIN_MIN,
        ),
    ]


def _batches(seen: Batches) -> Result:
    return Result(
        "batch submit, a receipt a row",
        f"≥ {BATCH_ROWS_PER_SECOND_MIN:,} rows/s",
        f"{seen.rate:,.0f} rows/s",
        seen.rate >= BATCH_ROWS_PER_SECOND_MIN,
        "While rows are taken, the relay publishes and the projector folds them on the same two cores.",
    )


def _live(seen: Liveness) -> Result:
    return Result(
        f"commit to viewer at {REPORTS_PER_SECOND} reports/s",
        f"p50 < {LIVE_P50_MS_MAX:.0f} ms, p99 < {LIVE_P99_MS_MAX:.0f} ms",
        f"p50 {seen.p50_ms:.0f} ms, p99 {seen.p99_ms:.0f} ms ({seen.rate:.0f} reports/s sent)",
        seen.p50_ms < LIVE_P50_MS_MAX and seen.p99_ms < LIVE_P99_MS_MAX,
    )


def _idle(seen: Idle) -> list[Result]:
    return [
        Result(
            "`huanjie up` ready",
            f"< {READY_SECONDS_MAX:.0f} s",
            f"{seen.ready_seconds:.1f} s",
            seen.ready_seconds < READY_SECONDS_MAX,
            "Four interpreters start at once on two cores.",
        ),
        Result(
            "all processes idle together",
            f"< {IDLE_BYTES_MAX >> 20} MiB",
            f"{seen.total_bytes >> 20} MiB resident",
            seen.total_bytes < IDLE_BYTES_MAX,
        ),
    ]
