"""Random acts on a sheet and on a vote: each leads where a plain model says, or meets the refusal that it names.

`HUANJIE_FUZZ_EXAMPLES` says how many; `make fuzz` asks for many more than a run of the tests.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.principals import Principal
from services.kernel.refusal import Refusal
from tests.tally.hall import FIRST, PIN, SECOND, TELLERS, WATCHER, Hall, sample_names

EXAMPLES = int(os.environ.get("HUANJIE_FUZZ_EXAMPLES", "25"))
STEPS = 30
# A vote gets no more than so many sheets, for what an act costs grows with them.
SHEETS_MAX = 40
APPROVALS = (20, 21)
TELLER = st.sampled_from((0, 1))
VALUE = st.sampled_from(APPROVALS)
ROLE = st.sampled_from(("teller", "scrutineer"))
SHEET, MINE, TWICE = "TALLY_SHEET_STATE", "TALLY_NOT_YOUR_READING", "TALLY_TELLER_TWICE"


@contextmanager
def opened_hall() -> Iterator[Hall]:
    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        yield hall
        assert hall.desk.refold_differences() == []
        hall.desk.close()


def play(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def code_of(hall: Hall, request: Message, caller: Principal) -> str:
    """The refusal's code, or nothing."""
    try:
        hall.do(request, caller)
    except Refusal as refusal:
        return refusal.code
    return ""


class SheetActs(RuleBasedStateMachine):
    """One sheet; the model knows who holds it, what each reads at one field, and who signed."""

    hall: Hall
    vote: str
    made = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).made += 1
        if self.made % SHEETS_MAX == 0:
            type(self).vote = new_vote(self.hall, self.made)
        group = pb.FormGroupsRequest(election_id=self.vote, groups=[f"示例组{type(self).made}"])
        self.sheet = self.hall.do(group).sheet_ids[0]
        self.restart("empty")

    def restart(self, state: str) -> None:
        self.state = state
        self.tellers: list[int] = []
        self.typed: dict[int, int] = {}
        self.read: dict[int, int] = {}
        self.again: dict[int, int] = {}
        self.signed: set[str] = set()

    def cells(self, approve: int) -> list[pb.TypedCell]:
        return self.hall.cells(self.vote, [approve, 20, 12, 12], 30)

    def holder(self) -> int | None:
        """Who has an unfinished reading in hand."""
        return self.tellers[-1] if self.state.endswith("in_progress") else None

    def expect(self, request: Message, caller: Principal, code: str) -> bool:
        """Does it; whether it was to succeed."""
        assert code_of(self.hall, request, caller) == code
        return not code

    def done(self) -> None:
        assert self.hall.sheet(self.sheet).state == self.state

    @rule(teller=TELLER, approve=VALUE)
    def save(self, teller: int, approve: int) -> None:
        code = ""
        if self.holder() is not None:
            code = "" if self.holder() == teller else MINE
        elif self.state == "first_finalised":
            code = TWICE if self.tellers == [teller] else ""
        elif self.state not in ("empty", "sent_back"):
            code = SHEET
        if self.expect(pb.SaveEntryRequest(sheet_id=self.sheet, cells=self.cells(approve)), TELLERS[teller], code):
            if self.holder() is None:
                self.state = "second_in_progress" if self.tellers else "first_in_progress"
                self.tellers.append(teller)
            self.typed[teller] = approve
        self.done()

    def in_hand(self, teller: int) -> str:
        if self.holder() is None:
            return SHEET
        return "" if self.holder() == teller else MINE

    @rule(teller=TELLER)
    def finalise(self, teller: int) -> None:
        if self.expect(pb.FinaliseEntryRequest(sheet_id=self.sheet), TELLERS[teller], self.in_hand(teller)):
            self.read[teller] = self.typed.pop(teller)
            if len(self.tellers) == 1:
                self.state = "first_finalised"
            else:
                self.state = "settled" if len(set(self.read.values())) == 1 else "differences"
        self.done()

    @rule(teller=TELLER)
    def discard(self, teller: int) -> None:
        if self.expect(pb.DiscardEntryRequest(sheet_id=self.sheet), TELLERS[teller], self.in_hand(teller)):
            self.tellers.pop()
            self.typed.clear()
            self.state = "first_finalised" if self.tellers else "empty"
        self.done()

    @rule(teller=TELLER, approve=VALUE)
    def reread(self, teller: int, approve: int) -> None:
        first = self.hall.candidate_ids(self.vote)[0]
        fields = (f"candidates.{first}.approve", f"candidates.{first}.abstain")
        cells = [each for each in self.cells(approve) if each.field in fields]
        code = "" if self.state == "differences" else SHEET
        if self.expect(pb.RereadFieldsRequest(sheet_id=self.sheet, cells=cells), TELLERS[teller], code):
            self.again[teller] = approve
            if len(self.again) == 2:
                self.read, self.again = self.again, {}
                self.state = "settled" if len(set(self.read.values())) == 1 else "differences"
        self.done()

    @rule(teller=TELLER)
    def dispute(self, teller: int) -> None:
        code = "" if self.holder() is not None or self.state == "differences" else SHEET
        if not code and teller not in self.tellers:
            code = MINE
        if self.expect(pb.DisputeSheetRequest(sheet_id=self.sheet, reason="示例"), TELLERS[teller], code):
            self.state = "disputed"
        self.done()

    @rule()
    def send_back(self) -> None:
        sent = ("first_in_progress", "first_finalised", "second_in_progress", "differences", "disputed")
        code = "" if self.state in sent else SHEET
        if self.expect(pb.SendBackSheetRequest(sheet_id=self.sheet, reason="示例"), WATCHER, code):
            self.restart("sent_back")
        self.done()

    @rule()
    def recount(self) -> None:
        code = "" if self.state in ("settled", "signed") else SHEET
        if self.expect(pb.RecountSheetRequest(sheet_id=self.sheet, reason="示例"), WATCHER, code):
            self.restart("sent_back")
        self.done()

    @rule(role=ROLE)
    def sign(self, role: str) -> None:
        code = SHEET if self.state != "settled" else "TALLY_SIGNED" if role in self.signed else ""
        digest = self.hall.sheet(self.sheet).sheet_hash
        request = pb.SignSheetRequest(sheet_id=self.sheet, role=role, pin=PIN, sheet_hash=digest)
        if self.expect(request, TELLERS[0] if role == "teller" else WATCHER, code):
            self.signed.add(role)
            self.state = "signed" if len(self.signed) == 2 else "settled"
        self.done()

    @rule(role=ROLE)
    def unsign(self, role: str) -> None:
        code = SHEET if self.state not in ("settled", "signed") else "" if role in self.signed else "TALLY_NOT_SIGNED"
        request = pb.UnsignSheetRequest(sheet_id=self.sheet, role=role, reason="示例")
        if self.expect(request, WATCHER, code):
            self.signed.remove(role)
            self.state = "settled"
        self.done()


