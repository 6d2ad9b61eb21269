"""All measurements in one run, in the order of the promises."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.bench import dashboard, forms, overdue, plans, tally
from infra.local.bench.due_together import due_result
from infra.local.bench.idle import measure_idle, measure_start
from infra.local.bench.live import REPORTS_PER_SECOND, measure_liveness
from infra.local.bench.pack import pack_result
from infra.local.bench.page import Result
from infra.local.bench.paper import measure_sheets
from infra.local.bench.reports import Singles, measure_batches, measure_singles
from infra.local.bench.stage import Stage, staged

SINGLES_SHARE_MIN = 0.25
SINGLES_TIMES_PLAIN_MIN = 2.0
BATCH_ROWS_PER_SECOND_MIN = 10_000
LIVE_P50_MS_MAX, LIVE_P99_MS_MAX = 80.0, 250.0
SHEET_P50_MS_MAX = 15.0
READY_SECONDS_MAX = 5.0
IDLE_BYTES_MAX = 600 << 20

PARTS = (
    "start",
    "idle",
    "live",
    "reports",
    "batches",
    "pack",
    "sheets",
    "rebuild",
    "figures",
    "digests",
    "lists",
    "due",
    "plans",
    "tally",
    "forms",
)
"""What can be measured alone."""
_STAGED = frozenset({"idle", "live", "reports", "batches", "pack", "sheets"})
"""These share one running platform."""

Tell = Callable[[str], None]


@dataclass
class Measured:
    """What was seen so far, in the order of the promises."""

    results: list[Result] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def measure(scratch: Path, tell: Tell, parts: Collection[str] = PARTS) -> Measured:
    """Takes some minutes."""
    measured = Measured()
    if "start" in parts:
        _start(measured, scratch, tell)
    if not _STAGED.isdisjoint(parts):
        with staged(scratch / "data") as stage:
            for part, work in _ON_STAGE:
                if part in parts:
                    work(measured, stage, tell)
            if "pack" in parts:
                measured.results.append(pack_result(stage, tell))
    if "rebuild" in parts:
        measured.results.append(dashboard.rebuild_result(scratch, tell))
    if "figures" in parts:
        measured.results.append(dashboard.reads_result(scratch, tell))
    if "digests" in parts:
        measured.results.append(overdue.digests_result(scratch, tell))
    if "lists" in parts:
        measured.results += overdue.pages_results(scratch, tell)
    if "due" in parts:
        measured.results.append(due_result(scratch, tell))
    if "plans" in parts:
        measured.results.append(plans.plan_result(tell))
    if "tally" in parts:
        measured.results += tally.results(tell)
    if "forms" in parts:
        measured.results += forms.results(scratch, tell)
    return measured


def _start(measured: Measured, scratch: Path, tell: Tell) -> None:
    seconds = measure_start(scratch)
    tell(f"ready in {seconds:.1f} s")
    measured.results.append(
        Result(
            "`huanjie up` ready",
            f"< {READY_SECONDS_MAX:.0f} s",
            f"{seconds:.1f} s",
            seconds < READY_SECONDS_MAX,
            "What all processes import is imported once, on one core; then they open their stores side by side on two.",
        )
    )


def _idle(measured: Measured, stage: Stage, tell: Tell) -> None:
    seen = measure_idle(stage)
    counted_twice = sum(seen.resident_bytes.values())
    tell(f"idle {seen.total_bytes >> 20} MiB")
    measured.results.append(
        Result(
            "all processes idle together",
            f"< {IDLE_BYTES_MAX >> 20} MiB",
            f"{seen.total_bytes >> 20} MiB ({counted_twice >> 20} MiB if what they share is counted in each)",
            seen.total_bytes < IDLE_BYTES_MAX,
        )
    )
    sizes = ", ".join(f"{name} {size >> 20} MiB" for name, size in sorted(seen.resident_bytes.items()))
    measured.details.append(f"idle, with what is shared counted in each: {sizes}")


def _live(measured: Measured, stage: Stage, tell: Tell) -> None:
    seen = measure_liveness(stage)
    tell(f"commit to viewer p50 {seen.p50_ms:.0f} ms, p99 {seen.p99_ms:.0f} ms at {seen.rate:.0f}/s")
    measured.results.append(
        Result(
            f"commit to viewer at {REPORTS_PER_SECOND} reports/s",
            f"p50 < {LIVE_P50_MS_MAX:.0f} ms, p99 < {LIVE_P99_MS_MAX:.0f} ms",
            f"p50 {seen.p50_ms:.0f} ms, p99 {seen.p99_ms:.0f} ms ({seen.rate:.0f} reports/s sent)",
            seen.p50_ms < LIVE_P50_MS_MAX and seen.p99_ms < LIVE_P99_MS_MAX,
        )
    )


def _reports(measured: Measured, stage: Stage, tell: Tell) -> None:
    seen = measure_singles(stage)
    tell(f"reports {seen.report:.0f}/s, nothing {seen.nothing:.0f}/s, plain {seen.plain_report:.0f}/s")
    measured.results += _singles(seen)
    measured.details += [
        f"single reports: p50 {seen.report_p50_ms:.0f} ms, p99 {seen.report_p99_ms:.0f} ms, 64 connections, each "
        "answered when durable; rounds take turns with the yardsticks, medians are shown",
        f"the plain server's endpoint that does nothing answers {seen.plain_nothing:,.0f}/s",
    ]


def _batches(measured: Measured, stage: Stage, tell: Tell) -> None:
    seen = measure_batches(stage)
    tell(f"batch rows {seen.rate:.0f}/s")
    measured.results.append(
        Result(
            "batch submit, a receipt a row",
            f"≥ {BATCH_ROWS_PER_SECOND_MIN:,} rows/s",
            f"{seen.rate:,.0f} rows/s",
            seen.rate >= BATCH_ROWS_PER_SECOND_MIN,
            "While rows are taken, the relay publishes and the projector folds them on the same two cores.",
        )
    )


def _sheets(measured: Measured, stage: Stage, tell: Tell) -> None:
    seen = measure_sheets(stage)
    tell(f"paper report p50 {seen.p50_ms:.1f} ms, p99 {seen.p99_ms:.1f} ms")
    measured.results.append(
        Result(
            "one paper report end to end: a sheet of 10 candidates saved and finished (HTTP, rules, commit, ledger)",
            f"p50 < {SHEET_P50_MS_MAX:.0f} ms",
            f"p50 {seen.p50_ms:.1f} ms, p99 {seen.p99_ms:.1f} ms ({seen.reports} reports)",
            seen.p50_ms < SHEET_P50_MS_MAX,
            "Two requests, each answered when it is durable, with the client's own time.",
        )
    )
    measured.details.append(f"of a paper report, finishing alone takes p50 {seen.finish_p50_ms:.1f} ms")


_ON_STAGE = (
    ("idle", _idle), ("live", _live), ("reports", _reports), ("batches", _batches), ("sheets", _sheets),
)  # fmt: skip


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
