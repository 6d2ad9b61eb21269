"""Papers: the same data give the same bytes; Chinese stands in the text; a rehearsal says so on every page."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from gateway.papers import typst
from gateway.papers.typst import Head, Printer, set_paper
from services.chassis.refusals import Busy

HEAD = Head("示例通知", "示例区", "zh", 1_795_000_000_000_000)
A4_POINTS = (595, 842)
TEMPLATE = """#import "base.typ": data, paper
#show: paper
= #data.paper.title
#data.text
#pagebreak()
#data.text
"""


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.typ").write_text((typst.TEMPLATES / "base.typ").read_text())
    (tmp_path / "sample.typ").write_text(TEMPLATE)
    monkeypatch.setattr(typst, "TEMPLATES", tmp_path)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_paper_is_a4_and_its_chinese_can_be_read() -> None:
    pdf = set_paper("sample", HEAD, {"text": "应到会有选举权人数 28 人"})
    assert ["应到会有选举权人数 28 人" in page for page in pages(pdf)] == [True, True]
    assert "第 2 页 / 共 2 页" in pages(pdf)[1]
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert (int(box.width), int(box.height)) == (A4_POINTS[0], A4_POINTS[1] - 1)


def test_the_same_data_give_the_same_bytes() -> None:
    assert set_paper("sample", HEAD, {"text": "一"}) == set_paper("sample", HEAD, {"text": "一"})


def test_every_page_of_a_rehearsal_says_so() -> None:
    head = Head("示例", "示例区", "zh", 1_795_000_000_000_000, rehearsal=True)
    assert all("演练" in page for page in pages(set_paper("sample", head, {"text": "x"})))
    assert not any("演练" in page for page in pages(set_paper("sample", HEAD, {"text": "x"})))


def test_text_from_people_is_text_and_no_markup() -> None:
    hostile = '#import "base.typ" $x$ *b* @a <b> \\ // #read("/etc/passwd")'
    assert hostile in pages(set_paper("sample", HEAD, {"text": hostile}))[0].replace("\n", " ")


async def test_too_many_papers_at_once_are_refused() -> None:
    printer = Printer()
    asked = [
        asyncio.create_task(printer.print("sample", HEAD, {"text": str(n)}))
        for n in range(typst.PAPERS_WAITING_MAX + 1)
    ]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    printer.stop()
    assert [type(o) for o in outcomes].count(Busy) == 1
    assert [type(o) for o in outcomes].count(bytes) == typst.PAPERS_WAITING_MAX
