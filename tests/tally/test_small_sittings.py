"""A branch of 23 counts on one phone: all of it takes effect at once, or nothing does."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.permissions import UNIT_SECRETARY
from tests.chassis.desk import principal
from tests.tally.hall import Hall, sample_names
from tests.tally.small import reading, small_sitting, small_vote
from tests.tally.test_bad_input import worded

SECRETARY = principal(UNIT_SECRETARY, "unit_b")
NAMES = sample_names(4)


def test_a_branch_of_23_elects_in_one_request(hall: Hall) -> None:
    answer = hall.do(small_sitting(small_vote(NAMES, 3, [19, 18, 5, 15], 20)), SECRETARY)
    assert list(answer.next_election_ids) == []
    (vote,) = answer.election_ids
    wall = hall.ask(pb.GetWallRequest(election_id=vote), SECRETARY)
    assert [each.name for each in wall.elected] == [NAMES[0], NAMES[1], NAMES[3]]
    # Totals are announced however few voted (20 here), with every figure explained.
    result = hall.ask(pb.GetResultRequest(election_id=vote), SECRETARY)
    assert [each.approve for each in result.persons] == [19, 18, 5, 15]
    assert (result.entitled, result.present, result.state) == (23, 20, "declared")
    assert {each.rule for each in result.explained} >= {"Q3", "E1b", "B1"}
    assert hall.do(pb.CloseSittingRequest(sitting_id=answer.sitting_id), SECRETARY).state == "closed"


def test_a_tie_is_voted_on_again_in_the_same_sitting(hall: Hall) -> None:
    first = hall.do(small_sitting(small_vote(NAMES, 3, [18, 18, 12, 12], 20)), SECRETARY)
    (revote,) = first.next_election_ids
    again = small_vote((), 1, [8, 12], 20, election_id=revote)
    second = hall.do(small_sitting(again, sitting_id=first.sitting_id), SECRETARY)
    assert list(second.next_election_ids) == []
    elected = hall.ask(pb.GetWallRequest(election_id=revote), SECRETARY).elected
    assert [each.name for each in elected] == [NAMES[3]]


def test_a_shortfall_is_filled_with_names_that_the_branch_puts_up(hall: Hall) -> None:
    first = hall.do(small_sitting(small_vote(NAMES, 3, [18, 18, 4, 5], 20)), SECRETARY)
    (short,) = first.next_election_ids
    again = small_vote(NAMES[2:], 1, [3, 15], 20, election_id=short)
    assert list(hall.do(small_sitting(again, sitting_id=first.sitting_id), SECRETARY).next_election_ids) == []


def test_readings_that_differ_record_nothing(hall: Hall) -> None:
    vote = small_vote(NAMES, 3, [19, 18, 5, 15], 20, second_reading=reading([19, 17, 5, 15], 20))
    refusal = hall.refused(small_sitting(vote), SECRETARY)
    assert worded(refusal) == "TALLY_READINGS_DIFFER"
    assert refusal.params() == {"field": "candidates.2.approve", "fields": 2}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"present": 18}, "TALLY_QUORUM_MISSING"),
        ({"present": 24}, "TALLY_SHEET_IMPOSSIBLE"),
        ({"second_reader": "示例 党员1"}, "TALLY_SAME_PERSON"),
        ({"second_reader": "示例外人"}, "TALLY_OFFICER_NOT_ELECTOR"),
        ({"officers_agree": 10}, "TALLY_OFFICERS_NOT_PASSED"),
        ({"method_agree": 11}, "TALLY_METHOD_NOT_AGREED"),
        ({"electors": []}, "BAD_REQUEST"),
        ({"sitting_id": "sitt_none"}, "NOT_FOUND"),
    ],
)
def test_what_a_branch_may_not_do_is_refused_as_a_whole(hall: Hall, more: dict[str, Any], code: str) -> None:
    request = small_sitting(small_vote(NAMES, 3, [19, 18, 5, 15], 20), **more)
    assert worded(hall.refused(request, SECRETARY)) == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"photo_sha256": ""}, "BAD_REQUEST"),
        ({"issued": "21"}, "TALLY_VOTE_STATE"),
        ({"returned": "22"}, "TALLY_VOTE_STATE"),
        ({"returned": "19"}, "TALLY_SHEET_IMPOSSIBLE"),
        ({"unused_destroyed": "1"}, "TALLY_SHEET_IMPOSSIBLE"),
        ({"body": "示例"}, "BAD_REQUEST"),
    ],
)
def test_numbers_of_a_small_vote_that_cannot_be_are_refused(hall: Hall, more: dict[str, Any], code: str) -> None:
    request = small_sitting(small_vote(NAMES, 3, [19, 18, 5, 15], 20, **more))
    assert worded(hall.refused(request, SECRETARY)) == code


def test_another_branch_may_not_record_it(hall: Hall) -> None:
    stranger = principal(UNIT_SECRETARY, "unit_elsewhere")
    request = small_sitting(small_vote(NAMES, 3, [19, 18, 5, 15], 20))
    assert worded(hall.refused(request, stranger)) == "PERMISSION_DENIED"
