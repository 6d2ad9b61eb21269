"""The dispatch pack: two pages at a frozen position, in both languages, with everything that may stand there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from gateway.dashboard.answers_pack import Pack
from gateway.dashboard.moments import Frozen
from gateway.dashboard.pack import pack
from gateway.papers.pack import TEMPLATE, pack_text, words
from gateway.papers.pack_docx import pack_docx
from gateway.papers.typst import Head, set_paper
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import matters_pb2, units_pb2
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.chassis.wording import Language
from services.kernel.workdays import DAY_US
from services.reporting.domain.topics import Topic
from tests.dashboard.entries import CALENDAR, Board, Book

LONG = "中国共产党示例区示例街道示例社区第一联合功能型支部委员会"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def busy_book() -> Book:
    """A district with more of everything than two pages list."""
    book = Book()
    book.establish("district", "", "district_committee", "1")
    for committee in range(9):
        name = f"c{committee}"
        event = units_pb2.UnitEstablished(
            unit_id=name, parent_id="district", code=f"1{committee}", name=LONG, kind="working_committee"
        )
        book.write(event, name)
        post = units_pb2.PostHolderAppointed(
            unit_id=name,
            post_id=f"post{name}",
            post_name="书记",
            person_id=f"p{name}",
            person_name="示例甲",
            first=True,
        )
        book.write(post, name)
        for branch in range(5):
            book.establish(f"{name}b{branch}", name, "branch", f"1{committee}{branch}")
    for number in range(9):
        book.issue(f"dir_{number}", "district", pb.Scope(subtree_unit_id="district"), layers=2)
        for committee in range(7):
            for stage in (2, 3):
                book.stage(f"dir_{number}", f"c{committee}", stage)
            book.dispatch(f"dir_{number}", f"c{committee}")
            for branch in range(committee % 5):
                named = pb.AssignmentNamed(
                    directive_id=f"dir_{number}", unit_id=f"c{committee}b{branch}", post_id="p",
                    person_id=f"person{(committee + branch) % 13}",
                )  # fmt: skip
                book.stage(f"dir_{number}", f"c{committee}b{branch}", 2)
                book.write(named, f"dir_{number}/c{committee}b{branch}")
        if number > 1:
            book.stage(f"dir_{number}", "c7", 2)
            book.stage(f"dir_{number}", "c8", 2)
        if number == 4:
            book.pass_days(8)
    for number in range(8):
        due = [pb.StageDeadline(layer=1, stage=stage, due_us=book.days(stage)) for stage in range(1, 7)]
        issued = pb.DirectiveIssued(
            directive_id=f"own_{number}", number=f"示例〔2026〕{number}号", title="关于进一步加强某项工作的通知",
            urgency="ordinary", issuer_unit_id="c0", scope=pb.Scope(subtree_unit_id="c0"), deadlines=due,
            calendar_version=CALENDAR.version, policy_version="ti-1", verify_workdays=3,
            parent_directive_id=f"dir_{number}",
        )  # fmt: skip
        book.write(issued, f"own_{number}")
        raised = matters_pb2.MatterRaised(
            matter_id=f"m{number}", unit_id="c1", topic=list(Topic)[number].value, owner_unit_id="district",
            due_us=book.days(number - 3),
        )  # fmt: skip
        book.write(raised, f"m{number}")
    answered = matters_pb2.MatterAnswered(matter_id="m0", by_unit_id="district", due_us=book.now_us)
    book.write(answered, "m0")
    book.pass_days(9)
    book.stage("dir_0", "c7", 2)
    return book


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    board = Board(tmp_path_factory.mktemp("pack"))
    board.follow(busy_book(), 30)
    with board.store.snapshot() as reader:
        yield reader
    board.close()


def facts(reader: Reader, frozen: Frozen | None = None) -> Pack:
    now, since = (frozen or Frozen("", 0, "", 7)).moments(reader, busy_book().now_us)
    return pack(reader, "district", now, since)


def printed(found: Pack, language: Language, *, rehearsal: bool = True) -> bytes:
    text = pack_text(found, "meeting", language)
    head = Head(text.title, "示例区", language, found.now.business_us, rehearsal=rehearsal)
    return set_paper(TEMPLATE, head, text.plain())


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_has_two_pages_however_much_there_is_to_say(reader: Reader, language: Language) -> None:
    found = facts(reader)
    assert min(len(found.progress), len(found.due), len(found.matters), len(found.burden.piled)) > 5
    assert len(found.stuck) == 5
    first, second = pages(printed(found, language))
    for part in ("progress", "due", "stuck"):
        assert words().render(f"part:{part}", {}, language) in first
    for part in ("matters", "load", "cost", "piled"):
        assert words().render(f"part:{part}", {}, language) in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_of_nothing_has_two_pages_too(tmp_path: Path, language: Language) -> None:
    book = Book()
    book.establish("district", "", "district_committee", "1")
    board = Board(tmp_path)
    board.follow(book)
    with board.store.snapshot() as reader:
        now, since = Frozen("", 0, "", 7).moments(reader, book.now_us)
        assert len(pages(printed(pack(reader, "district", now, since), language))) == 2
    board.close()


def test_the_same_position_gives_the_same_bytes(reader: Reader) -> None:
    first = facts(reader)
    again = facts(reader, Frozen(first.now.as_of, first.now.business_us, "", 7))
    assert replace(again, now=replace(again.now, as_of=""), burden=first.burden) == replace(
        first, now=replace(first.now, as_of="")
    )
    assert printed(first, "zh") == printed(again, "zh")
    earlier = facts(reader, Frozen(str(first.now.business_us - 9 * DAY_US), 0, "", 7))
    assert earlier.now.position < first.now.position
    assert printed(earlier, "zh") != printed(first, "zh")


def test_what_waits_longest_stands_first_with_whose_turn_it_is(reader: Reader) -> None:
    stuck = facts(reader).stuck
    assert [each.due_us for each in stuck] == sorted(each.due_us for each in stuck)
    assert all(each.due_us < busy_book().now_us for each in stuck)
    assert {each.owner_post for each in stuck if each.owner.unit_id.startswith("c")} == {"书记"}
    unheard = [each for each in stuck if each.others]
    assert unheard and all(each.unit.unit_id == "district" and not each.owner.unit_id for each in unheard)


def test_matters_that_wait_are_listed_and_answered_ones_are_not(reader: Reader) -> None:
    found = facts(reader)
    assert [matter.topic for matter in found.matters] == [topic.value for topic in list(Topic)[1:8]]
    assert all(f"topic:{topic.value}" in words() for topic in Topic)


def test_every_page_of_a_rehearsal_says_so_and_no_person_is_named(reader: Reader) -> None:
    shown = pages(printed(facts(reader), "zh"))
    assert all("演练" in page and "示例甲" not in page and "person" not in page for page in shown)
    assert not any("演练" in page for page in pages(printed(facts(reader), "zh", rehearsal=False)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_says_what_the_pdf_says(reader: Reader, language: Language) -> None:
    found = facts(reader)
    text = pack_text(found, "week", language)
    head = Head(text.title, "示例区", language, found.now.business_us, rehearsal=True)
    document = docx.Document(io.BytesIO(pack_docx(text, head)))
    paragraphs = [paragraph.text.strip() for paragraph in document.paragraphs]
    tables = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in document.tables]
    parts = [part for page in text.pages for part in page]
    assert [part.heading for part in parts] == [line for line in paragraphs if line in {p.heading for p in parts}]
    assert tables == [[part.table.heads, *part.table.rows] for part in parts if part.table.rows]
    assert document.sections[0].header.paragraphs[0].text
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert "示例区" in footer and 'w:instr="PAGE"' in footer and 'w:instr="NUMPAGES"' in footer
    assert sum('w:br w:type="page"' in paragraph._p.xml for paragraph in document.paragraphs) == 1


def test_a_pack_may_not_end_before_it_begins(reader: Reader) -> None:
    now_us = busy_book().now_us
    with pytest.raises(BadRequest) as refused:
        Frozen(str(now_us - 9 * DAY_US), 0, str(now_us), 7).moments(reader, now_us)
    assert refused.value.params() == {"field": "since", "problem": "out_of_range"}
