"""Which sheet of a workbook is the table, and what its sheets share."""

import posixpath
import re
from collections.abc import Callable, Collection
from typing import Final

from services.chassis.sheets.archive import Archive
from services.chassis.sheets.cells import Book, unescape
from services.chassis.sheets.grid import Grid
from services.chassis.sheets.model import CELL_CHARS_MAX, Note, Sheet, listed
from services.chassis.sheets.refusals import SheetEmpty, SheetNotWorkbook
from services.chassis.sheets.xml_parts import XmlReader, elements

DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_FORMAT_NOISE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_FORMAT_DATE: Final = re.compile(r"[dmyhs年月日时分秒]", re.IGNORECASE)
_VISIBLE: Final = "visible"


def read_workbook(data: bytes) -> Sheet:
    """The first visible sheet that holds something. Raises a SheetRefused."""
    archive = Archive(data)
    workbook = workbook_part(archive)
    targets = targets_of(archive, workbook)
    names: dict[str, str] = {}
    hidden: list[str] = []
    from_1904 = False
    for element, attributes in elements(archive, workbook, "sheet", "workbookPr"):
        if element == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true")
        elif attributes.get("state", _VISIBLE) != _VISIBLE:
            hidden.append(attributes.get("name", ""))
        elif targets.get(attributes.get("id", ""), ("", ""))[0] == "worksheet":
            names[attributes.get("name", "")] = targets[attributes["id"]][1]
    parts = dict(targets.values())
    texts = shared_texts(archive, parts.get("sharedStrings"))
    book = Book(texts, styles_of(archive, parts.get("styles"), shows_date, DATE_FORMATS), from_1904)
    return _first_table(archive, book, names, hidden)


def _first_table(archive: Archive, book: Book, names: dict[str, str], hidden: list[str]) -> Sheet:
    for name, part in names.items():
        grid = Grid(archive, part, book)
        rows = grid.rows()
        if not rows:
            continue
        notes = grid.notes()
        others = [other for other in names if other != name]
        if others:
            notes.insert(0, Note("SHEET_OTHERS_NOT_READ", {"sheet": name, "others": listed(others)}))
        if hidden:
            notes.append(Note("SHEET_HIDDEN_NOT_READ", {"sheets": listed(hidden)}))
        return Sheet(name, rows, tuple(notes))
    raise SheetEmpty()


def workbook_part(archive: Archive) -> str:
    """The part that lists the sheets. Raises SheetNotWorkbook."""
    if "_rels/.rels" in archive:
        for _, attributes in elements(archive, "_rels/.rels", "Relationship"):
            if attributes.get("Type", "").endswith("/officeDocument"):
                return posixpath.normpath(attributes.get("Target", "").lstrip("/"))
    raise SheetNotWorkbook()


def targets_of(archive: Archive, workbook: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (the last word of its type, the part it points to)."""
    folder, name = posixpath.split(workbook)
    targets = {}
    for _, attributes in elements(archive, f"{folder}/_rels/{name}.rels", "Relationship"):
        kind = attributes.get("Type", "").rpartition("/")[2]
        path = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
        targets[attributes.get("Id", "")] = (kind, path)
    return targets


def shared_texts(archive: Archive, part: str | None) -> list[str]:
    """The texts that cells share: each joined from its runs, without East Asian reading aids."""
    if part is None or part not in archive:
        return []
    texts: list[str] = []
    aids = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal aids
        aids += name == "rPh"
        xml.wanted = name == "t" and aids == 0

    def end(name: str) -> None:
        nonlocal aids
        aids -= name == "rPh"
        xml.wanted = False
        if name == "si":
            texts.append(unescape(xml.take())[: CELL_CHARS_MAX + 1])

    xml = XmlReader(start, end)
    xml.read(archive, part)
    return texts


def styles_of(
    archive: Archive, part: str | None, shown: Callable[[str], bool], built_in: Collection[int]
) -> frozenset[int]:
    """The indexes of the cell styles whose number format is one of the built-in ones, or looks like it."""
    if part is None or part not in archive:
        return frozenset()
    formats: set[str] = {str(number) for number in built_in}
    styles: list[str] = []
    in_cells = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal in_cells
        if name == "numFmt" and shown(attributes.get("formatCode", "")):
            formats.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            in_cells = True
        elif name == "xf" and in_cells:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal in_cells
        in_cells = in_cells and name != "cellXfs"

    XmlReader(start, end).read(archive, part)
    return frozenset(index for index, number in enumerate(styles) if number in formats)


def shows_date(code: str) -> bool:
    """Does a number format show a date or a time?"""
    return _FORMAT_DATE.search(_FORMAT_NOISE.sub("", code.split(";")[0])) is not None
