"""Files as people send them: photographs with a place in them, plain documents, and what must never be kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

# The place that sample photographs say they were taken at, as it would stand in their bytes.
PLACE = b"SAMPLE-PLACE"
DEVICE = b"SAMPLE-DEVICE"
_GPS_IFD = 0x8825
_MAKE, _ORIENTATION, _DESCRIPTION, _XP_COMMENT = 0x010F, 0x0112, 0x010E, 0x9C9C


def drawing(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Not one colour only, so that what is compared is a picture."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    picture.paste((20, 40, 220), (width // 2, 0, width, height // 2))
    return picture.convert(mode)


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[_MAKE] = DEVICE.decode()
    exif[_DESCRIPTION] = PLACE.decode()
    exif[_ORIENTATION] = orientation
    gps = exif.get_ifd(_GPS_IFD)
    gps[1], gps[2] = "N", (IFDRational(36), IFDRational(4), IFDRational(12))
    gps[3], gps[4] = "E", (IFDRational(120), IFDRational(22), IFDRational(30))
    return exif


def photograph(width: int = 64, height: int = 48, orientation: int = 1) -> bytes:
    """A JPEG with GPS, device, comment and a thumbnail's worth of profile, as phones send them."""
    written = io.BytesIO()
    drawing(width, height).save(
        written, "JPEG", exif=_exif(orientation), comment=PLACE, icc_profile=DEVICE * 20, quality=90
    )
    return written.getvalue()


def scan(mode: str = "RGB", **extra: object) -> bytes:
    """A PNG that says where it was made."""
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text("Comment", PLACE.decode())
    said.add_itxt("Place", PLACE.decode(), zip=True)
    written = io.BytesIO()
    drawing(mode=mode).save(written, "PNG", pnginfo=said, exif=_exif(), icc_profile=DEVICE * 20, **extra)
    return written.getvalue()


def webp() -> bytes:
    """What messengers make of photographs."""
    written = io.BytesIO()
    drawing(mode="RGBA").save(written, "WEBP", exif=_exif(), xmp=PLACE)
    return written.getvalue()


def animated(kind: str) -> bytes:
    """Two pictures, one after the other."""
    written = io.BytesIO()
    first, second = drawing(), drawing().rotate(180)
    first.save(written, kind, save_all=True, append_images=[second], duration=100)
    return written.getvalue()


def huge_png(side: int, rows: int = 0) -> bytes:
    """A few bytes that say they are a picture of side × side pixels, and do hold its rows, packed; all, or so many."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    body = b"".join(packer.compress(row) for _ in range(rows or side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


# ---- documents --------------------------------------------------------------------------------------------


def pdf(catalogue: bytes = b"", packed: bytes = b"", tail: bytes = b"") -> bytes:
    """A document of one empty page; `catalogue` stands in its root, `packed` in a packed part of it."""
    stream = zlib.compress(packed or b"BT ET")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream",
    )
    written = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(written)
    written += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(written) + tail


def archive(*names: str) -> bytes:
    """A ZIP file with such members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name in names:
            packed.writestr(name, "sample")
    return written.getvalue()


# Hostile or useless, and what each is said to be.
REFUSED: Mapping[str, tuple[bytes, str]] = {
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "web page": (b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>", "web_page"),
    "workbook with macros": (archive("[Content_Types].xml", "xl/vbaProject.bin"), "office"),
    "old office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office"),
    "rich text": (b"{\\rtf1\\ansi sample}", "office"),
    "archive": (archive("a.txt"), "archive"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "archive"),
    "program": (b"MZ" + bytes(64), "program"),
    "script": (b"#!/bin/sh\necho sample\n", "program"),
    "gif": (b"GIF89a" + bytes(32), "gif"),
    "tiff": (b"II*\x00" + bytes(32), "tiff"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(32), "heic"),
    "video": (b"\x00\x00\x00\x18ftypisom" + bytes(32), "video"),
    "empty": (b"", "unknown"),
    "text": ("示例".encode(), "unknown"),
    "document after a page": (b"<html>" + pdf(), "web_page"),
    "page in a document": (b"%PDF-1.7\n<script>alert(1)</script>" + pdf()[9:], "polyglot"),
    "document that is an archive": (pdf(tail=archive("a.txt")), "polyglot"),
    "document with something behind it": (pdf(tail=b"sample"), "polyglot"),
    "document with a script": (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "active_document"),
    "document with a script in other letters": (pdf(b"/AA << /O << /S /J#61vaScript >> >>"), "active_document"),
    "document with a packed script in other letters": (pdf(packed=b"<< /S /#4aavaScri#70t >>"), "active_document"),
    "document with a packed script": (pdf(packed=b"1 0 << /S /JavaScript /JS (x) >>"), "active_document"),
    "document that starts a program": (pdf(b"/OpenAction << /S /Launch /F (x) >>"), "active_document"),
    "document with a file in it": (pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), "active_document"),
    "locked document": (pdf().replace(b"/Size 5", b"/Encrypt 5 0 R /Size 5"), "locked_document"),
    "animated webp": (animated("WEBP"), "animated"),
    "animated png": (animated("PNG"), "animated"),
}
