"""Whether a PDF is a plain document: whole, not locked, and with nothing in it that acts or carries another file.

This is no search for viruses. Names that start programs, run scripts, send forms or hold files are looked for
everywhere in the file and in every packed part of it, whatever way they are spelled.
Source: ISO 32000-1, 7.3.5 (names) and 12.6 (actions).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from services.reporting.domain.evidence_errors import EvidenceTypeRefused, EvidenceUnreadable

# A document that unpacks to more than this is no photographed minutes.
UNPACKED_BYTES_MAX: Final = 128 * 1024 * 1024
STREAMS_MAX: Final = 20_000
_CHUNK_BYTES: Final = 1 << 16
_ZIP_END: Final = b"PK\x05\x06"
# Where the end record of an archive is looked for by whatever opens one.
_ZIP_END_WITHIN_BYTES: Final = 65_557
_ACTING: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|Filespec|RichMedia|SubmitForm|ImportData|Movie|Rendition"
    rb"|GoToE|GoToR|XFA)(?![A-Za-z0-9])"
)
_LOCKED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PAGES: Final = re.compile(rb"/Pages?(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# Fonts of scanned minutes have a few such names; a file that is made of them hides something.
_ESCAPED_NAME: Final = re.compile(rb"/[\w.+-]{0,40}(?:#[0-9A-Fa-f]{2}[\w.+-]{0,40}){1,40}")
ESCAPED_NAMES_MAX: Final = 20_000
_STREAM: Final = re.compile(rb"stream\r?\n")
_MARKUP: Final = re.compile(rb"<(?:html|script|svg|!doctype)", re.IGNORECASE)
_MARKUP_WITHIN_BYTES: Final = 1_024
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


def check_pdf(content: bytes) -> None:
    """Raises EvidenceTypeRefused, EvidenceUnreadable."""
    if _ZIP_END in content[-_ZIP_END_WITHIN_BYTES:] or _MARKUP.search(content, 0, _MARKUP_WITHIN_BYTES):
        raise EvidenceTypeRefused(found="polyglot")
    if not _END.search(content[-_ZIP_END_WITHIN_BYTES:]):
        raise EvidenceTypeRefused(found="polyglot") if b"%%EOF" in content else EvidenceUnreadable()
    has_pages = False
    for part in (content, *_unpacked(content)):
        for spelled in (part, _spelled_out(part)):
            if _LOCKED.search(spelled):
                raise EvidenceTypeRefused(found="locked_document")
            if _ACTING.search(spelled):
                raise EvidenceTypeRefused(found="active_document")
        has_pages = has_pages or _PAGES.search(part) is not None
    if not has_pages:
        raise EvidenceUnreadable()


def _spelled_out(part: bytes) -> bytes:
    """The names of a part in which letters stand as numbers, one behind the other. Raises EvidenceUnreadable."""
    names: list[bytes] = []
    for found in _ESCAPED_NAME.finditer(part) if b"#" in part else ():
        if len(names) == ESCAPED_NAMES_MAX:
            raise EvidenceUnreadable()
        names.append(_ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 16)]), found[0]))
    return b"\n".join(names)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Every packed part, unpacked as far as it can be. Raises EvidenceUnreadable past the limits."""
    left = UNPACKED_BYTES_MAX
    for number, stream in enumerate(_STREAM.finditer(content)):
        if number == STREAMS_MAX:
            raise EvidenceUnreadable()
        # A zlib header: deflate, and a check over both bytes.
        header = content[stream.end() : stream.end() + 2]
        if len(header) == 2 and header[0] & 0x0F == 8 and not int.from_bytes(header, "big") % 31:
            part = _inflated(content, stream.end(), left)
            left -= len(part)
            yield part


def _inflated(content: bytes, at: int, bytes_max: int) -> bytes:
    """What is packed there, up to where it ends or breaks. Raises EvidenceUnreadable when it is longer."""
    unpacker = zlib.decompressobj()
    unpacked = bytearray()
    while at < len(content) and not unpacker.eof:
        try:
            unpacked += unpacker.decompress(content[at : at + _CHUNK_BYTES], bytes_max + 1 - len(unpacked))
        except zlib.error:
            break
        if len(unpacked) > bytes_max:
            raise EvidenceUnreadable()
        at += _CHUNK_BYTES
    return bytes(unpacked)
