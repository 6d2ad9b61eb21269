"""A small district with one directive after another: D over A and B; A over a1, a2, a3; B over b1, b2."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import OPERATOR, UNIT_SECRETARY
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from services.kernel.workdays import DAY_US
from tests.chassis.desk import START_US, principal
from tests.reporting.office import Office

BRANCHES = {"A": ("a1", "a2", "a3"), "B": ("b1", "b2")}


class Campaign:
    """Acts by the short names of units; every unit has a first responsible person."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ids: dict[str, str] = {}
        self.posts: dict[str, str] = {}
        self.add("D", "", "district_committee")
        for committee, branches in BRANCHES.items():
            self.add(committee, "D", "primary_committee")
            for branch in branches:
                self.add(branch, committee, "branch")
        self.directive = ""
        self.route = ""

    # ---- the stage ----------------------------------------------------------------------------------------

    def add(self, name: str, parent: str, kind: str = "branch", *, person: bool = True) -> str:
        """A new unit, with its first responsible person."""
        unit_id = self.office.establish(self.ids.get(parent, ""), name, kind)
        self.ids[name] = unit_id
        if person:
            request = pb.AppointPostHolderRequest(
                unit_id=unit_id, post_name="书记", person_name=f"{name}书记", first=True
            )
            self.posts[name] = self.office.do(request).post_id
        return unit_id

    def at(self, days: int, hours: int = 0) -> None:
        """Calendar days after the start, a Monday at 9."""
        self.office.desk.clock.us = START_US + days * DAY_US + hours * DAY_US // 24

    def secretary(self, unit: str) -> Principal:
        return principal(UNIT_SECRETARY, self.ids[unit])

    def operator(self, unit: str = "D") -> Principal:
        return principal(OPERATOR, self.ids[unit])

    # ---- directives ---------------------------------------------------------------------------------------

    def request(self, **fields: Any) -> pb.IssueDirectiveRequest:
        """A directive to all branches, unless said otherwise."""
        scope = fields.pop("scope", None) or directives_pb2.Scope(kinds=["branch"])
        plan = fields.pop("plan", None) or pb.StagePlan()
        words = {"turnover": "示例区委2026", "title": "组织学习换届纪律", "text": "各支部组织学习。", **fields}
        words.setdefault("issuer_unit_id", self.ids["D"])
        return pb.IssueDirectiveRequest(scope=scope, plan=plan, **words)

    def issue(self, **fields: Any) -> str:
        """Issues it as the district's operator and makes it the one that acts are about."""
        self.directive = self.office.do(self.request(**fields), self.operator()).directive_id
        return self.directive

    def scope(self, *units: str, subtree: str = "", kinds: tuple[str, ...] = (), less: tuple[str, ...] = ()) -> Any:
        return directives_pb2.Scope(
            subtree_unit_id=self.ids.get(subtree, ""),
            kinds=kinds,
            unit_ids=[self.ids[unit] for unit in units],
            excluded_unit_ids=[self.ids[unit] for unit in less],
        )

    # ---- acts ---------------------------------------------------------------------------------------------

    def message(self, kind: type[Message], unit: str, **fields: Any) -> Message:
        return kind(directive_id=self.directive, unit_id=self.ids[unit], **fields)

    def own(self, kind: type[Message], unit: str, **fields: Any) -> pb.AssignmentResponse:
        """An act of the unit itself."""
        answer: pb.AssignmentResponse = self.office.do(self.message(kind, unit, **fields), self.secretary(unit))
        return answer

    def above(self, kind: type[Message], unit: str, by: str = "D", **fields: Any) -> pb.AssignmentResponse:
        """An act of the operator of a unit above."""
        answer: pb.AssignmentResponse = self.office.do(self.message(kind, unit, **fields), self.operator(by))
        return answer

    def refused(self, kind: type[Message], unit: str, by: str = "", **fields: Any) -> Refusal:
        """The refusal of an act of the unit itself, or of an operator `by` a unit."""
        caller = self.operator(by) if by else self.secretary(unit)
        return self.office.refusal(self.message(kind, unit, **fields), caller)

    def dispatch(self, unit: str, *children: str) -> pb.AssignmentResponse:
        ids = [self.ids[child] for child in children]
        return self.own(pb.DispatchAssignmentsRequest, unit, child_unit_ids=ids)

    def report(self, unit: str, due: int = 10, done: int = 10) -> pb.AssignmentResponse:
        return self.own(pb.SubmitReportRequest, unit, due_count=due, done_count=done, summary="已完成")

    def open_way(self, *units: str) -> None:
        """Committees receive, name and pass on, so that their branches can begin."""
        for unit in units or ("A", "B"):
            self.own(pb.ReceiveAssignmentRequest, unit)
            self.dispatch(unit)

    def reported(self, unit: str) -> None:
        """A branch whose committee passed it on receives, names and reports."""
        self.own(pb.ReceiveAssignmentRequest, unit)
        self.report(unit)

    # ---- what is known ------------------------------------------------------------------------------------

    def view(self, unit: str, caller: Principal | None = None) -> pb.Assignment:
        request = pb.GetAssignmentRequest(directive_id=self.directive, unit_id=self.ids[unit])
        found: pb.Assignment = self.office.ask(request, caller or self.operator())
        return found

    def state(self, unit: str) -> str:
        return self.view(unit).state

    def states(self, *units: str) -> list[str]:
        return [self.state(unit) for unit in units]

    def due(self, unit: str, stage: int) -> int:
        """The latest time in force of a stage."""
        return next(d.due_us for d in self.view(unit).deadlines if d.stage == stage)

    def events(self, short_name: str, unit: str = "") -> list[Any]:
        """The events of a type in the ledger, decoded, oldest first; of one unit where one is named."""
        desk = self.office.desk
        found: list[Any] = []
        for stored in desk.events():
            if stored.type.endswith(f".{short_name}"):
                found.append(desk.recorder.codec.decode(stored.type, _data(stored.entry)))
        return [event for event in found if not unit or event.unit_id == self.ids[unit]]


def _data(entry: bytes) -> bytes:
    return ledger_pb2.Entry.FromString(entry).data
