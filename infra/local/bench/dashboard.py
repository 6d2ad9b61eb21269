"""The read model alone: how long any unit's figures take, however many units there are; how fast it is rebuilt.

Trees and entries are made here, of the shape and size that reporting writes them; nothing else runs.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from google.protobuf.message import Message

from gateway.dashboard.figures import directive_figures
from gateway.dashboard.model import MIGRATIONS
from gateway.dashboard.moments import find_moment
from gateway.dashboard.projection import PRODUCER
from gateway.dashboard.sink import ProjectorSink
from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from infra.local.bench.load import quantile
from infra.local.bench.page import Result
from services.chassis.apsw_store import ApswStore
from services.kernel.transmission import DEFAULT_POLICY
from services.kernel.workdays import DAY_US, WorkCalendar, calendar_versions, day_of, work_calendar

# Committees, primary committees under each, branches under each of those.
SHAPES = {600: (9, 6, 10), 60_000: (40, 30, 49), 1_000_000: (80, 50, 249)}
SLICE_UNITS = 500
READS = 2_000
READ_ROUNDS = 5
# Of so many branches one reports, at every size: what is read then differs by where it lies, not by what it says.
REPORTING_ONE_IN = 10
READ_P99_MS_MAX = 10.0
READ_TIMES_SLOWER_MAX = 1.5
REBUILD_PER_SECOND_MIN = 15_000
REBUILD_DIRECTIVES = 20
# As many as a page of the producer's ledger.
BATCH_ENTRIES = 1_000
START_US = 1_773_622_800_000_000

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reads:
    """One unit's figures under one directive, from the store, in milliseconds."""

    units: int
    p50_ms: float
    p99_ms: float


