"""Reporting's ledger as tests write it: real entries with real messages, and a projector's store that reads them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from google.protobuf.message import Message

from gateway.dashboard.model import MIGRATIONS
from gateway.dashboard.projection import PRODUCER, Flushed
from gateway.dashboard.sink import ProjectorSink
from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.apsw_store import ApswStore
from services.kernel.workdays import DAY_US, MINUTE_US, WorkCalendar, calendar_versions, day_of, work_calendar

# A Monday morning, 9 o'clock in Shanghai.
START_US = 1_773_622_800_000_000
LEDGER = "ledger_test"
CALENDAR: WorkCalendar = work_calendar(calendar_versions()[-1])


STAGE_EVENTS = {2: pb.AssignmentReceived, 3: pb.AssignmentNamed, 4: pb.WorkStarted, 6: pb.ReportVerified}


class Book:
    """A ledger that grows; business time passes when somebody says so."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.now_us = START_US

    def write(self, event: Message, subject: str) -> int:
        """Appends an event; returns its position."""
        position = len(self.entries) + 1
        entry = ledger_pb2.Entry(
            ledger_id=LEDGER, writer_epoch=1, position=position, district="370211", subject=subject,
            type=event.DESCRIPTOR.full_name, occurred_at_us=self.now_us, recorded_at_us=self.now_us,
            actor=ledger_pb2.Actor(id="account_test", role="operator"), data=event.SerializeToString(),
        )  # fmt: skip
        self.entries.append(entry.SerializeToString())
        return position

    def establish(self, unit_id: str, parent_id: str, kind: str = "branch", code: str = "") -> int:
        """A unit joins the tree."""
        event = units_pb2.UnitEstablished(
            unit_id=unit_id, parent_id=parent_id, code=code or unit_id, name=f"name of {unit_id}", kind=kind, members=10
        )
        return self.write(event, unit_id)

    def issue(
        self, directive_id: str, issuer: str, scope: pb.Scope, layers: int = 4, *, dispatch: bool = True,
        route: str = "",
    ) -> None:  # fmt: skip
        """A directive with one working day a gate and ten for the report, passed on by its issuer at once."""
        issued = pb.DirectiveIssued(
            directive_id=directive_id, number=f"no {directive_id}", title=f"title of {directive_id}",
            urgency="ordinary", issuer_unit_id=issuer, scope=scope, deadlines=self.deadlines(layers),
            calendar_version=CALENDAR.version, policy_version="ti-1", verify_workdays=3, route_id=route,
        )  # fmt: skip
        self.write(issued, directive_id)
        if dispatch:
            self.dispatch(directive_id, issuer)

    def deadlines(self, layers: int) -> list[pb.StageDeadline]:
        """Latest times counted from now."""

        def after(workdays: int) -> int:
            return CALENDAR.end_of_workday(CALENDAR.add_workdays(day_of(self.now_us), workdays))

        found = []
        for layer in range(1, layers + 1):
            rest = (3 * layer - 3, 3 * layer - 2, 3 * layer - 1, 3 * layers, 3 * layers + 8, 3 * layers + 11)
            for stage, workdays in enumerate(rest, start=1):
                found.append(pb.StageDeadline(layer=layer, stage=stage, due_us=after(workdays)))
        return found

    def dispatch(self, directive_id: str, parent: str, children: Iterable[str] = (), late: int = 0) -> int:
        """A parent passes it on, to all or by name."""
        event = pb.AssignmentsDispatched(
            directive_id=directive_id, parent_unit_id=parent, unit_ids=list(children), due_us=self.now_us,
            late_working_minutes=late, shift_workdays=-(-late // 1440), calendar_version=CALENDAR.version,
        )  # fmt: skip
        return self.write(event, f"{directive_id}/{parent}")

    def stage(self, directive_id: str, unit: str, stage: int, late: int = 0, verify_us: int = 0) -> int:
        """A unit does one of the stages 2 to 6."""
        due_us = self.now_us - late * MINUTE_US
        if stage == 5:
            report = pb.ReportSubmitted(
                directive_id=directive_id, unit_id=unit, due_us=due_us, late_working_minutes=late, due_count=1,
                done_count=1, verify_due_us=verify_us or self.days(3),
            )  # fmt: skip
            return self.write(report, f"{directive_id}/{unit}")
        event = STAGE_EVENTS[stage](directive_id=directive_id, unit_id=unit, due_us=due_us, late_working_minutes=late)
        return self.write(event, f"{directive_id}/{unit}")

    def days(self, count: int) -> int:
        """The end of a working day from now."""
        return CALENDAR.end_of_workday(CALENDAR.add_workdays(day_of(self.now_us), count))

    def pass_days(self, days: int) -> None:
        """Business time passes."""
        self.now_us += days * DAY_US


class Board:
    """A projector without a broker: batches of entries in, rows out."""

    def __init__(self, folder: Path, name: str = "dashboard") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.sqlite3"
        self.flushed: list[Flushed] = []
        self.read = 0
        self.open()

    def open(self) -> None:
        """Starts, again after `close`."""
        self.store = ApswStore(self.path)
        self.store.claim("test")
        self.store.migrate(MIGRATIONS)
        self.sink = ProjectorSink(self.store, self.flushed.append)

    def close(self) -> None:
        """Stops, as a process does."""
        self.sink.close()
        self.store.close()

    def follow(self, book: Book, entries_max: int = 1_000_000, chance: random.Random | None = None) -> None:
        """Reads the rest of the book, in batches of at most so many entries, or of any sizes up to that."""
        while self.read < len(book.entries):
            size = chance.randint(1, entries_max) if chance else entries_max
            batch = book.entries[self.read : self.read + size]
            _, flushed = self.sink.apply_now(PRODUCER, batch)
            self.flushed.append(flushed)
            self.read += len(batch)
