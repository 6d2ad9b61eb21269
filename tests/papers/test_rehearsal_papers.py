"""Every paper of a rehearsed turnover can be printed, and no page of one lacks what it must say."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.papers.rehearsal import TITLES, print_vote, rehearse
from tests.tally.hall import Hall

HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    """The text of each page of each paper, by the paper's name."""
    hall = Hall(Path(tmp_path_factory.mktemp("rehearsal")))
    printed = {}
    for name, vote in rehearse(hall).items():
        for paper, pdf in print_vote(hall, name, vote):
            pages = PdfReader(io.BytesIO(pdf)).pages
            assert all((int(page.mediabox.width), int(page.mediabox.height)) == (595, 841) for page in pages), paper
            printed[paper] = ["".join(page.extract_text().split()) for page in pages]
    yield printed
    hall.desk.close()


def test_every_vote_of_the_rehearsal_has_every_paper(papers: dict[str, list[str]]) -> None:
    kinds = {
        name: {paper.removeprefix(f"{name}-") for paper in papers if paper.startswith(f"{name}-")} for name in TITLES
    }
    whole = kinds.pop("members")
    assert {"ballot", "spare", "attendance", "ballots-issued", "votes", "votes-by-number", "result", "elected"} <= whole
    small = whole - {"sheet-1", "sheet-2"}
    assert kinds.pop("delegates") == kinds.pop("branch") == small
    assert all(each == whole for each in kinds.values())


def test_every_page_has_its_hash_and_says_that_it_is_a_rehearsal(papers: dict[str, list[str]]) -> None:
    for paper, pages in papers.items():
        hashes = [HASH.search(page.replace("\n", "")) for page in pages]
        assert all(hashes), paper
        assert len({found.group() for found in hashes if found}) == 1, paper
        assert all("演练" in page for page in pages), paper


def test_nobody_signs_a_page_that_does_not_say_what_of(papers: dict[str, list[str]]) -> None:
    for paper, pages in papers.items():
        for page in pages:
            body = page.replace("演练·非正式文件", "")
            assert not re.match(r"(计票人|监票人|总监票人)（签名）", body), paper
            assert "序号" in page or TITLES[paper.partition("-")[0]] in page, paper


def test_a_sheet_of_the_congress_with_thirty_two_names_is_one_page(papers: dict[str, list[str]]) -> None:
    assert len(papers["inspectors-sheet-1"]) == 1
    assert all(len(pages) == 1 for paper, pages in papers.items() if paper.endswith("-ballot"))


def test_a_vote_among_the_tied_reports_its_votes_without_a_majority(papers: dict[str, list[str]]) -> None:
    told = "".join(papers["revote-votes"])
    assert "只在票数相等的人中选举，得赞成票多的当选" in told
    assert "得票过半数" not in told
