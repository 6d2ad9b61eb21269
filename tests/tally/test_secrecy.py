"""Nothing ties a mark to a ballot: not the store's files, not the ledger, not the memory of requests."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from contextlib import suppress
from pathlib import Path

from google.protobuf.message import Message

from huanjie.chassis.v1 import chassis_pb2
from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.broker import connect
from services.chassis.client import ServiceClient
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from services.chassis.wire import Subjects
from services.tally.app import APP
from services.tally.store.sheets import load_draft
from tests.brokers import NatsServer
from tests.chassis.scene import DISTRICT, make_folder, sign
from tests.faults.campaign import WAIT_SECONDS_MAX, Process
from tests.tally.hall import TELLERS, WATCHER, Hall, sample_names

MARKS = ("approve", "disapprove", "abstain")
BALLOTS = 30


def files_with(folder: Path, needle: bytes) -> list[str]:
    """Files below a folder that hold these bytes."""
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_no_byte_of_a_single_ballot_is_left_once_its_sheet_is_settled(hall: Hall, seed: int) -> None:
    rng = random.Random(seed)
    vote = hall.election(sample_names(4), 3)
    sitting = hall.sitting([vote])
    hall.vote(sitting, vote, BALLOTS)
    (sheet,) = hall.groups(vote)
    before = len(hall.desk.events())
    states: set[bytes] = set()
    ballots = [
        ["approve" if place in rng.sample(range(4), 3) else rng.choice(MARKS[1:]) for place in range(4)]
        for _ in range(BALLOTS)
    ]
    for reading, teller in enumerate(TELLERS, start=1):
        for number, marks in enumerate(rng.sample(ballots, BALLOTS)):
            request = pb.AddBallotRequest(sheet_id=sheet, ballots_before=number, marks=marks, spoilt=number == 7)
            hall.desk.do("AddBallot", request, teller, f"the-id-of-ballot-{number}-{reading}")
            with hall.desk.store.snapshot() as reader:
                cells = load_draft(reader, sheet, reading).cells
                row = reader.one("SELECT cells FROM draft WHERE sheet_id = ? AND reading = ?", (sheet, reading))
                assert row is not None
                states.add(str(row[0]).encode())
            assert cells["votes"] == number + 1
        reason = [pb.WarningExplained(code=code, text="示例：未按规定符号填写") for code in ("W.302", "W.301")]
        hall.do(pb.FinaliseEntryRequest(sheet_id=sheet, explanations=reason), teller)
    folder = hall.desk.folder.root
    if hall.sheet(sheet).state == "differences":
        hall.do(pb.SendBackSheetRequest(sheet_id=sheet, reason="示例：第七张不同"), WATCHER)
    assert len(states) >= BALLOTS
    # What the search looks for can be found: the final counts stand in the ledger.
    assert files_with(folder, b"EntryFinalised")
    for needle in (*states, b"the-id-of-ballot"):
        assert files_with(folder, needle) == [], needle
    with hall.desk.store.snapshot() as reader:
        methods = {str(row[0]) for row in reader.all("SELECT DISTINCT method FROM request")}
        assert not reader.all("SELECT 1 FROM draft")
    assert "FinaliseEntry" in methods and not methods & {"AddBallot", "DecideDoubtful"}
    kinds = [each.type.rpartition(".")[2] for each in hall.desk.events()[before:]]
    # Two readings of thirty ballots leave these entries and no other.
    assert kinds[:4] == ["EntryStarted", "EntryFinalised", "EntryStarted", "EntryFinalised"]


def test_no_name_of_a_candidate_or_elector_stands_in_the_ledger_but_those_elected(hall: Hall) -> None:
    names = sample_names(4)
    vote = hall.election(names, 3)
    hall.count(hall.sitting([vote]), vote, [28, 25, 15, 16], 30)
    entries = b"".join(each.entry for each in hall.desk.events())
    assert [name for name in names if name.encode() in entries] == [names[0], names[1], names[3]]
    assert "示例选举人".encode() not in entries


def test_a_pin_leaves_nothing_behind(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    hall.count(hall.sitting([vote]), vote, [28, 25, 15, 16], 30)
    assert files_with(hall.desk.folder.root, b"402917") == []


class Running:
    """The tally service as a process of its own on a real broker, telling all that it ever tells in its log."""

    def __init__(self, hall: Hall, server: NatsServer, root: Path) -> None:
        self.folder = make_folder(root)
        stores = self.folder.stores
        for each in hall.desk.folder.stores.glob("tally.sqlite3*"):
            shutil.copyfile(each, stores / each.name)
        self.server = server
        self.process = Process("services.tally.app", self.folder.root, server, log_level="debug")

    async def __aenter__(self) -> Running:
        self.process.start()
        self.broker = await connect(self.server.url, "test")
        subjects = Subjects(DISTRICT)
        self.tally = ServiceClient(self.broker, subjects, "tally", APP.descriptor)
        chassis = chassis_pb2.DESCRIPTOR.services_by_name["ChassisService"]
        self.chassis = ServiceClient(self.broker, subjects, "tally", chassis)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.process.kill()
        await self.broker.close()

    async def published(self, at_least: int) -> None:
        """Waits until the broker holds all entries, and there are so many."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while True:
                with suppress(Refusal):
                    asked = chassis_pb2.HealthRequest()
                    answer = await self.chassis.call("Health", asked, chassis_pb2.HealthResponse, timeout_seconds=1)
                    health = answer.message
                    if health.published_position >= max(at_least, health.head_position):
                        return

    async def do(self, request: Message, caller: Principal, request_id: str) -> None:
        method = type(request).__name__.removesuffix("Request")
        response = pb.DeskResponse if method == "AddBallot" else pb.SheetResponse
        principal = sign(self.folder, caller.grants, caller.account_id)
        await self.tally.call(method, request, response, principal=principal, request_id=request_id)


