"""What a count decides, case by case, with the figures that a regulation's reader would check by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.kernel.refusal import Refusal
from services.kernel.rules import rule
from services.tally.domain.count_errors import (
    ExitNotAgreed,
    ExitNotLawful,
    ExitUnconfirmed,
    NothingShort,
    PrimaryBasisMissing,
    QuorumMissing,
)
from services.tally.domain.explain import explain, sentence
from services.tally.domain.kinds import Basis, Body, Contest, ElectionKind, Post, Round
from services.tally.domain.outcome import (
    Exit,
    Outcome,
    Standing,
    Verdict,
    check_exit,
    check_quorum,
    decide,
    least_present,
    quorum,
)
from services.tally.domain.sheets import SheetTotals, SittingCounts, WriteInTotals
from tests.tally.sheets import contest, votes


def sitting(entitled: int, present: int, returned: int | None = None) -> SittingCounts:
    returned = present if returned is None else returned
    return SittingCounts(entitled, present, present, present, returned, 0)


def outcome_of(which: Contest, *approvals: int, entitled: int = 20, present: int = 20) -> Outcome:
    return decide(which, sitting(entitled, present), votes(*approvals, valid=present, which=which))


def names(outcome: Outcome, standing: Standing) -> list[str]:
    return [each.name for each in outcome.of(standing)]


@pytest.mark.parametrize(
    ("kind", "entitled", "present", "holds"),
    [
        (ElectionKind.LOCAL_CONGRESS, 300, 150, False),
        (ElectionKind.LOCAL_CONGRESS, 300, 151, True),
        (ElectionKind.LOCAL_PLENARY, 45, 30, False),
        (ElectionKind.LOCAL_PLENARY, 45, 31, True),
        (ElectionKind.PRIMARY_MEETING, 25, 19, False),
        (ElectionKind.PRIMARY_MEETING, 25, 20, True),
        (ElectionKind.PRIMARY_CONGRESS, 100, 80, True),
        (ElectionKind.DELEGATE_UNIT, 23, 18, False),
        (ElectionKind.DELEGATE_UNIT, 23, 19, True),
        (ElectionKind.PRIMARY_PLENARY, 9, 8, True),
    ],
)
def test_a_quorum_is_more_than_half_more_than_two_thirds_or_at_least_four_fifths(
    kind: ElectionKind, entitled: int, present: int, holds: bool
) -> None:
    assert quorum(kind, entitled, present).holds is holds


@pytest.mark.parametrize("kind", ElectionKind)
def test_the_least_present_is_the_first_number_with_which_the_quorum_holds(kind: ElectionKind) -> None:
    for entitled in range(1, 400):
        least = least_present(kind, entitled)
        assert quorum(kind, entitled, least).holds
        assert not quorum(kind, entitled, least - 1).holds


def test_without_a_quorum_nothing_is_decided() -> None:
    with pytest.raises(QuorumMissing) as caught:
        check_quorum(ElectionKind.PRIMARY_MEETING, 25, 19)
    assert caught.value.params() == {"entitled": 25, "present": 19, "least": 20, "test": "5 × 19 = 95 < 4 × 25 = 100"}
    assert caught.value.rule == "Q3"
    with pytest.raises(QuorumMissing):
        outcome_of(contest(), 1, 1, 0, entitled=4, present=2)


def test_a_district_counts_by_those_entitled_and_a_branch_by_those_present() -> None:
    local, branch = contest(), contest(Body.MEMBER_MEETING)
    assert names(outcome_of(local, 11, 10, 0, entitled=21, present=20), Standing.CHOSEN) == ["示例甲"]
    assert names(outcome_of(branch, 11, 10, 0, entitled=21, present=19), Standing.CHOSEN) == ["示例甲", "示例乙"]


def test_more_winners_than_seats_are_taken_by_votes() -> None:
    outcome = outcome_of(contest(), 12, 15, 13)
    assert names(outcome, Standing.CHOSEN) == ["示例乙", "示例丙"]
    assert names(outcome, Standing.PASSED_NOT_CHOSEN) == ["示例甲"]
    assert outcome.verdict is Verdict.COMPLETE
    assert [each.rank for each in outcome.results] == [1, 2, 3]
    assert "E3" in {each.rule for each in outcome.checks}


def test_a_tie_at_the_last_seat_is_voted_on_again_among_the_tied_alone() -> None:
    outcome = outcome_of(contest(), 12, 15, 12)
    assert outcome.verdict is Verdict.TIE
    assert names(outcome, Standing.CHOSEN) == ["示例乙"]
    assert outcome.next_round is not None
    assert (outcome.next_round.round, outcome.next_round.seats) == (Round.TIE_REVOTE, 1)
    assert outcome.next_round.names == ("示例甲", "示例丙")
    assert outcome.next_round.fixed
    assert outcome.missing == 1
    assert outcome.exits == ()


def test_a_tie_above_the_last_seat_or_below_the_half_ties_nobody() -> None:
    assert outcome_of(contest(), 15, 15, 10).verdict is Verdict.COMPLETE
    assert outcome_of(contest(), 15, 8, 8).verdict is Verdict.SHORTFALL


def test_in_a_vote_among_the_tied_more_votes_win_without_a_half() -> None:
    revote = contest(which=Round.TIE_REVOTE, seats=1)
    assert names(outcome_of(revote, 4, 5, 3), Standing.CHOSEN) == ["示例乙"]
    again = outcome_of(revote, 5, 5, 3)
    assert again.next_round is not None
    assert again.next_round.names == ("示例甲", "示例乙")


def test_a_shortfall_is_voted_on_again_with_who_had_most_votes_and_their_equals() -> None:
    outcome = outcome_of(contest(), 15, 9, 9)
    assert outcome.verdict is Verdict.SHORTFALL
    assert outcome.next_round is not None
    assert (outcome.next_round.round, outcome.next_round.seats) == (Round.SHORTFALL, 1)
    assert outcome.next_round.names == ("示例乙", "示例丙")
    assert not outcome.next_round.fixed
    wide = outcome_of(contest(), 15, 9, 5)
    assert wide.next_round is not None
    # One seat needs two candidates: ten per cent more, rounded up to a person.
    assert wide.next_round.names == ("示例乙", "示例丙")
    secretary = contest(Body.DISTRICT_COMMITTEE, Post.SECRETARY, seats=1)
    alone = outcome_of(secretary, 9, 5, 1)
    assert alone.next_round is not None
    assert alone.next_round.names == ("示例甲",)


@pytest.mark.parametrize(
    ("body", "exits"),
    [
        (Body.DISTRICT_CONGRESS, {Exit.VOTE_AGAIN, Exit.FEWER_CONFIRMED}),
        (Body.MEMBER_MEETING, {Exit.VOTE_AGAIN, Exit.FEWER_BY_CONSENT}),
        (Body.PRIMARY_CONGRESS, {Exit.VOTE_AGAIN, Exit.FEWER_BY_CONSENT, Exit.FEWER_BY_PRESIDIUM}),
    ],
)
def test_a_shortfall_has_the_exits_that_its_body_may_take(body: Body, exits: set[Exit]) -> None:
    assert set(outcome_of(contest(body), 15, 9, 5).exits) == exits
    assert outcome_of(contest(body), 1, 1, 1).exits == (Exit.VOTE_AGAIN,)


def test_fewer_seats_need_consent_or_a_decision_on_record() -> None:
    kind = ElectionKind.PRIMARY_CONGRESS
    short = outcome_of(contest(Body.PRIMARY_CONGRESS), 15, 9, 5)
    check_exit(kind, short, Exit.VOTE_AGAIN, 20)
    check_exit(kind, short, Exit.FEWER_BY_CONSENT, 20, agree=11)
    check_exit(kind, short, Exit.FEWER_BY_PRESIDIUM, 20, confirmed_by="大会主席团")
    for agree in (10, 0, 21, -1):
        with pytest.raises(ExitNotAgreed):
            check_exit(kind, short, Exit.FEWER_BY_CONSENT, 20, agree=agree)
    with pytest.raises(ExitUnconfirmed):
        check_exit(kind, short, Exit.FEWER_BY_PRESIDIUM, 20, confirmed_by="　")
    with pytest.raises(ExitNotLawful):
        check_exit(kind, short, Exit.FEWER_CONFIRMED, 20, confirmed_by="区委")
    with pytest.raises(NothingShort):
        check_exit(kind, outcome_of(contest(Body.PRIMARY_CONGRESS), 15, 12, 5), Exit.VOTE_AGAIN, 20)


def test_a_primary_round_of_a_district_passes_by_more_than_half_of_the_entitled() -> None:
    outcome = outcome_of(contest(which=Round.PRIMARY), 11, 10, 0, entitled=21, present=20)
    assert names(outcome, Standing.CHOSEN) == ["示例甲"]
    assert outcome.results[0].check.rule == "E6"


def test_a_primary_round_of_a_primary_body_waits_for_its_method_to_name_the_basis() -> None:
    which = contest(Body.MEMBER_MEETING, which=Round.PRIMARY)
    with pytest.raises(PrimaryBasisMissing):
        outcome_of(which, 11, 10, 0)
    by_present = outcome_of(replace(which, primary_basis=Basis.PRESENT), 10, 8, 0, entitled=21, present=19)
    by_entitled = outcome_of(replace(which, primary_basis=Basis.ENTITLED), 10, 8, 0, entitled=21, present=19)
    assert names(by_present, Standing.CHOSEN) == ["示例甲"]
    assert names(by_entitled, Standing.CHOSEN) == []
    revote = replace(which, round=Round.SHORTFALL, in_primary=True, primary_basis=Basis.ENTITLED)
    assert outcome_of(revote, 10, 8, 0, entitled=21, present=19).results[0].check.rule == "E6a"


def test_somebody_written_in_is_elected_like_anybody_else() -> None:
    which = contest(seats=1)
    sheet = votes(2, 1, 0, valid=20, which=which)
    sheet = replace(sheet, write_ins=(WriteInTotals("样本子", 12),))
    outcome = decide(which, sitting(20, 20), sheet)
    assert [(each.name, each.written_in) for each in outcome.chosen] == [("样本子", True)]


def test_impossible_figures_decide_nothing() -> None:
    which = contest()
    good = votes(12, 15, 12, valid=20, which=which)
    for sheet in (replace(good, valid=19, invalid=1), replace(good, votes=21)):
        with pytest.raises(Refusal, match="TALLY_SHEET_IMPOSSIBLE"):
            decide(which, sitting(20, 20), sheet)
    with pytest.raises(Refusal, match="TALLY_SHEET_IMPOSSIBLE"):
        decide(which, sitting(20, 20, returned=21), SheetTotals(21, 20, 1, good.candidates))


@pytest.mark.parametrize("body", Body)
def test_every_figure_names_a_rule_of_its_kind_with_article_and_confidence(body: Body) -> None:
    post = {Body.ELECTORAL_UNIT: Post.DELEGATE, Body.DISTRICT_CDI: Post.CDI_STANDING_MEMBER}.get(body)
    if post is None:
        plenary = body in (Body.DISTRICT_COMMITTEE, Body.PRIMARY_COMMITTEE)
        post = (
            Post.STANDING_MEMBER if plenary else Post.CDI_STANDING_MEMBER if body is Body.PRIMARY_CDI else Post.MEMBER
        )
    which = contest(body, post)
    for approvals in ((15, 9, 5), (12, 15, 12), (13, 13, 13)):
        outcome = outcome_of(which, *approvals)
        for check in (*outcome.checks, *(each.check for each in outcome.results)):
            told = explain(check, "zh")
            assert which.kind.value in rule(check.rule).kinds
            assert told.article
            assert told.confidence in ("V1", "V2", "V3", "M")
            assert told.holds is check.holds
            assert sentence(check, "zh") != sentence(check, "en")


def test_a_figure_reads_as_a_sentence_with_its_numbers() -> None:
    check = outcome_of(contest(), 10, 15, 12).results[-1].check
    assert sentence(check, "zh") == "赞成票 10，应到会有选举权人数 20；2 × 10 = 20 ≤ 20，不成立。"
    assert sentence(check, "en") == "approvals 10, entitled 20; 2 × 10 = 20 ≤ 20: does not hold."
    assert explain(check, "en").test == "2*v > E"
    revote = outcome_of(contest(which=Round.TIE_REVOTE, seats=1), 4, 5, 3).results[0].check
    assert (revote.rule, sentence(revote, "zh"), sentence(revote, "en")) == ("E4", "赞成票 5。", "approvals 5.")


def test_a_citation_is_of_the_regulation_for_that_kind() -> None:
    check = outcome_of(contest(), 12, 15, 12).checks[1]
    assert check.rule == "B1"
    assert "基层" not in explain(check, "zh", ElectionKind.LOCAL_CONGRESS).article
    assert explain(check, "zh", ElectionKind.LOCAL_CONGRESS).to_confirm
    assert "基层" in explain(check, "zh", ElectionKind.PRIMARY_MEETING).article
    assert not explain(check, "zh", ElectionKind.PRIMARY_MEETING).to_confirm
