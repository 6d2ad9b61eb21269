"""What is sent as evidence becomes what is kept: a picture is decoded and written anew, with nothing but the picture.

Where and when it was taken, the device, thumbnails, comments, colour profiles and whatever hides behind the picture are
not copied. What looks like a photograph and cannot be decoded to its end is refused.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from services.reporting.domain.evidence_errors import EvidencePixelsTooMany, EvidenceTypeRefused, EvidenceUnreadable
from services.reporting.domain.evidence_files import (
    FILE_BYTES_MAX,
    PIXELS_MAX,
    WHOLE_PIXELS_MAX,
    Kind,
    check_kept,
    is_webp,
    kind_of,
)

# Enough to read a photographed list of signatures; a phone's full size would fill the disk of a district.
SIDE_PIXELS_MAX: Final = 2_560
JPEG_QUALITY_PERCENT: Final = 85
_DECODERS: Final = {Kind.JPEG: "JPEG", Kind.PNG: "PNG"}
_PLAIN_MODES: Final = frozenset({"L", "RGB", "RGBA"})


def cleaned(content: bytes) -> bytes:
    """What is kept of a file; a PDF as it is. Takes a second of a processor for a large photograph.

    Raises EvidenceTypeRefused, EvidenceUnreadable, EvidencePixelsTooMany.
    """
    webp = is_webp(content)
    kind = Kind.JPEG if webp else kind_of(content)
    kept = content if kind is Kind.PDF else _written_anew(content, "WEBP" if webp else _DECODERS[kind], kind)
    check_kept(kept)
    return kept


def _written_anew(content: bytes, decoder: str, kind: Kind) -> bytes:
    pixels_max = PIXELS_MAX if decoder == "JPEG" else WHOLE_PIXELS_MAX
    try:
        picture = Image.open(io.BytesIO(content), formats=(decoder,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise EvidencePixelsTooMany(limit_pixels=pixels_max) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise EvidenceUnreadable() from None
    with picture:
        if picture.width * picture.height > pixels_max:
            raise EvidencePixelsTooMany(limit_pixels=pixels_max)
        # A photograph may carry a second, brighter one of itself; only the first is a picture of what was there.
        if decoder != "JPEG":
            _refuse_animated(picture)
        return _encoded(_decoded(picture), kind)


def _refuse_animated(picture: Image.Image) -> None:
    if getattr(picture, "is_animated", False):
        raise EvidenceTypeRefused(found="animated")


def _decoded(picture: Image.Image) -> Image.Image:
    """Upright, at most so large, of a plain mode, and without anything that Pillow knows beside it."""
    try:
        picture.draft(picture.mode, (SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
        picture.thumbnail((SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
        upright = ImageOps.exif_transpose(picture)
        if upright.mode not in _PLAIN_MODES:
            see_through = upright.mode in ("LA", "PA") or "transparency" in upright.info
            upright = upright.convert("RGBA" if see_through else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise EvidenceUnreadable() from None
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    return bare


def _encoded(picture: Image.Image, kind: Kind) -> bytes:
    """A drawing that is larger than a file may be is a photograph after all."""
    written = io.BytesIO()
    if kind is Kind.PNG:
        picture.save(written, "PNG", optimize=True)
        if written.tell() <= FILE_BYTES_MAX:
            return written.getvalue()
        written = io.BytesIO()
    _on_white(picture).save(written, "JPEG", quality=JPEG_QUALITY_PERCENT, optimize=True)
    return written.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
