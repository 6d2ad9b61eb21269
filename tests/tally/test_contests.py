"""What can be voted on: bodies and posts, numbers of candidates, the order of names, one ballot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.refusal import Refusal
from services.tally.domain.count_errors import CandidateNumberWrong
from services.tally.domain.counting import merge, merge_write_ins
from services.tally.domain.kinds import (
    KIND_OF,
    POSTS_OF,
    Body,
    Candidate,
    Contest,
    ElectionKind,
    Post,
    Round,
    check_contest,
    person_key,
)
from services.tally.domain.marks import Ballot, Mark, Validity, assess
from services.tally.domain.numbers import candidates_for, check_candidate_number, number_warnings, surplus
from services.tally.domain.order import ballot_order, by_votes, check_ballot_order, elected_order
from services.tally.domain.outcome import decide
from services.tally.domain.sheets import SittingCounts, WriteInTotals, blank_totals
from tests.tally.sheets import contest, sheet, votes

YES, NO, BLANK, UNREAD = Mark.APPROVE, Mark.DISAPPROVE, Mark.ABSTAIN, Mark.UNREADABLE


def of_size(candidates: int, seats: int, body: Body = Body.DISTRICT_CONGRESS, post: Post = Post.MEMBER) -> Contest:
    names = tuple(Candidate(f"c{i}", f"示例{i}") for i in range(candidates))
    return Contest(body, post, Round.FORMAL, seats, names)


def test_the_kind_follows_from_the_body() -> None:
    assert set(KIND_OF) == set(POSTS_OF) == set(Body)
    assert contest(Body.ELECTORAL_UNIT, Post.DELEGATE).kind is ElectionKind.DELEGATE_UNIT


@pytest.mark.parametrize(
    ("which", "code"),
    [
        (contest(Body.DISTRICT_CONGRESS, Post.SECRETARY), "TALLY_POST_NOT_OF_BODY"),
        (contest(seats=0), "TALLY_SEATS_IMPOSSIBLE"),
        (of_size(0, 1), "TALLY_CANDIDATES_IMPOSSIBLE"),
        (of_size(2_001, 1), "TALLY_CANDIDATES_IMPOSSIBLE"),
        (replace(contest(), candidates=(Candidate("a", " "),)), "TALLY_CANDIDATE_NAME"),
        (replace(contest(), candidates=(Candidate("a", "示" * 61),)), "TALLY_CANDIDATE_NAME"),
        (replace(contest(), candidates=(Candidate("a", "示例"), Candidate("b", "示 例"))), "TALLY_CANDIDATE_REPEATED"),
        (replace(contest(), candidates=(Candidate("a", "示例"), Candidate("a", "示甲"))), "TALLY_CANDIDATE_REPEATED"),
    ],
)
def test_a_contest_that_cannot_be_is_refused(which: Contest, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_contest(which)


def test_a_contest_that_can_be_is_taken() -> None:
    check_contest(contest())


@pytest.mark.parametrize(
    ("seats", "twenty", "ten"),
    [(3, 4, 4), (5, 6, 6), (9, 11, 10), (11, 14, 13), (15, 18, 17), (35, 42, 39), (45, 54, 50)],
)
def test_the_fewest_candidates_are_those_of_the_integer_test(seats: int, twenty: int, ten: int) -> None:
    assert candidates_for(ElectionKind.PRIMARY_MEETING, Post.MEMBER, seats) == twenty
    assert candidates_for(ElectionKind.LOCAL_CONGRESS, Post.MEMBER, seats) == ten


@given(st.sampled_from(ElectionKind), st.sampled_from(Post), st.integers(min_value=1, max_value=300))
def test_one_candidate_fewer_than_the_fewest_breaks_the_rule(kind: ElectionKind, post: Post, seats: int) -> None:
    test = surplus(kind, post)
    assert test.holds(test.least(seats), seats)
    assert not test.holds(test.least(seats) - 1, seats)


def test_the_share_is_of_the_seats_not_of_the_candidates() -> None:
    # A template in use calls 3 seats with 4 candidates a quarter; of the seats it is a third.
    assert check_candidate_number(of_size(4, 3, Body.MEMBER_MEETING)).shown == "5 × (4 − 3) = 5 ≥ 3"
    with pytest.raises(CandidateNumberWrong) as caught:
        check_candidate_number(of_size(53, 45, Body.MEMBER_MEETING))
    assert caught.value.params() == {
        "post": "member", "candidates": 53, "seats": 45, "least": 54, "test": "5 × (53 − 45) = 40 < 45",
    }  # fmt: skip
    assert caught.value.rule == "D2b"


def test_a_secretary_has_one_candidate_and_a_standing_committee_more_than_seats() -> None:
    assert check_candidate_number(of_size(1, 1, Body.DISTRICT_COMMITTEE, Post.SECRETARY)).rule == "D6"
    assert check_candidate_number(of_size(12, 11, Body.DISTRICT_COMMITTEE, Post.STANDING_MEMBER)).rule == "D5"
    for wrong in (
        of_size(2, 1, Body.DISTRICT_COMMITTEE, Post.SECRETARY),
        of_size(11, 11, Body.DISTRICT_COMMITTEE, Post.STANDING_MEMBER),
    ):
        with pytest.raises(CandidateNumberWrong):
            check_candidate_number(wrong)


def test_exceptions_are_those_of_the_rules_and_no_others() -> None:
    equal = of_size(9, 9)
    with pytest.raises(CandidateNumberWrong):
        check_candidate_number(equal)
    assert check_candidate_number(replace(equal, after_primary=True)).rule == "D11"
    assert check_candidate_number(replace(equal, round=Round.TIE_REVOTE)).rule == "E4"
    assert check_candidate_number(replace(equal, round=Round.SHORTFALL)).holds
    with pytest.raises(CandidateNumberWrong):
        check_candidate_number(replace(of_size(8, 9), round=Round.SHORTFALL))
    small = of_size(1, 1, Body.ELECTORAL_UNIT, Post.DELEGATE)
    assert check_candidate_number(small, full_members=6, consent=True).rule == "D7"
    for members, consent in ((7, True), (6, False), (None, True)):
        with pytest.raises(CandidateNumberWrong):
            check_candidate_number(small, full_members=members, consent=consent)


def test_what_is_unusual_about_numbers_is_said() -> None:
    wide = of_size(15, 11, Body.DISTRICT_COMMITTEE, Post.STANDING_MEMBER)
    assert [each.rule for each in number_warnings(wide)] == ["D5a"]
    assert number_warnings(of_size(13, 11, Body.DISTRICT_COMMITTEE, Post.STANDING_MEMBER)) == ()
    few = of_size(9, 7, post=Post.ALTERNATE)
    assert [each.shown for each in number_warnings(few, member_seats=45)] == ["100 × 7 = 700 < 15 × (45 + 7) = 780"]
    assert number_warnings(of_size(10, 8, post=Post.ALTERNATE), member_seats=45) == ()


def test_a_ballot_stands_in_the_order_of_surname_strokes() -> None:
    mixed = (Candidate("a", "张示例"), Candidate("b", "丁示例"), Candidate("c", "王示"))
    ordered = ballot_order(Post.MEMBER, mixed)
    assert [each.name for each in ordered] == ["丁示例", "王示", "张示例"]
    check_ballot_order(replace(contest(), candidates=ordered))
    with pytest.raises(Refusal) as caught:
        check_ballot_order(replace(contest(), candidates=mixed))
    assert caught.value.params() == {"name": "丁示例", "before": "张示例"}
    assert ballot_order(Post.SECRETARY, mixed) == mixed
    check_ballot_order(replace(contest(Body.DISTRICT_COMMITTEE, Post.SECRETARY), candidates=mixed))


def test_lists_of_elected_stand_by_strokes_alternates_by_votes_and_posts_as_approved() -> None:
    which = replace(
        contest(seats=3), candidates=(Candidate("a", "张示例"), Candidate("b", "丁示例"), Candidate("c", "王示"))
    )
    outcome = decide(which, SittingCounts(20, 20, 20, 20, 20, 0), votes(15, 13, 15, valid=20, which=which))
    people = outcome.chosen
    assert [each.name for each in elected_order(Post.MEMBER, people)] == ["丁示例", "王示", "张示例"]
    assert [each.name for each in elected_order(Post.ALTERNATE, people)] == ["王示", "张示例", "丁示例"]
    approved = ("张 示例", "王示")
    assert [each.name for each in elected_order(Post.STANDING_MEMBER, people, approved)] == ["张示例", "王示", "丁示例"]
    assert [each.name for each in by_votes(outcome.results)] == ["王示", "张示例", "丁示例"]


@pytest.mark.parametrize(
    ("ballot", "validity", "rules", "write_ins"),
    [
        (Ballot((YES, YES, NO)), Validity.VALID, (), ()),
        (Ballot((BLANK, BLANK, BLANK)), Validity.VALID, (), ()),
        (Ballot((YES, YES, YES)), Validity.INVALID, ("B2",), ()),
        (Ballot((YES, NO, UNREAD), ("样本子",)), Validity.VALID, (), ("样本子",)),
        (Ballot((YES, YES, NO), ("样本子",)), Validity.INVALID, ("B2",), ()),
        (Ballot((YES, NO, NO), spoilt=True), Validity.INVALID, ("B3",), ()),
        (Ballot((YES, BLANK, BLANK), ("样本子",)), Validity.VALID, ("C3",), ()),
        (Ballot((YES, UNREAD, UNREAD), ("样本子",)), Validity.VALID, ("C2",), ()),
        (Ballot((BLANK, BLANK, NO), ("样本子", "样本丑")), Validity.DOUBTFUL, ("C2",), ()),
        (Ballot((BLANK, NO, NO), ("样本子", "样本 子")), Validity.DOUBTFUL, ("C7",), ()),
        (Ballot((NO, NO, NO), ("示例　甲",)), Validity.DOUBTFUL, ("C7",), ()),
    ],
)
def test_a_ballot_is_judged_by_rule(
    ballot: Ballot, validity: Validity, rules: tuple[str, ...], write_ins: tuple[str, ...]
) -> None:
    judged = assess(ballot, contest())
    assert (judged.validity, judged.rules, judged.write_ins) == (validity, rules, write_ins)


def test_a_name_written_in_where_only_the_tied_are_voted_on_does_not_count() -> None:
    judged = assess(Ballot((NO, NO, NO), ("样本子",)), contest(which=Round.TIE_REVOTE))
    assert (judged.validity, judged.rules) == (Validity.VALID, ("E4",))


def test_a_ballot_with_a_mark_too_few_is_refused() -> None:
    with pytest.raises(Refusal, match="TALLY_BALLOT_MARKS"):
        assess(Ballot((YES,)), contest())


def test_groups_of_another_contest_are_not_merged() -> None:
    other = replace(contest(), candidates=contest().candidates[:2])
    with pytest.raises(Refusal, match="TALLY_SHEET_IMPOSSIBLE"):
        merge(contest(), (blank_totals(other),))


def test_written_names_become_one_person_only_when_people_say_so() -> None:
    totals = replace(sheet(), write_ins=(WriteInTotals("样本子", 2), WriteInTotals("样本子（教师）", 3)))
    assert merge_write_ins(contest(), totals, {}).write_ins == (
        WriteInTotals("样本子（教师）", 3),
        WriteInTotals("样本子", 2),
    )
    assert merge_write_ins(contest(), totals, {"样本子 （教师）": "样本子"}).write_ins == (WriteInTotals("样本子", 5),)
    with pytest.raises(Refusal, match="TALLY_WRITE_IN_PRINTED"):
        merge_write_ins(contest(), totals, {"样本子": "示例甲"})


@pytest.mark.parametrize("other", ["示例·甲", "示例•甲", "示例・甲", "示 例 · 甲", "示例．甲", "示例。甲"])
def test_two_spellings_of_a_name_have_one_key(other: str) -> None:
    assert person_key(other) == person_key("示例·甲")
    assert person_key("示例甲") != person_key("示例·甲")
