"""Reporting's store alone, at size: digests of what is overdue, deadlines that pass, first pages of lists.

Units and directives are made here by reporting's own events and folds; nothing else runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from google.protobuf.message import Message

from huanjie.reporting.v1 import reporting_pb2, supervision_pb2
from infra.local.bench.load import quantile
from infra.local.bench.page import Result
from services.chassis import ledger
from services.chassis.act import Recorder
from services.chassis.apsw_store import ApswStore
from services.chassis.ask import Ask
from services.chassis.binding import bind
from services.chassis.clock import BusinessClock, ClockSettings
from services.chassis.codec import EventCodec
from services.chassis.doctor import fingerprint
from services.chassis.ids import Ids
from services.chassis.loops import own_act
from services.chassis.permissions import OPERATOR, UNIT_SECRETARY
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.chassis.service import migrations_of
from services.kernel.workdays import DAY_US
from services.reporting.app import APP
from services.reporting.commands.digest_acts import planned_digests, record_digests
from services.reporting.context import Context
from services.reporting.domain import directive_events as ev
from services.reporting.domain.deadlines import Plan, newest_calendar, plan_deadlines
from services.reporting.domain.unit_events import RosterActivated, UnitEstablished, UnitsStaged
from services.reporting.loops import DIGESTS_AT_ONCE

# Committees, primary committees under each, branches under each of those.
DISTRICT: Final = (40, 10, 49)
COUNTRY: Final = (80, 50, 249)
SLICE_UNITS: Final = 500
DIRECTIVES: Final = 5
LAYERS: Final = 3
DISTRICT_CODE: Final = "370211"
START_US: Final = 1_773_622_800_000_000
OVERDUE_DAYS: Final = 30
PAGE_READS: Final = 50
DIGEST_SECONDS_MAX: Final = 30.0
FIRST_PAGE_MS_MAX: Final = 200.0
TOP: Final = "unit_top"

Tell = Callable[[str], None]


class Office:
    """A reporting store of some shape; time stands where it is put."""

    def __init__(self, folder: Path, shape: tuple[int, int, int]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.now_us = START_US
        self._shape = shape
        self.store = ApswStore(folder / "reporting.sqlite3")
        epoch = self.store.claim("bench")
        self.store.migrate(migrations_of(APP))
        ids = Ids()
        opened = ledger.open_ledger(
            self.store, service="reporting", district=DISTRICT_CODE, kind="real", epoch=epoch, ids=ids, now_us=START_US
        )
        clock = BusinessClock(ClockSettings.real(), wall=lambda: self.now_us)
        self.recorder = Recorder(opened, EventCodec(APP.events, APP.messages, APP.upcasts), APP.evolve, clock, ids)
        self._calls = bind(APP.descriptor, APP.commands, APP.queries, APP.permissions)
        self._context = Context(None, ids.new, lambda: self.now_us)  # type: ignore[arg-type]

    def units(self) -> int:
        committees, primaries, branches = self._shape
        return 1 + committees * (1 + primaries * (1 + branches))

    def settle(self) -> None:
        """The whole tree, in slices, and one activation."""
        rows = iter(self._rows())
        while some := [row for _, row in zip(range(SLICE_UNITS), rows, strict=False)]:
            self.record([(UnitsStaged("import_bench", tuple(some)), "import_bench")])
        self.record([(RosterActivated("import_bench", "", self.units(), 0), "import_bench")])

    def issue(self, number: int) -> None:
        """A directive to all branches, received and passed on by everyone above them, received by no branch."""
        directive_id = f"dir_{number}"
        calendar = newest_calendar()
        deadlines = plan_deadlines(Plan(), self.now_us, LAYERS, calendar)
        issued = ev.DirectiveIssued(
            directive_id, f"{number}", "示例事项", "示例", "", "", "ordinary", TOP, ev.Scope(TOP, ("branch",), (), ()),
            TOP, (), deadlines, calendar.version, "", "", 3,
        )  # fmt: skip
        self.record([(issued, directive_id), (self._dispatched(directive_id, TOP), directive_id)])
        for units in (self.committees(), self.primaries()):
            events: list[tuple[Any, str]] = []
            for unit_id in units:
                received = ev.AssignmentReceived(directive_id, unit_id, self.now_us, 0, calendar.version)
                events += [(received, unit_id), (self._dispatched(directive_id, unit_id), unit_id)]
            self.record(events)

    def committees(self) -> list[str]:
        return [f"unit_c{c:03}" for c in range(self._shape[0])]

    def primaries(self) -> list[str]:
        return [f"unit_p{c:03}_{p:03}" for c in range(self._shape[0]) for p in range(self._shape[1])]

    def record(self, events: list[tuple[Any, str]]) -> None:
        """One transaction."""
        with self.store.transaction() as tx:
            act = own_act(tx, self.recorder, self.now_us)
            for event, subject in events:
                act.record(event, subject=subject)

    def ask(self, method: str, query: Message, role: str, unit_id: str) -> Any:
        """A question as a caller of that role asks it."""
        caller = Principal("account_bench", DISTRICT_CODE, AUDIENCE, (Grant(role, unit_id),), 0, 1 << 62)
        with self.store.snapshot() as reader:
            return self._calls[method].function(query, Ask(reader, caller, self._context, 0))

    def _dispatched(self, directive_id: str, unit_id: str) -> ev.AssignmentsDispatched:
        return ev.AssignmentsDispatched(directive_id, unit_id, (), self.now_us, 0, 0, newest_calendar().version)

    def _rows(self) -> Iterator[UnitEstablished]:
        yield UnitEstablished(TOP, "", "370211", "示例区委", "district_committee", 0)
        for unit_id in self.committees():
            yield UnitEstablished(unit_id, TOP, unit_id, unit_id, "working_committee", 0)
        for unit_id in self.primaries():
            parent = f"unit_c{unit_id[6:9]}"
            yield UnitEstablished(unit_id, parent, unit_id, unit_id, "primary_committee", 0)
        for primary in self.primaries():
            for number in range(self._shape[2]):
                unit_id = f"{primary.replace('_p', '_b')}_{number:03}"
                yield UnitEstablished(unit_id, primary, unit_id, unit_id, "branch", 10)


@dataclass(frozen=True, slots=True)
class Digests:
    """How long a day's digests took, how many there were, and how many a second round makes."""

    seconds: float
    made: int
    again: int