class Script:
    """Entries of an imaginary reporting ledger."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        committees, primaries, branches = shape
        self._position = 0
        self.calendar: WorkCalendar = work_calendar(calendar_versions()[-1])
        self.committees = [f"unit_c{c:03}" for c in range(committees)]
        self.primaries = [
            (f"unit_p{c:03}_{p:03}", f"unit_c{c:03}") for c in range(committees) for p in range(primaries)
        ]
        self._branches = branches

    def branches(self) -> Iterator[tuple[str, str]]:
        """Every branch and its superior."""
        for primary, _ in self.primaries:
            for number in range(self._branches):
                yield f"{primary.replace('_p', '_b')}_{number:03}", primary

    def entry(self, event: Message, subject: str) -> bytes:
        """The next entry."""
        self._position += 1
        at_us = START_US + self._position * 1_000
        return ledger_pb2.Entry(
            ledger_id="ledger_bench", writer_epoch=1, position=self._position, district="370211", subject=subject,
            type=event.DESCRIPTOR.full_name, occurred_at_us=at_us, recorded_at_us=at_us,
            actor=ledger_pb2.Actor(id="account_bench", role="unit_reporter"), data=event.SerializeToString(),
        ).SerializeToString()  # fmt: skip

    def roster(self) -> Iterator[bytes]:
        """The whole tree, imported in slices."""
        yield self._established("unit_root", "", "district_committee")
        for committee in self.committees:
            yield self._established(committee, "unit_root", "working_committee")
        for primary, committee in self.primaries:
            yield self._established(primary, committee, "primary_committee")
        waiting = self.branches()
        while units := list(islice(waiting, SLICE_UNITS)):
            shapes = [self._shape(unit, above, "branch") for unit, above in units]
            yield self.entry(units_pb2.UnitsStaged(import_id="import_bench", units=shapes), "import_bench")
        yield self.entry(units_pb2.RosterActivated(import_id="import_bench"), "import_bench")

    def launch(self, directive_id: str) -> Iterator[bytes]:
        """A directive to every branch, received, named and passed on by every unit above them."""
        yield self.entry(self._issued(directive_id), directive_id)
        yield self._dispatched(directive_id, "unit_root")
        for unit in (*self.committees, *(primary for primary, _ in self.primaries)):
            yield self.stage(directive_id, unit, 2)
            yield self.stage(directive_id, unit, 3)
            yield self._dispatched(directive_id, unit)

    def work(self, directive_id: str, branches: list[str]) -> Iterator[bytes]:
        """Each of these branches goes through all stages, every fifth of them late."""
        for stage in range(2, 7):
            for number, branch in enumerate(branches):
                yield self.stage(directive_id, branch, stage, 0 if number % 5 else 700)

    def stage(self, directive_id: str, unit_id: str, stage: int, late: int = 0) -> bytes:
        """A unit does a stage."""
        dated = {"directive_id": directive_id, "unit_id": unit_id, "due_us": self._due_us(5)}
        events: dict[int, Callable[..., Message]] = {
            2: pb.AssignmentReceived, 3: pb.AssignmentNamed, 4: pb.WorkStarted, 5: pb.ReportSubmitted,
            6: pb.ReportVerified,
        }  # fmt: skip
        event = events[stage](**dated, late_working_minutes=late)
        if isinstance(event, pb.ReportSubmitted):
            event.verify_due_us = self._due_us(30)
        return self.entry(event, f"{directive_id}/{unit_id}")

    def _due_us(self, workdays: int) -> int:
        return self.calendar.end_of_workday(self.calendar.add_workdays(day_of(START_US), workdays))

    def _issued(self, directive_id: str) -> pb.DirectiveIssued:
        days = {1: (0, 1, 2, 10, 20, 30), 2: (3, 4, 5, 10, 20, 30), 3: (6, 7, 8, 10, 20, 30)}
        return pb.DirectiveIssued(
            directive_id=directive_id, number=directive_id, title=directive_id, issuer_unit_id="unit_root",
            scope=pb.Scope(subtree_unit_id="unit_root", kinds=["branch"]),
            deadlines=[
                pb.StageDeadline(layer=layer, stage=stage, due_us=self._due_us(day))
                for layer, row in days.items() for stage, day in enumerate(row, start=1)
            ],
            calendar_version=self.calendar.version, policy_version=DEFAULT_POLICY.version, verify_workdays=3,
        )  # fmt: skip

    def _dispatched(self, directive_id: str, parent_id: str) -> bytes:
        event = pb.AssignmentsDispatched(directive_id=directive_id, parent_unit_id=parent_id)
        return self.entry(event, f"{directive_id}/{parent_id}")

    def _established(self, unit_id: str, parent_id: str, kind: str) -> bytes:
        return self.entry(self._shape(unit_id, parent_id, kind), unit_id)

    @staticmethod
    def _shape(unit_id: str, parent_id: str, kind: str) -> units_pb2.UnitEstablished:
        return units_pb2.UnitEstablished(
            unit_id=unit_id, parent_id=parent_id, code=unit_id, name=unit_id, kind=kind, members=20
        )


class Model:
    """A read model of its own in a folder."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.store = ApswStore(file)
        self.store.claim("bench")
        self.store.migrate(MIGRATIONS)
        self._sink = ProjectorSink(self.store, lambda _: None)

    def read(self, entries: Iterator[bytes]) -> int:
        """Reads entries in batches; returns how many there were."""
        count = 0
        while batch := list(islice(entries, BATCH_ENTRIES)):
            self._sink.apply_now(PRODUCER, batch)
            count += len(batch)
        return count

    def close(self) -> None:
        """Ends it."""
        self._sink.close()
        self.store.close()


