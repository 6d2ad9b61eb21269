"""Laws of counting that hold whatever was voted, and two implementations that must agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.recount.naive import differences, recompute
from services.kernel.refusal import Refusal
from services.tally.domain.counting import add, count, merge, merge_write_ins
from services.tally.domain.kinds import Body, Candidate, Contest, Post, Round, person_key
from services.tally.domain.marks import Ballot, Mark, Validity, assess
from services.tally.domain.outcome import Standing, decide, least_votes
from services.tally.domain.record import make_record, record_bytes
from services.tally.domain.sheets import SittingCounts, blank_totals, sheet_findings
from tests.tally.elections import Election, figures_of, random_ballots, random_contest, random_election, settle
from tests.tally.naive_ballots import pencil_count

SEEDS = st.integers(min_value=0, max_value=2**32)
SYMBOLS = {Mark.APPROVE: "○", Mark.DISAPPROVE: "×", Mark.ABSTAIN: "-", Mark.UNREADABLE: "?"}
# Elections that once found a fault, or that stand for a kind of outcome.
# 707487271: one person written in twice on a ballot, under two names that were then found to be one.
KEPT_SEEDS = (*range(400), 707_487_271)


def drawn(seed: int) -> Election:
    return random_election(Random(seed))


def whole(seed: int) -> Election:
    """An election whose figures are right, however many seeds that takes."""
    rng = Random(seed)
    while True:
        election = random_election(rng)
        try:
            settle(election)
        except Refusal:
            continue
        return election


def agree(election: Election) -> str:
    """How it came out; both implementations say the same or this fails."""
    own = recompute(figures_of(election))
    try:
        outcome = settle(election)
    except Refusal as refusal:
        assert own["problems"], (refusal.code, refusal.params(), figures_of(election))
        return refusal.code
    assert not own["problems"], (own["problems"], figures_of(election))
    record = make_record({}, election.contest, election.counts, election.totals, election.found, outcome)
    assert differences(json.loads(record_bytes(record)), own) == []
    return outcome.verdict.value


def pencil_agrees(contest: Contest, ballots: Sequence[Ballot]) -> None:
    """Fails where the count of ballots is not what a pencil counts."""
    sheet = count(contest, ballots)
    plain = [
        {"marks": "".join(SYMBOLS[m] for m in b.marks), "written": b.write_ins, "spoilt": b.spoilt} for b in ballots
    ]
    paper = pencil_count(plain, contest.seats, contest.round is Round.TIE_REVOTE)
    assert (sheet.votes, sheet.valid, sheet.invalid) == (paper["votes"], paper["valid"], paper["invalid"])
    lines = [{"○": x.approve, "×": x.disapprove, "-": x.abstain, "?": x.unreadable} for x in sheet.candidates]
    assert lines == (paper["places"] or [{"○": 0, "×": 0, "-": 0, "?": 0}] * len(lines))
    assert {person_key(x.name): x.approve for x in sheet.write_ins} == paper["written"]


def test_both_implementations_agree_on_the_kept_elections() -> None:
    seen = {agree(drawn(seed)) for seed in KEPT_SEEDS}
    assert seen >= {"complete", "tie", "shortfall", "TALLY_SHEET_IMPOSSIBLE", "TALLY_QUORUM_MISSING"}


@given(SEEDS)
def test_both_implementations_agree_on_random_elections(seed: int) -> None:
    agree(drawn(seed))


@given(SEEDS)
def test_a_pencil_and_paper_count_of_the_ballots_comes_to_the_same_sheet(seed: int) -> None:
    rng = Random(seed)
    contest = random_contest(rng)
    pencil_agrees(contest, random_ballots(rng, contest, rng.randint(0, 30)))


@given(SEEDS)
def test_what_was_counted_from_ballots_has_no_error(seed: int) -> None:
    rng = Random(seed)
    contest = random_contest(rng)
    sheet = count(contest, random_ballots(rng, contest, rng.randint(0, 30)))
    assert [each for each in sheet_findings(contest, sheet) if each.is_error] == []


@given(SEEDS)
def test_the_order_of_ballots_never_matters(seed: int) -> None:
    rng = Random(seed)
    contest = random_contest(rng)
    ballots = random_ballots(rng, contest, rng.randint(0, 30))
    shuffled = rng.sample(ballots, len(ballots))
    assert count(contest, ballots) == count(contest, shuffled)


@given(SEEDS)
def test_the_order_and_the_number_of_groups_never_matter(seed: int) -> None:
    election = drawn(seed)
    contest = election.contest
    groups = [count(contest, each) for each in election.groups]
    at_once = count(contest, [ballot for group in election.groups for ballot in group])
    assert merge(contest, groups) == merge(contest, groups[::-1]) == at_once
    assert merge(contest, (merge(contest, groups[:1]), merge(contest, groups[1:]))) == at_once


@given(SEEDS)
def test_ballots_added_one_by_one_come_to_the_same(seed: int) -> None:
    rng = Random(seed)
    contest = random_contest(rng)
    ballots = random_ballots(rng, contest, rng.randint(0, 12))
    totals = blank_totals(contest)
    for ballot in ballots:
        totals = add(contest, totals, ballot)
    assert totals == count(contest, ballots)


@given(SEEDS)
def test_an_approval_more_never_unseats_its_candidate(seed: int) -> None:
    election = whole(seed)
    contest = election.contest
    ballots = [ballot for group in election.groups for ballot in group]
    before = decide(contest, election.counts, merge_write_ins(contest, count(contest, ballots), election.found))
    chosen = {each.person_id for each in before.chosen if each.person_id}
    for index, ballot in enumerate(ballots):
        for place, person_id in enumerate(contest.candidate_ids):
            if person_id not in chosen or ballot.marks[place] is Mark.APPROVE:
                continue
            marks = (*ballot.marks[:place], Mark.APPROVE, *ballot.marks[place + 1 :])
            changed = replace(ballot, marks=marks)
            # A ballot that this makes void is another ballot, not one approval more; nor is one with names written in.
            if ballot.write_ins or assess(changed, contest).validity is not assess(ballot, contest).validity:
                continue
            others = [*ballots[:index], changed, *ballots[index + 1 :]]
            totals = merge_write_ins(contest, count(contest, others), election.found)
            after = decide(contest, election.counts, totals)
            assert person_id in {each.person_id for each in after.chosen}


@given(SEEDS)
def test_relabelling_candidates_relabels_the_result(seed: int) -> None:
    election = whole(seed)
    contest = election.contest
    order = Random(seed).sample(range(len(contest.candidates)), len(contest.candidates))
    relabelled = replace(contest, candidates=tuple(contest.candidates[i] for i in order))
    turned = tuple(
        tuple(replace(b, marks=tuple(b.marks[i] for i in order)) for b in group) for group in election.groups
    )
    totals = tuple(count(relabelled, each) for each in turned)
    before = settle(election)
    after = settle(replace(election, contest=relabelled, groups=turned, totals=totals))
    assert after.verdict is before.verdict
    for standing in Standing:
        assert {each.name for each in after.of(standing)} == {each.name for each in before.of(standing)}


@pytest.mark.parametrize("body", Body)
@given(half=st.integers(min_value=1, max_value=500))
def test_exactly_half_is_not_elected_and_one_more_is_in_any_kind(body: Body, half: int) -> None:
    post = {Body.ELECTORAL_UNIT: Post.DELEGATE, Body.DISTRICT_CONGRESS: Post.MEMBER}.get(body)
    post = post or (Post.MEMBER if body in (Body.MEMBER_MEETING, Body.PRIMARY_CONGRESS) else _standing_post(body))
    contest = Contest(body, post, Round.FORMAL, 1, (Candidate("a", "示例甲"), Candidate("b", "示例乙")))
    for votes, elected in ((half, False), (half + 1, True)):
        marks = (Mark.APPROVE, Mark.DISAPPROVE)
        ballots = [Ballot(marks)] * votes + [Ballot((Mark.DISAPPROVE, Mark.ABSTAIN))] * (2 * half - votes)
        election = _full_house(contest, ballots)
        assert (settle(election).of(Standing.CHOSEN) != ()) is elected
        assert least_votes(contest, election.counts) == half + 1


def _standing_post(body: Body) -> Post:
    cdi = body in (Body.DISTRICT_CDI, Body.PRIMARY_CDI)
    return Post.CDI_STANDING_MEMBER if cdi else Post.STANDING_MEMBER


def _full_house(contest: Contest, ballots: list[Ballot]) -> Election:
    size = len(ballots)
    totals = count(contest, ballots)
    return Election(contest, SittingCounts(size, size, size, size, size, 0), (tuple(ballots),), (totals,), {})


@given(SEEDS)
def test_nobody_is_chosen_beyond_the_seats_and_votes_decide(seed: int) -> None:
    outcome = settle(whole(seed))
    chosen, others = outcome.chosen, [each for each in outcome.results if each.standing is not Standing.CHOSEN]
    assert len(chosen) + outcome.missing == outcome.seats
    assert all(winner.votes > other.votes for winner in chosen for other in others)
    assert (outcome.next_round is None) == (outcome.missing == 0)


def test_a_doubtful_ballot_is_never_counted() -> None:
    contest = Contest(Body.MEMBER_MEETING, Post.MEMBER, Round.FORMAL, 2, (Candidate("a", "示例甲"),))
    ballot = Ballot((Mark.DISAPPROVE,), ("示例 甲",))
    assert assess(ballot, contest).validity is Validity.DOUBTFUL
    with pytest.raises(Refusal, match="TALLY_BALLOT_UNDECIDED"):
        count(contest, [ballot])