def measure_digests(office: Office) -> Digests:
    """All of a day's digests with every branch overdue under every directive; then once more."""
    office.now_us = START_US + OVERDUE_DAYS * DAY_US
    began = time.perf_counter()
    made = _round(office)
    seconds = time.perf_counter() - began
    return Digests(seconds, made, _round(office))


def _round(office: Office) -> int:
    with office.store.snapshot() as reader:
        planned = list(planned_digests(reader, office.now_us))
    made = 0
    for start in range(0, len(planned), DIGESTS_AT_ONCE):
        with office.store.transaction() as tx:
            act = own_act(tx, office.recorder, office.now_us)
            made += record_digests(act, planned[start : start + DIGESTS_AT_ONCE])
    return made


def digests_result(scratch: Path, tell: Tell) -> Result:
    """Digests for a city of 20,000 units."""
    office = Office(scratch / "overdue-district", DISTRICT)
    office.settle()
    for number in range(DIRECTIVES):
        office.issue(number)
    seen = measure_digests(office)
    tell(f"{seen.made} digests for {office.units():,} units in {seen.seconds:.1f} s, {seen.again} in a second round")
    return Result(
        f"digests for {office.units():,} units, every branch overdue under {DIRECTIVES} directives",
        f"< {DIGEST_SECONDS_MAX:.0f} s, none twice",
        f"{seen.seconds:.1f} s for {seen.made:,} digests, {seen.again} more in a second round",
        seen.seconds < DIGEST_SECONDS_MAX and seen.made > 0 and seen.again == 0,
    )


def pages_results(scratch: Path, tell: Tell) -> list[Result]:
    """A million units under one directive: first pages, and what a deadline that passes for all of them writes."""
    office = Office(scratch / "overdue-country", COUNTRY)
    office.settle()
    office.issue(0)
    primary = office.primaries()[0]
    below = reporting_pb2.ListAssignmentsRequest(children_of_unit_id=primary)
    today = supervision_pb2.ListTodayRequest(unit_id=primary)
    proposed = supervision_pb2.ListOrderProposalsRequest(unit_id=TOP)
    with office.store.snapshot() as reader:
        before = fingerprint(reader)
    office.now_us = START_US + OVERDUE_DAYS * DAY_US
    times = {
        "assignments of a unit's children": _p99(office, "ListAssignments", below, UNIT_SECRETARY, primary),
        "what a unit must do today": _p99(office, "ListToday", today, UNIT_SECRETARY, primary),
        "orders proposed to the top": _p99(office, "ListOrderProposals", proposed, OPERATOR, TOP),
    }
    with office.store.snapshot() as reader:
        after = fingerprint(reader)
    shown = ", ".join(f"{name} {ms:.0f} ms" for name, ms in times.items())
    tell(f"first pages over {office.units():,} units: {shown}")
    return [
        Result(
            f"first page of a list over {office.units():,} assignments, p99",
            f"< {FIRST_PAGE_MS_MAX:.0f} ms",
            shown,
            max(times.values()) < FIRST_PAGE_MS_MAX,
        ),
        Result(
            f"{office.units():,} units fall due in one second",
            "no table changes",
            "none changed" if before == after else "some changed",
            before == after,
        ),
    ]


def _p99(office: Office, method: str, query: Message, role: str, unit_id: str) -> float:
    taken = []
    for _ in range(PAGE_READS):
        began = time.perf_counter()
        office.ask(method, query, role, unit_id)
        taken.append((time.perf_counter() - began) * 1_000)
    return quantile(taken, 0.99)
