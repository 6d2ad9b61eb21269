"""The store is abandoned around each commit of a count, opened again, and asked the same once more."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from google.protobuf.message import Message

from huanjie.call.v1 import call_pb2
from huanjie.ledger.v1 import ledger_pb2
from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.principals import Principal
from services.chassis.store import Transaction
from tests.chassis.desk import Desk
from tests.tally.hall import CHEAP_APP, CHIEF, PIN, TELLERS, WATCHER, Hall, sample_names

NAMES = 4
BY_SHEET = 27
BY_BALLOT = 3
STORE = "data/stores/tally.sqlite3"
BEFORE = "before the commit"
TORN = "within the commit's bytes"
COMMITTED = "after the commit, before the log is emptied"
UNANSWERED = "after the commit, before the answer"
MOMENTS = {BEFORE, TORN, COMMITTED, UNANSWERED}
LEFT_NO_TRACE = {"AddBallot": "TALLY_DESK_MOVED_ON"}
Facts = list[tuple[int, str, str, bytes]]


@dataclass(frozen=True)
class Step:
    """One request as a client sends it, also again, and what it answered undisturbed."""

    request: Message
    caller: Principal
    request_id: str
    answer: call_pb2.Reply

    @property
    def method(self) -> str:
        return type(self.request).__name__.removesuffix("Request")


@dataclass(frozen=True)
class Wreck:
    """What lay on the disk when the process ended in a step; ``head``: the last entry that had to be durable."""

    root: Path
    step: int
    moment: str
    head: int


def facts_of(desk: Desk) -> Facts:
    """What the ledger says, without the hour and the epoch in which it was written."""
    entries = [(each.position, ledger_pb2.Entry.FromString(each.entry)) for each in desk.events()]
    return [(position, entry.subject, entry.type, entry.data) for position, entry in entries]


def draw_ids(desk: Desk, seed: int, step: int) -> None:
    """The random ids of a step depend on no step before it: done again, it draws the same."""
    desk.recorder.ids = type(desk.recorder.ids)(random.Random(f"{seed}/{step}").randbytes)


class Count:
    """Sends a count's requests one by one and keeps what lay on the disk around each commit."""

    def __init__(self, hall: Hall, root: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hall, self.desk, self.root, self.seed = hall, hall.desk, root, seed
        self.rng = random.Random(seed)
        self.steps: list[Step] = []
        self.wrecks: list[Wreck] = []
        self._transaction = self.desk.store.transaction
        self._empty_log = self.desk.store._empty_log
        self._log_bytes = 0
        monkeypatch.setattr(self.desk.store, "transaction", self._watched)
        monkeypatch.setattr(self.desk.store, "_empty_log", self._watched_log)

    def _keep(self, moment: str) -> Path:
        root = self.root / f"wreck-{len(self.wrecks)}"
        shutil.copytree(self.desk.folder.root, root / "data")
        with self.desk.store.snapshot() as reader:
            head = reader.one("SELECT max(position) FROM ledger")
        assert head is not None and isinstance(head[0], int)
        self.wrecks.append(Wreck(root, len(self.steps), moment, head[0]))
        return root

    @contextmanager
    def _watched(self) -> Iterator[Transaction]:
        log = self.desk.folder.stores / "tally.sqlite3-wal"
        with self._transaction() as tx:
            yield tx
            self._log_bytes = log.stat().st_size if log.exists() else 0
            self._keep(BEFORE)
        self._keep(UNANSWERED)

    def _watched_log(self, connection: apsw.Connection) -> bool:
        # As much of the commit as a seed says has reached the disk: never its last byte.
        torn = self._keep(TORN) / f"{STORE}-wal"
        self.wrecks[-1] = Wreck(self.wrecks[-1].root, len(self.steps), TORN, self.wrecks[-2].head)
        cut = self.rng.randrange(self._log_bytes, torn.stat().st_size)
        with torn.open("r+b") as file:
            file.truncate(cut)
        self._keep(COMMITTED)
        return self._empty_log(connection)

    def send(self, request: Message, caller: Principal) -> None:
        draw_ids(self.desk, self.seed, len(self.steps))
        method = type(request).__name__.removesuffix("Request")
        request_id = f"request-{len(self.steps)}"
        answer = self.desk.reply(method, request, caller, request_id)
        assert not answer.HasField("refused"), (method, answer)
        self.steps.append(Step(request, caller, request_id, answer))

    def read_from_paper(self, vote: str, sheet: str) -> None:
        """Two tellers type a sheet; one errs in a field, and both read it again."""
        right = self.hall.cells(vote, [self.rng.randrange(15, 20) for _ in range(NAMES)], BY_SHEET)
        first = f"candidates.{self.hall.candidate_ids(vote)[0]}."
        steps = {f"{first}approve": -1, f"{first}abstain": 1}
        wrong = [pb.TypedCell(field=c.field, text=str(int(c.text) + steps.get(c.field, 0))) for c in right]
        half = self.rng.randrange(1, len(right))
        for teller, cells in zip(TELLERS, self.rng.sample([right, wrong], 2), strict=True):
            self.send(pb.SaveEntryRequest(sheet_id=sheet, cells=cells[:half]), teller)
            self.send(pb.SaveEntryRequest(sheet_id=sheet, cells=cells[half:]), teller)
            self.send(pb.FinaliseEntryRequest(sheet_id=sheet), teller)
        again = pb.RereadFieldsRequest(sheet_id=sheet, cells=[each for each in right if each.field in steps])
        for teller in TELLERS:
            self.send(again, teller)

    def read_ballots(self, sheet: str) -> None:
        """Two tellers read the same ballots at the desk."""
        marks = ["approve", "approve", "approve", "disapprove"]
        for teller in TELLERS:
            for number in range(BY_BALLOT):
                self.send(pb.AddBallotRequest(sheet_id=sheet, ballots_before=number, marks=marks), teller)
            self.send(pb.FinaliseEntryRequest(sheet_id=sheet), teller)

    def sign(self, sheet: str) -> None:
        digest = self.hall.sheet(sheet).sheet_hash
        for role, caller in (("teller", TELLERS[0]), ("scrutineer", WATCHER)):
            self.send(pb.SignSheetRequest(sheet_id=sheet, role=role, pin=PIN, sheet_hash=digest), caller)


def retried(desk: Desk, step: Step, durable: bool) -> None:
    """The same request again must answer the same; what leaves no request behind must say that it was done."""
    answer = desk.reply(step.method, step.request, step.caller, step.request_id)
    if durable and step.method in LEFT_NO_TRACE:
        assert answer.refused.code == LEFT_NO_TRACE[step.method], answer
    else:
        expected = call_pb2.Reply.FromString(step.answer.SerializeToString())
        expected.repeated_request = durable
        assert answer == expected, (step.method, answer, expected)


def goes_on(wreck: Wreck, steps: list[Step], seed: int, facts: Facts, shown: list[pb.Sheet]) -> None:
    """Opens the wreck, sends its step again and all that follow, and compares with the count undisturbed."""
    desk = Desk(CHEAP_APP, wreck.root)
    found = facts_of(desk)
    assert found == facts[: len(found)]
    assert not found or found[-1][0] == wreck.head
    for number, step in enumerate(steps[wreck.step :], start=wreck.step):
        draw_ids(desk, seed, number)
        retried(desk, step, number == wreck.step and wreck.moment in (COMMITTED, UNANSWERED))
    assert facts_of(desk) == facts
    assert [desk.ask("GetSheet", pb.GetSheetRequest(sheet_id=each.sheet_id), WATCHER) for each in shown] == shown
    assert desk.refold_differences() == []
    desk.close()


def test_a_crash_around_any_commit_loses_no_entry_and_confirms_none_twice(
    hall: Hall, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = hall.election(sample_names(NAMES), 3)
    hall.vote(hall.sitting([vote]), vote, BY_SHEET + BY_BALLOT)
    paper, ballots = hall.groups(vote, 2)
    count = Count(hall, tmp_path / "wrecks", seed, monkeypatch)
    count.read_from_paper(vote, paper)
    count.read_ballots(ballots)
    for sheet in (paper, ballots):
        count.sign(sheet)
    count.send(pb.CloseCountRequest(election_id=vote), CHIEF)
    facts = facts_of(hall.desk)
    confirmed = [(subject, kind) for _, subject, kind, _ in facts if kind.endswith(".EntryFinalised")]
    assert sorted(subject for subject, _ in confirmed) == sorted([paper, ballots] * 2)
    assert {each.moment for each in count.wrecks} == MOMENTS
    assert {each.step for each in count.wrecks} == set(range(len(count.steps)))
    shown = [hall.sheet(each) for each in (paper, ballots)]
    for wreck in count.wrecks:
        print(f"crash in step {wreck.step}, {count.steps[wreck.step].method}, {wreck.moment}")
        goes_on(wreck, count.steps, seed, facts, shown)
