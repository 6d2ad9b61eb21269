"""A whole turnover played: a district congress and thirty electoral units. Each record is counted again."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from huanjie.tally.v1 import tally_pb2 as pb
from infra.recount.naive import differences, recompute
from services.chassis.permissions import OPERATOR
from tests.chassis.desk import principal
from tests.tally.hall import SECOND, TELLERS, WATCHER, Hall, sample_names
from tests.tally.small import small_sitting, small_vote

DELEGATES = 300
GROUPS = 6


def split(rng: random.Random, totals: Sequence[int], groups: int) -> list[list[int]]:
    """Approvals of each group, so that they sum to the totals and no group has more of them than its share."""
    shares = [[total // groups] * groups for total in totals]
    turn = rng.randrange(groups)
    for share, total in zip(shares, totals, strict=True):
        for _ in range(total % groups):
            share[turn % groups] += 1
            turn += 1
    return [[share[group] for share in shares] for group in range(groups)]


def approvals_for(seats: int, candidates: int, *, tie: bool = False, short: int = 0) -> list[int]:
    """Approvals by which `seats` pass, less `short`; with a tie, two share the last seat."""
    passing = seats - short
    votes = [DELEGATES * 9 // 10 - place for place in range(passing)]
    rest = [60 - place for place in range(candidates - passing)]
    if tie:
        votes[-1] = 200
        rest[0] = 200
    return votes + rest


def count(hall: Hall, rng: random.Random, sitting: str, vote: str, totals: Sequence[int], **turns: bool) -> list[str]:
    """A vote in six groups; `disputed`: one sheet is read differently; `recounted`: one is counted anew."""
    hall.vote(sitting, vote, DELEGATES, printed=DELEGATES + 10)
    sheets = hall.groups(vote, GROUPS)
    shares = split(rng, totals, GROUPS)
    for number, (sheet, share) in enumerate(zip(sheets, shares, strict=True)):
        cells = hall.cells(vote, share, DELEGATES // GROUPS)
        if number == 0 and turns.get("disputed"):
            read_differently(hall, sheet, cells, hall.cells(vote, [share[0] - 1, *share[1:]], DELEGATES // GROUPS))
        else:
            hall.read_twice(sheet, cells)
        if number == 1 and turns.get("recounted"):
            hall.do(pb.RecountSheetRequest(sheet_id=sheet, reason="示例：主席团要求复核"), WATCHER)
            hall.read_twice(sheet, cells)
        hall.sign(sheet)
    return hall.finish(vote)


def read_differently(hall: Hall, sheet: str, right: list[pb.TypedCell], wrong: list[pb.TypedCell]) -> None:
    hall.read(sheet, right, TELLERS[0])
    differing = set(hall.read(sheet, wrong, TELLERS[1]).fields)
    assert len(differing) == 2
    again = pb.RereadFieldsRequest(sheet_id=sheet, cells=[each for each in right if each.field in differing])
    for teller in TELLERS:
        state = hall.do(again, teller).state
    assert state == "settled"


def check_records(hall: Hall, votes: Sequence[str]) -> None:
    """The independent second implementation finds the same outcome from the record alone."""
    for vote in votes:
        record = json.loads(hall.ask(pb.GetRecordRequest(election_id=vote)).record_json)
        assert differences(record, recompute(record)) == []


def hold_congress(hall: Hall, rng: random.Random) -> list[str]:
    """A tie at the last seat, a shortfall, a disputed sheet and a recount; returns the votes in their order."""
    members = hall.election(sample_names(50), 45)
    alternates = hall.election(sample_names(70)[60:], 9, post="alternate")
    inspectors = hall.election(sample_names(107)[75:], 29, post="cdi_member")
    sitting = hall.sitting([members, alternates, inspectors], DELEGATES)
    (revote,) = count(hall, rng, sitting, members, approvals_for(45, 50, tie=True), disputed=True)
    assert count(hall, rng, sitting, revote, [200, 100]) == []
    (short,) = count(hall, rng, sitting, alternates, approvals_for(9, 10, short=1), recounted=True)
    names = hall.ask(pb.GetRecordRequest(election_id=alternates)).record_json
    put_up = json.loads(names)["outcome"]["next_round"]["names"]
    lines = [pb.CandidateLine(name=name) for name in sample_names(107) if name in put_up]
    hall.do(pb.ConfirmCandidatesRequest(election_id=short, candidates=lines), SECOND)
    assert count(hall, rng, sitting, short, [180, 20]) == []
    assert count(hall, rng, sitting, inspectors, approvals_for(29, 32)) == []
    assert hall.do(pb.CloseSittingRequest(sitting_id=sitting)).state == "closed"
    seats = [len(hall.ask(pb.GetWallRequest(election_id=v)).elected) for v in (members, revote, alternates, short)]
    assert seats == [44, 1, 8, 1]
    return [members, revote, alternates, short, inspectors]


def test_a_district_congress_with_a_tie_a_shortfall_a_dispute_and_a_recount(hall: Hall, seed: int) -> None:
    check_records(hall, hold_congress(hall, random.Random(seed)))


def elect_delegates(hall: Hall, rng: random.Random) -> list[str]:
    """Thirty electoral units, one sitting each."""
    secretary = principal(OPERATOR, "unit_d")
    votes = []
    for number in range(30):
        names = sample_names(12)
        approvals = [*rng.sample(range(18, 31), 10), 9, 8]
        vote = small_vote(names, 10, approvals, 30, body="electoral_unit", post="delegate")
        request = small_sitting(vote, entitled=34, present=30, turnover=f"370211/unit{number}/2026")
        votes += hall.do(request, secretary).election_ids
    return votes


def test_thirty_electoral_units_elect_their_delegates(hall: Hall, seed: int) -> None:
    votes = elect_delegates(hall, random.Random(seed))
    for vote in votes:
        assert len(hall.ask(pb.GetWallRequest(election_id=vote)).elected) == 10
    check_records(hall, votes)