class Readable:
    """A read model of one size, and the units whose figures are asked of it: most of them branches, most untouched."""

    def __init__(self, scratch: Path, units: int, seed: int) -> None:
        script, chance = Script(SHAPES[units]), random.Random(seed)
        self.units = units
        self._model = Model(scratch / f"reads-{units}.sqlite3")
        branches = [branch for branch, _ in script.branches()]
        reporting = chance.sample(branches, len(branches) // REPORTING_ONE_IN)
        self._model.read(script.roster())
        self._model.read(script.launch("dir_bench"))
        self._model.read(script.work("dir_bench", reporting))
        inner = ["unit_root", *script.committees, *(primary for primary, _ in script.primaries)]
        self._asked = [chance.choice((chance.choice(inner), chance.choice(branches))) for _ in range(READS)]

    def round(self) -> list[float]:
        """Milliseconds that each of these figures took, in order."""
        return sorted(_timed(self._model, unit_id) for unit_id in self._asked)

    def close(self) -> None:
        """Ends it."""
        self._model.close()


def measure_reads(scratch: Path, seed: int = 1) -> list[Reads]:
    """Figures of units of every layer, at every size; rounds take turns, so that a noisy minute falls on all sizes."""
    sizes = [Readable(scratch, units, seed) for units in SHAPES]
    rounds = [[size.round() for size in sizes] for _ in range(READ_ROUNDS)]
    for size in sizes:
        size.close()
    return [
        Reads(size.units, _median_quantile(taken, 0.5), _median_quantile(taken, 0.99))
        for size, taken in zip(sizes, zip(*rounds, strict=True), strict=True)
    ]


def _median_quantile(rounds: Sequence[list[float]], q: float) -> float:
    return statistics.median(quantile(taken, q) for taken in rounds)


def _timed(model: Model, unit_id: str) -> float:
    began = time.perf_counter()
    with model.store.snapshot() as reader:
        directive_figures(reader, "dir_bench", unit_id, find_moment(reader, "", START_US + 8 * DAY_US))
    return (time.perf_counter() - began) * 1_000


def measure_rebuild(scratch: Path, seed: int = 1) -> float:
    """Entries a second: a district's ledger of units and directives, read from its first entry."""
    script, chance = Script(SHAPES[600]), random.Random(seed)
    entries = list(script.roster())
    for number in range(REBUILD_DIRECTIVES):
        branches = [branch for branch, _ in script.branches()]
        chance.shuffle(branches)
        entries += script.launch(f"dir_{number}")
        entries += script.work(f"dir_{number}", branches)
    model = Model(scratch / "rebuild.sqlite3")
    began = time.perf_counter()
    count = model.read(iter(entries))
    seconds = time.perf_counter() - began
    model.close()
    return count / seconds


def rebuild_result(scratch: Path, tell: Tell) -> Result:
    """How fast a read model is made anew."""
    rebuild = measure_rebuild(scratch)
    tell(f"rebuild {rebuild:,.0f} entries/s")
    return Result(
        "rebuild of the read model",
        f"≥ {REBUILD_PER_SECOND_MIN:,} entries/s",
        f"{rebuild:,.0f} entries/s",
        rebuild >= REBUILD_PER_SECOND_MIN,
        "One thread.",
    )


def reads_result(scratch: Path, tell: Tell) -> Result:
    """How long any unit's figures take; some minutes, most of them for the million units."""
    reads = measure_reads(scratch)
    for read in reads:
        tell(f"any of {read.units:,} units: p50 {read.p50_ms:.1f} ms, p99 {read.p99_ms:.1f} ms")
    slower = reads[-1].p99_ms / reads[0].p99_ms
    seen = ", ".join(f"{r.p99_ms:.1f} ms of {r.units:,}" for r in reads)
    return Result(
        f"any unit's figures among {', '.join(f'{units:,}' for units in SHAPES)}",
        f"p99 < {READ_P99_MS_MAX:.0f} ms, at most {READ_TIMES_SLOWER_MAX} times slower at the largest",
        f"p99 {seen}; {slower:.2f} times",
        max(r.p99_ms for r in reads) < READ_P99_MS_MAX and slower <= READ_TIMES_SLOWER_MAX,
        "The reads are the same at every size; what grows is how seldom a page of the larger file is in memory.",
    )
