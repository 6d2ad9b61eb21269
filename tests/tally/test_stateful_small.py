"""Random small sittings, right and wrong: each leads where a plain model says, or is refused and changes nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from huanjie.tally.v1 import tally_pb2 as pb
from infra.recount.naive import differences, recompute
from services.chassis.permissions import UNIT_SECRETARY
from tests.chassis.desk import principal
from tests.tally.hall import Hall, sample_names
from tests.tally.small import reading, small_sitting, small_vote
from tests.tally.test_stateful import code_of, opened_hall, play

SECRETARY = principal(UNIT_SECRETARY, "unit_b")
NAMES = sample_names(4)
SEATS, VALID, PRESENT = 2, 20, 20
# Approvals of the first vote: both seats filled, two equal at the last seat, one seat left open.
FIRST = {"complete": [19, 18, 2, 1], "tie": [17, 11, 11, 1], "shortfall": [19, 5, 4, 3]}
# What is wrong, in the order in which it is found; nothing, or an unusual number that is explained, is wrong with "".
FAULTS = {
    "differ": "TALLY_READINGS_DIFFER", "no photograph": "BAD_REQUEST", "one reader": "TALLY_SAME_PERSON",
    "too few": "TALLY_QUORUM_MISSING", "unexplained": "TALLY_WARNING_UNEXPLAINED", "explained": "", "": "",
}  # fmt: skip
FAULT = st.sampled_from(list(FAULTS))


def vote(names: list[str], seats: int, approvals: list[int], fault: str, **more: Any) -> pb.SmallElection:
    """One vote with what is wrong with it."""
    if fault == "differ":
        more["second_reading"] = reading([approvals[0] - 1, *approvals[1:]], VALID)
    if fault == "no photograph":
        more["photo_sha256"] = ""
    if fault == "explained":
        more["explanations"] = [pb.WarningExplained(code="W.402", text="示例：一人未领票")]
    return small_vote(names, seats, approvals, VALID, **more)


def whole(fault: str) -> dict[str, Any]:
    """What the sitting says, with what is wrong with it."""
    said: dict[str, Any] = {"present": {"too few": 18, "unexplained": 21, "explained": 21}.get(fault, PRESENT)}
    if fault == "one reader":
        said["second_reader"] = "示 例党员1"
    return said


class SmallActs(RuleBasedStateMachine):
    """A branch in one turnover; the model knows the sitting and which further vote waits."""

    hall: Hall
    turn = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).turn += 1
        self.turnover = f"370211/small{type(self).turn}/2026"
        self.sitting = self.waiting = self.round = ""
        self.names: list[str] = []
        self.unusual = False

    def head(self) -> int:
        return self.hall.desk.recorder.ledger.head

    def attempt(self, request: pb.RecordSmallSittingRequest, code: str) -> bool:
        """Sends it; whether it was to be recorded. What is refused leaves no entry."""
        before = self.head()
        if code:
            assert code_of(self.hall, request, SECRETARY) == code
            assert self.head() == before
            return False
        done = self.hall.do(request, SECRETARY)
        self.sitting = done.sitting_id
        (held,) = done.election_ids
        record = json.loads(self.hall.ask(pb.GetRecordRequest(election_id=held), SECRETARY).record_json)
        assert differences(record, recompute(record)) == []
        following = record["outcome"]["next_round"]
        assert bool(following) == bool(done.next_election_ids)
        self.waiting = done.next_election_ids[0] if following else ""
        self.round = following["round"] if following else ""
        self.names = [name for name in NAMES if name in following["names"]] if following else []
        return True

    @rule(outcome=st.sampled_from(list(FIRST)), fault=FAULT)
    def record(self, outcome: str, fault: str) -> None:
        """A new sitting; a vote that waits for its further round keeps it from being held."""
        code = FAULTS[fault]
        if self.waiting and fault not in ("differ", "no photograph", "one reader"):
            code = "TALLY_VOTE_OPEN"
        request = small_sitting(
            vote(NAMES, SEATS, FIRST[outcome], fault), turnover=self.turnover, **whole(fault)
        )  # fmt: skip
        if self.attempt(request, code):
            assert bool(self.waiting) == (outcome != "complete")
            self.unusual = fault == "explained"

    @rule(decided=st.booleans(), fault=st.sampled_from(["", "differ", "no photograph"]))
    def go_on(self, decided: bool, fault: str) -> None:
        """The further vote in the same sitting: it decides, or leaves the same open once more."""
        if not self.waiting:
            return
        if self.round == "tie_revote":
            approvals = [12, 8] if decided else [10, 10]
        else:
            approvals = [15 if decided else 5, *[1] * (len(self.names) - 1)]
        more: dict[str, Any] = {"election_id": self.waiting}
        if self.unusual and not fault:
            more["explanations"] = [pb.WarningExplained(code="W.402", text="示例：一人未领票")]
        small = vote(self.names, 1, approvals, fault, **more)
        request = small_sitting(small, turnover=self.turnover, sitting_id=self.sitting)
        earlier = self.waiting
        if self.attempt(request, FAULTS[fault]):
            assert bool(self.waiting) == (not decided)
            assert self.waiting != earlier

    @rule()
    def go_on_with_nothing_to_vote_on(self) -> None:
        """A vote that is over is not held again."""
        if self.sitting and not self.waiting:
            listed = self.hall.ask(pb.GetSittingRequest(sitting_id=self.sitting), SECRETARY)
            small = vote(NAMES, 1, FIRST["complete"], "", election_id=listed.election_ids[-1])
            request = small_sitting(small, turnover=self.turnover, sitting_id=self.sitting)
            assert not self.attempt(request, "TALLY_VOTE_STATE")


def test_any_order_of_small_sittings_leads_where_the_model_says() -> None:
    with opened_hall() as hall:

        class Acts(SmallActs):
            pass

        Acts.hall = hall
        play(Acts)
