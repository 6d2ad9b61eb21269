"""A campaign recounted from reporting's ledger alone: dictionaries, one entry after the other.

Written from what the events mean; the index under it is TRANSMISSION read aloud (tests/dashboard, tests/kernel).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import (
    directives_pb2,
    forms_pb2,
    matters_pb2,
    routes_pb2,
    supervision_pb2,
    units_pb2,
    verification_pb2,
)
from services.kernel.transmission import Stage
from services.kernel.workdays import DAY_US
from tests.dashboard.naive_board import Place
from tests.dashboard.naive_burden import NaiveBurden

_MODULES = (directives_pb2, forms_pb2, matters_pb2, routes_pb2, supervision_pb2, units_pb2, verification_pb2)
# Whatever happens to an assignment, and where it leaves it.
STATES = {
    "AssignmentReceived": "received", "AssignmentNamed": "named", "WorkStarted": "started",
    "ReportVerified": "verified", "ReportReturned": "returned",
}  # fmt: skip


@dataclass
class Part:
    """One unit under one directive."""

    state: str = ""
    number: int = 0
    due: int = 0
    done: int = 0
    behalf: str = ""
    corrections: int = 0
    # Who corrected and who verified, one after the other.
    correctors: list[str] = field(default_factory=list)
    verifiers: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)


@dataclass
class Thing:
    """A matter, a question, an order or a practice."""

    state: str
    unit: str
    owner: str = ""
    number: str = ""
    passed_up: int = 0
    reopened: int = 0
    published: bool = False
    handlers: set[str] = field(default_factory=set)
    closed_by: str = ""


class CampaignRecount(NaiveBurden):
    """Feed it entries; it knows who did what, and how everything ended."""

    def __init__(self, entries: list[bytes]) -> None:
        self.parts: dict[tuple[str, str], Part] = {}
        self.matters: dict[str, Thing] = {}
        self.questions: dict[str, Thing] = {}
        self.orders: dict[str, Thing] = {}
        self.practices: dict[str, Thing] = {}
        self.checks_of: dict[str, list[bool]] = {}
        self.digests: list[tuple[str, int, int]] = []
        self.members: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.holders: dict[str, list[str]] = {}
        self.merged: list[tuple[str, str]] = []
        self.forms: dict[str, str] = {}
        # What happened, when, and who did it.
        self.acts: list[tuple[str, int, str]] = []
        self.staged: list[Any] = []
        super().__init__(entries)

    def read(self, entries: list[bytes]) -> None:
        for raw in entries:
            entry = ledger_pb2.Entry.FromString(raw)
            name = entry.type.rsplit(".", 1)[-1]
            self.acts.append((name, entry.occurred_at_us, entry.actor.id))
            handler = getattr(self, name, None)
            if handler is not None:
                message = next(getattr(module, name) for module in _MODULES if hasattr(module, name))
                event = message.FromString(entry.data)
                handler(event, entry)
                if name in STATES:
                    self.part(event).state = STATES[name]

    def part(self, event: Any) -> Part:
        return self.parts.setdefault((event.directive_id, event.unit_id), Part())

    def done_between(self, since_us: int, until_us: int) -> Counter[str]:
        """Acts by name."""
        return Counter(name for name, at_us, _ in self.acts if since_us < at_us <= until_us)

    # ---- units --------------------------------------------------------------------------------------------

    def UnitsStaged(self, event: Any, entry: Any) -> None:
        self.staged += event.units

    def RosterActivated(self, event: Any, entry: Any) -> None:
        for unit in self.staged:
            self.places[unit.unit_id] = Place(unit.parent_id, unit.kind, entry.position)
            self.members[unit.unit_id], self.names[unit.unit_id] = unit.members, unit.name
        self.staged = []

    def UnitMerged(self, event: Any, entry: Any) -> None:
        super().UnitMerged(event, entry)
        self.members[event.into_unit_id] += self.members.pop(event.unit_id)
        self.merged.append((event.unit_id, event.into_unit_id))

    def PostHolderAppointed(self, event: Any, entry: Any) -> None:
        self.holders.setdefault(event.unit_id, []).append(event.person_name)

    def PostHandedOver(self, event: Any, entry: Any) -> None:
        super().PostHandedOver(event, entry)
        self.holders[event.unit_id].append(event.person_name)

    # ---- reports ------------------------------------------------------------------------------------------

    def FormAssigned(self, event: Any, entry: Any) -> None:
        self.forms[event.directive_id] = event.form_id

    def ReportSubmitted(self, event: Any, entry: Any) -> None:
        super().ReportSubmitted(event, entry)
        part = self.part(event)
        assert event.report_number == part.number + 1, "numbers have no gap"
        part.state = "rectified" if event.rectifies else "reported"
        part.number, part.due, part.done = event.report_number, event.due_count, event.done_count
        part.behalf = event.on_behalf_by_unit_id

    def ReportCorrected(self, event: Any, entry: Any) -> None:
        super().ReportCorrected(event, entry)
        part = self.part(event)
        assert part.state == "verified" and event.reason, "only what was verified is corrected, with its reason"
        assert (event.report_number, event.correction_number) == (part.number + 1, part.corrections + 1)
        part.state, part.behalf = "reported", event.on_behalf_by_unit_id
        part.number, part.corrections = event.report_number, event.correction_number
        assert (event.due_count, event.done_count) != (part.due, part.done), "something was wrong"
        part.due, part.done = event.due_count, event.done_count
        part.correctors.append(entry.actor.id)

    def ReportVerified(self, event: Any, entry: Any) -> None:
        super().ReportVerified(event, entry)
        part = self.part(event)
        assert event.report_number == part.number, "the report that stands is verified"
        assert entry.actor.id not in part.correctors, "nobody verifies their own correction"
        part.verifiers.append(entry.actor.id)

    def FiguresReported(self, event: Any, entry: Any) -> None:
        part = self.part(event)
        assert event.report_number == part.number, "figures stand beside their report"
        part.figures = {figure.field_id: figure.value for figure in event.figures}

    def totals(self, directive_id: str, part: Part) -> tuple[int, int]:
        """Due and done as the form's figures say, added up by hand."""
        given = part.figures
        if self.forms[directive_id] == "own_election":
            return 3, sum(given[name] == "yes" for name in ("roll_ready", "place_ready", "materials_ready"))
        if self.forms[directive_id] == "rectification":
            return int(given["problems_found"]), int(given["problems_rectified"])
        groups = ("leaders", "proposed", "delegates", "staff")
        due = sum(4 * int(given[f"{group}_size"]) for group in groups)
        return due, sum(int(value) for name, value in given.items() if name.endswith("_done"))

    # ---- the desk -----------------------------------------------------------------------------------------

    def MatterRaised(self, event: Any, entry: Any) -> None:
        self.matters[event.matter_id] = Thing("waiting", event.unit_id, event.owner_unit_id)

    def MatterPassedUp(self, event: Any, entry: Any) -> None:
        matter = self.matters[event.matter_id]
        assert (matter.state, matter.owner) == ("waiting", event.from_unit_id)
        assert self.places[event.from_unit_id].parent == event.to_unit_id
        matter.owner, matter.passed_up = event.to_unit_id, matter.passed_up + 1

    def MatterAnswered(self, event: Any, entry: Any) -> None:
        assert self.matters[event.matter_id].state == "waiting", "nobody answers what is answered"
        self.matters[event.matter_id].state = "answered"

    def MatterAnswerPublished(self, event: Any, entry: Any) -> None:
        self.matters[event.matter_id].published = True

    def MatterSettled(self, event: Any, entry: Any) -> None:
        self.matters[event.matter_id].state = "settled"

    def MatterReopened(self, event: Any, entry: Any) -> None:
        matter = self.matters[event.matter_id]
        matter.state, matter.reopened = "waiting", matter.reopened + 1

    def PublicQuestionEntered(self, event: Any, entry: Any) -> None:
        self.questions[event.question_id] = Thing("entered", event.unit_id)

    def PublicAnswerDrafted(self, event: Any, entry: Any) -> None:
        question = self.questions[event.question_id]
        question.state, question.handlers = "drafted", {entry.actor.id}

    def PublicAnswerApproved(self, event: Any, entry: Any) -> None:
        question = self.questions[event.question_id]
        assert entry.actor.id not in question.handlers, "four eyes"
        question.state = "approved"

    def PublicAnswerSentBack(self, event: Any, entry: Any) -> None:
        self.questions[event.question_id].state = "entered"

    def PublicAnswerPublished(self, event: Any, entry: Any) -> None:
        assert self.questions[event.question_id].state == "approved"
        self.questions[event.question_id].state = "published"

    def PracticeSubmitted(self, event: Any, entry: Any) -> None:
        self.practices[event.practice_id] = Thing("submitted", event.unit_id)

    def PracticePublished(self, event: Any, entry: Any) -> None:
        self.practices[event.practice_id].state = "published"

    def PracticeReturned(self, event: Any, entry: Any) -> None:
        self.practices[event.practice_id].state = "returned"

    def OrderIssued(self, event: Any, entry: Any) -> None:
        self.orders[event.order_id] = Thing("issued", event.unit_id, number=event.number)

    def OrderAccepted(self, event: Any, entry: Any) -> None:
        self.handled(event, entry, "accepted")

    def OrderAnswered(self, event: Any, entry: Any) -> None:
        self.handled(event, entry, "answered")

    def handled(self, event: Any, entry: Any, state: str) -> None:
        order = self.orders[event.order_id]
        order.state = state
        order.handlers.add(entry.actor.id)

    def OrderReturned(self, event: Any, entry: Any) -> None:
        self.orders[event.order_id].state = "accepted"

    def OrderClosed(self, event: Any, entry: Any) -> None:
        order = self.orders[event.order_id]
        assert order.state == "answered"
        order.state, order.closed_by = "closed", entry.actor.id

    def OrderWithdrawn(self, event: Any, entry: Any) -> None:
        self.orders[event.order_id].state = "withdrawn"

    def SampleDrawn(self, event: Any, entry: Any) -> None:
        self.checks_of[event.sample_id] = []
        assert len(set(event.unit_ids)) == len(event.unit_ids)

    def SampleChecked(self, event: Any, entry: Any) -> None:
        self.checks_of[event.sample_id].append(event.found_true)

    def DigestMade(self, event: Any, entry: Any) -> None:
        """One a superior, stage and day; nobody is in it for what somebody else owes."""
        self.digests.append((event.unit_id, event.stage, event.day_us))
        assert event.day_us <= entry.occurred_at_us < event.day_us + DAY_US
        for item in event.items:
            assert item.due_us < entry.occurred_at_us, "what is told is overdue"
            credit = self.asked[item.directive_id].record(item.unit_id).credit
            if event.stage not in (Stage.DISPATCH, Stage.VERIFY):
                assert Stage(event.stage) not in credit, "what is told is not done"
                assert self.reached(item.directive_id, item.unit_id), "nothing is owed that never came"

    def reached(self, directive_id: str, unit: str) -> bool:
        """Whether a directive has come to a unit: passed on by each unit above it."""
        asked = self.asked[directive_id]
        chain = self.chain(unit, asked.route)
        below = chain[: chain.index(asked.issuer)]
        return all(asked.record(each).dispatched is not None or self.covered(asked, each) for each in below)