def new_vote(hall: Hall, turn: int) -> str:
    """A vote whose ballots are back, in a turnover of its own."""
    body: dict[str, Any] = {"unit_id": "unit_d", "turnover": f"370211/sheets{turn}/2026"}
    opened = hall.do(pb.OpenElectionRequest(
        **body, body="district_congress", post="member", seats=3, title="示例",
    ))  # fmt: skip
    vote = str(opened.election_id)
    hall.list_names(vote, sample_names(4))
    hall.vote(hall.sitting([vote]), vote, 30)
    return vote


def test_any_order_of_acts_on_a_sheet_leads_where_the_model_says() -> None:
    with opened_hall() as hall:

        class Acts(SheetActs):
            pass

        Acts.hall, Acts.vote = hall, new_vote(hall, 0)
        play(Acts)


class VoteActs(RuleBasedStateMachine):
    """One vote in a sitting; the model is the list of its steps, of which only the next one can be done."""

    hall: Hall
    turn = 0
    STEPS = ("announce", "boxes", "issued", "close", "returned")
    STATES = ("seated", "announced", "boxed", "issued", "cast", "returned")

    @initialize()
    def opened(self) -> None:
        type(self).turn += 1
        body: dict[str, Any] = {"unit_id": "unit_d", "turnover": f"370211/{type(self).turn}/2026"}
        opened = self.hall.do(pb.OpenElectionRequest(
            **body, body="district_congress", post="member", seats=3, title="示例",
        ))  # fmt: skip
        self.vote = opened.election_id
        self.hall.list_names(self.vote, sample_names(4))
        self.sitting = self.hall.sitting([self.vote], 6)
        self.place = 0

    def attempt(self, step: str, requests: list[tuple[Message, Principal]]) -> None:
        for request, caller in requests:
            expected = "" if self.STEPS.index(step) == self.place else "TALLY_VOTE_STATE"
            assert code_of(self.hall, request, caller) == expected
            if expected:
                break
        else:
            self.place += 1
        assert self.hall.state(self.vote) == self.STATES[self.place]

    def counted(self, field: str, value: int) -> None:
        both = {"sitting_id": self.sitting, "election_id": self.vote, "field": field, "value": str(value)}
        self.attempt(field, [(pb.EnterFigureRequest(**both), FIRST), (pb.ConfirmFigureRequest(**both), SECOND)])

    @rule()
    def announce(self) -> None:
        self.attempt("announce", [(pb.AnnounceCandidatesRequest(election_id=self.vote), FIRST)])

    @rule(boxes=st.integers(1, 5))
    def check_boxes(self, boxes: int) -> None:
        self.counted("boxes", boxes)

    @rule(issued=st.integers(5, 6))
    def issue(self, issued: int) -> None:
        self.counted("issued", issued)

    @rule()
    def close(self) -> None:
        self.attempt("close", [(pb.CloseVotingRequest(election_id=self.vote), FIRST)])

    @rule(returned=st.integers(1, 5))
    def count_returned(self, returned: int) -> None:
        self.counted("returned", returned)


def test_any_order_of_acts_on_a_vote_leads_where_the_model_says() -> None:
    with opened_hall() as hall:

        class Acts(VoteActs):
            pass

        Acts.hall = hall
        play(Acts)
