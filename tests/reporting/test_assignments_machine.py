"""The table of an assignment's states, the README's picture of it, and a long walk that a naive model predicts."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.refusals import Refusal
from services.reporting.domain.assignment_machine import TRANSITIONS, Action, State, allows, next_state
from services.reporting.domain.directive_errors import NotDispatched, WrongState
from tests.reporting.campaign import Campaign
from tests.reporting.office import Office

README = Path(__file__).parents[2] / "services" / "reporting" / "README.md"
_ARROW = re.compile(r"^\s+(\w+) --> (\w+): ([\w, ]+)$", re.MULTILINE)


def _chapter(title: str) -> str:
    """What the README says under a heading."""
    return README.read_text("utf-8").split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_readme_draws_exactly_the_table() -> None:
    drawn = {
        (source, target, action)
        for source, target, actions in _ARROW.findall(_chapter("The life of an assignment"))
        for action in actions.split(", ")
    }
    table = {(state.value, to.value, action.value) for (state, action), leads in TRANSITIONS.items() for to in leads}
    assert drawn == table


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_what_the_table_does_not_have_is_refused_by_name(state: State, action: Action) -> None:
    if allows(state, action):
        assert next_state(state, action, "unit_x", State.NAMED) in TRANSITIONS[state, action]
        return
    with pytest.raises(NotDispatched if state is State.PENDING else WrongState):
        next_state(state, action, "unit_x")


def test_a_restored_assignment_is_where_its_withdrawal_found_it() -> None:
    for before in State:
        if before is not State.WITHDRAWN:
            assert next_state(State.WITHDRAWN, Action.RESTORE, "unit_x", before) is before


class Model:
    """What should come of each act, written down without the table: a state, or the code of a refusal."""

    def __init__(self) -> None:
        self.state, self.before, self.passed_on, self.asked, self.behalf = "pending", "", False, False, ""
        self.version = 0

    def act(self, action: str) -> str:
        """The refusal's code; empty when it is done."""
        if self.state == "pending" and self.passed_on:
            self.state = "dispatched"
        wrong = "NOT_DISPATCHED" if self.state == "pending" else "WRONG_STATE"
        done = getattr(self, action)()
        if done is None:
            return wrong
        return str(done)

    def _to(self, state: str, events: int = 1) -> str:
        self.state, self.version = state, self.version + events
        return ""

    def receive(self) -> str | None:
        return self._to("received") if self.state == "dispatched" else None

    def receive_and_name(self) -> str | None:
        return self._to("named", 2) if self.state == "dispatched" else None

    def name(self) -> str | None:
        if self.state == "received":
            return self._to("named")
        return self._to(self.state) if self.state in ("named", "started", "returned") else None

    def start(self) -> str | None:
        return self._to("started") if self.state == "named" else None

    def report(self, behalf: str = "") -> str | None:
        after = {"named": "reported", "started": "reported", "reported": "reported", "returned": "rectified"}
        after["rectified"] = "rectified"
        if self.state not in after:
            return None
        self.asked, self.behalf = False, behalf
        return self._to(after[self.state], 2 if self.state == "named" else 1)

    def report_on_behalf(self) -> str | None:
        return self.report("A")

    def confirm(self) -> str | None:
        if self.state not in ("reported", "rectified", "verified"):
            return None
        if self.behalf != "A":
            return "NOTHING_TO_CONFIRM"
        self.behalf = "A, confirmed"
        return self._to(self.state)

    def correct(self) -> str | None:
        if self.state != "verified":
            return None
        self.behalf = ""
        return self._to("reported")

    def verify_by_committee(self) -> str | None:
        if self.state not in ("reported", "rectified"):
            return None
        return "OWN_REPORT_VERIFIED" if self.behalf else self._to("verified")

    def verify_by_district(self) -> str | None:
        return self._to("verified") if self.state in ("reported", "rectified") else None

    def send_back(self) -> str | None:
        return self._to("returned") if self.state in ("reported", "rectified") else None

    def withdraw(self) -> str | None:
        if self.state == "withdrawn":
            return None
        self.before = self.state
        return self._to("withdrawn")

    def restore(self) -> str | None:
        if self.state != "withdrawn":
            return None
        return self._to("dispatched" if self.before == "pending" and self.passed_on else self.before)

    def ask(self) -> str | None:
        if self.state not in ("dispatched", "received", "named", "started", "returned"):
            return None
        self.asked = True
        return self._to(self.state)

    def grant(self) -> str | None:
        return self._answer()

    def refuse(self) -> str | None:
        return self._answer()

    def _answer(self) -> str | None:
        if self.state not in ("dispatched", "received", "named", "started", "returned"):
            return None
        if not self.asked:
            return "EXTENSION_NOT_ASKED"
        self.asked = False
        return self._to(self.state)