async def test_neither_stream_nor_log_of_a_running_service_holds_a_ballot(
    hall: Hall, nats_server: NatsServer, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    vote = hall.election(sample_names(4), 3)
    hall.vote(hall.sitting([vote]), vote, BALLOTS)
    (sheet,) = hall.groups(vote)
    written = "示例另选人"
    head = hall.desk.recorder.ledger.head
    ballots = [rng.sample(["approve", "approve", rng.choice(MARKS), rng.choice(MARKS)], 4) for _ in range(BALLOTS)]
    sent = []
    async with Running(hall, nats_server, tmp_path / "running") as running:
        await running.published(head)
        for reading, teller in enumerate(TELLERS, start=1):
            for number, marks in enumerate(rng.sample(ballots, BALLOTS)):
                names = [written] if marks.count("approve") < 3 and "disapprove" in marks else []
                request = pb.AddBallotRequest(sheet_id=sheet, ballots_before=number, marks=marks, write_ins=names)
                sent.append(request)
                await running.do(request, teller, f"the-id-of-ballot-{number}-{reading}")
            reason = [pb.WarningExplained(code=f"W.30{n}", text="示例：已当场说明") for n in range(1, 10)]
            final = pb.FinaliseEntryRequest(sheet_id=sheet, explanations=reason)
            await running.do(final, teller, f"the-id-of-reading-{reading}")
        await running.published(head + 2)
    stored, told = nats_server.folder / "store", running.folder.root / "logs"
    # What the search looks for can be found: the counts stand in the stream, and the log tells of the service.
    assert files_with(stored, b"EntryFinalised")
    assert files_with(told, b"tally")
    requests = {each.SerializeToString() for each in sent}
    marked = {pb.AddBallotRequest(marks=marks).SerializeToString() for marks in ballots}
    marked |= {
        text.encode()
        for marks in ballots
        for text in (repr(marks), json.dumps(marks), json.dumps(marks, separators=(",", ":")))
    }
    needles = requests | marked | {b"the-id-of-ballot", b"AddBallot", b"ballots_before", written.encode()}
    assert [mark for mark in MARKS if files_with(told, mark.encode())] == []
    for needle in needles:
        for place in (stored, told, nats_server.folder):
            assert files_with(place, needle) == [], (place.name, needle)
    assert files_with(running.folder.root / "stores", b"the-id-of-ballot") == []
