"""The papers of a vote: every name and figure stands on them, every page has the hash, and no ballot differs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from pypdf import PdfReader

from gateway.papers.tally import (
    Explained,
    attendance_report,
    ballot,
    contest_hash,
    elected_list,
    issue_report,
    people_of,
    qr,
    result_report,
    tally_sheet,
    votes_report,
)
from services.tally.domain.kinds import Post, Round
from tests.papers.votes import OCCASION, record

WHY = (Explained("收回选票少于发出选票（290 < 292）", "两名代表领票后未投"),)


def pages(pdf: bytes) -> list[str]:
    """The text of each page without what line breaks add."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return "".join(pages(pdf))


PAPERS: dict[str, Callable[[], bytes]] = {
    "ballot": lambda: ballot(OCCASION, record()[0]["contest"]),
    "sheet": lambda: tally_sheet(OCCASION, record()[0]["contest"], "第一组", record()[0]["groups"][0], record()[1]),
    "attendance": lambda: attendance_report(OCCASION, *record()),
    "issue": lambda: issue_report(OCCASION, *record(), WHY),
    "votes": lambda: votes_report(OCCASION, *record()),
    "votes by number": lambda: votes_report(OCCASION, *record(), by_votes=True),
    "result": lambda: result_report(OCCASION, *record(), WHY),
    "elected": lambda: elected_list(OCCASION, *record()),
}
WITH_NAMES = ("ballot", "sheet", "votes", "votes by number", "result")


@pytest.mark.parametrize("paper", PAPERS)
def test_every_page_is_a4_and_carries_the_hash(paper: str) -> None:
    pdf = PAPERS[paper]()
    made, digest = record()
    expected = contest_hash(made["contest"]) if paper == "ballot" else digest
    assert all(expected in page for page in pages(pdf))
    for page in PdfReader(io.BytesIO(pdf)).pages:
        assert (int(page.mediabox.width), int(page.mediabox.height)) == (595, 841)


@pytest.mark.parametrize("paper", WITH_NAMES)
def test_fifty_names_long_dotted_and_with_notes_all_stand_there(paper: str) -> None:
    told = text(PAPERS[paper]())
    for each in record()[0]["contest"]["candidates"]:
        assert "".join(each["name"].split()) in told
        assert each["note"] in told


def test_a_ballot_of_fifty_names_is_one_page_and_every_copy_is_the_same() -> None:
    contest = record()[0]["contest"]
    assert len(pages(ballot(OCCASION, contest))) == 1
    assert ballot(OCCASION, contest) == ballot(OCCASION, contest)
    assert "本票不编号，不署名" in text(ballot(OCCASION, contest))


def test_a_ballot_says_how_it_is_filled_in() -> None:
    told = text(ballot(OCCASION, record(3, 5)[0]["contest"]))
    for said in ("应选3名，候选人5名（以姓氏笔画为序）", "另选他人", "弃权的，不得另选他人", "多于应选名额的为无效票"):
        assert said in told


def test_a_ballot_among_the_tied_has_no_place_for_others() -> None:
    told = text(ballot(OCCASION, record(2, 3, which=Round.TIE_REVOTE)[0]["contest"]))
    assert "选票（重新投票）" in told
    assert "本次只在票数相等的人中选举，不另选他人" in told
    assert "投不赞成票的，可以另选他人" not in told


def test_an_empty_sheet_has_names_and_no_figure() -> None:
    contest = record(3, 5)[0]["contest"]
    told = text(tally_sheet(OCCASION, contest, "第二组"))
    assert "计票组：第二组" in told
    assert all(each["name"] in told for each in contest["candidates"])
    assert "288" not in told


def test_a_sheet_carries_its_figures_and_what_people_explained() -> None:
    made, digest = record()
    told = text(tally_sheet(OCCASION, made["contest"], "第一组", made["groups"][0], digest, WHY))
    for figure in ("领回选票290", "有效票288", "无效票2", "样本子3", "说明：两名代表领票后未投"):
        assert figure in told


def test_the_attendance_names_the_rule_and_its_article() -> None:
    told = text(attendance_report(OCCASION, *record()))
    for said in ("应到会有选举权的300人，实到会292人，因故未到8人", "2×292=584>300", "第24条", "可以进行选举"):
        assert said in told


def test_ballots_that_do_not_add_up_are_said_not_to() -> None:
    made, digest = record()
    assert "不符" not in text(issue_report(OCCASION, made, digest)).replace("不符合", "")
    made["sitting"]["unused"] = 7
    assert "由两人从纸质选票重新清点" in text(issue_report(OCCASION, made, digest))


def test_votes_stand_in_ballot_order_or_by_votes_with_written_names_last_or_in_their_place() -> None:
    made, _ = record(3, 5)
    ballot_order = [each["name"] for each in made["contest"]["candidates"]]
    assert [each["name"] for each in people_of(made, by_votes=False)] == [*ballot_order, "样本子", "样本·阿依·示例"]
    votes = [each["votes"] for each in people_of(made, by_votes=True)]
    assert votes == sorted(votes, reverse=True)
    assert "得赞成票151张以上（含）" in text(votes_report(OCCASION, *record(3, 5)))


def test_a_tie_says_who_is_voted_on_again() -> None:
    made, digest = record(tie=True)
    told = text(result_report(OCCASION, made, digest))
    first, second = made["outcome"]["next_round"]["names"]
    assert f"在得票相等的2人中重新投票，选出1名：{first}、{second}" in told
    assert "末位票数相等（2名）" in told


def test_a_shortfall_says_who_may_be_voted_on_and_what_else_may_be_done() -> None:
    told = text(result_report(OCCASION, *record(9, 11, post=Post.ALTERNATE, fails=2)))
    assert "当选7名，比应选名额少2名" in told
    assert "就不足的2名另行选举" in told
    assert "须注明经何机关确认（待确认）" in told


def test_a_result_cites_the_regulation_of_its_own_kind() -> None:
    told = text(result_report(OCCASION, *record()))
    assert "地方组织选举工作条例" in told
    assert "基层组织选举工作条例" not in told


def test_the_list_of_elected_stands_by_strokes_and_of_alternates_by_votes() -> None:
    told = text(elected_list(OCCASION, *record()))
    assert "委员当选人名单" in told
    assert "（45名，以姓氏笔画为序）" in told
    assert told.index("丁示例甲") < told.index("王示例甲") < told.index("黄示例甲")
    alternates = text(elected_list(OCCASION, *record(9, 11, post=Post.ALTERNATE)))
    assert "以得票多少为序，得票相等的以姓氏笔画为序" in alternates


def test_a_primary_round_elects_nobody() -> None:
    made, digest = record(9, 11, which=Round.PRIMARY)
    told = text(votes_report(OCCASION, made, digest)) + text(result_report(OCCASION, made, digest))
    assert "当选" not in told
    assert "列为正式候选人" in told
    assert "正式候选人名单" in text(elected_list(OCCASION, made, digest))


def test_a_name_from_people_is_text_and_no_markup() -> None:
    made, _ = record(3, 5)
    hostile = '#read("/etc")*$x$'
    made["contest"]["candidates"][0]["name"] = hostile
    assert hostile in text(ballot(OCCASION, made["contest"]))


def test_a_rehearsals_papers_say_so() -> None:
    told = pages(votes_report(replace(OCCASION, rehearsal=True), *record()))
    assert all("演练" in page for page in told)


def test_the_code_on_a_page_is_drawn_of_the_hash_alone() -> None:
    assert qr("ab" * 32) == qr("ab" * 32) != qr("ac" * 32)
    assert qr("ab" * 32).startswith("<svg")