ACTS: dict[str, tuple[str, type[Message], dict[str, Any]]] = {
    "receive": ("a1", pb.ReceiveAssignmentRequest, {"receive_only": True}),
    "receive_and_name": ("a1", pb.ReceiveAssignmentRequest, {}),
    "name": ("a1", pb.NameResponsibleRequest, {}),
    "start": ("a1", pb.StartWorkRequest, {}),
    "report": ("a1", pb.SubmitReportRequest, {"due_count": 4, "done_count": 3}),
    "report_on_behalf": ("A", pb.ReportOnBehalfRequest, {"due_count": 4, "done_count": 4}),
    "confirm": ("a1", pb.ConfirmReportRequest, {}),
    "correct": ("a1", pb.CorrectReportRequest, {"reason": "漏计", "due_count": 4, "done_count": 2}),
    "verify_by_committee": ("A", pb.VerifyReportRequest, {}),
    "verify_by_district": ("D", pb.VerifyReportRequest, {}),
    "send_back": ("D", pb.ReturnReportRequest, {"reason": "补充"}),
    "withdraw": ("A", pb.WithdrawAssignmentRequest, {"reason": "暂缓"}),
    "restore": ("A", pb.RestoreAssignmentRequest, {}),
    "ask": ("a1", pb.AskExtensionRequest, {"stage": 5, "workdays": 1, "reason": "汛期"}),
    "grant": ("A", pb.GrantExtensionRequest, {}),
    "refuse": ("A", pb.RefuseExtensionRequest, {"reason": "不同意"}),
}


class Walk(RuleBasedStateMachine):
    """Acts in any order on one branch's assignment, on a real store."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.office = Office(self.folder)
        self.campaign = Campaign(self.office)
        self.campaign.issue()
        self.model = Model()

    @rule()
    def pass_on(self) -> None:
        if not self.model.passed_on:
            self.campaign.open_way("A")
            self.model.passed_on = True

    @rule(name=st.sampled_from(sorted(ACTS)))
    def act(self, name: str) -> None:
        by, kind, fields = ACTS[name]
        expected = self.model.act(name)
        caller = self.campaign.secretary(by)
        request = self.campaign.message(kind, "a1", **fields)
        before = self.office.desk.recorder.ledger.head
        if expected:
            with pytest.raises(Refusal) as caught:
                self.office.do(request, caller)
            assert caught.value.code == expected
            assert self.office.desk.recorder.ledger.head == before
            return
        answer = self.office.do(request, caller)
        assert (answer.state, answer.version) == (self.model.state, self.model.version)

    @invariant()
    def seen_as_the_model_says(self) -> None:
        if hasattr(self, "model"):
            pending = self.model.state == "pending" and self.model.passed_on
            view = self.campaign.view("a1")
            assert view.state == ("dispatched" if pending else self.model.state)
            assert view.version == self.model.version

    def teardown(self) -> None:
        if hasattr(self, "office"):
            assert self.office.desk.refold_differences() == []
            self.office.close()
            shutil.rmtree(self.folder)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=12, stateful_step_count=40, deadline=None)
