"""What a file is: by its name, and by its first bytes."""

from typing import Final

from services.chassis.sheets.refusals import SheetEncrypted

_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE_START: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_START: Final = b"%PDF-"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_ENDING_CHARS_MAX: Final = 8


def ending_of(filename: str) -> str:
    """The ending of a file's name, in small letters, "" where there is none."""
    _, dot, ending = filename.rpartition(".")
    return ending.strip().lower()[:_ENDING_CHARS_MAX] if dot else ""


def content_of(data: bytes) -> str:
    """What the content is, whatever the name says: zip, xls, pdf or text. Raises SheetEncrypted."""
    if data.startswith(_ZIP_STARTS):
        return "zip"
    if data.startswith(_OLE_START):
        if _ENCRYPTED_STREAM in data:
            raise SheetEncrypted()
        return "xls"
    return "pdf" if data.startswith(_PDF_START) else "text"
