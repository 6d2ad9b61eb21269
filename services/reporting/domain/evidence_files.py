"""What a file is, by its content and never by its name, and whether a picture holds nothing but the picture.

Three kinds are kept: JPEG, PNG and PDF. A picture is kept only as the interface wrote it anew: the parts that a
decoder needs and no other, so that neither place nor device nor anything hidden behind the picture can stand in it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.reporting.domain.evidence_errors import EvidenceNotCleaned, EvidenceTypeRefused, EvidenceUnreadable
from services.reporting.domain.evidence_pdf import check_pdf

FILE_BYTES_MAX: Final = 20 * 1024 * 1024
# A JPEG is decoded at the size that is kept; others have to be unpacked whole before they can be made smaller.
PIXELS_MAX: Final = 64_000_000
WHOLE_PIXELS_MAX: Final = 24_000_000
UNIT_FILES_MAX: Final = 1_000


class Kind(StrEnum):
    """What is kept, by its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


EXTENSIONS: Final[Mapping[str, str]] = {Kind.JPEG: "jpg", Kind.PNG: "png", Kind.PDF: "pdf"}
PICTURES: Final = frozenset({Kind.JPEG, Kind.PNG})

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ZIP: Final = b"PK\x03\x04"
_OFFICE_PART: Final = re.compile(rb"\[Content_Types\]\.xml|_rels/|word/|xl/|ppt/|mimetypeapplication/vnd")
_OFFICE_PART_WITHIN_BYTES: Final = 4_096
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_SVG_WITHIN_BYTES: Final = 4_096
# How files begin that are often sent and never taken.
_REFUSED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
)
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
FOUND_TERMS: Final = (
    "office", "archive", "svg", "web_page", "heic", "gif", "tiff", "video", "program", "animated", "polyglot",
    "active_document", "locked_document", "unknown",
)  # fmt: skip


def is_webp(content: bytes) -> bool:
    """A WebP picture: taken, and written anew as one of the kinds that are kept."""
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def kind_of(content: bytes) -> Kind:
    """The kind by the first bytes. Raises EvidenceTypeRefused with what the file is instead."""
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(_PNG):
        return Kind.PNG
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    raise EvidenceTypeRefused(found=_found(content))


def check_kept(content: bytes) -> Kind:
    """The kind of a file that may be kept as it is.

    Raises EvidenceTypeRefused, EvidenceUnreadable, EvidenceNotCleaned.
    """
    kind = kind_of(content)
    match kind:
        case Kind.JPEG:
            _check_jpeg(content)
        case Kind.PNG:
            _check_png(content)
        case Kind.PDF:
            check_pdf(content)
    return kind


def _found(content: bytes) -> str:
    if content.startswith(_ZIP):
        return "office" if _OFFICE_PART.search(content, 0, _OFFICE_PART_WITHIN_BYTES) else "archive"
    if content[4:8] == b"ftyp":
        return "heic" if content[8:12] in _HEIC_BRANDS else "video"
    if _MARKUP.match(content):
        return "svg" if _SVG.search(content, 0, _SVG_WITHIN_BYTES) else "web_page"
    return next((found for begins, found in _REFUSED if content.startswith(begins)), "unknown")


# ---- JPEG: ISO/IEC 10918-1, Annex B -----------------------------------------------------------------------

_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
# Frames (baseline, extended, progressive), tables, restart interval, scans; JFIF and Adobe headers of fixed length.
_JPEG_PARTS: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, _START_OF_SCAN})
_JPEG_HEADERS: Final[Mapping[int, tuple[bytes, int]]] = {0xE0: (b"JFIF\x00", 16), 0xEE: (b"Adobe", 14)}
# Within a scan 0xFF stands only before 0x00 or a restart marker.
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _check_jpeg(content: bytes) -> None:
    at = 2
    while True:
        if len(content) < at + 2 or content[at] != 0xFF:
            raise EvidenceUnreadable()
        marker = content[at + 1]
        if marker == _END_OF_IMAGE:
            break
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        begins, fixed = _JPEG_HEADERS.get(marker, (b"", length))
        known = marker in _JPEG_PARTS or marker in _JPEG_HEADERS
        if not known or length != fixed or not content.startswith(begins, at + 4):
            raise EvidenceNotCleaned()
        at += 2 + length
        if marker == _START_OF_SCAN:
            ended = _AFTER_SCAN.search(content, at)
            if ended is None:
                raise EvidenceUnreadable()
            at = ended.start()
    if at + 2 != len(content):
        raise EvidenceTypeRefused(found="polyglot")


# ---- PNG: ISO/IEC 15948, clause 5 -------------------------------------------------------------------------

_PNG_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_CHUNK_AROUND_BYTES: Final = 12


def _check_png(content: bytes) -> None:
    at, name = len(_PNG), b""
    while name != b"IEND":
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + _CHUNK_AROUND_BYTES + length
        if end > len(content):
            raise EvidenceUnreadable()
        name, body = content[at + 4 : at + 8], content[at + 4 : end - 4]
        if name not in _PNG_CHUNKS:
            raise EvidenceNotCleaned()
        if zlib.crc32(body) != int.from_bytes(content[end - 4 : end], "big"):
            raise EvidenceUnreadable()
        at = end
    if at != len(content):
        raise EvidenceTypeRefused(found="polyglot")
