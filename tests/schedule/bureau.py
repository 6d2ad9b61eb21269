"""A schedule service on one table, with a small district: D over W and P; W over A and B; A over a1 and a2.

Two people of the office, and dates that leave room: the term ends on 20 October 2026, today is Monday, 16 March 2026.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2, units_pb2
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.ledger import Fact
from services.chassis.permissions import OPERATOR, UNIT_SECRETARY
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from services.kernel.workdays import DAY_US, day_of, start_of_day
from services.schedule.app import APP
from tests.chassis.desk import Desk, principal

UNITS = {
    "D": ("", "district_committee"),
    "W": ("D", "working_committee"),
    "P": ("D", "primary_committee"),
    "A": ("W", "primary_committee"),
    "B": ("W", "primary_committee"),
    "a1": ("A", "branch"),
    "a2": ("A", "branch"),
}
CONTENT = "一份示例文件".encode()
FILE = hashlib.sha256(CONTENT).hexdigest()
CONGRESS = "2026-10-12"
LAST_CONGRESS = "2021-10-20"


def unit(name: str) -> str:
    """The id of a unit by its letter."""
    return f"unit_{name}"


class Bureau:
    """Acts of the district's office; refusals leave every table as it was."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(APP, folder)
        self.desk.blobs.put([CONTENT], len(CONTENT))
        self.heard = 0
        for name, (parent, kind) in UNITS.items():
            parent_id = unit(parent) if parent else ""
            event = units_pb2.UnitEstablished(
                unit_id=unit(name), parent_id=parent_id, code=name, name=f"{name}单位", kind=kind, members=20
            )
            self.hear(event, unit(name))
            post = units_pb2.PostHolderAppointed(
                unit_id=unit(name), post_id=f"post_{name}", post_name="书记", person_id=f"person_{name}",
                person_name="示例甲", first=True,
            )  # fmt: skip
            self.hear(post, unit(name))
        self.turnover = ""

    def close(self) -> None:
        self.desk.close()

    # ---- what other services say --------------------------------------------------------------------------

    def hear(self, event: Message, subject: str = "", turnover: str = "", producer: str = "reporting") -> None:
        """An event of another service's ledger arrives."""
        self.heard += 1
        name, now = str(event.DESCRIPTOR.full_name), self.desk.clock.us
        fact = Fact(producer, self.heard, subject, turnover, name, now, now, "", "", "", f"ledger_{producer}")
        self.desk.hear(producer, fact, name, event.SerializeToString())

    def issued(self, cause: str, directive_id: str, *kinds: str) -> None:
        """Reporting issued the directive that something here asked for."""
        scope = directives_pb2.Scope(subtree_unit_id=unit("D"), kinds=kinds)
        self.hear(
            directives_pb2.DirectiveIssued(
                directive_id=directive_id, cause=cause, issuer_unit_id=unit("D"), scope=scope
            )
        )

    def verified(self, directive_id: str, *names: str) -> None:
        """Reporting has verified reports of these units."""
        for name in names:
            self.hear(directives_pb2.ReportVerified(directive_id=directive_id, unit_id=unit(name)))

    def corrected(self, directive_id: str, name: str) -> None:
        """A verified report was wrong."""
        self.hear(directives_pb2.ReportCorrected(directive_id=directive_id, unit_id=unit(name), reason="示例"))

    def unverified(self, directive_id: str, name: str) -> None:
        """A verification was taken back."""
        self.hear(
            directives_pb2.ActUndone(
                directive_id=directive_id, unit_id=unit(name), act="verify", stages=[6], verifier_unit_id=unit("D")
            )
        )

    # ---- calls --------------------------------------------------------------------------------------------

    def at(self, day: str, hour: int = 9) -> None:
        """Moves business time to that hour of a Shanghai day."""
        self.desk.clock.us = start_of_day(date.fromisoformat(day)) + hour * DAY_US // 24

    def operator(self, account: str = "account_first", name: str = "D") -> Principal:
        return principal(OPERATOR, unit(name), account)

    def secretary(self, name: str) -> Principal:
        return principal(UNIT_SECRETARY, unit(name))

    def filled(self, request: Message) -> Message:
        """With the turnover and its unit, where the request has such fields and leaves them empty."""
        names = request.DESCRIPTOR.fields_by_name
        if "turnover_id" in names and not request.turnover_id:  # type: ignore[attr-defined]
            request.turnover_id = self.turnover  # type: ignore[attr-defined]
        if "unit_id" in names and not request.unit_id:  # type: ignore[attr-defined]
            request.unit_id = unit("D")  # type: ignore[attr-defined]
        return request

    def do(self, request: Message, caller: Principal | None = None) -> Any:
        method = type(request).__name__.removesuffix("Request")
        return self.desk.do(method, self.filled(request), caller or self.operator())

    def ask(self, request: Message, caller: Principal | None = None) -> Any:
        method = type(request).__name__.removesuffix("Request")
        return self.desk.ask(method, self.filled(request), caller or self.operator())

    def refusal(self, request: Message, caller: Principal | None = None) -> Refusal:
        """The refusal of a command, which must leave every table as it was."""
        before = self.desk.state()
        with pytest.raises(Refusal) as caught:
            self.do(request, caller)
        assert self.desk.state() == before
        return caught.value

    # ---- the stage ----------------------------------------------------------------------------------------

    def open(self, **fields: Any) -> str:
        """The district's turnover becomes the one that acts are about."""
        words: dict[str, Any] = {
            "level": "district", "name": "区党代表大会换届", "last_congress_day": LAST_CONGRESS, "term_years": 5,
            "on_time_days": 60,
        }  # fmt: skip
        self.turnover = self.do(pb.OpenTurnoverRequest(**{**words, **fields})).turnover_id
        return self.turnover

    def adopt(self, **fields: Any) -> pb.AdoptPlanResponse:
        words: dict[str, Any] = {
            "reason": "按换届工作方案",
            "approver": "区委常委会",
            "document_number": "示例〔2026〕1号",
        }
        answer: pb.AdoptPlanResponse = self.do(pb.AdoptPlanRequest(**{**words, **fields}))
        return answer

    def planned(self) -> None:
        """An open turnover with the shipped district plan."""
        self.open()
        self.adopt(template_id="district_congress", congress_day=CONGRESS)

    def plan(self, caller: Principal | None = None) -> dict[str, pb.PlanMilestone]:
        """The milestones of the plan in force, by id."""
        shown = self.ask(pb.GetPlanRequest(), caller)
        return {each.milestone_id: each for each in shown.milestones}

    def keep(self, kind: str, matter: str, organ: str = "", day: str = "", **fields: Any) -> str:
        """A record with number and file."""
        request = pb.KeepRecordRequest(
            kind=kind, matter=matter, organ=organ, day=day, number="示例〔2026〕2号", file_sha256=FILE, **fields
        )
        return str(self.do(request).record_id)

    def complete(self, milestone_id: str, day: str = "") -> pb.MilestoneResponse:
        answer: pb.MilestoneResponse = self.do(pb.CompleteMilestoneRequest(milestone_id=milestone_id, day=day))
        return answer

    def begin(self, milestone_id: str) -> pb.MilestoneResponse:
        answer: pb.MilestoneResponse = self.do(pb.OpenMilestoneRequest(milestone_id=milestone_id))
        return answer

    def approved(self, matter: str, sent: str = "", replied: str = "") -> str:
        """A request drafted, signed, sent and approved."""
        paper = self.do(
            pb.DraftPaperRequest(kind="request", matters=[matter], title="关于有关事项的请示", addressee="市委")
        ).paper_id
        self.do(pb.SignPaperRequest(paper_id=paper, post_id="post_D"))
        self.do(pb.SendPaperRequest(paper_id=paper, number="区委〔2026〕9号", day=sent, file_sha256=FILE))
        today = replied or sent or self.today()
        self.do(
            pb.AnswerRequestRequest(
                paper_id=paper, approved=True, number="市委〔2026〕88号", day=today, organ="市委", file_sha256=FILE
            )
        )
        return str(paper)

    def today(self) -> str:
        return day_of(self.desk.clock.us).isoformat()

    def events(self, short_name: str) -> list[Any]:
        """The events of a type in the ledger, decoded, oldest first."""
        found = []
        for stored in self.desk.events():
            if stored.type.endswith(f".{short_name}"):
                data = ledger_pb2.Entry.FromString(stored.entry).data
                found.append(self.desk.recorder.codec.decode(stored.type, data))
        return found
