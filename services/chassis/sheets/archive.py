"""Opening a workbook's ZIP without trusting it: declared sizes are checked before anything is unpacked.

What is unpacked later cannot exceed what was declared: zipfile stops each part at its declared size and asks
zlib for no more than it wants.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from services.chassis.sheets.model import (
    RATIO_FREE_BYTES,
    UNZIPPED_BYTES_MAX,
    UNZIPPED_RATIO_MAX,
    ZIP_PARTS_MAX,
)
from services.chassis.sheets.refusals import (
    SheetBroken,
    SheetEncrypted,
    SheetFormatUnsupported,
    SheetHasMacros,
    SheetNotWorkbook,
    SheetZipBomb,
)

CHUNK_BYTES: Final = 256 * 1024
_ENCRYPTED_FLAG: Final = 0x1
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    OSError,
    ValueError,
)


class Archive:
    """The parts of one workbook, by name."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_FAULTS as error:
            raise SheetBroken() from error
        parts = self._zip.infolist()
        _check_sizes(parts, len(data))
        _check_contents(parts)
        self._names = {part.filename.lower(): part for part in parts}
        if len(self._names) != len(parts):
            raise SheetBroken()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece. Raises SheetBroken when it is not there or does not unpack."""
        part = self._names.get(name.lower())
        if part is None:
            raise SheetBroken()
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except _ZIP_FAULTS as error:
            raise SheetBroken() from error


def _check_sizes(parts: list[zipfile.ZipInfo], file_bytes: int) -> None:
    unzipped_bytes = sum(part.file_size for part in parts)
    too_dense = unzipped_bytes > max(RATIO_FREE_BYTES, file_bytes * UNZIPPED_RATIO_MAX)
    if len(parts) > ZIP_PARTS_MAX or unzipped_bytes > UNZIPPED_BYTES_MAX or too_dense:
        raise SheetZipBomb(limit_mib=UNZIPPED_BYTES_MAX // 1024 // 1024)


def _check_contents(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise SheetEncrypted()
    if any(name.endswith("vbaproject.bin") for name in names):
        raise SheetHasMacros()
    if "xl/workbook.bin" in names:
        raise SheetFormatUnsupported(format="xlsb")
    if "mimetype" in names and "content.xml" in names:
        raise SheetFormatUnsupported(format="ods")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise SheetNotWorkbook()
