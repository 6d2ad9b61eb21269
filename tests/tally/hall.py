"""Tally on a desk: a small district above it, and short ways through a whole sitting. Names are plainly samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from huanjie.reporting.v1 import units_pb2
from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.ledger import Fact
from services.chassis.permissions import CHIEF_SCRUTINEER, OPERATOR, SCRUTINEER, TELLER, UNIT_SECRETARY
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from services.kernel.strokes import name_order
from services.tally.app import APP
from services.tally.context import Context, Hardness
from tests.chassis.desk import START_US, Desk, principal

UNIT = "unit_d"
UNITS = {"unit_d": "", "unit_s": "unit_d", "unit_b": "unit_s"}
TURNOVER = "370211/district/2026"
PIN = "402917"
CHEAP_APP = replace(APP, context=lambda running: Context(Hardness(1, 8, 1)))
FIRST = principal(OPERATOR, UNIT, "account_first")
SECOND = principal(UNIT_SECRETARY, UNIT, "account_second")
TELLERS = (principal(TELLER, UNIT, "account_t1"), principal(TELLER, UNIT, "account_t2"))
WATCHER = principal(SCRUTINEER, UNIT, "account_s1")
OTHER_WATCHER = principal(SCRUTINEER, UNIT, "account_s2")
CHIEF = principal(CHIEF_SCRUTINEER, UNIT, "account_chief")
CHAIR = principal(SCRUTINEER, UNIT, "account_chair")
STAFF = {
    "account_t1": ("示例计票甲", "teller"),
    "account_t2": ("示例计票乙", "teller"),
    "account_s1": ("示例选举人1", "scrutineer"),
    "account_s2": ("示例选举人2", "scrutineer"),
    "account_chief": ("示例选举人3", "chief_scrutineer"),
    "account_chair": ("示例选举人4", "chair"),
}
_FAMILY = "丁马王方石田刘李吴张陈赵"
_GIVEN = "一二三四五六七八九十"


def sample_names(count: int) -> list[str]:
    """Sample names in ballot order: 示例 is no part of a list by strokes, so they are made of two plain characters."""
    names = [family + given for given in _GIVEN for family in _FAMILY][:count]
    return sorted(names, key=name_order)


class Hall:
    """A service of its own, a tree of three units, and everybody's PINs."""

    def __init__(self, folder: Path, *, pins: bool = True) -> None:
        self.desk = Desk(CHEAP_APP, folder)
        for position, (unit_id, parent_id) in enumerate(UNITS.items(), start=1):
            event = units_pb2.UnitEstablished(
                unit_id=unit_id, parent_id=parent_id, code=unit_id, name=f"示例{unit_id}", kind="branch", members=9
            )
            type_name = str(event.DESCRIPTOR.full_name)
            fact = Fact("reporting", position, unit_id, "", type_name, START_US, START_US, "a", OPERATOR, "", "l")
            self.desk.hear("reporting", fact, type_name, event.SerializeToString())
        if pins:
            for caller in (*TELLERS, WATCHER, OTHER_WATCHER, CHIEF):
                self.do(pb.MakeSigningKeyRequest(pin=PIN), caller)

    def do(self, request: Message, caller: Principal = FIRST) -> Any:
        return self.desk.do(type(request).__name__.removesuffix("Request"), request, caller)

    def ask(self, request: Message, caller: Principal = FIRST) -> Any:
        return self.desk.ask(type(request).__name__.removesuffix("Request"), request, caller)

    def refused(self, request: Message, caller: Principal = FIRST) -> Refusal:
        """The refusal of a command, which must leave every table as it was."""
        before = self.desk.state()
        with pytest.raises(Refusal) as caught:
            self.do(request, caller)
        assert self.desk.state() == before
        return caught.value

    # ---- the way to a count ------------------------------------------------------------------------------------

    def election(
        self, names: Sequence[str], seats: int, *, body: str = "district_congress", post: str = "member",
        round_name: str = "formal", after: str = "", confirm: bool = True, listed: bool = True,
    ) -> str:  # fmt: skip
        opened = self.do(pb.OpenElectionRequest(
            unit_id=UNIT, turnover=TURNOVER, body=body, post=post, seats=seats, title=f"示例选举{post}",
            round=round_name, after_election_id=after,
        ))  # fmt: skip
        if listed:
            self.list_names(opened.election_id, names, confirm=confirm)
        return str(opened.election_id)

    def list_names(self, election_id: str, names: Sequence[str], *, confirm: bool = True) -> None:
        lines = [pb.CandidateLine(name=name) for name in names]
        self.do(pb.EnterCandidatesRequest(election_id=election_id, candidates=lines), FIRST)
        if confirm:
            self.do(pb.ConfirmCandidatesRequest(election_id=election_id, candidates=lines), SECOND)

    def roll(self, entitled: int, *, freeze: bool = True) -> str:
        lines = [pb.ElectorLine(name=f"示例选举人{n}") for n in range(1, entitled + 1)]
        roll_id = self.do(pb.EnterRollRequest(unit_id=UNIT, turnover=TURNOVER, electors=lines)).roll_id
        if freeze:
            self.do(pb.FreezeRollRequest(roll_id=roll_id, entitled=str(entitled)), SECOND)
        return str(roll_id)

    def figure(self, sitting_id: str, field: str, value: int | str, election_id: str = "") -> None:
        both = {"sitting_id": sitting_id, "election_id": election_id, "field": field, "value": str(value)}
        self.do(pb.EnterFigureRequest(**both), FIRST)
        self.do(pb.ConfirmFigureRequest(**both), SECOND)

    def officers(self, staff: Iterable[str] = STAFF) -> list[pb.OfficerLine]:
        return [pb.OfficerLine(account_id=each, name=STAFF[each][0], role=STAFF[each][1]) for each in staff]

    def sitting(self, election_ids: Sequence[str], entitled: int = 30, present: int = 0, basis: str = "") -> str:
        """A sitting up to its officers."""
        present = present or entitled
        opened = self.do(
            pb.OpenSittingRequest(unit_id=UNIT, roll_id=self.roll(entitled), election_ids=election_ids)
        )  # fmt: skip
        sitting_id = str(opened.sitting_id)
        self.figure(sitting_id, "present", present)
        self.do(pb.AdoptMethodRequest(sitting_id=sitting_id, agree=present, primary_basis=basis))
        self.do(pb.PassOfficersRequest(sitting_id=sitting_id, officers=self.officers(), agree=present))
        return sitting_id

    def vote(self, sitting_id: str, election_id: str, issued: int, returned: int = -1, printed: int = -1) -> None:
        """From the announcement of candidates to the ballots returned."""
        printed = issued if printed < 0 else printed
        self.do(pb.AnnounceCandidatesRequest(election_id=election_id))
        self.figure(sitting_id, "printed", printed, election_id)
        self.figure(sitting_id, "boxes", 2, election_id)
        self.figure(sitting_id, "issued", issued, election_id)
        self.do(pb.CloseVotingRequest(election_id=election_id))
        self.figure(sitting_id, "unused_destroyed", printed - issued, election_id)
        self.figure(sitting_id, "returned", issued if returned < 0 else returned, election_id)

    # ---- sheets -------------------------------------------------------------------------------------------------

    def groups(self, election_id: str, count: int = 1) -> list[str]:
        names = [f"第{n}计票组" for n in range(1, count + 1)]
        return list(self.do(pb.FormGroupsRequest(election_id=election_id, groups=names)).sheet_ids)

    def candidate_ids(self, election_id: str) -> list[str]:
        return [each.candidate_id for each in self.ask(pb.GetElectionRequest(election_id=election_id)).candidates]

    def cells(
        self, election_id: str, approvals: Sequence[int], valid: int, invalid: int = 0,
        disapprovals: Sequence[int] = (), write_ins: dict[str, int] | None = None,
    ) -> list[pb.TypedCell]:  # fmt: skip
        """A whole sheet; who is neither approved nor disapproved of is abstained on."""
        typed = {"votes": valid + invalid, "valid": valid, "invalid": invalid}
        against = list(disapprovals) or [0] * len(approvals)
        for each, approve, disapprove in zip(self.candidate_ids(election_id), approvals, against, strict=True):
            typed |= {
                f"candidates.{each}.approve": approve,
                f"candidates.{each}.disapprove": disapprove,
                f"candidates.{each}.abstain": valid - approve - disapprove,
                f"candidates.{each}.unreadable": 0,
            }
        typed |= {f"write_ins.{name}.approve": count for name, count in (write_ins or {}).items()}
        return [pb.TypedCell(field=field, text=str(value)) for field, value in typed.items()]

    def read(self, sheet_id: str, cells: Sequence[pb.TypedCell], teller: Principal = TELLERS[0]) -> Any:
        self.do(pb.SaveEntryRequest(sheet_id=sheet_id, cells=cells), teller)
        return self.do(pb.FinaliseEntryRequest(sheet_id=sheet_id), teller)

    def read_twice(self, sheet_id: str, cells: Sequence[pb.TypedCell]) -> None:
        for teller in TELLERS:
            answer = self.read(sheet_id, cells, teller)
        assert answer.state == "settled"

    def sheet(self, sheet_id: str, caller: Principal = WATCHER) -> pb.Sheet:
        found: pb.Sheet = self.ask(pb.GetSheetRequest(sheet_id=sheet_id), caller)
        return found

    def sign(self, sheet_id: str) -> None:
        digest = self.sheet(sheet_id).sheet_hash
        for role, caller in (("teller", TELLERS[0]), ("scrutineer", WATCHER)):
            self.do(pb.SignSheetRequest(sheet_id=sheet_id, role=role, pin=PIN, sheet_hash=digest), caller)

    def report(self, election_id: str) -> None:
        digest = self.ask(pb.GetResultRequest(election_id=election_id), CHIEF).record_sha256
        self.do(pb.ReportResultRequest(election_id=election_id, pin=PIN, record_sha256=digest), CHIEF)

    def declare(self, election_id: str) -> list[str]:
        return list(self.do(pb.DeclareResultRequest(election_id=election_id), CHAIR).next_election_ids)

    def finish(self, election_id: str) -> list[str]:
        """From signed sheets to the announcement; returns the further votes."""
        self.do(pb.CloseCountRequest(election_id=election_id), CHIEF)
        self.report(election_id)
        return self.declare(election_id)

    def count(self, sitting_id: str, election_id: str, approvals: Sequence[int], valid: int) -> list[str]:
        """A whole vote with one group."""
        self.vote(sitting_id, election_id, valid)
        (sheet_id,) = self.groups(election_id)
        self.read_twice(sheet_id, self.cells(election_id, approvals, valid))
        self.sign(sheet_id)
        return self.finish(election_id)

    def state(self, election_id: str) -> str:
        return str(self.ask(pb.GetElectionRequest(election_id=election_id)).state)
