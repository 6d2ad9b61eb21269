"""The same dispatch pack as a document that the office can go on writing in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from gateway.papers.pack import PackText, Part
from gateway.papers.typst import PAGE_WORDS, REHEARSAL_WORDS, Head

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FACE: Final = {"zh": "宋体", "en": "Times New Roman"}
_PAGE_MM: Final = (210, 297)
_MARGIN_MM: Final = 18
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RED: Final = (0xA6, 0x1B, 0x1B)
_FIELDS: Final = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
_SIZES_PT: Final = {"title": 15.0, "lead": 9.0, "heading": 10.5, "cell": 8.0, "note": 7.5}


def pack_docx(text: PackText, head: Head) -> bytes:
    """The bytes of a DOCX."""
    # Here, not above: only a process that prints should load it.
    from docx import Document as new_document
    from docx.enum.text import WD_BREAK

    document = new_document()
    _lay_out(document, head)
    _line(document, text.title, head, "title", centred=True, bold=True)
    _line(document, f"{text.subject}　{text.span}", head, "lead", centred=True)
    for number, page in enumerate(text.pages):
        if number:
            document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        for part in page:
            _add_part(document, part, head)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _lay_out(document: Document, head: Head) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(size) for size in _PAGE_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    section.header_distance = section.footer_distance = Mm(8)
    made = _EPOCH + timedelta(microseconds=head.made_at_us)
    core = document.core_properties
    core.title, core.author, core.comments = head.title, head.district, ""
    core.created = core.modified = made.replace(tzinfo=None)
    _number_pages(section.footer.paragraphs[0], head)
    if head.rehearsal:
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(REHEARSAL_WORDS[head.language])
        run.bold, run.font.color.rgb = True, RGBColor(*_RED)
        _face(run, head.language, "lead")


def _number_pages(footer: Paragraph, head: Head) -> None:
    """The district at the left; at the right which page this is, counted by whoever shows the document."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Mm

    # The footer's own style has stops at the middle and at the right of another page.
    footer.style = "Normal"
    footer.paragraph_format.tab_stops.add_tab_stop(Mm(_PAGE_MM[0] - 2 * _MARGIN_MM), WD_TAB_ALIGNMENT.RIGHT)
    for part in re.split(r"(\{pages?\})", f"{head.district}\t{PAGE_WORDS[head.language]}"):
        run = footer.add_run()
        if part in _FIELDS:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), _FIELDS[part])
            footer._p.append(field)
            field.append(run._r)
            run.text = "1"
        else:
            run.text = part
        _face(run, head.language, "note")


def _add_part(document: Document, part: Part, head: Head) -> None:
    _line(document, part.heading, head, "heading", bold=True, before_pt=5)
    if part.table.rows:
        _add_table(document, part, head)
    elif part.empty:
        _line(document, part.empty, head, "cell")
    _line(document, part.note, head, "note", before_pt=3)


def _add_table(document: Document, part: Part, head: Head) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    shown = [part.table.heads, *part.table.rows]
    table = document.add_table(rows=len(shown), cols=len(part.table.heads), style="Table Grid")
    table.autofit = False
    whole = _PAGE_MM[0] - 2 * _MARGIN_MM
    for grid, share in zip(table.columns, part.table.widths, strict=True):
        grid.width = Mm(whole * share // sum(part.table.widths))
    for row, cells in zip(table.rows, shown, strict=True):
        for column, (cell, content) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Mm(whole * part.table.widths[column] // sum(part.table.widths))
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            if column in part.table.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(content)
            run.bold = cells is part.table.heads
            _face(run, head.language, "cell")


def _line(
    document: Document, content: str, head: Head, size: str, *, centred: bool = False, bold: bool = False,
    before_pt: int = 0,
) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before_pt), Pt(2)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(content)
    run.bold = bold
    _face(run, head.language, size)


def _face(run: Any, language: str, size: str) -> None:
    """Western and East Asian letters have a typeface each."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.size = Pt(_SIZES_PT[size])
    run.font.name = FACE["en"]
    run._element.rPr.rFonts.set(qn("w:eastAsia"), FACE["zh"])
