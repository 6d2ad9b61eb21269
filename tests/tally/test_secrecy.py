"""Nothing ties a mark to a ballot: not the store's files, not the ledger, not the memory of requests."""

from __future__ import annotations

import random
from pathlib import Path

from huanjie.tally.v1 import tally_pb2 as pb
from services.tally.store.sheets import load_draft
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
