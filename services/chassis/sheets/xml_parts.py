"""Streaming XML for workbook parts; a document type is refused, so no entity is ever expanded."""

from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from services.chassis.sheets.archive import Archive
from services.chassis.sheets.refusals import SheetBroken, SheetUnsafeXml

DEPTH_MAX: Final = 64
# An encoding that Python does not know, or that expat cannot use, is not an ExpatError.
_XML_FAULTS: Final = (expat.ExpatError, LookupError, ValueError)


class XmlReader:
    """Calls `start(local name, attributes)` and `end(local name)` as a part is read.

    Text gathers in `text` while `wanted`.
    Namespaces are dropped: transitional, strict and prefixed workbooks name their elements alike.
    """

    def __init__(self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> None:
        self.wanted = False
        self.text: list[str] = []
        self._start, self._end = start, end
        self._depth = 0

    def read(self, archive: Archive, name: str) -> None:
        """Reads one part to its end. Raises SheetBroken or SheetUnsafeXml."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        try:
            for chunk in archive.chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except _XML_FAULTS as error:
            raise SheetBroken() from error

    def take(self) -> str:
        """The text gathered so far, which is then forgotten."""
        text = "".join(self.text)
        self.text.clear()
        return text

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise SheetBroken()
        self._start(name.rpartition(" ")[2], attributes)

    def _on_end(self, name: str) -> None:
        self._depth -= 1
        self._end(name.rpartition(" ")[2])

    def _on_text(self, data: str) -> None:
        if self.wanted:
            self.text.append(data)


def elements(archive: Archive, name: str, *wanted: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The wanted elements of a small part with their attributes, in document order."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(local: str, attributes: dict[str, str]) -> None:
        if local in wanted:
            found.append((local, {name.rpartition(" ")[2]: value for name, value in attributes.items()}))

    XmlReader(start, lambda _: None).read(archive, name)
    yield from found


def _refuse_document_type(*_: object) -> None:
    raise SheetUnsafeXml()
