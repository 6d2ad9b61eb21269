"""A standing committee stands in the list as the superior approved it, not by strokes nor by votes (O2)."""

from __future__ import annotations

import json

import pytest

from huanjie.tally.v1 import tally_pb2 as pb
from infra.recount.naive import differences, recompute
from tests.tally.hall import FIRST, SECOND, Hall, sample_names
from tests.tally.test_bad_input import worded

NAMES = sample_names(6)
APPROVED = [NAMES[place] for place in (3, 0, 5, 1, 4, 2)]


def committee(hall: Hall, approved: list[str], *, post: str = "standing_member", again: list[str] | None = None) -> str:
    """A vote of the district's committee with its list; the second person enters the order `again`."""
    vote = hall.election([], 5, body="district_committee", post=post, listed=False)
    lines = [pb.CandidateLine(name=name) for name in NAMES]
    hall.do(pb.EnterCandidatesRequest(election_id=vote, candidates=lines, approved_order=approved), FIRST)
    second = approved if again is None else again
    hall.do(pb.ConfirmCandidatesRequest(election_id=vote, candidates=lines, approved_order=second), SECOND)
    return vote


def record_of(hall: Hall, vote: str) -> dict[str, object]:
    record: dict[str, object] = json.loads(hall.ask(pb.GetRecordRequest(election_id=vote)).record_json)
    assert differences(record, recompute(record)) == []
    return record


def listed(hall: Hall, vote: str) -> list[str]:
    """The names in the list of the record, which must be those of the announcement and of the result."""
    in_record = record_of(hall, vote)["outcome"]["list"]  # type: ignore[index]
    announced = [each.name for each in hall.ask(pb.GetWallRequest(election_id=vote)).elected]
    result = hall.ask(pb.GetResultRequest(election_id=vote))
    placed = sorted((each.place, each.name) for each in result.persons if each.elected)
    assert in_record == announced == [name for _, name in placed]
    return list(in_record)


def test_a_standing_committee_is_listed_in_the_order_that_the_superior_approved(hall: Hall) -> None:
    vote = committee(hall, APPROVED)
    assert list(hall.ask(pb.GetElectionRequest(election_id=vote)).approved_order) == APPROVED
    assert [each.name for each in hall.ask(pb.GetElectionRequest(election_id=vote)).candidates] == NAMES
    sitting = hall.sitting([vote])
    hall.count(sitting, vote, [20, 21, 22, 23, 24, 2], 30)
    assert listed(hall, vote) == [name for name in APPROVED if name != NAMES[5]]


def test_without_an_approved_order_a_standing_committee_stands_by_strokes(hall: Hall) -> None:
    vote = committee(hall, [])
    hall.count(hall.sitting([vote]), vote, [20, 21, 22, 23, 24, 2], 30)
    assert listed(hall, vote) == NAMES[:5]


def test_secretaries_are_listed_as_on_the_ballot_whose_order_the_superior_approved(hall: Hall) -> None:
    names = [NAMES[4], NAMES[0]]
    vote = hall.election(names, 2, body="district_committee", post="deputy_secretary")
    hall.count(hall.sitting([vote]), vote, [29, 30], 30)
    assert listed(hall, vote) == names
    assert list(hall.ask(pb.GetElectionRequest(election_id=vote)).approved_order) == names


def test_a_vote_among_the_tied_keeps_the_approved_order(hall: Hall) -> None:
    vote = committee(hall, APPROVED)
    sitting = hall.sitting([vote])
    (revote,) = hall.count(sitting, vote, [20, 20, 25, 25, 25, 25], 30)
    assert listed(hall, vote) == [name for name in APPROVED if name not in NAMES[:2]]
    assert list(hall.ask(pb.GetElectionRequest(election_id=revote)).approved_order) == [NAMES[0], NAMES[1]]
    assert hall.count(sitting, revote, [5, 20], 30) == []
    assert listed(hall, revote) == [NAMES[1]]


@pytest.mark.parametrize(
    ("approved", "code", "name"),
    [
        (APPROVED[:5], "TALLY_APPROVED_ORDER", APPROVED[5]),
        ([*APPROVED[:5], APPROVED[0]], "TALLY_APPROVED_ORDER", APPROVED[0]),
        ([*APPROVED, "示例子"], "TALLY_APPROVED_ORDER", "示例子"),
    ],
)
def test_an_approved_order_has_every_candidate_once(hall: Hall, approved: list[str], code: str, name: str) -> None:
    vote = hall.election([], 5, body="district_committee", post="standing_member", listed=False)
    lines = [pb.CandidateLine(name=each) for each in NAMES]
    request = pb.EnterCandidatesRequest(election_id=vote, candidates=lines, approved_order=approved)
    refused = hall.refused(request)
    assert (worded(refused), refused.params()["name"]) == (code, name)


def test_other_lists_have_no_approved_order(hall: Hall) -> None:
    vote = hall.election([], 5, listed=False)
    lines = [pb.CandidateLine(name=each) for each in NAMES]
    request = pb.EnterCandidatesRequest(election_id=vote, candidates=lines, approved_order=APPROVED)
    assert worded(hall.refused(request)) == "TALLY_APPROVED_ORDER_NOT_HERE"


@pytest.mark.parametrize("again", [[], APPROVED[:5], [APPROVED[1], APPROVED[0], *APPROVED[2:]]])
def test_an_approved_order_that_the_second_person_enters_otherwise_is_refused(hall: Hall, again: list[str]) -> None:
    vote = hall.election([], 5, body="district_committee", post="standing_member", listed=False)
    lines = [pb.CandidateLine(name=name) for name in NAMES]
    hall.do(pb.EnterCandidatesRequest(election_id=vote, candidates=lines, approved_order=APPROVED), FIRST)
    refused = hall.refused(
        pb.ConfirmCandidatesRequest(election_id=vote, candidates=lines, approved_order=again), SECOND
    )  # fmt: skip
    assert worded(refused) == "TALLY_APPROVED_ORDER_NOT_THE_SAME"
    assert not set(refused.params().values()) & set(NAMES)
